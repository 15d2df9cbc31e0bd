"""Publicity and what follows it: shown, objected to by anybody, ended by its date, announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from contracts.errors import NotFound
from contracts.message import Accepted, Command, Metadata
from contracts.review import (
    AnnounceCase,
    AnswerObjection,
    AssignObjection,
    EndPublicity,
    GetObjection,
    GetPublicity,
    LodgeObjection,
    ObjectionReceipt,
    PubliciseCase,
    PublicityView,
    ReserveAnnouncementNumber,
)
from contracts.review.announcements import announcement_id
from services.kernel.rpc import handles
from services.review.domain.announcement import ANNOUNCEMENT
from services.review.domain.decide import CASE
from services.review.filling import filled
from services.review.objection_answers import publicity_view, receipt

if TYPE_CHECKING:
    from services.review.service import ReviewService

COMMANDS: dict[type[Command], Any] = {
    PubliciseCase: (CASE, "case_id"),
    EndPublicity: (CASE, "case_id"),
    LodgeObjection: (CASE, "case_id"),
    AssignObjection: (CASE, "case_id"),
    AnswerObjection: (CASE, "case_id"),
    AnnounceCase: (CASE, "case_id"),
    ReserveAnnouncementNumber: (ANNOUNCEMENT, "announcement_id"),
}


def reserve_number(service: ReviewService, document_number: str, meta: Metadata) -> None:
    """The number is this officer's authority's from now on; refused when it is another's.

    Two commits, in this order: killed in between, a number is reserved that its own authority may use later.
    """
    number_id = announcement_id(document_number)
    own = meta.model_copy(update={"command_id": f"{meta.command_id}:number", "expected_version": None})
    service.kernel.execute(
        ReserveAnnouncementNumber(announcement_id=number_id, document_number=document_number, meta=own)
    )


class Publicity:
    """EndPublicity and ReserveAnnouncementNumber have no entrypoints: the timer gives the one, announcing the other."""

    @handles(PubliciseCase)
    def publicise_case(self: ReviewService, command: PubliciseCase) -> Accepted:
        """Count the working days, then publicise."""
        return self.kernel.execute(filled(self, command))

    @handles(AnnounceCase)
    def announce_case(self: ReviewService, command: AnnounceCase) -> Accepted:
        """Announced under a document's number, and by that approved."""
        command = filled(self, command)
        # What would be refused takes no number.
        CASE.decide(self.kernel.log.load(CASE, command.case_id).state, command)
        reserve_number(self, command.document_number, command.meta)
        return self.kernel.execute(command)

    @handles(LodgeObjection)
    def lodge_objection(self: ReviewService, command: LodgeObjection) -> Accepted:
        """By anybody, while the case is shown."""
        return self.kernel.execute(filled(self, command))

    @handles(AssignObjection)
    def assign_objection(self: ReviewService, command: AssignObjection) -> Accepted:
        """To an officer who may answer it."""
        return self.kernel.execute(filled(self, command))

    @handles(AnswerObjection)
    def answer_objection(self: ReviewService, command: AnswerObjection) -> Accepted:
        """Dismissed or upheld."""
        return self.kernel.execute(filled(self, command))

    @handles(GetPublicity)
    def get_publicity(self: ReviewService, question: GetPublicity) -> PublicityView:
        """Asked before files are taken in from strangers: what would be refused anyway leaves nothing behind."""
        case = self.kernel.log.load(CASE, question.case_id).state
        return publicity_view(case, question.case_id, question.at)

    @handles(GetObjection)
    def get_objection(self: ReviewService, question: GetObjection) -> ObjectionReceipt:
        """For whoever has the receipt. The claim says whose case it is, and is never behind."""
        case_id = self.kernel.log.holder("objection", str(question.objection_id))
        if case_id is None:
            raise NotFound.of("objection", question.objection_id)
        case = self.kernel.log.load(CASE, UUID(case_id)).state
        return receipt(case, UUID(case_id), question.objection_id, self.time.working_days)
