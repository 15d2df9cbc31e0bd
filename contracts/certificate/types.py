"""What certificates are made of: holder, scope, issuer, status."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from contracts.identifiers import CertificateIdentifier, Uscc
from contracts.identity import Name, PersonName, Place, Words
from contracts.matters.credential import CertificateStatus
from contracts.message import Model
from contracts.personal import PERSONAL

CredentialStatus = CertificateStatus
Attributes = Annotated[dict[str, Any], PERSONAL]
"""What else the matter has recorded with the credential, by the names of its `effect.attributes`."""

Characters = Annotated[tuple[str, ...], PERSONAL]
"""``U+20BB6``: what no font has. Rare enough to tell whose name it is of."""

NumberAsPrinted = str
"""A registration number as it stands on the certificate: each kind has forms of its own, old ones had others."""


class Holder(Model):
    """Whom the credential is given to, and for whom they work.

    ``person_id`` is none as long as nobody has proven to be the one that an old certificate names; ``enterprise_id`` is none
    too where an old certificate only tells its employer's name.
    """

    person_id: UUID | None
    name: PersonName
    resident_id: Annotated[str, PERSONAL]
    sex: Annotated[Literal["male", "female"], PERSONAL]
    birth_date: Annotated[date, PERSONAL]
    enterprise_id: UUID | None
    enterprise_name: Words | None


class Scope(Model):
    """What the credential allows, each with its own expiry: a specialty of a constructor."""

    specialty: str
    label: str
    expires_on: date


class Issuer(Model):
    """The authority in whose name the credential is issued. An old certificate tells its name only."""

    name: Name
    uscc: Uscc | None = None
    place: Place


class Concerned(Model):
    """Which certificate an end was of, and whom it concerns: to be told, here and to other provinces. ``identifier`` is none
    where it never was an electronic one.
    """

    title: str = ""
    person_id: UUID | None = None
    enterprise_id: UUID | None = None
    kind: str | None = None
    registration_number: NumberAsPrinted | None = None
    identifier: CertificateIdentifier | None = None
    issuer: Issuer | None = None


Origin = Literal["granted", "imported", "supplemented"]
IdentifierVersion = Annotated[int, Field(ge=1, le=999)]
