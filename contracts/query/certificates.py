"""Certificates as their holders, enterprises and authorities see them, and the people whom an enterprise has registered."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.certificate import Change, CredentialStatus, Origin, Scope
from contracts.files import FileRef
from contracts.message import Actor, Model, named
from contracts.query.base import Listing, Personal, Search

RegisterPart = Literal["electronic", "historical"]
"""electronic: approved here, so that there is an electronic certificate (manual 001, 3.2.4.1). historical: those that were
there before (3.2.4.2), as long as no filing here has given them an issue.
"""
Days = Annotated[int, Field(ge=0, le=3660)]


@named("query.ListCertificates.v1")
class ListCertificates(Listing):
    """Certificates, newest first; by name where a name is asked for, by number where a number is.

    ``on`` decides which have expired; none means today. ``who`` is the beginning of a name, or a whole ID number.
    ``enterprise_id``: its employees' now. Withdrawn ones are shown only when their status is asked for.
    """

    viewer: Actor
    on: date | None = None
    part: RegisterPart | None = None
    credential_id: UUID | None = None
    who: Search | None = None
    name: Search | None = None
    resident_id: Search | None = None
    number: Search | None = None
    identifier: str | None = None
    kind: str | None = None
    registration_type: str | None = None
    status: CredentialStatus | None = None
    enterprise_id: UUID | None = None
    person_id: UUID | None = None


class CertificateRow(Model):
    """A line of the register: what the certificate says by its last issue, and what became of it.

    ``identifier`` is none where it never was an electronic one; ``person_id`` where nobody has proven to be its holder yet.
    ``scopes`` each have their own last day. ``issues`` counts from 1, ``changed_by`` is what made the last of them.
    ``former_enterprise``: whom it was moved from by the last transfer. ``registration_type``: of the last filing.
    ``ended_because``: cancelled, force_cancelled, expired, withdrawn, or the cause by law; of an old one revoked, taken_away or
    lapsed. ``ended_reason`` as the filing says. ``status_code``: what the standard for certificates of its kind calls the status.
    """

    credential_id: UUID
    filing_id: UUID | None
    kind: str
    title: str
    registration_type: str | None
    registration_number: str
    identifier: str | None
    person_id: UUID | None
    holder_name: Personal
    resident_id: Personal
    enterprise_id: UUID | None
    enterprise_name: str | None
    scopes: tuple[Scope, ...]
    issuer_name: str
    place: str
    granted_on: date
    valid_from: date
    valid_until: date
    status: CredentialStatus
    document: FileRef | None
    origin: Origin = "granted"
    issues: int = 1
    issued_on: date | None = None
    changed_by: Change | None = None
    former_enterprise_id: UUID | None = None
    former_enterprise: str | None = None
    ended_on: date | None = None
    ended_because: str | None = None
    ended_reason: str | None = None
    status_code: str | None = None


@named("query.ListRegisteredPeople.v1")
class ListRegisteredPeople(Listing):
    """An enterprise's registered people 已注册人员 (manual 003, 3.1.4): a line for each certificate, by its last day.

    Of the enterprise that asks; others name it. Without ``status`` those that are valid. ``expires_within`` days from ``on``.
    """

    viewer: Actor
    enterprise_id: UUID | None = None
    on: date | None = None
    who: Search | None = None
    kind: str | None = None
    specialty: str | None = None
    status: CredentialStatus | None = None
    expires_within: Days | None = None
