"""What happens to people's employers, and to people, as far as certificates follow it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from contracts.certificate import CredentialEntered, Holder
from contracts.errors import NotFound
from contracts.identity import (
    DeathWithdrawn,
    EmploymentEnded,
    EnterpriseClosed,
    EnterpriseQualificationLost,
    FindVerified,
    GetEnterprise,
    GetPerson,
    PersonAmended,
    PersonDied,
    PersonView,
    RealNameVerified,
    VerifiedPerson,
)
from contracts.matters.credential import Lapse
from contracts.message import Command, Recorded
from contracts.stored import STORED
from services.certificate import reactions
from services.certificate.domain.claims import EMPLOYER, HELD, OF_RESIDENT, places_of
from services.certificate.domain.kinds import kind_of
from services.certificate.domain.rules import day_in_china
from services.certificate.domain.state import matched_with
from services.certificate.reactions import NewIssue
from services.certificate.register import Register
from services.kernel.kernel import Ground


def when_enterprise_closed_lapse(recorded: Recorded[EnterpriseClosed], ground: Ground) -> Iterable[Command]:
    """What its people are registered for."""
    return _lapses(recorded, ground, recorded.event.enterprise_id, "employer_closed", recorded.event.closed_on)


def when_qualification_lost_lapse(
    recorded: Recorded[EnterpriseQualificationLost], ground: Ground
) -> Iterable[Command]:
    """The same."""
    return _lapses(recorded, ground, recorded.event.enterprise_id, "employer_unqualified", recorded.event.lost_on)


def when_employment_ended_lapse(recorded: Recorded[EmploymentEnded], ground: Ground) -> Iterable[Command]:
    """Only of kinds that lapse on it, and only what this person has with that employer."""
    event, today = recorded.event, day_in_china(recorded.meta.at)
    held = Register(ground).of_person(event.person_id)
    theirs = [one for one in held if one.face.holder.enterprise_id == event.enterprise_id]
    return reactions.when_law_ends_it_lapse(recorded, theirs, "employment_ended", today, today)


def when_person_died_lapse(recorded: Recorded[PersonDied], ground: Ground) -> Iterable[Command]:
    """Everything that they hold."""
    event, today = recorded.event, day_in_china(recorded.meta.at)
    held = Register(ground).of_person(event.person_id)
    return reactions.when_law_ends_it_lapse(recorded, held, "holder_died", event.died_on, today)


def when_death_withdrawn_reinstate(recorded: Recorded[DeathWithdrawn], ground: Ground) -> Iterable[Command]:
    """They live: what lapsed by it holds again, unless its place was given to another one meanwhile."""
    held = Register(ground).of_person(recorded.event.person_id)
    free = [one for one in held if all(ground.log.holder(HELD, place) is None for place in places_of(one))]
    return reactions.when_cause_was_none_reinstate(recorded, free, "holder_died", day_in_china(recorded.meta.at))


def when_issued_lapse(recorded: Recorded[NewIssue | CredentialEntered], ground: Ground) -> Iterable[Command]:
    """Whoever ended its people's certificates before this one was there has not seen it. Asked once it is there: either
    the end finds the certificate, or the certificate finds the end.
    """
    event = recorded.event
    if event.holder.enterprise_id is None and event.holder.person_id is None:
        return
    credential = Register(ground).get(event.credential_id)
    kind, holder = kind_of(credential.kind), credential.face.holder
    same = credential.entered == event if isinstance(event, CredentialEntered) else credential.identifier == event.identifier
    if kind is None or not kind.lapses_on or not same:
        return
    if credential.standing and (ended := how_it_has_ended(ground, holder, kind.lapses_on)) is not None:
        today = day_in_china(recorded.meta.at)
        yield from reactions.when_law_ends_it_lapse(recorded, [credential], ended[0], ended[1] or today, today)


def how_it_has_ended(ground: Ground, holder: Holder, lapses_on: Sequence[Lapse]) -> tuple[Lapse, date | None] | None:
    """Which of these causes there is today, and since when, as far as that is told."""
    ended = None
    if holder.enterprise_id is not None and {"employer_closed", "employer_unqualified"} & set(lapses_on):
        ended = _how_employer_ended(ground, holder.enterprise_id, lapses_on)
    if ended is None and holder.person_id is not None and "holder_died" in lapses_on:
        died_on = _died_on(ground, holder.person_id)
        return ("holder_died", died_on) if died_on is not None else None
    return ended


def _died_on(ground: Ground, person_id: UUID) -> date | None:
    try:
        said = ground.rpc.send(GetPerson(person_id=person_id)).get("died_on")
    except NotFound:
        return None
    return date.fromisoformat(said) if said is not None else None


def _how_employer_ended(
    ground: Ground, enterprise_id: UUID, lapses_on: Sequence[Lapse]
) -> tuple[Lapse, date | None] | None:
    try:
        found = ground.rpc.send(GetEnterprise(enterprise_id=enterprise_id))
    except NotFound:
        return None  # whoever is not known has not ended, and no document waits for it
    if (closed_on := found.get("closed_on")) is not None and "employer_closed" in lapses_on:
        return "employer_closed", date.fromisoformat(closed_on)
    if not found.get("qualified", True) and "employer_unqualified" in lapses_on:
        return "employer_unqualified", None
    return None


def when_real_name_verified_match(recorded: Recorded[RealNameVerified], ground: Ground) -> Iterable[Command]:
    """At first sign-in a person's old certificates are found."""
    if not _anybody_waits(ground):
        return ()
    found = ground.rpc.send(GetPerson(person_id=recorded.event.person_id))
    person = PersonView.model_validate(found, context=STORED)
    return _matches(recorded, ground, person.person_id, person.name, person.resident_id)


