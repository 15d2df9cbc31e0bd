"""What the passing of time alone does to a certificate: its last day, or its holder's age, whichever ends it first."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.certificate import ExpireCredential, LapseCredential
from contracts.message import SYSTEM, Metadata
from services.certificate.domain.kinds import kind_of
from services.certificate.domain.state import Credential


def last_day_of_age(name: str, born: date) -> date | None:
    """The last day on which somebody is not too old for this kind."""
    kind = kind_of(name)
    return kind.last_day_of_age(born) if kind is not None else None


def last_day_of(credential: Credential) -> date:
    """The day after which there is something to be said of it."""
    face = credential.face
    by_age = last_day_of_age(credential.kind, face.holder.birth_date)
    return min(face.valid_until, by_age) if by_age is not None else face.valid_until


def over_by_time(
    credential_id: UUID, credential: Credential, looked_at: date, at: datetime
) -> ExpireCredential | LapseCredential:
    """The order to say so. ``looked_at`` is the day by which it was found. Who was too old before the last day came has lost
    it by that, and never before it was issued: then it should not have been.
    """
    kind, by_age = kind_of(credential.kind), None
    if credential.standing:
        by_age = last_day_of_age(credential.kind, credential.face.holder.birth_date)
    if kind is None or by_age is None or by_age >= credential.face.valid_until:
        meta = _meta(f"expire-{credential_id}-{looked_at.isoformat()}", at)
        return ExpireCredential(credential_id=credential_id, valid_until=looked_at, meta=meta)
    return LapseCredential(
        credential_id=credential_id,
        cause="over_age",
        lapsed_on=max(by_age + timedelta(days=1), credential.issue.issued_on),
        legal_basis=kind.source,
        meta=_meta(f"lapse-{credential_id}-over-age-{looked_at.isoformat()}", at),
    )


def _meta(name: str, at: datetime) -> Metadata:
    return Metadata(command_id=name, actor=SYSTEM, at=at, correlation_id=name)
