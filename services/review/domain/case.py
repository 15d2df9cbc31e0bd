"""A case: what happened to it so far, and from that where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from contracts.message import Event
from contracts.review import (
    Action,
    CaseAnnounced,
    CaseApproved,
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseReturned,
    CaseStatus,
    PublicityEnded,
    Stage,
    StagePassed,
)

Decision = CaseReturned | CaseRejected | CaseApproved


@dataclass(frozen=True)
class Case:
    """``opened`` is none before there is a case; ``decision`` ends it, and a return leads to another case."""

    opened: CaseOpened | None = None
    passed: tuple[StagePassed, ...] = ()
    publicised: CasePublicised | None = None
    publicity_ended: PublicityEnded | None = None
    announced: CaseAnnounced | None = None
    decision: Decision | None = None

    @property
    def stage(self) -> Stage | None:
        """The stage that is to be done now; none once all are passed or the case is decided."""
        if self.opened is None or self.decision is not None:
            return None
        return next(iter(self.opened.stages[len(self.passed) :]), None)

    @property
    def status(self) -> CaseStatus:
        """Where it stands, in one word."""
        match self.decision:
            case CaseApproved():
                return "approved"
            case CaseReturned():
                return "returned"
            case CaseRejected():
                return "rejected"
        if self.stage is not None:
            return "in_review"
        if self.publicity_ended is not None:
            return "publicity_ended"
        return "publicised" if self.publicised is not None else "passed"

    @property
    def next_actions(self) -> tuple[Action, ...]:
        """What an authority can do now. During publicity: nothing but wait."""
        stage, status = self.stage, self.status
        if stage is not None:
            verbs: dict[str, Action] = {"pass": "pass", "return": "return", "refuse": "reject"}
            return tuple(verbs[outcome] for outcome in stage.outcomes)
        if status == "passed" and self.opened is not None and self.opened.publicity_working_days is not None:
            return ("publicise",)
        # what is not to be announced is approved by itself, so a case that still waits here waits for this
        return ("announce",) if status in ("passed", "publicity_ended") else ()


def evolve(case: Case, event: Event) -> Case:
    """The case after one event."""
    match event:
        case CaseOpened():
            return Case(opened=event)
        case StagePassed():
            return replace(case, passed=(*case.passed, event))
        case CasePublicised():
            return replace(case, publicised=event)
        case PublicityEnded():
            return replace(case, publicity_ended=event)
        case CaseAnnounced():
            return replace(case, announced=event)
        case CaseReturned() | CaseRejected() | CaseApproved():
            return replace(case, decision=event)
    return case
