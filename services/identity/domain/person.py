"""A person: registers, proves the phone and so takes the resident ID number, is verified, completes the record, is amended, dies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotFound, Refused
from contracts.files import FileRef
from contracts.identity import (
    AmendPerson,
    AttachPersonFile,
    CompletePersonDetails,
    ConfirmPhone,
    DeathWithdrawn,
    PersonAmended,
    PersonDetails,
    PersonDetailsCompleted,
    PersonDied,
    PersonFileAttached,
    PersonRegistered,
    PhoneCodeRejected,
    PhoneCodeSent,
    PhoneConfirmed,
    RealNameVerificationFailed,
    RealNameVerified,
    RecordDeath,
    RegisterPerson,
    SendPhoneCode,
    VerifyRealName,
    WithdrawDeath,
)
from contracts.message import Event
from services.identity.domain import death, rules
from services.identity.domain.phone import GOOD_FOR, Phone, is_right, may_send

Command = (
    RegisterPerson
    | SendPhoneCode
    | ConfirmPhone
    | VerifyRealName
    | CompletePersonDetails
    | AttachPersonFile
    | AmendPerson
    | RecordDeath
    | WithdrawDeath
)


@dataclass(frozen=True)
class Person:
    """None of it before registration. ``registered`` has the name and number of today, ``former`` those before, oldest first.

    ``amended_by``: the filings that amended it.
    """

    registered: PersonRegistered | None = None
    phone: Phone = field(default_factory=Phone)
    verified: RealNameVerified | None = None
    details: PersonDetails | None = None
    files: dict[str, FileRef] = field(default_factory=dict)
    former: tuple[tuple[str, str], ...] = ()
    amended_by: frozenset[UUID] = frozenset()
    died: PersonDied | None = None


def evolve(state: Person, event: Event) -> Person:
    """The person after one event."""
    match event:
        case PersonRegistered():
            return replace(state, registered=event)
        case PhoneCodeSent():
            return replace(state, phone=state.phone.sent(event.code_hash, event.sent_at, event.expires_at))
        case PhoneCodeRejected():
            return replace(state, phone=state.phone.rejected())
        case PhoneConfirmed():
            return replace(state, phone=state.phone.proven())
        case RealNameVerified():
            return replace(state, verified=event)
        case PersonDetailsCompleted():
            return replace(state, details=event.details)
        case PersonFileAttached():
            return replace(state, files={**state.files, event.kind: event.file})
        case PersonDied():
            return replace(state, died=event)
        case DeathWithdrawn():
            return replace(state, died=None)
        case PersonAmended() if state.registered is not None:
            now = state.registered.model_copy(update={"name": event.name, "resident_id": event.resident_id})
            before = (state.registered.name, state.registered.resident_id)
            return replace(
                state,
                registered=now,
                former=(*state.former, before),
                amended_by=state.amended_by | {event.filing_id},
            )
    return state


def decide(state: Person, command: Command) -> Sequence[Event]:
    """What a command makes happen."""
    match command:
        case RegisterPerson():
            return _register(state, command)
    if state.registered is None:
        raise NotFound.of("person", command.person_id)
    if isinstance(command, RecordDeath | WithdrawDeath):
        return death.decide(state.registered.resident_id, state.died, command)
    if not isinstance(command, AmendPerson):
        death.lives(state.died)
    match command:
        case SendPhoneCode():
            return [_code_sent(state, command)]
        case ConfirmPhone():
            return _confirm(state, command)
        case VerifyRealName():
            return _verify(state, command)
        case CompletePersonDetails():
            rules.only_the_person(command.meta.actor, command.person_id)
            if state.details == command.details:
                return []
            return [PersonDetailsCompleted(person_id=command.person_id, details=command.details)]
        case AttachPersonFile():
            rules.only_the_person(command.meta.actor, command.person_id)
            portrait_is_an_image(command)
            if state.files.get(command.kind) == command.file:
                return []
            return [PersonFileAttached(person_id=command.person_id, kind=command.kind, file=command.file)]
        case AmendPerson():
            return _amend(state, state.registered, command)


def _register(state: Person, command: RegisterPerson) -> Sequence[Event]:
    if state.registered is not None:
        return []
    rules.born_already(command.resident_id, command.meta.at)
    registered = PersonRegistered(
        person_id=command.person_id, resident_id=command.resident_id, name=command.name, phone=command.phone
    )
    return [registered, _code_sent(state, command)]


def _code_sent(state: Person, command: RegisterPerson | SendPhoneCode) -> PhoneCodeSent:
    may_send(state.phone, command.meta.at)
    at = command.meta.at
    return PhoneCodeSent(person_id=command.person_id, code_hash=command.code_hash, sent_at=at, expires_at=at + GOOD_FOR)


def _confirm(state: Person, command: ConfirmPhone) -> Sequence[Event]:
    if is_right(state.phone, command.code_hash, command.meta.at):
        return [PhoneConfirmed(person_id=command.person_id)]
    return [PhoneCodeRejected(person_id=command.person_id)]


def may_be_verified(state: Person, command: VerifyRealName) -> None:
    """Asked before the provider is: nobody has another person's name and number checked."""
    if command.method == "liveness":
        rules.only_the_person(command.meta.actor, command.person_id)
    else:
        rules.officer_with(command.meta.actor, "authenticate", command.meta.actor.place or "")
    if not state.phone.confirmed:
        raise Refused("phone_not_confirmed")


