"""The certificate of a made-up filing: as it was in the register before, and what the effect wrote on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from cli.trying.made_up import Scene
from cli.words import called
from contracts.certificate import (
    CredentialCancelled,
    CredentialEntered,
    CredentialGranted,
    CredentialReissued,
    Holder,
    Issuer,
    Scope,
)
from contracts.identifiers import birth_date, sex
from contracts.matters.registry import Registry
from contracts.matters.schema import Matter
from contracts.message import Event
from services.certificate.domain.credential import CREDENTIAL, Credential


def entered(scene: Scene, matter: Matter, registry: Registry, today: date) -> CredentialEntered | None:
    """The certificate that was made up, as one that was in the register before."""
    one = scene.certificate
    if one is None:
        return None
    number = one.holder_resident_id or scene.subject.resident_id
    labels, kind = registry.labels, registry.credential(matter.credential)
    first, last = one.valid_from or today, one.valid_until or today
    return CredentialEntered(
        credential_id=one.certificate_id,
        kind=one.credential,
        title=labels.label(f"certificate_titles.{one.credential}", matter=matter.code),
        registration_number=one.number,
        holder=Holder(
            person_id=one.holder_id,
            name=one.holder_name or scene.subject.name,
            resident_id=number,
            sex=sex(number),
            birth_date=birth_date(number),
            enterprise_id=one.employer_id,
            enterprise_name=one.employer,
        ),
        scopes=tuple(
            Scope(specialty=part, label=labels.label(f"options.{kind.scope}.{part}"), expires_on=last) for part in one.scope
        ),
        issuer=Issuer(name="样例发证机关", uscc="11430000006122244L", place=one.place or matter.province),
        granted_on=one.granted_on or first,
        valid_from=first,
        valid_until=last,
        status="cancelled" if one.status == "cancelled" else "valid",
        origin="imported",
        portrait=scene.subject.files.portrait,
    )


def state_of(entered: CredentialEntered | None) -> Credential | None:
    """The credential that this left."""
    return CREDENTIAL.fold([entered]) if entered is not None else None


def written(made: Iterable[Event]) -> Iterator[str]:
    """What the register says of it now, line by line."""
    for event in made:
        match event:
            case CredentialGranted() | CredentialReissued():
                yield f"证书编号 {event.registration_number}"
                yield f"电子证照标识 {event.identifier}"
                yield f"有效期 {event.valid_from} 至 {event.valid_until}"
                yield from (f"{one.label} 至 {one.expires_on}" for one in event.scopes)
            case CredentialEntered():
                yield f"证书编号 {event.registration_number}"
                yield f"有效期 {event.valid_from} 至 {event.valid_until}"
            case CredentialCancelled():
                yield f"{called('certificate_status', 'cancelled')} {event.cancelled_on}"
