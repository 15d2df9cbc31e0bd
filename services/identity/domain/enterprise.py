"""An enterprise: registers, proves its phone and so takes the USCC, shows its licence, is authenticated on site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotFound, Refused
from contracts.files import FileRef
from contracts.identity import (
    AttachEnterpriseFile,
    AuthenticateEnterprise,
    ConfirmEnterprisePhone,
    EnterpriseAuthenticated,
    EnterpriseCodeRejected,
    EnterpriseCodeSent,
    EnterpriseFileAttached,
    EnterprisePhoneConfirmed,
    EnterpriseRegistered,
    RegisterEnterprise,
    SendEnterpriseCode,
)
from contracts.message import Event
from services.identity.domain import rules
from services.identity.domain.phone import GOOD_FOR, Phone, is_right, may_send

Command = (
    RegisterEnterprise | SendEnterpriseCode | ConfirmEnterprisePhone | AttachEnterpriseFile | AuthenticateEnterprise
)


@dataclass(frozen=True)
class Enterprise:
    """None of it before registration."""

    registered: EnterpriseRegistered | None = None
    phone: Phone = field(default_factory=Phone)
    files: dict[str, FileRef] = field(default_factory=dict)
    authenticated: bool = False


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
    rules.officer_with(actor, "authenticate", registered.details.place)
    if state.authenticated:
        return []
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


def claims(state: Enterprise, event: Event) -> Sequence[Claim | Release]:
    """One record for a USCC: whoever proves a phone first, because registering alone proves nothing."""
    match event:
        case EnterprisePhoneConfirmed() if state.registered is not None:
            return [Claim("uscc", state.registered.uscc, "uscc_registered")]
    return []


ENTERPRISE: Decider[Enterprise, Command, Event] = Decider("enterprise", Enterprise(), decide, evolve, claims)
