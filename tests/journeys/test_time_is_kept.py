"""The law's time, over HTTP: silence, correction, suspension, extension, escalation; the same embedded and over RabbitMQ."""

from __future__ import annotations

from datetime import date
from typing import Any

import pypdfium2
import pytest

from demo.client import wait_for
from tests.journeys.replies import refusal
from tests.journeys.time_kept import Province, someone


@pytest.fixture
def filing(province: Province) -> Province:
    """A filing that waits for acceptance."""
    return someone(province)


def stage_deadline(seen: Any) -> Any:
    (found,) = [one for one in seen["deadlines"] if one["deadline"] == "stage"]
    return found


def words_of(pdf: bytes) -> str:
    return "".join("".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)).split())


def test_silence_accepts_and_both_sides_see_why(filing: Province) -> None:
    running = stage_deadline(filing.case())
    assert (running["stage"], running["working_days"], running["effect"]) == ("acceptance", 5, "deemed_passed")
    assert "行政许可法" in running["legal_basis"]
    due = date.fromisoformat(running["due_on"])
    shown = filing.person.get(f"/filings/{filing.filing_id}/progress")["filing"]
    assert shown["deadline"]["due_on"] == running["due_on"] and "行政许可法" in shown["deadline"]["legal_basis"]

    filing.days_pass((due - filing.now().date()).days)
    assert filing.case()["stage"] == "acceptance", "the last day is the authority's"
    filing.days_pass(1)
    seen = filing.case_is("in_review", "preliminary")
    assert seen["passed"] == ["acceptance"]
    step = filing.until_told("review.StageDeemedPassed.v1")
    assert "行政许可法" in step["says"] + str(step["opinion"]) + str(step["detail"])
    told = [one["event"] for one in filing.steps_told(filing.person)]
    assert told.count("review.StageDeemedPassed.v1") == 1


def test_a_return_names_what_is_missing_and_just_that_is_mended(filing: Province) -> None:
    before = stage_deadline(filing.case())
    items = [
        {"part": "attachment", "name": "education_certificate", "needs": "毕业证书不清晰"},
        {"part": "field", "name": "penalties", "needs": "请写明有无处罚"},
    ]
    filing.city.post(filing.at_stage("acceptance", "return"), {"reason": "材料不齐全", "items": items})
    path = f"/filings/{filing.filing_id}"
    returned = wait_for("returned", lambda: _with_status(filing, "returned"))
    assert [one["name"] for one in returned["correction"]] == ["education_certificate", "penalties"]
    refusal(filing.enterprise.send("PATCH", f"{path}/form", json={"specialty": "highway"}), 422, "not_asked_for")
    refusal(filing.enterprise.send("POST", f"{path}/submission"), 422, "nothing_corrected")

    filing.days_pass(3)
    filing.enterprise.patch(f"{path}/form", {"penalties": "无"})
    filing.submitted()
    seen = wait_for("resubmitted", lambda: _case_with(filing, round=2))
    assert (seen["status"], seen["stage"], [one["round"] for one in seen["submissions"]]) == ("in_review", "acceptance", [1, 2])
    (difference,) = seen["differences"]
    assert (difference["name"], difference["before"], difference["after"], difference["asked"]) == ("penalties", None, "无", True)
    after = stage_deadline(seen)
    assert after["days_left"] == before["days_left"], "the days of the correction did not count"
    assert after["due_on"] > before["due_on"]

    new = [{"part": "field", "name": "school", "needs": "请核对"}]
    again = filing.city.send("POST", filing.at_stage("acceptance", "return"), json={"reason": "又有问题", "items": new})
    refusal(again, 422, "told_once")
    filing.passed("acceptance")
    earlier = filing.city.get(f"/cases/{filing.case_id}/submissions/1")
    assert earlier["form"].get("penalties") is None

    kinds = wait_for("two documents", lambda: _documents(filing, 2))
    assert [one["kind"] for one in kinds] == ["correction", "acceptance"]
    notice = filing.enterprise.download(f"{path}/documents/{kinds[0]['document']['sha256']}")
    assert "毕业证书不清晰" in words_of(notice) and kinds[0]["number"] in words_of(notice)


def test_a_filing_that_is_not_corrected_lapses(filing: Province) -> None:
    items = [{"part": "attachment", "name": "education_certificate", "needs": "毕业证书不清晰"}]
    filing.city.post(filing.at_stage("acceptance", "return"), {"reason": "材料不齐全", "items": items})
    wait_for("returned", lambda: _with_status(filing, "returned"))
    (limit,) = [one for one in filing.case()["deadlines"] if one["deadline"] == "correction"]
    filing.days_pass((date.fromisoformat(limit["due_on"]) - filing.now().date()).days + 1)
    filing.case_is("lapsed")
    wait_for("lapsed", lambda: _with_status(filing, "lapsed"))
    late = filing.enterprise.send("PATCH", f"/filings/{filing.filing_id}/form", json={"penalties": "无"})
    assert late.status_code == 409, late.text
    assert someone_again(filing), "the way is free for a new filing"


