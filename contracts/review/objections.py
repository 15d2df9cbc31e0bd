"""Objections to what is shown publicly: lodged by anybody, assigned, answered; each holds its own case only."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field, SerializerFunctionWrapHandler, WrapSerializer

from contracts.files import FileRef
from contracts.identity import Level
from contracts.message import Actor, Command, Event, Model, Question, named
from contracts.personal import PERSONAL
from contracts.review.types import Account, Objector, Opinion, StageName

ObjectionOutcome = Literal["dismissed", "upheld"]
"""dismissed: the case goes on. upheld: its last stage is open again, to be examined anew."""
Reasons = Annotated[str, Field(min_length=5, max_length=5000), PERSONAL]


def _told(objector: Any) -> Any:
    """What was left empty for others reads as none."""
    return objector or None


def _brought(files: Any) -> Any:
    """What was left empty for others reads as none at all."""
    return files or ()


def _emptied(kept: Any, write: SerializerFunctionWrapHandler) -> Any:
    """What was left empty for others is written as it is."""
    return write(kept) if kept else kept


KeptObjector = Annotated[Objector | None, BeforeValidator(_told), WrapSerializer(_emptied)]
"""Who objected, as long as this is review's own log."""
KeptFiles = Annotated[tuple[FileRef, ...], BeforeValidator(_brought), WrapSerializer(_emptied)]
"""What came with it; the name of a file may say who brought it."""


@named("review.LodgeObjection.v1")
class LodgeObjection(Command):
    """Object, with reasons and files, while the case is shown: through the last second of the last day.

    Without an objector it is anonymous, where the matter allows it.
    """

    objection_id: UUID
    case_id: UUID
    reasons: Reasons
    files: Annotated[tuple[FileRef, ...], Field(max_length=5)] = ()
    objector: Objector | None = None


@named("review.ObjectionLodged.v1")
class ObjectionLodged(Event):
    """``working_days`` from the day after ``lodged_on``: by then it is to be answered.

    What is objected, and by whom, is for the authority alone: it stays in review's own log.
    """

    SECRET = frozenset({"reasons", "files", "objector"})

    objection_id: UUID
    case_id: UUID
    filing_id: UUID
    number: str
    reasons: Annotated[str, PERSONAL]
    files: KeptFiles
    objector: KeptObjector
    lodged_at: AwareDatetime
    lodged_on: date
    working_days: int | None


@named("review.AssignObjection.v1")
class AssignObjection(Command):
    """Give an objection to an officer of the authority that shows the case; not to one who examined it.

    ``assignee`` and the enterprises that they work for are filled in from their account.
    """

    FILLED_IN = frozenset({"meta", "assignee", "assignee_employers", "employers"})
    case_id: UUID
    objection_id: UUID
    officer: Account
    assignee: Actor | None = None
    assignee_employers: tuple[UUID, ...] = ()
    employers: tuple[UUID, ...] = ()


@named("review.ObjectionAssigned.v1")
class ObjectionAssigned(Event):
    objection_id: UUID
    case_id: UUID
    filing_id: UUID
    officer: str
    by: str


@named("review.AnswerObjection.v1")
class AnswerObjection(Command):
    """Decide an objection, with the answer that its author may read."""

    FILLED_IN = frozenset({"meta", "employers", "due_on"})
    case_id: UUID
    objection_id: UUID
    outcome: ObjectionOutcome
    answer: Opinion
    employers: tuple[UUID, ...] = ()
    due_on: date | None = None


@named("review.ObjectionAnswered.v1")
class ObjectionAnswered(Event):
    objection_id: UUID
    case_id: UUID
    filing_id: UUID
    outcome: ObjectionOutcome
    answer: str
    officer: str
    authority_id: UUID
    answered_on: date
    due_on: date | None = None


@named("review.StageReopened.v1")
class StageReopened(Event):
    """An objection was upheld: the last stage is to be done again, and its clock begins anew."""

    case_id: UUID
    filing_id: UUID
    stage: StageName
    level: Level
    objection_id: UUID
    reopened_on: date


# -- for anybody ----------------------------------------------------------------------------------------------


@named("review.GetPublicity.v1")
class GetPublicity(Question):
    """Whether this case may be objected to at this moment, and how; refused as an objection would be, if not."""

    case_id: UUID
    at: AwareDatetime


class PublicityView(Model):
    """The answer to GetPublicity: no personal data. ``working_days``: by when an objection is answered."""

    case_id: UUID
    number: str
    title: str
    starts_on: date
    ends_on: date
    anonymous: bool
    working_days: int | None


@named("review.GetObjection.v1")
class GetObjection(Question):
    """What became of an objection. Its id is the receipt: nobody can guess it, and whoever has it may read this."""

    objection_id: UUID


class ObjectionReceipt(Model):
    """The answer to GetObjection: neither the reasons nor who objected.

    ``due_on`` is the last day to answer it; none where the matter sets no limit, or the year is not published yet.
    """

    objection_id: UUID
    number: str
    case_number: str
    title: str
    lodged_at: AwareDatetime
    due_on: date | None
    outcome: ObjectionOutcome | None
    answer: str | None
    answered_on: date | None
