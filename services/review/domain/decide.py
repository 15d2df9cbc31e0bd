"""Which rule answers which command to a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.decider import Decider
from contracts.errors import Refused
from contracts.message import Command, Event
from contracts.review import (
    AnnounceCase,
    AnswerObjection,
    AssignCase,
    AssignObjection,
    ClaimCase,
    EndPublicity,
    EscalateCase,
    ExtendStage,
    HandBackCase,
    KeepDeadline,
    LodgeObjection,
    OpenCase,
    PassStage,
    PubliciseCase,
    RejectCase,
    ReleaseCase,
    ResubmitCase,
    ResumeClock,
    ReturnCase,
    SuspendClock,
)
from services.review.domain.case import Case
from services.review.domain.correction import resubmit_case, return_case
from services.review.domain.decision import announce_case
from services.review.domain.desk import assign_case, claim_case, release_case
from services.review.domain.escalation import escalate_case, hand_back_case
from services.review.domain.evolution import evolve
from services.review.domain.examination import open_case, pass_stage, reject_case
from services.review.domain.objections import answer_objection, assign_objection, claims, lodge_objection
from services.review.domain.publicity import end_publicity, publicise_case
from services.review.domain.silence import keep_deadline
from services.review.domain.suspension import extend_stage, resume_clock, suspend_clock

RULES: Mapping[type[Command], Callable[[Case, Any], Sequence[Event]]] = {
    OpenCase: open_case,
    ResubmitCase: resubmit_case,
    PassStage: pass_stage,
    ReturnCase: return_case,
    RejectCase: reject_case,
    ClaimCase: claim_case,
    AssignCase: assign_case,
    ReleaseCase: release_case,
    EscalateCase: escalate_case,
    HandBackCase: hand_back_case,
    SuspendClock: suspend_clock,
    ResumeClock: resume_clock,
    ExtendStage: extend_stage,
    KeepDeadline: keep_deadline,
    PubliciseCase: publicise_case,
    EndPublicity: end_publicity,
    LodgeObjection: lodge_objection,
    AssignObjection: assign_objection,
    AnswerObjection: answer_objection,
    AnnounceCase: announce_case,
}


def decide(case: Case, command: Command) -> Sequence[Event]:
    """What happens, nothing when it is done already, or a refusal."""
    rule = RULES.get(type(command))
    if rule is None:
        raise Refused("unknown_command", params={"command": command.NAME})
    return rule(case, command)


CASE: Decider[Case, Command, Event] = Decider("case", Case(), decide, evolve, claims)
