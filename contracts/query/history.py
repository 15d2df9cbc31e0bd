"""A registrant's whole history, and what they had at any moment of it."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime

from contracts.message import Actor, Model, named
from contracts.query.base import Personal, ViewQuestion, Who
from contracts.query.certificates import CertificateRow
from contracts.query.filings import FilingRow
from contracts.query.registers import EmploymentRow, PartyRow, QualificationRow


@named("query.History.v1")
class History(ViewQuestion):
    """A person's whole history in order across all services, and what they had at a moment (none: now)."""

    viewer: Actor
    person_id: UUID
    as_of: AwareDatetime | None = None


class HistoryEntry(Model):
    """One event. Its facts are in the log of ``source`` at ``position``; ``says`` is for people."""

    at: AwareDatetime
    source: str
    position: int
    stream: str
    version: int
    event: str
    who: Who
    on_behalf_of: str | None
    reason: str | None
    correlation_id: str
    says: Personal


class PersonState(Model):
    """What the person had at that moment, as the lists of that day would have shown it."""

    person: PartyRow | None
    employments: tuple[EmploymentRow, ...]
    qualifications: tuple[QualificationRow, ...]
    filings: tuple[FilingRow, ...]
    certificates: tuple[CertificateRow, ...]


class PersonHistory(Model):
    """The answer to History."""

    person_id: UUID
    as_of: AwareDatetime | None
    entries: tuple[HistoryEntry, ...]
    state: PersonState
    behind: bool = False
