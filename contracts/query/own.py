"""What is one's own: a person's whole record, and an enterprise's first page."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from contracts.certificate import CredentialStatus
from contracts.filing import FilingStatus
from contracts.message import Actor, Model, named
from contracts.query.base import Personal, ViewQuestion
from contracts.query.certificates import CertificateRow
from contracts.query.confirmations import ConfirmationRow
from contracts.query.filings import FilingRow
from contracts.query.registers import EmploymentRow, PartyRow, QualificationRow


@named("query.GetPersonalInformation.v1")
class GetPersonalInformation(ViewQuestion):
    """A person's own record: certificates, qualifications, employments, and the filings that are open.

    For the person, the enterprise that employs or has registered them, the authorities of their places.
    """

    viewer: Actor
    person_id: UUID
    on: date | None = None


class PersonalInformation(Model):
    """The answer to GetPersonalInformation. To an enterprise only what concerns it is shown."""

    person: PartyRow
    certificates: tuple[CertificateRow, ...]
    qualifications: tuple[QualificationRow, ...]
    employments: tuple[EmploymentRow, ...]
    open_filings: tuple[FilingRow, ...]
    confirmations: tuple[ConfirmationRow, ...]
    behind: bool = False


@named("query.GetEnterpriseHome.v1")
class GetEnterpriseHome(ViewQuestion):
    """The first page of an enterprise (manual 003, 3.1.3): what waits for it, and its people in figures.

    Of the enterprise that asks; an authority of its place, or an operator, names it. ``latest`` rows of what waits are told.
    """

    viewer: Actor
    enterprise_id: UUID | None = None
    on: date | None = None
    latest: int = Field(default=10, ge=0, le=50)


class SpecialtyCount(Model):
    """How many people hold a valid certificate with this specialty, that specialty not being over."""

    kind: str
    specialty: str
    label: str
    people: int


class EnterpriseHome(Model):
    """``drafts``: begun and not handed in. ``to_confirm``: of others' filings, its agreement is asked for (待上报, where a
    person files and the enterprise reports). ``waits_for_others``: its own that wait for parties. ``returned``: to be mended.
    ``of_people``: what its people have filed and the authority has got (reported by it, or past it), by status.
    """

    enterprise_id: UUID
    name: Personal | None
    drafts: int
    to_confirm: int
    waits_for_others: int
    returned: int
    filings: dict[FilingStatus, int]
    of_people: dict[FilingStatus, int] = Field(default_factory=dict)
    certificates: dict[CredentialStatus, int]
    registered_people: int
    employees: int
    expiring_within_30: int
    expiring_within_90: int
    by_specialty: tuple[SpecialtyCount, ...]
    waiting: tuple[ConfirmationRow, ...]
    behind: bool = False