def _verify(state: Person, command: VerifyRealName) -> Sequence[Event]:
    may_be_verified(state, command)
    if state.verified is not None:
        return []
    if not command.passed:
        return [
            RealNameVerificationFailed(
                person_id=command.person_id, method=command.method, provider=command.provider, reference=command.reference
            )
        ]
    return [
        RealNameVerified(
            person_id=command.person_id,
            method=command.method,
            provider=command.provider,
            reference=command.reference,
            development=command.development,
        )
    ]


def _amend(state: Person, registered: PersonRegistered, command: AmendPerson) -> Sequence[Event]:
    """As the filing proved, once for each filing. Who signs in is not asked to learn another user name by it."""
    rules.only_the_product_itself(command.meta.actor)
    if command.filing_id in state.amended_by:
        return []
    name, number = command.name or registered.name, command.resident_id or registered.resident_id
    if (name, number) == (registered.name, registered.resident_id):
        return []
    rules.born_already(number, command.meta.at)
    return [
        PersonAmended(person_id=command.person_id, filing_id=command.filing_id, name=name, resident_id=number)
    ]


def portrait_is_an_image(command: AttachPersonFile) -> None:
    """A portrait or ID card is printed and looked at; a document cannot stand in for it."""
    if command.kind != "commitment_letter" and command.file.content_type == "application/pdf":
        raise Refused("file_must_be_image", params={"kind": command.kind})


def claims(state: Person, event: Event) -> Sequence[Claim | Release]:
    """One record for a resident ID number: whoever proves a phone first, because registering alone proves nothing."""
    match event:
        case PhoneConfirmed() if state.registered is not None:
            return [Claim("resident_id", state.registered.resident_id, "resident_id_registered")]
        case PersonAmended() if state.registered is not None and state.registered.resident_id != event.resident_id:
            # before the phone is proven there is nothing to move
            taken = [Claim("resident_id", event.resident_id, "resident_id_registered")] if state.phone.confirmed else []
            return [Release("resident_id"), *taken]
    return []


def name_and_number_agree(person: Person, name: str, resident_id: str) -> bool:
    """Found only by both, so that numbers cannot be tried out to learn names."""
    registered = person.registered
    return registered is not None and registered.name == name and registered.resident_id == resident_id


PERSON: Decider[Person, Command, Event] = Decider("person", Person(), decide, evolve, claims)
