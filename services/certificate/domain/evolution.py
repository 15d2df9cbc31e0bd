"""How each event changes a credential."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeAlias

from contracts.certificate import (
    ChangeRefused,
    CredentialCancelled,
    CredentialEntered,
    CredentialExpired,
    CredentialGranted,
    CredentialLapsed,
    CredentialReinstated,
    CredentialReissued,
    CredentialVouched,
    CredentialVouchEnded,
    CredentialWithdrawn,
    DocumentIssued,
    DocumentNotIssued,
    GrantRefused,
    HolderMatched,
)
from services.certificate.domain.state import Credential, Ended, Face, Issue, matched_with

CredentialEvent: TypeAlias = (
    CredentialGranted
    | GrantRefused
    | CredentialEntered
    | HolderMatched
    | CredentialReissued
    | CredentialCancelled
    | CredentialLapsed
    | CredentialReinstated
    | CredentialExpired
    | CredentialVouched
    | CredentialVouchEnded
    | CredentialWithdrawn
    | ChangeRefused
    | DocumentIssued
    | DocumentNotIssued
)


def evolve(state: Credential, event: CredentialEvent) -> Credential:
    """The credential after the event."""
    match event:
        case CredentialGranted():
            issue = Issue(
                "granted", _face(event), event.identifier, event.granted_on, event.filing_id, event.predecessor
            )
            return replace(
                state, credential_id=event.credential_id, kind=event.kind, issues=(issue,), after=event.after
            )
        case CredentialEntered():
            return _entered(state, event)
        case CredentialReissued():
            granted_on = event.granted_on or state.face.granted_on
            face = replace(_face(event), granted_on=granted_on)
            issue = Issue(event.change, face, event.identifier, event.issued_on, event.filing_id, event.predecessor)
            return replace(state, issues=(*state.issues, issue), expired=None, beside=False)
        case HolderMatched():
            return replace(matched_with(state, event.person_id), beside=event.beside)
        case CredentialCancelled():
            return replace(state, ended=Ended("cancelled", event.cancelled_on, event.reason, event.filing_id, forced=event.forced))
        case CredentialLapsed():
            return replace(state, ended=Ended("lapsed", event.lapsed_on, event.cause))
        case CredentialVouched():
            return replace(state, vouchers=state.vouchers | {event.import_id or event.filing_id})
        case CredentialVouchEnded():
            return replace(state, vouchers=state.vouchers - {event.import_id})
        case CredentialReinstated():
            return replace(state, ended=None)
        case CredentialWithdrawn():
            return replace(state, ended=Ended("withdrawn", None))
        case CredentialExpired():
            return replace(state, expired=event)
        case GrantRefused():
            return replace(state, refused=event)
        case ChangeRefused():
            return replace(state, unchanged=(*state.unchanged, event.filing_id))
        case DocumentIssued():
            return _with(state, event.identifier, lambda one: replace(one, document=event, waiting=None))
        case DocumentNotIssued():
            return _with(state, event.identifier, lambda one: replace(one, waiting=event))


def _entered(state: Credential, event: CredentialEntered) -> Credential:
    """Entered again after it was withdrawn, it begins anew."""
    issue = Issue(event.origin, _face(event), None, event.granted_on, event.filing_id)
    how: Literal["lapsed", "cancelled"] = "lapsed" if event.ended_as == "lapsed" else "cancelled"
    ended = Ended(how, None, None, event.filing_id, event.ended_as) if event.status == "cancelled" else None
    return Credential(
        credential_id=event.credential_id,
        kind=event.kind,
        origin=event.origin,
        issues=(issue,),
        ended=ended,
        unchanged=state.unchanged,
        entered=event,
        vouchers=frozenset({event.import_id or event.filing_id}),
    )


def _face(event: CredentialGranted | CredentialEntered | CredentialReissued) -> Face:
    granted_on = event.issued_on if isinstance(event, CredentialReissued) else event.granted_on
    return Face(
        title=event.title,
        registration_number=event.registration_number,
        holder=event.holder,
        scopes=event.scopes,
        issuer=event.issuer,
        portrait=event.portrait,
        granted_on=granted_on,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        attributes=event.attributes,
    )


def _with(state: Credential, identifier: str, change: Callable[[Issue], Issue]) -> Credential:
    issues = tuple(change(one) if one.identifier == identifier else one for one in state.issues)
    return replace(state, issues=issues)
