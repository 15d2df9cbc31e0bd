"""What a person has already: what stands in the way of another credential, and what a new one takes the place of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.matters.facts import CertificateFacts, ScopeFacts
from services.certificate.domain.kinds import one_per_person
from services.certificate.domain.state import Credential


@dataclass(frozen=True)
class Wanted:
    """A credential that an approval is to give. ``scope``: what it is to be good for."""

    filing_id: UUID
    kind: str
    scope: tuple[str, ...]
    on: date

    def stands_in_the_way(self, held: Iterable[Credential]) -> UUID | None:
        """One of the same kind and scope that is still valid."""
        rivals = (one for one in held if one.exists and one.status(self.on) == "valid")
        return next((one.credential_id for one in self._same(rivals)), None)

    def takes_the_place_of(self, held: Iterable[Credential]) -> UUID | None:
        """The latest of the same kind and scope that has expired."""
        expired = self._same(one for one in held if one.exists and one.status(self.on) == "expired")
        last = max(expired, key=lambda one: one.face.valid_until, default=None)
        return last.credential_id if last is not None else None

    def _same(self, held: Iterable[Credential]) -> list[Credential]:
        """What another approval gave; asked again after a crash, its own grant is none."""
        alone, scope = one_per_person(self.kind), frozenset(self.scope)
        return [
            one
            for one in held
            if one.issues[0].filing_id != self.filing_id and one.same_scope(self.kind, scope, one_per_person=alone)
        ]


def followed(held: Iterable[Credential]) -> frozenset[UUID]:
    """Those of a person's certificates after which another one was granted."""
    return frozenset(one.after for one in held if one.after is not None)


def over_unsaid(held: Iterable[Credential], on: date) -> list[Credential]:
    """Whose last day is over, and nobody has said so: they still have places that a new one needs."""
    return [one for one in held if one.standing and one.over(on)]


def facts_of(credential: Credential, on: date, *, followed: bool = False) -> CertificateFacts:
    """The credential as the rules of matters read it."""
    face = credential.face
    assert credential.credential_id is not None
    return CertificateFacts(
        certificate_id=credential.credential_id,
        credential=credential.kind,
        number=face.registration_number,
        identifier=credential.identifier,
        status=credential.status(on, followed=followed),
        ended_as=credential.ended.as_entered if credential.ended is not None else None,
        scope=tuple(one.specialty for one in face.scopes),
        valid_until=face.valid_until,
        scopes=tuple(ScopeFacts(specialty=one.specialty, expires_on=one.expires_on) for one in face.scopes),
        in_force=tuple(one.specialty for one in credential.in_force(on)),
        granted_on=face.granted_on,
        valid_from=face.valid_from,
        holder_name=face.holder.name,
        holder_resident_id=face.holder.resident_id,
        holder_id=face.holder.person_id,
        employer_id=face.holder.enterprise_id,
        employer=face.holder.enterprise_name,
        issuer=face.issuer.name,
        place=face.issuer.place,
        origin=credential.origin,
        has_document=credential.document is not None,
        came_to_nothing=len(credential.unchanged),
    )
