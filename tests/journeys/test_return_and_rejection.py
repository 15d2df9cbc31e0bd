"""What is returned can be mended and handed in again; what is rejected ends, and the way is free for a new filing."""

from __future__ import annotations

from typing import Any

from demo.client import Api, wait_for
from demo.steps import MATTER, Steps
from tests.journeys.product import drafted, submitted
from tests.journeys.replies import refusal, unchanged

PENALTIES = [{"part": "field", "name": "penalties", "needs": "请写明有无处罚"}]


def _in_round(case: dict[str, Any], round: int) -> dict[str, Any] | None:
    return case if case["round"] == round else None


def _until(steps: Steps, status: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        filing: dict[str, Any] = steps.enterprise.get(f"/filings/{steps.filing_id}")
        return filing if filing["status"] == status else None

    return wait_for(f"filing is {status}", look)


def _another_draft(steps: Steps) -> str:
    return str(steps.enterprise.post("/filings", {"matter": MATTER})["id"])


def test_a_returned_filing_is_mended_and_submitted_again(newcomer: Steps) -> None:
    steps = submitted(newcomer)
    case, path = f"/cases/{steps.case_id}", f"/filings/{steps.filing_id}"
    reason = "材料不齐全。"
    steps.city.post(f"{case}/stages/acceptance/return", {"reason": reason, "items": PENALTIES})
    returned = _until(steps, "returned")
    assert (returned["reason"], returned["round"]) == (reason, 1)
    number = returned["number"]

    steps.enterprise.patch(f"{path}/form", {"penalties": "无"})
    steps.submitted()
    seen = wait_for("the same case goes on", lambda: _in_round(steps.city.get(case), 2))
    again = steps.enterprise.get(path)
    assert (again["status"], again["round"], again["number"]) == ("submitted", 2, number)
    assert (seen["status"], seen["stage"], seen["form"]["penalties"]) == ("in_review", "acceptance", "无")
    assert steps.city.get(f"{case}/submissions/1")["form"].get("penalties") is None, "what was judged stays as it was"
    assert [(one["name"], one["asked"]) for one in seen["differences"]] == [("penalties", True)]

    told = steps.person.get(f"{path}/progress")["steps"]
    submissions = [one["round"] for one in told if one["event"] == "filing.FilingSubmitted.v1"]
    assert submissions == [1, 2]
    (answer,) = [one for one in told if one["event"] == "review.CaseReturned.v1"]
    assert reason in (answer["opinion"], answer["detail"]) and answer["who"] == "李初审"
    names = [one["event"] for one in steps.person.get(f"/persons/{steps.person_id}/history")["entries"]]
    assert names.count("filing.FilingSubmitted.v1") == 2 and "filing.FilingReturned.v1" in names


def test_what_waits_for_the_filer_cannot_be_decided(newcomer: Steps) -> None:
    steps = submitted(newcomer)
    body = {"reason": "请补充材料", "items": PENALTIES}
    steps.city.post(f"/cases/{steps.case_id}/stages/acceptance/return", body)
    _until(steps, "returned")
    case = f"/cases/{steps.case_id}"
    with unchanged((steps.city, case), (steps.enterprise, f"/filings/{steps.filing_id}")):
        reply = steps.city.send("POST", f"{case}/stages/acceptance/passing", json={"opinion": "同意"})
        refusal(reply, 422, "awaits_correction")


def test_a_rejection_ends_it_and_a_new_filing_may_be_submitted(newcomer: Steps) -> None:
    steps = submitted(newcomer)
    rejected, path = steps.filing_id, f"/filings/{steps.filing_id}"
    steps.city.post(f"/cases/{steps.case_id}/stages/acceptance/rejection", {"reason": "不属于本机关职权范围。"})
    assert _until(steps, "rejected")["reason"] == "不属于本机关职权范围。"
    for method, at, body in (("PATCH", f"{path}/form", {"penalties": "无"}), ("POST", f"{path}/submission", {})):
        with unchanged((steps.enterprise, path)):
            refusal(steps.enterprise.send(method, at, json=body), 409, "already_submitted")

    submitted(steps)
    assert steps.filing_id != rejected
    assert steps.enterprise.get(f"/filings/{steps.filing_id}")["status"] == "submitted"
    rows = steps.enterprise.get("/filings", resident_id=steps.resident_id)["rows"]
    assert {row["filing_id"]: row["status"] for row in rows} == {rejected: "rejected", steps.filing_id: "submitted"}


def test_a_second_filing_for_the_same_person_is_refused_while_one_is_open(case: Steps) -> None:
    opened = f"/filings/{case.filing_id}"
    case.filing_id, first = _another_draft(case), case.filing_id
    second = f"/filings/{case.filing_id}"
    try:
        with unchanged((case.enterprise, opened)):
            replies = [_pick_and_submit(case, case.enterprise)]
        refusal(replies[0], 409, "open_filing_exists")
        assert case.enterprise.get(second)["status"] == "draft"
    finally:
        case.enterprise.send("DELETE", second)
        case.filing_id = first


def _pick_and_submit(steps: Steps, who: Api) -> Any:
    path = f"/filings/{steps.filing_id}"
    subject = {"name": steps.name, "resident_id": steps.resident_id}
    picked = who.send("PUT", f"{path}/subject", json=subject)
    if picked.status_code >= 400:
        return picked
    steps.filled_in()
    steps.attached()
    return who.send("POST", f"{path}/submission")


def test_a_deleted_draft_is_gone_and_frees_the_person(newcomer: Steps) -> None:
    steps = drafted(newcomer)
    deleted = steps.filing_id
    steps.enterprise.send("DELETE", f"/filings/{deleted}")
    rows = steps.enterprise.get("/filings", resident_id=steps.resident_id)["rows"]
    assert rows == []
    refusal(steps.enterprise.send("POST", f"/filings/{deleted}/submission"), 404, "filing_not_found")
    assert submitted(steps).case_id
