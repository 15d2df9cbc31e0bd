"""The orders that change a credential, or end it."""

from __future__ import annotations

from datetime import date

from contracts.certificate import CancelCredential, Change, ReissueCredential, Scope
from contracts.message import Metadata
from services.certificate.domain import identifiers
from services.certificate.domain.approval import Approval
from services.certificate.domain.reasons import words_of
from services.certificate.domain.renewing import Period, extended, renewed, unchanged
from services.certificate.domain.state import Credential, Face
from services.certificate.domain.writing import Numbers, numbered, written_holder


def reissue_order(a: Approval, current: Credential, change: Change, meta: Metadata, numbers: Numbers) -> ReissueCredential:
    """All that the new issue says: what the matter changes, the rest as before."""
    effect, face = a.effect, current.face
    period, former = _period(a, face, change), current.identifier
    if former is None:
        made, version = a.there(effect.identifier, "effect_incomplete"), identifiers.FIRST_ISSUE
        identifier = identifiers.first_identifier(made, a.decided_on, numbers["identifier"])
    else:
        identifier, version = identifiers.next_identifier(former)
    return ReissueCredential(
        meta=meta,
        **a.filed,
        credential_id=a.target,
        change=change,
        title=a.title(),
        registration_number=numbered(a, numbers, face),
        identifier=identifier,
        identifier_version=version,
        predecessor=former,
        holder=written_holder(a, face.holder, moved=change == "transferred"),
        scopes=period.scopes,
        issuer=face.issuer if former is not None else a.issuer(),
        portrait=a.portrait() or face.portrait,
        issued_on=a.decided_on,
        valid_from=period.valid_from,
        valid_until=period.valid_until,
        attributes={**face.attributes, **effect.attributes_from(a.facts)},
        granted_on=a.day(effect.writes.granted_on, face.granted_on),
        expected_issue=len(current.issues),
    )


def cancel_order(a: Approval, meta: Metadata) -> CancelCredential:
    """Why, as the filing says."""
    said = {**a.filing.form, **a.effect.attributes_from(a.facts)}
    return CancelCredential(
        meta=meta,
        **a.filed,
        credential_id=a.target,
        forced=a.effect.kind == "force_cancel",
        reason=next((words for name in said if name.endswith("reason") and (words := words_of(said[name]))), None),
        cancelled_on=a.decided_on,
    )


def _period(a: Approval, face: Face, change: Change) -> Period:
    effect = a.effect
    if change == "renewed":
        return renewed(face, a.asked_scope, a.there(effect.validity, "effect_incomplete"), a.decided_on)
    if change == "extended":
        return extended(face, a.scope(a.asked_scope, face.valid_until), effect.validity, a.decided_on)
    return _corrected(a, unchanged(face))


def _corrected(a: Approval, period: Period) -> Period:
    """A corrected last day is the certificate's, and of what ended with it; what ends earlier by itself was not wrong."""
    writes = a.effect.writes
    until = a.day(writes.valid_until, period.valid_until)
    own = {one.specialty: _mended(one, period.valid_until, until) for one in period.scopes}
    wanted = a.scope(a.asked_scope, until) if writes.scope is not None else ()
    scopes = tuple(own.get(one.specialty, one) for one in wanted) or tuple(own.values())
    return Period(scopes, a.day(writes.valid_from, period.valid_from), until)


def _mended(scope: Scope, was: date, until: date) -> Scope:
    last = until if scope.expires_on == was else min(scope.expires_on, until)
    return scope.model_copy(update={"expires_on": last})
