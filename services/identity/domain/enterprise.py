"""An enterprise: registers, proves its phone and so takes the USCC, is authenticated on site; loses what it lived by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotFound, Refused
from contracts.files import FileRef
from contracts.identity import (
    AttachEnterpriseFile,
    AuthenticateEnterprise,
    CloseEnterprise,
    ConfirmEnterprisePhone,
    EnterpriseAuthenticated,
    EnterpriseClosed,
    EnterpriseCodeRejected,
    EnterpriseCodeSent,
    EnterpriseFileAttached,
    EnterprisePhoneConfirmed,
    EnterpriseQualificationLost,
    EnterpriseQualificationRegained,
    EnterpriseRegistered,
    RecordQualificationLost,
    RecordQualificationRegained,
    RegisterEnterprise,
    SendEnterpriseCode,
)
from contracts.message import Event
from services.identity.domain import rules
from services.identity.domain.phone import GOOD_FOR, Phone, is_right, may_send

Command = (
    RegisterEnterprise
    | SendEnterpriseCode
    | ConfirmEnterprisePhone
    | AttachEnterpriseFile
    | AuthenticateEnterprise
    | CloseEnterprise
    | RecordQualificationLost
    | RecordQualificationRegained
)
DUTY = "authenticate"
"""Who may say that an enterprise is one is who may say that it is none any more."""


@dataclass(frozen=True)
class Enterprise:
    """None of it before registration. ``lost`` is set while its qualification is lost."""

    registered: EnterpriseRegistered | None = None
    phone: Phone = field(default_factory=Phone)
    files: dict[str, FileRef] = field(default_factory=dict)
    authenticated: bool = False
    closed: EnterpriseClosed | None = None
    lost: EnterpriseQualificationLost | None = None


def evolve(state: Enterprise, event: Event) -> Enterprise:
    """The enterprise after one event."""
    match event:
        case EnterpriseRegistered():
            return replace(state, registered=event)
        case EnterpriseCodeSent():
            return replace(state, phone=state.phone.sent(event.code_hash, event.sent_at, event.expires_at))
        case EnterpriseCodeRejected():
            return replace(state, phone=state.phone.rejected())
        case EnterprisePhoneConfirmed():
            return replace(state, phone=state.phone.proven())
        case EnterpriseFileAttached():
            return replace(state, files={**state.files, event.kind: event.file})
        case EnterpriseAuthenticated():
            return replace(state, authenticated=True)
        case EnterpriseClosed():
            return replace(state, closed=event)
        case EnterpriseQualificationLost():
            return replace(state, lost=event)
        case EnterpriseQualificationRegained():
            return replace(state, lost=None)
    return state


def decide(state: Enterprise, command: Command) -> Sequence[Event]:
    """What a command makes happen."""
    if isinstance(command, RegisterEnterprise):
        return _register(state, command)
    if state.registered is None:
        raise NotFound.of("enterprise", command.enterprise_id)
    match command:
        case SendEnterpriseCode():
            return [_code_sent(state, command)]
        case ConfirmEnterprisePhone():
            if is_right(state.phone, command.code_hash, command.meta.at):
                return [EnterprisePhoneConfirmed(enterprise_id=command.enterprise_id)]
            return [EnterpriseCodeRejected(enterprise_id=command.enterprise_id)]
        case AttachEnterpriseFile():
            rules.only_the_enterprise(command.meta.actor, command.enterprise_id)
            if state.files.get(command.kind) == command.file:
                return []
            return [EnterpriseFileAttached(enterprise_id=command.enterprise_id, kind=command.kind, file=command.file)]
        case AuthenticateEnterprise():
            return _authenticate(state, state.registered, command)
        case CloseEnterprise():
            return _close(state, state.registered, command)
        case RecordQualificationLost():
            return _lose(state, state.registered, command)
        case RecordQualificationRegained():
            return _regain(state, state.registered, command)


def _register(state: Enterprise, command: RegisterEnterprise) -> Sequence[Event]:
    if state.registered is not None:
        return []
    registered = EnterpriseRegistered(
        enterprise_id=command.enterprise_id, uscc=command.uscc, details=command.details, mobile=command.mobile
    )
    return [registered, _code_sent(state, command)]


def _code_sent(state: Enterprise, command: RegisterEnterprise | SendEnterpriseCode) -> EnterpriseCodeSent:
    at = command.meta.at
    may_send(state.phone, at)
    return EnterpriseCodeSent(
        enterprise_id=command.enterprise_id, code_hash=command.code_hash, sent_at=at, expires_at=at + GOOD_FOR
    )


def _authenticate(
    state: Enterprise, registered: EnterpriseRegistered, command: AuthenticateEnterprise
) -> Sequence[Event]:
    actor = command.meta.actor
    rules.officer_with(actor, DUTY, registered.details.place)
    if state.authenticated:
        return []
    not_closed(state)
    if not state.phone.confirmed:
        raise Refused("phone_not_confirmed")
    if "business_licence" not in state.files:
        raise Refused("licence_missing")
    assert actor.authority_id is not None
    return [
        EnterpriseAuthenticated(
            enterprise_id=command.enterprise_id, method=command.method, authority_id=actor.authority_id
        )
    ]


def _close(state: Enterprise, registered: EnterpriseRegistered, command: CloseEnterprise) -> Sequence[Event]:
    """Once and for good: whoever opens again is another enterprise, with a licence of its own."""
    reason = _may_say(registered, command, command.closed_on)
    if state.closed is not None:
        if state.closed.closed_on == command.closed_on:
            return []
        not_closed(state)
    return [EnterpriseClosed(enterprise_id=command.enterprise_id, closed_on=command.closed_on, reason=reason)]


def _lose(state: Enterprise, registered: EnterpriseRegistered, command: RecordQualificationLost) -> Sequence[Event]:
    reason = _may_say(registered, command, command.lost_on)
    if state.lost is not None:
        if state.lost.lost_on == command.lost_on:
            return []
        raise Refused("qualification_already_lost", params={"day": state.lost.lost_on.isoformat()})
    not_closed(state)
    return [EnterpriseQualificationLost(enterprise_id=command.enterprise_id, lost_on=command.lost_on, reason=reason)]


def _regain(
    state: Enterprise, registered: EnterpriseRegistered, command: RecordQualificationRegained
) -> Sequence[Event]:
    reason = _may_say(registered, command, command.regained_on)
    not_closed(state)
    if state.lost is None:
        return []
    if command.regained_on < state.lost.lost_on:
        raise Refused("regained_before_lost", params={"day": state.lost.lost_on.isoformat()})
    return [
        EnterpriseQualificationRegained(
            enterprise_id=command.enterprise_id, regained_on=command.regained_on, reason=reason
        )
    ]


def _may_say(
    registered: EnterpriseRegistered,
    command: CloseEnterprise | RecordQualificationLost | RecordQualificationRegained,
    day: date,
) -> str:
    """People lose what they are registered for by it: an authority of the place says it, with a reason."""
    rules.operator_or_officer_with(command.meta.actor, DUTY, registered.details.place)
    rules.has_come(day, command.meta.at)
    if day < (founded := registered.details.founded_on):
        raise Refused("before_it_was_founded", params={"day": founded.isoformat()})
    return rules.said_why(command.meta)


def not_closed(state: Enterprise) -> None:
    """A closed enterprise is not authenticated, employs nobody and files nothing."""
    if state.closed is not None:
        raise Refused("enterprise_closed", params={"day": state.closed.closed_on.isoformat()})


def claims(state: Enterprise, event: Event) -> Sequence[Claim | Release]:
    """One record for a USCC: whoever proves a phone first, because registering alone proves nothing."""
    match event:
        case EnterprisePhoneConfirmed() if state.registered is not None:
            return [Claim("uscc", state.registered.uscc, "uscc_registered")]
    return []


ENTERPRISE: Decider[Enterprise, Command, Event] = Decider("enterprise", Enterprise(), decide, evolve, claims)
