"""A hand-in that parties are asked about, one after the other: who has answered what, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from contracts.filing import Asked, ConfirmationsAsked, PartyRef
from contracts.matters.route import Party
from contracts.message import Actor

AnswerStatus = Literal["confirmed", "declined", "timed_out"]


@dataclass(frozen=True)
class Answer:
    """``account_id`` none: nobody said so, the time was over. ``timed_out``: which ended the filing, by ``reason``."""

    ref: PartyRef
    status: AnswerStatus
    account_id: str | None
    at: datetime | None
    reason: str | None = None


@dataclass(frozen=True)
class Asking:
    """One hand-in. ``answers`` are in the order of ``asked``; ``withdrawn``: the filer took it back, they count no more."""

    handed_in: ConfirmationsAsked
    due_on: date | None
    answers: tuple[Answer, ...] = ()
    reminded: bool = False
    withdrawn: bool = False

    @property
    def current(self) -> Asked | None:
        """Whose turn it is, as long as nobody refused."""
        asked = self.handed_in.asked
        return asked[len(self.answers)] if len(self.answers) < len(asked) else None

    @property
    def next(self) -> Asked | None:
        """Whose turn it is after that."""
        later = self.handed_in.asked[len(self.answers) + 1 :]
        return later[0] if later else None

    def ref_of(self, by: Party, usual: PartyRef | None) -> PartyRef | None:
        """Who that party is: whom it was asked as then, whatever would be found now."""
        return next((one for one in self.handed_in.asked if one.by == by), usual)

    def answered(
        self,
        status: AnswerStatus,
        account_id: str | None,
        at: datetime | None,
        reason: str | None = None,
        *,
        due_on: date | None = None,
    ) -> Asking:
        """The one whose turn it is has answered; the next has until ``due_on``."""
        assert self.current is not None
        answer = Answer(self.current, status, account_id, at, reason)
        return replace(self, answers=(*self.answers, answer), due_on=due_on, reminded=False)

    def answers_of(self, actor: Actor) -> Sequence[Answer]:
        """What this actor has answered, the last last."""
        return [one for one in self.answers if is_party(one.ref, actor)]

    def asks(self, actor: Actor) -> bool:
        """Whether this actor is one of the parties."""
        return any(is_party(one, actor) for one in self.handed_in.asked)


def is_party(ref: PartyRef, actor: Actor) -> bool:
    """Whether the actor is, or acts for, this party."""
    if actor.kind == "person":
        return actor.person_id is not None and actor.person_id == ref.person_id
    return actor.kind == "enterprise" and actor.enterprise_id is not None and actor.enterprise_id == ref.enterprise_id


def same_party(one: PartyRef, other: PartyRef) -> bool:
    """Whether both are the same person or enterprise, in whatever role."""
    return (one.person_id, one.enterprise_id) == (other.person_id, other.enterprise_id)