def someone_again(filing: Province) -> str:
    """Another filing for the same person."""
    filing.drafted()
    filing.picked()
    filing.filled_in()
    filing.attached()
    filing.submitted()
    filing.received()
    return filing.case_id


def test_a_clock_that_is_stopped_stands_still_and_an_extension_is_given_once(filing: Province) -> None:
    for stage in ("acceptance", "preliminary"):
        filing.passed(stage)
    before = stage_deadline(filing.case_is("in_review", "second"))
    said = {"why": "expert_review", "reason": "组织专家评审"}
    filing.province.post(filing.at_stage("second", "suspension"), said)
    stopped = stage_deadline(filing.case())
    assert (stopped["due_on"], stopped["suspended"]) == (None, "expert_review")
    during = filing.province.send("POST", filing.at_stage("second", "passing"), json={"opinion": "同意"})
    refusal(during, 422, "clock_suspended")
    filing.days_pass(60)
    assert filing.case()["stage"] == "second", "sixty days of expert review do not count"
    filing.province.post(filing.at_stage("second", "resumption"), {"reason": "评审结束"})
    after = stage_deadline(filing.case())
    assert after["days_left"] == before["days_left"] and after["due_on"] > before["due_on"]

    refusal(filing.province.send("POST", filing.at_stage("second", "extension"), json={"reason": "案情复杂"}), 403, "duty_missing")
    filing.head.post(filing.at_stage("second", "extension"), {"reason": "案情复杂,经负责人批准"})
    longer = stage_deadline(filing.case())
    assert longer["days_left"] == after["days_left"] + 10 and longer["extended"]
    again = filing.head.send("POST", filing.at_stage("second", "extension"), json={"reason": "再延长"})
    refusal(again, 409, "extended_already")


def test_what_is_late_goes_up_a_level_and_back(filing: Province) -> None:
    filing.passed("acceptance")
    due = stage_deadline(filing.case_is("in_review", "preliminary"))["due_on"]
    filing.days_pass((date.fromisoformat(due) - filing.now().date()).days + 1)
    seen = wait_for("escalated", lambda: _case_with(filing, level="province"))
    assert seen["stage"] == "preliminary"
    refusal(filing.city.send("POST", filing.at_stage("preliminary", "passing"), json={"opinion": "同意"}), 403, "wrong_level")
    rows = filing.province.get("/cases", mine=True, filing_id=filing.filing_id)["rows"]
    assert [row["case_id"] for row in rows] == [filing.case_id] and rows[0]["overdue"]
    filing.head.post(filing.at_stage("preliminary", "handback"), {"reason": "请尽快办结"})
    filing.passed("preliminary")
    assert filing.case_is("in_review", "second")


def test_two_officers_do_not_work_on_one_case(filing: Province) -> None:
    filing.city.post(filing.at_stage("acceptance", "claim"))
    reply = filing.second.send("POST", filing.at_stage("acceptance", "passing"), json={"opinion": "同意"})
    refusal(reply, 403, "held_by_another")
    officer = filing.second.get("/session")["actor"]["account_id"]
    filing.city_head.post(filing.at_stage("acceptance", "assignment"), {"officer": officer, "reason": "工作调整"})
    refusal(filing.city.send("POST", filing.at_stage("acceptance", "passing"), json={"opinion": "同意"}), 403, "held_by_another")
    filing.second.post(filing.at_stage("acceptance", "passing"), {"opinion": "同意"})
    names = [one["event"] for one in filing.city.get(f"/cases/{filing.case_id}/history")["steps"]]
    assert names.count("review.CaseAssigned.v1") == 2


def test_statistics_tell_what_was_decided_in_time(filing: Province) -> None:
    day = str(filing.now().date())

    def city() -> Any:
        rows = filing.city.get("/statistics/workload", **{"from": day, "until": day, "by": "authority"})["rows"]
        return next((row for row in rows if row["level"] == "city"), {"decided": 0, "on_time": 0, "late": 0})

    before = city()
    filing.passed("acceptance")
    after = wait_for("statistics", lambda: found if (found := city())["decided"] > before["decided"] else None)
    assert (after["on_time"], after["late"]) == (before["on_time"] + 1, before["late"])


def _with_status(filing: Province, status: str) -> Any:
    found = filing.enterprise.get(f"/filings/{filing.filing_id}")
    return found if found["status"] == status else None


def _case_with(filing: Province, **wanted: Any) -> Any:
    found = filing.head.get(f"/cases/{filing.case_id}")
    return found if all(found[name] == value for name, value in wanted.items()) else None


def _documents(filing: Province, count: int) -> Any:
    found = filing.enterprise.get(f"/filings/{filing.filing_id}/documents")
    rows = found["documents"] if isinstance(found, dict) else found
    return rows if len(rows) == count else None
