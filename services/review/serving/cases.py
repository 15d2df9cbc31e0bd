"""Cases: opened by submission, examined stage by stage, returned, rejected, moved up and back; and what one looks like."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from contracts.errors import Refused, Unavailable
from contracts.matters.registry import default_registry
from contracts.message import Accepted, Actor, Command, Metadata
from contracts.review import (
    CaseView,
    EscalateCase,
    GetCase,
    HandBackCase,
    OpenCase,
    PassStage,
    RejectCase,
    ResubmitCase,
    ReturnCase,
)
from contracts.review.cases import Examining
from services.kernel.clock import clock
from services.kernel.rpc import handles
from services.review.answers import case_view
from services.review.domain.case import Case
from services.review.domain.days import china_day
from services.review.domain.decide import CASE
from services.review.domain.filed_documents import FILED
from services.review.filling import covers, employers_of, filled

if TYPE_CHECKING:
    from services.review.service import ReviewService

COMMANDS: dict[type[Command], Any] = {
    OpenCase: (CASE, "case_id"),
    ResubmitCase: (CASE, "case_id"),
    PassStage: (CASE, "case_id"),
    ReturnCase: (CASE, "case_id"),
    RejectCase: (CASE, "case_id"),
    EscalateCase: (CASE, "case_id"),
    HandBackCase: (CASE, "case_id"),
}


class Cases:
    """OpenCase and ResubmitCase have no entrypoint: only the reaction to a submission gives them."""

    @handles(PassStage)
    def pass_stage(self: ReviewService, command: PassStage) -> Accepted:
        """In order at this stage."""
        return self.kernel.execute(filled(self, command))

    @handles(ReturnCase)
    def return_case(self: ReviewService, command: ReturnCase) -> Accepted:
        """Back to the filer, with everything that is missing: by names that the filer's form has."""
        items_are_known(self.kernel.log.load(CASE, command.case_id).state, command)
        return self.kernel.execute(filled(self, command))

    @handles(RejectCase)
    def reject_case(self: ReviewService, command: RejectCase) -> Accepted:
        """Refused, with reasons."""
        return self.kernel.execute(filled(self, command))

    @handles(EscalateCase)
    def escalate_case(self: ReviewService, command: EscalateCase) -> Accepted:
        """To the level above."""
        return self.kernel.execute(filled(self, command))

    @handles(HandBackCase)
    def hand_back_case(self: ReviewService, command: HandBackCase) -> Accepted:
        """Back to the level that the stage belongs to."""
        return self.kernel.execute(filled(self, command))

    @handles(GetCase)
    def get_case(self: ReviewService, question: GetCase) -> CaseView:
        """The case as its log has it now."""
        history = self.kernel.log.history(CASE.stream(question.case_id))
        asking = partial(asked_by, self, question.viewer) if question.viewer is not None else None
        issued = self.kernel.log.load(FILED, question.case_id).state.issued
        return case_view(question, history, self.time.working_days, asking, issued)


def asked_by(service: ReviewService, viewer: Actor, case: Case) -> Examining:
    """A command of the viewer, never given, to ask the rules with."""
    assert case.opened is not None
    now = clock.now()
    try:
        employers = employers_of(service, viewer)
    except Unavailable:
        employers = ()  # what is offered here is decided anew when it is done
    stage = case.stage.name if case.stage is not None else "none"
    return Examining(
        case_id=case.opened.case_id,
        stage=stage,
        employers=employers,
        covers=covers(service.kernel.log, viewer, china_day(now)),
        meta=Metadata(command_id="asked", actor=viewer, at=now, correlation_id="asked"),
    )


def items_are_known(case: Case, command: ReturnCase) -> None:
    """Nobody can mend what the matter does not ask for."""
    if case.opened is None:
        return
    matter = default_registry().get(case.opened.matter, case.opened.matter_version)
    problems = []
    for number, item in enumerate(command.items):
        known = {"field": matter.form.field, "attachment": matter.attachment}.get(item.part)
        if known is not None and item.name is not None and known(item.name) is None:
            problems.append({"code": "unknown_correction_item", "field": f"items.{number}.name"})
    if problems:
        raise Refused("unknown_correction_item", problems=problems)
