"""Spot checks of what was approved automatically: drawn by lot, inspected case by case."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from contracts.message import Accepted, Command
from contracts.review import (
    DrawSpotCheck,
    GetSpotCheck,
    Inspection,
    InspectionRecorded,
    RecordInspection,
    SpotCheckDrawn,
    SpotCheckView,
)
from services.kernel.projection import Projects
from services.kernel.rpc import handles
from services.review.automatic import AUTOMATIC, population
from services.review.domain.decide import CASE
from services.review.domain.spot_check import SPOT_CHECK, inspector, is_drawn
from services.review.filling import employers_of

if TYPE_CHECKING:
    from services.review.service import ReviewService

COMMANDS: dict[type[Command], Any] = {
    DrawSpotCheck: (SPOT_CHECK, "spot_check_id"),
    RecordInspection: (SPOT_CHECK, "spot_check_id"),
}


class SpotChecks:
    """The seed is the machine's randomness where the officer brings none: nobody can choose whom it falls on."""

    keeps_automatic_approvals = Projects(AUTOMATIC, "review", owner="review")

    @handles(DrawSpotCheck)
    def draw_spot_check(self: ReviewService, command: DrawSpotCheck) -> Accepted:
        """Collect what is drawn from, and draw. A repeated command gets the first draw."""
        inspector(command.meta.actor)
        found = population(self.kernel.database, command, self.kernel.log.head())
        seed = command.seed or secrets.token_hex(16)
        return self.kernel.execute(command.model_copy(update={"population": found, "drawn_seed": seed}))

    @handles(RecordInspection)
    def record_inspection(self: ReviewService, command: RecordInspection) -> Accepted:
        """Look up who had a part in the case, then record."""
        case = self.kernel.log.load(CASE, command.case_id).state
        about = {
            "filed_by": tuple(sorted(case.filed_by)),
            "party_enterprises": tuple(sorted(case.party_enterprises)),
            "applicant": case.applicant,
            "employers": employers_of(self, command.meta.actor),
        }
        return self.kernel.execute(command.model_copy(update=about))

    @handles(GetSpotCheck)
    def get_spot_check(self: ReviewService, question: GetSpotCheck) -> SpotCheckView:
        """The draw, whole, and what was found so far."""
        found = self.kernel.log.load(SPOT_CHECK, question.spot_check_id)
        check, drawn = found.state, is_drawn(found.state, question.spot_check_id)
        inspected = {one.case_id: one for one in check.inspections}
        kept = {name: getattr(drawn, name) for name in SpotCheckDrawn.model_fields if name != "drawn"}
        return SpotCheckView(
            **kept,
            version=found.version,
            inspections=tuple(
                _inspection(inspected[id]) if id in inspected else Inspection(case_id=id) for id in drawn.drawn
            ),
        )


def _inspection(found: InspectionRecorded) -> Inspection:
    return Inspection(**{name: getattr(found, name) for name in Inspection.model_fields})
