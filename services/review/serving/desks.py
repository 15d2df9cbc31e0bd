"""Who has what on the desk: claimed, released, assigned, handed out; who is away and who stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.message import Accepted, Command
from contracts.review import (
    AssignCase,
    ClaimCase,
    EndAbsence,
    HandOutCases,
    HandOutReport,
    ReadDesks,
    RecordAbsence,
    ReleaseCase,
)
from contracts.review import (
    Desks as DesksOfAuthority,
)
from services.kernel.clock import clock
from services.kernel.rpc import handles
from services.review.domain.absence import DESK
from services.review.domain.days import china_day
from services.review.domain.decide import CASE
from services.review.filling import filled, who_is
from services.review.handing_out import desks_of, hand_out

if TYPE_CHECKING:
    from services.review.service import ReviewService

COMMANDS: dict[type[Command], Any] = {
    ClaimCase: (CASE, "case_id"),
    AssignCase: (CASE, "case_id"),
    ReleaseCase: (CASE, "case_id"),
    RecordAbsence: (DESK, "officer"),
    EndAbsence: (DESK, "officer"),
}


class Desks:
    """Whether an officer may is decided by the case; the view of desks only says who is there and what waits."""

    @handles(ClaimCase)
    def claim_case(self: ReviewService, command: ClaimCase) -> Accepted:
        """On one's own desk."""
        return self.kernel.execute(filled(self, command))

    @handles(AssignCase)
    def assign_case(self: ReviewService, command: AssignCase) -> Accepted:
        """On somebody's desk."""
        return self.kernel.execute(filled(self, command))

    @handles(ReleaseCase)
    def release_case(self: ReviewService, command: ReleaseCase) -> Accepted:
        """On nobody's desk."""
        return self.kernel.execute(filled(self, command))

    @handles(HandOutCases)
    def hand_out_cases(self: ReviewService, command: HandOutCases) -> HandOutReport:
        """Given again, it goes on with what waits by then."""
        return hand_out(self, command)

    @handles(RecordAbsence)
    def record_absence(self: ReviewService, command: RecordAbsence) -> Accepted:
        """Of an officer, with one who stands in, if there is one."""
        absent = who_is(self.kernel, command.officer)
        stand_in = who_is(self.kernel, command.cover) if command.cover is not None else None
        return self.kernel.execute(command.model_copy(update={"absent": absent, "stand_in": stand_in}))

    @handles(EndAbsence)
    def end_absence(self: ReviewService, command: EndAbsence) -> Accepted:
        """Back."""
        return self.kernel.execute(command)

    @handles(ReadDesks)
    def read_desks(self: ReviewService, question: ReadDesks) -> DesksOfAuthority:
        """The desks of the viewer's own authority."""
        return desks_of(self.kernel.database, question.viewer, china_day(clock.now()))
