"""A case: what happened to it so far, and from that where it stands. The rules are in the other modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.identity import Level
from contracts.review import (
    Action,
    Applicant,
    CaseAnnounced,
    CaseApproved,
    CaseEscalated,
    CaseHandedBack,
    CaseLapsed,
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseReturned,
    CaseStatus,
    DeadlineMissed,
    DeadlineNear,
    KeepDeadline,
    ObjectionAnswered,
    ObjectionAssigned,
    ObjectionLodged,
    PublicityEnded,
    Stage,
    StageDeemedPassed,
    StagePassed,
    Submission,
)

Decision = CaseRejected | CaseApproved | CaseLapsed
Examined = StagePassed | StageDeemedPassed
Notice = tuple[str, str, date, bool]
"""(deadline, key, day, near)"""


@dataclass(frozen=True)
class Clock:
    """One run of a stage's clock: ``began_on`` is day 0, ``days_left`` working days follow it (行政许可法 art. 82).

    ``suspended`` says why it stands still; then ``began_on`` is the day on which it was stopped.
    """

    began_on: date
    days_left: int
    suspended: str | None = None
    extended: bool = False

    def stopped(self, on: date, used: int, why: str) -> Clock:
        """Stopped on a day, after so many working days were used."""
        return replace(self, began_on=on, days_left=max(self.days_left - used, 0), suspended=why)

    def resumed(self, on: date) -> Clock:
        """Running on with what was left; that day is the new day 0."""
        return replace(self, began_on=on, suspended=None)


@dataclass(frozen=True)
class Objection:
    """One objection, and what became of it."""

    lodged: ObjectionLodged
    assigned: ObjectionAssigned | None = None
    answered: ObjectionAnswered | None = None


@dataclass(frozen=True)
class Case:
    """``opened`` is none before there is a case; ``decision`` ends it. A return does not: the correction is awaited.

    ``void`` is what an objection that was upheld undid: it counts no longer, but its examiner did examine the case.
    """

    opened: CaseOpened | None = None
    submissions: tuple[Submission, ...] = ()
    applicant: Applicant | None = None
    filed_by: frozenset[str] = frozenset()
    party_enterprises: frozenset[UUID] = frozenset()
    passed: tuple[Examined, ...] = ()
    void: tuple[Examined, ...] = ()
    clock: Clock | None = None
    escalated_to: Level | None = None
    moved: CaseEscalated | CaseHandedBack | None = None
    holder: str | None = None
    returns: tuple[CaseReturned, ...] = ()
    returned: CaseReturned | None = None
    publicised: CasePublicised | None = None
    publicity_ended: PublicityEnded | None = None
    objections: tuple[Objection, ...] = ()
    announced: CaseAnnounced | None = None
    decision: Decision | None = None
    noticed: frozenset[Notice] = frozenset()

    @property
    def stage(self) -> Stage | None:
        """The stage that is to be done now; none once all are passed or the case is decided."""
        if self.opened is None or self.decision is not None:
            return None
        return next(iter(self.opened.stages[len(self.passed) :]), None)

    @property
    def level(self) -> Level | None:
        """Who acts in the present stage: its own level, or the one it was escalated to."""
        stage = self.stage
        return self.escalated_to or stage.level if stage is not None else None

    @property
    def following(self) -> Stage | None:
        """The stage after the present one."""
        return next(iter(self.opened.stages[len(self.passed) + 1 :]), None) if self.opened is not None else None

    @property
    def round(self) -> int:
        """The submission that is looked at now."""
        return self.submissions[-1].round if self.submissions else 0

    @property
    def open_objections(self) -> tuple[Objection, ...]:
        """Those that are not answered: they hold this case, and no other."""
        return tuple(one for one in self.objections if one.answered is None)

    @property
    def status(self) -> CaseStatus:
        """Where it stands, in one word."""
        match self.decision:
            case CaseApproved():
                return "approved"
            case CaseRejected():
                return "rejected"
            case CaseLapsed():
                return "lapsed"
        if self.returned is not None:
            return "returned"
        if self.stage is not None:
            return "in_review"
        if self.publicity_ended is not None:
            return "publicity_ended"
        return "publicised" if self.publicised is not None else "passed"

    @property
    def next_actions(self) -> tuple[Action, ...]:
        """What an authority can do now, whoever it is. During a publicity: wait, and answer objections."""
        answers: tuple[Action, ...] = ("answer_objection",) if self.open_objections else ()
        stage, status = self.stage, self.status
        if status == "in_review" and stage is not None:
            return self._examining(stage)
        if status == "passed" and self.opened is not None and self.opened.publicity_working_days is not None:
            return ("publicise", *answers)
        # what is not to be announced is approved by itself, so a case that still waits here waits for this
        waits = status in ("passed", "publicity_ended") and not answers
        return ("announce",) if waits else answers

    def _examining(self, stage: Stage) -> tuple[Action, ...]:
        desk: tuple[Action, ...] = ("claim", "assign") if self.holder is None else ("release", "assign")
        if self.clock is not None and self.clock.suspended:
            return ("resume", *desk)
        verbs: dict[str, Action] = {"pass": "pass", "return": "return", "refuse": "reject"}
        clock: tuple[Action, ...] = ("suspend",) if may_stand_still(stage) else ()
        if stage.extension is not None and self.clock is not None and not self.clock.extended:
            clock = (*clock, "extend")
        above = level_above(self.opened.stages, self.level or stage.level) if self.opened is not None else None
        up: tuple[Action, ...] = ("escalate",) if above is not None else ()
        back: tuple[Action, ...] = ("hand_back",) if self.escalated_to is not None else ()
        return (*(verbs[outcome] for outcome in stage.outcomes), *desk, *clock, *up, *back)


def may_stand_still(stage: Stage) -> bool:
    """What is not counted by 行政许可法 art. 45 is not counted in the limits on deciding. That on acceptance, which art.
    32(4) dates back to the receipt, is none of them: there only a correction stops the clock."""
    return stage.silence is None or stage.silence.as_of != "receipt"


def notice_of(told: DeadlineNear | DeadlineMissed | KeepDeadline, near: bool) -> Notice:
    """A reminder is of a last day: lengthened, it is reminded of anew. A run is missed once, though a calendar that is
    changed meanwhile has two replicas count to different days."""
    return told.deadline, told.key, told.due_on if near else told.began_on, near


LEVELS: tuple[Level, ...] = ("county", "city", "province", "ministry")


def level_above(stages: Sequence[Stage], level: Level) -> Level | None:
    """The next level above on the case's own route: nobody else knows the matter."""
    above = [LEVELS.index(stage.level) for stage in stages if LEVELS.index(stage.level) > LEVELS.index(level)]
    return LEVELS[min(above)] if above else None
