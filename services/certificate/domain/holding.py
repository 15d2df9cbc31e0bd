"""What a person has already: what stands in the way of another credential, and what a new one takes the place of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.certificate import CredentialGranted
from contracts.matters.facts import CertificateFacts
from services.certificate.domain.credential import Credential


@dataclass(frozen=True)
class Wanted:
    """A credential that an approval is to give."""

    filing_id: UUID
    kind: str
    specialties: tuple[str, ...]
    on: date

    def stands_in_the_way(self, held: Iterable[Credential]) -> UUID | None:
        """One of the same kind and specialty that is still valid."""
        rivals = (one for one in held if one.status(self.on) == "valid")
        return next((granted.credential_id for granted in self._same(rivals)), None)

    def takes_the_place_of(self, held: Iterable[Credential]) -> UUID | None:
        """The latest of the same kind and specialty that has expired."""
        expired = self._same(one for one in held if one.status(self.on) == "expired")
        last = max(expired, key=lambda granted: granted.valid_until, default=None)
        return last.credential_id if last is not None else None

    def _same(self, held: Iterable[Credential]) -> list[CredentialGranted]:
        """What another approval gave; asked again after a crash, its own grant is none."""
        return [
            granted
            for one in held
            if (granted := one.granted) is not None
            and granted.filing_id != self.filing_id
            and granted.kind == self.kind
            and {scope.specialty for scope in granted.scopes} & set(self.specialties)
        ]


def facts_of(credential: Credential, on: date) -> CertificateFacts:
    """The credential as the rules of matters read it."""
    granted = credential.granted
    assert granted is not None
    return CertificateFacts(
        certificate_id=granted.credential_id,
        credential=granted.kind,
        number=granted.registration_number,
        identifier=granted.identifier,
        status=credential.status(on),
        scope=tuple(scope.specialty for scope in granted.scopes),
        valid_until=granted.valid_until,
    )