def when_person_amended_match(recorded: Recorded[PersonAmended], ground: Ground) -> Iterable[Command]:
    """Their old certificates may have been under the right number all the time."""
    event = recorded.event
    return _matches(recorded, ground, event.person_id, event.name, event.resident_id)


def when_entered_match(recorded: Recorded[CredentialEntered], ground: Ground) -> Iterable[Command]:
    """Whoever has proven to be its holder before it was entered has it at once."""
    holder = recorded.event.holder
    if holder.person_id is not None:
        return
    try:
        question = FindVerified(resident_id=holder.resident_id, name=holder.name)
    except ValidationError:
        return  # an old number that nobody can have registered with
    found = VerifiedPerson.model_validate(ground.rpc.send(question))
    if found.person_id is None:
        return
    yield from _matches(recorded, ground, found.person_id, holder.name, holder.resident_id)
    if (died_on := _died_on(ground, found.person_id)) is not None:
        entered, today = Register(ground).get(recorded.event.credential_id), day_in_china(recorded.meta.at)
        yield from reactions.when_law_ends_it_lapse(recorded, [entered], "holder_died", died_on, today)


def _lapses(
    recorded: Recorded[Any], ground: Ground, enterprise_id: UUID, cause: Lapse, on: Any
) -> Iterable[Command]:
    register, today = Register(ground), day_in_china(recorded.meta.at)
    found = dict.fromkeys(ground.log.holders(EMPLOYER, f"{enterprise_id}/"))
    employed = (register.get(key) for key in found)
    return reactions.when_law_ends_it_lapse(recorded, employed, cause, on, today)


def _matches(
    recorded: Recorded[Any], ground: Ground, person_id: UUID, name: str, resident_id: str
) -> Iterable[Command]:
    """By ID number and name, both. Where they have a valid one already, an old one takes nobody's place."""
    register, taken = Register(ground), set[str]()
    for key in ground.log.holders(OF_RESIDENT, f"{resident_id}/"):
        credential = register.get(key)
        if not credential.exists or credential.face.holder.name != name:
            continue
        places = set(places_of(matched_with(credential, person_id))) if credential.standing else set[str]()
        beside = bool(places & taken) or any(ground.log.holder(HELD, one) not in (None, key) for one in places)
        taken |= places
        yield reactions.when_person_is_known_match(recorded, UUID(key), person_id, beside)


def _anybody_waits(ground: Ground) -> bool:
    """Whether there is any old certificate without its holder: most products have none, and then nobody is asked."""
    with ground.database.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM claims WHERE kind = %s)", [OF_RESIDENT])
        return bool(cursor.fetchone()[0])
