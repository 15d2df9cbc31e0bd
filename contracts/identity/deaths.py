"""The death of a person, as an authority has found it out; and that this was a mistake."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from contracts.identity.types import PersonalWords, Place
from contracts.message import Command, Event, named
from contracts.personal import PERSONAL


@named("identity.RecordDeath.v1")
class RecordDeath(Command):
    """Said by an officer of a province, or of the ministry, with the duty ``authenticate``, in whose jurisdiction the person's
    employer is, or by the operator. ``meta.reason`` says by which document. ``place``, the employer's, is filled in.
    """

    FILLED_IN = frozenset({"meta", "place"})
    person_id: UUID
    died_on: Annotated[date, PERSONAL]
    place: Place | None = None


@named("identity.PersonDied.v1")
class PersonDied(Event):
    """Nobody acts as this person any more; their employment ends, and what they are registered for lapses where the law says
    so (order 153, 行政许可法 art. 70).
    """

    person_id: UUID
    died_on: Annotated[date, PERSONAL]
    reason: PersonalWords


@named("identity.WithdrawDeath.v1")
class WithdrawDeath(Command):
    """It was a mistake: the person lives. Said by whom a death may be said, with a reason."""

    FILLED_IN = frozenset({"meta", "place"})
    person_id: UUID
    place: Place | None = None


@named("identity.DeathWithdrawn.v1")
class DeathWithdrawn(Event):
    """They act again, and what lapsed by it holds again. The employment is agreed anew."""

    person_id: UUID
    reason: PersonalWords
