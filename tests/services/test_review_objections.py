"""Objections in a running review: found by receipt, kept from followers, holding their own case; numbers of one authority."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from contracts.review import (
    AdvanceClock,
    AnnounceCase,
    AnswerObjection,
    BatchItem,
    GetObjection,
    GetPublicity,
    LodgeObjection,
    ObjectionReceipt,
    PublicityView,
    StartBatch,
)
from services.kernel.clock import CHINA
from tests.domain.review.objected import ANSWER, HEAD, OBJECTOR, REASONS, STRANGER
from tests.domain.review.samples import JIANGXI, PROVINCE
from tests.services.test_review_deadlines import Review, databases, meta, publicise, start, submit, until

__all__ = ["databases", "start"]
NUMBER, OTHER_NUMBER = "湘建公告〔2026〕12号", "湘建公告〔2026〕13号"
LATER = timedelta(days=60)


def lodge(review: Review, case_id: UUID, objection_id: UUID) -> dict[str, object]:
    order = LodgeObjection(
        objection_id=objection_id, case_id=case_id, reasons=REASONS, objector=OBJECTOR, meta=meta(STRANGER)
    )
    return review.send(order)


def test_an_objection_holds_its_own_case_until_it_is_answered(start: Callable[..., Review]) -> None:
    review = start()
    objected, other = submit(review), submit(review)
    for case_id in (objected, other):
        publicise(review, case_id)
    open_to_all = review.send(GetPublicity(case_id=objected, at=datetime.now(CHINA)))["ok"]
    assert PublicityView.model_validate(open_to_all).ends_on == review.case(objected).publicity_ends_on

    objection_id = uuid4()
    assert "ok" in lodge(review, objected, objection_id)
    assert "ok" in lodge(review, objected, objection_id)
    assert lodge(review, other, objection_id)["refusal"]["code"] == "objection_exists"  # type: ignore[index]
    told = ObjectionReceipt.model_validate(review.send(GetObjection(objection_id=objection_id))["ok"])
    assert (told.number, told.outcome) == (f"{review.case(objected).number}-Y1", None)
    assert review.send(GetObjection(objection_id=uuid4()))["refusal"]["code"] == "objection_not_found"
    (lodged,) = review.events("review.ObjectionLodged.v1")
    assert (lodged["body"]["event"]["reasons"], lodged["body"]["event"]["objector"]) == ("", "")
    (seen,) = review.case(objected).objections
    assert (seen.reasons, seen.objector) == (REASONS, OBJECTOR)

    review.send(AdvanceClock(days=LATER.days))
    until(lambda: {review.case(one).status for one in (objected, other)} == {"publicity_ended"}, "both end")
    at = datetime.now(CHINA) + LATER

    def announce(case_id: UUID, number: str) -> dict[str, object]:
        return review.send(AnnounceCase(case_id=case_id, document_number=number, meta=meta(PROVINCE, at)))

    def of_jiangxi(number: str, times: int = 1) -> dict[str, object]:
        batch = StartBatch(
            batch_id=uuid4(),
            action="announce",
            items=(BatchItem(case_id=objected),) * times,
            document_number=number,
            meta=meta(JIANGXI, at),
        )
        return review.send(batch)

    assert announce(objected, OTHER_NUMBER)["refusal"]["code"] == "objection_open"  # type: ignore[index]
    assert of_jiangxi(NUMBER, times=2)["refusal"]["code"] == "batch_names_case_twice"  # type: ignore[index]
    assert "ok" in announce(other, NUMBER), "a batch that was refused took no number"
    late = LodgeObjection(
        objection_id=uuid4(), case_id=objected, reasons=REASONS, objector=OBJECTOR, meta=meta(STRANGER, at)
    )
    assert review.send(late)["refusal"]["code"] == "publicity_over"

    answer = AnswerObjection(
        case_id=objected, objection_id=objection_id, outcome="dismissed", answer=ANSWER, meta=meta(HEAD, at)
    )
    assert "ok" in review.send(answer)
    told = ObjectionReceipt.model_validate(review.send(GetObjection(objection_id=objection_id))["ok"])
    assert (told.outcome, told.answer, told.answered_on) == ("dismissed", ANSWER, at.date())

    assert of_jiangxi(NUMBER)["refusal"]["code"] == "document_number_taken"  # type: ignore[index]
    assert "ok" in of_jiangxi(OTHER_NUMBER), "an announcement that was refused took no number"
    assert announce(objected, OTHER_NUMBER)["refusal"]["code"] == "document_number_taken"  # type: ignore[index]
    assert "ok" in announce(objected, NUMBER), "one document announces as many cases as it likes"
    assert review.case(objected).status == "approved"
