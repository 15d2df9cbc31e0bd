"""A stage goes to the level above, and back."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.errors import Refused
from contracts.identity import Level
from contracts.message import Event
from contracts.review import CaseEscalated, CaseHandedBack, CaseOpened, EscalateCase, HandBackCase, Stage
from services.review.domain import rules
from services.review.domain.case import Case, level_above
from services.review.domain.examination import may_be_examined


def escalate_case(case: Case, command: EscalateCase) -> Sequence[Event]:
    """To the next level above that the case's own route knows; it takes nothing but the acting."""
    opened = rules.case_is_open(case, command.case_id)
    if _was_moved_by(case, command, CaseEscalated):
        return []
    stage, level = _acting(case, command)
    above = level_above(opened.stages, level)
    if above is None:
        raise Refused("no_level_above", params={"level": level})
    return [escalated(opened, stage, level, above, command.reason, command.meta.actor.account_id)]


def hand_back_case(case: Case, command: HandBackCase) -> Sequence[Event]:
    """The level above has looked, and the level that the stage belongs to goes on."""
    opened = rules.case_is_open(case, command.case_id)
    if _was_moved_by(case, command, CaseHandedBack):
        return []
    stage, level = _acting(case, command)
    if case.escalated_to is None:
        raise Refused("not_escalated")
    return [
        CaseHandedBack(
            case_id=opened.case_id,
            filing_id=opened.filing_id,
            stage=stage.name,
            from_level=level,
            to_level=stage.level,
            reason=command.reason,
            officer=command.meta.actor.account_id,
        )
    ]


def escalated(
    opened: CaseOpened, stage: Stage, level: Level, above: Level, reason: str, officer: str | None
) -> CaseEscalated:
    """The event; without an officer it went up by itself, because its time was over."""
    return CaseEscalated(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        stage=stage.name,
        from_level=level,
        to_level=above,
        reason=reason,
        officer=officer,
    )


def _acting(case: Case, command: EscalateCase | HandBackCase) -> tuple[Stage, Level]:
    stage, _ = rules.examiner(case, command)
    may_be_examined(case, stage)
    return stage, case.level or stage.level


def _was_moved_by(
    case: Case, command: EscalateCase | HandBackCase, how: type[CaseEscalated | CaseHandedBack]
) -> bool:
    """Their second click; by then the case is at the other level, so that no rule would let them."""
    moved = case.moved
    return (
        isinstance(moved, how)
        and moved.stage == command.stage
        and moved.officer == command.meta.actor.account_id
        and case.decision is None
    )
