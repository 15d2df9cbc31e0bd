"""The agreement of other parties 确认, asked for before the authority sees a filing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.filing.types import PartyRef
from contracts.matters.facts import CertificateFacts, FilerFacts, SubjectFacts
from contracts.matters.route import Party
from contracts.message import Command, Event, named


@named("filing.ConfirmFiling.v1")
class ConfirmFiling(Command):
    """The party whose turn it is agrees. ``commitment_accepted``: it has read the commitment, where the matter has one for it.

    ``round``: the hand-in that it saw; it agrees to no other. What was handed in is what is agreed to; ``subject``,
    ``filer`` and ``certificate`` are filled in afresh for the last party: the rules must still hold of them.
    """

    FILLED_IN = frozenset({"meta", "subject", "filer", "certificate"})
    filing_id: UUID
    commitment_accepted: bool = False
    round: Annotated[int, Field(ge=1)] | None = None
    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None
    certificate: CertificateFacts | None = None


@named("filing.FilingConfirmed.v1")
class FilingConfirmed(Event):
    """``next`` is whose turn it is then, until ``due_on``; none: all have agreed. ``commitment_sha256`` is of the words shown.

    ``account_id`` none: it counts as agreed by silence.
    """

    filing_id: UUID
    round: int
    by: Party
    next: PartyRef | None = None
    due_on: date | None = None
    commitment_sha256: str | None = None
    account_id: str | None = None
    at: AwareDatetime | None = None


@named("filing.DeclineFiling.v1")
class DeclineFiling(Command):
    """The party whose turn it is refuses; ``meta.reason`` must say why. The filer may mend it and hand it in again.

    ``round``: the hand-in that it saw.
    """

    filing_id: UUID
    round: Annotated[int, Field(ge=1)] | None = None


@named("filing.ConfirmationDeclined.v1")
class ConfirmationDeclined(Event):
    """``by_silence``: the party's time is over, and the matter says that this means no."""

    filing_id: UUID
    round: int
    by: Party
    reason: str
    by_silence: bool = False
    account_id: str | None = None
    at: AwareDatetime | None = None


@named("filing.KeepConfirmationTime.v1")
class KeepConfirmationTime(Command):
    """By the timer: what is near, or over, of the party's time. ``due_on`` is the day that was looked at.

    ``subject``, ``filer`` and ``certificate`` are filled in where silence may be the last agreement.
    """

    FILLED_IN = frozenset({"meta", "subject", "filer", "certificate"})
    filing_id: UUID
    round: int
    by: Party
    due_on: date
    what: Literal["near", "over"]
    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None
    certificate: CertificateFacts | None = None


@named("filing.ConfirmationNear.v1")
class ConfirmationNear(Event):
    """The party is to be reminded."""

    filing_id: UUID
    round: int
    by: PartyRef
    due_on: date


@named("filing.ConfirmationTimedOut.v1")
class ConfirmationTimedOut(Event):
    """``agreed`` is followed by what an agreement would be, ``declined`` by ConfirmationDeclined, ``removed`` ends the filing."""

    filing_id: UUID
    round: int
    by: Party
    due_on: date
    means: Literal["removed", "agreed", "declined"]
    legal_basis: str | None = None
    at: AwareDatetime | None = None


@named("filing.WithdrawFiling.v1")
class WithdrawFiling(Command):
    """The filer takes it back while it waits for parties: it can be changed again. Once the authority has it, nobody does."""

    filing_id: UUID


@named("filing.FilingWithdrawn.v1")
class FilingWithdrawn(Event):
    """Whoever agreed has to be asked again."""

    filing_id: UUID
    round: int
    reason: Annotated[str, Field(max_length=2000)] = ""
