"""Publicity, objections, batches and spot checks over HTTP; the same embedded and over RabbitMQ."""

from __future__ import annotations

import base64
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from demo import pictures
from demo.client import wait_for
from tests.journeys.replies import refusal
from tests.journeys.time_kept import Province, someone

OPINION = "经审查,符合条件。"


def ready_to_show(province: Province) -> Province:
    """A filing whose stages are passed."""
    filing = someone(province)
    for stage in ("acceptance", "preliminary", "second"):
        filing.passed(stage)
    filing.case_is("passed")
    return filing


def batch(province: Province, action: str, cases: list[str], **about: Any) -> Any:
    """Carried out to its end."""
    items = [{"case_id": case} for case in cases]
    started = province.head.post("/case-batches", {"action": action, "items": items, **about})

    def look() -> Any:
        found = province.head.get(f"/case-batches/{started['id']}")
        return found if found["ended"] else None

    return wait_for("batch", look)


@pytest.fixture
def shown(province: Province) -> tuple[Province, Province]:
    """Two cases that are shown, by one batch."""
    first, second = ready_to_show(province), ready_to_show(province)
    ended = batch(province, "publicise", [first.case_id, second.case_id])
    assert (ended["done"], ended["failures"]) == (2, [])
    return first, second


def object_to(filing: Province, **more: Any) -> Any:
    said = {"reasons": "该人员已受聘于其他单位,不符合注册条件。", "anonymous": True, **more}
    return filing.anyone.send("POST", f"/publicity/{filing.case_id}/objections", json=said)


def to_the_last_second(filing: Province) -> None:
    """One second and a bit before the end of the last day."""
    now = filing.now()
    ends = date.fromisoformat(filing.case()["publicity_ends_on"])
    last = datetime.combine(ends, time(23, 59, 57), now.tzinfo)
    ahead = last - now
    filing.days_pass(ahead.days, ahead.seconds)


def test_an_objection_in_the_last_second_holds_its_own_entry_only(shown: tuple[Province, Province]) -> None:
    objected, other = shown
    refusal(object_to(objected, anonymous=False), 422, "objector_needed")
    to_the_last_second(objected)
    scan = base64.b64encode(pictures.make_letter_pdf("证明", ["内容"])).decode()
    lodged = object_to(objected, files=[{"name": "proof.pdf", "content_base64": scan}])
    assert lodged.status_code == 201, lodged.text
    objection = lodged.json()["objection_id"]
    objected.days_pass(1)
    objected.case_is("publicity_ended")
    other.case_is("publicity_ended")
    assert object_to(other).status_code == 422, "the end is the end"

    number = f"湘建建公告〔2026〕{objected.tag}号"
    ended = batch(objected, "announce", [objected.case_id, other.case_id], document_number=number)
    assert (ended["done"], [one["code"] for one in ended["failures"]]) == (1, ["objection_open"])
    assert ended["failures"][0]["remedy"] or ended["failures"][0]["words"]
    assert other.case_is("approved")

    seen = objected.head.get(f"/cases/{objected.case_id}")["objections"]
    assert [one["objection_id"] for one in seen] == [objection] and seen[0]["reasons"].startswith("该人员")
    path = f"/cases/{objected.case_id}/objections/{objection}"
    again = objected.province.send("POST", f"{path}/answer", json={"outcome": "dismissed", "answer": "经核实不属实。"})
    refusal(again, 403, "examined_before")
    objected.head.post(f"{path}/answer", {"outcome": "dismissed", "answer": "经核查,该人员聘用关系唯一,异议不成立。"})
    told = objected.anyone.get(f"/objections/{objection}")
    assert told["outcome"] == "dismissed" and "异议不成立" in told["answer"] and objected.name not in str(told)
    objected.head.post(f"/cases/{objected.case_id}/announcement", {"document_number": number})
    objected.case_is("approved")

    page = objected.anyone.http.get(f"{objected.url}/gazette", timeout=30)
    assert page.status_code == 200 and number in page.text and objected.name not in page.text
    feed = objected.anyone.http.get(f"{objected.url}/gazette/feed.atom", timeout=30)
    assert feed.headers["Content-Type"].startswith("application/atom+xml") and number in feed.text


def test_an_objection_that_is_upheld_opens_the_last_stage_again(shown: tuple[Province, Province]) -> None:
    objected, _ = shown
    objection = object_to(objected).json()["objection_id"]
    path = f"/cases/{objected.case_id}/objections/{objection}"
    objected.head.post(f"{path}/answer", {"outcome": "upheld", "answer": "异议成立,重新审查。"})
    objected.case_is("in_review", "second")
    listed = objected.anyone.get("/publicity", per_page=200)["rows"]
    assert objected.case_id not in [row["case_id"] for row in listed]


def test_a_batch_does_what_it_can_and_explains_the_rest(province: Province) -> None:
    fine, stale = someone(province), someone(province)
    items = [
        {"case_id": fine.case_id, "version": fine.case()["version"]},
        {"case_id": stale.case_id, "version": 99},
        {"case_id": str(uuid4())},
    ]
    body = {"action": "pass", "stage": "acceptance", "opinion": OPINION, "items": items}
    key = str(uuid4())
    started = province.city_head.post("/case-batches", body, **{"Idempotency-Key": key})
    assert province.city_head.post("/case-batches", body, **{"Idempotency-Key": key})["id"] == started["id"]

    def look() -> Any:
        found = province.city_head.get(f"/case-batches/{started['id']}")
        return found if found["ended"] else None

    ended = wait_for("batch", look)
    assert (ended["total"], ended["done"]) == (3, 1)
    assert [(one["line"], one["code"]) for one in ended["failures"]] == [(2, "stale"), (3, "case_not_found")]
    for one in ended["failures"]:
        assert one["words"] and one["remedy"]
    fine.case_is("in_review", "preliminary")
    assert stale.case()["stage"] == "acceptance"


def test_bad_input_is_refused_with_code_words_and_remedy(province: Province) -> None:
    filing = someone(province)
    said = {"opinion": OPINION}
    refusal(filing.city.send("POST", filing.at_stage("preliminary", "passing"), json=said), 422, "stage_out_of_order")
    refusal(filing.other_city.send("POST", filing.at_stage("acceptance", "passing"), json=said), 403, "outside_jurisdiction")
    refusal(object_to(filing), 422, "not_publicised")
    refusal(filing.city.send("POST", filing.at_stage("acceptance", "return"), json={"reason": "缺"}), 422, "invalid_request")
    unknown = [{"part": "field", "name": "no_such_field", "needs": "请补"}]
    wrong = {"reason": "缺", "items": unknown}
    refusal(filing.city.send("POST", filing.at_stage("acceptance", "return"), json=wrong), 422, "unknown_correction_item")
    filing.passed("acceptance")
    longer = {"reason": "复杂"}
    refusal(filing.head.send("POST", filing.at_stage("second", "extension"), json=longer), 422, "stage_out_of_order")
    asked = filing.city_head.send("POST", filing.at_stage("preliminary", "extension"), json=longer)
    refusal(asked, 422, "extension_not_foreseen")
    filing.city.post(filing.at_stage("preliminary", "rejection"), {"reason": "不符合条件", "legal_basis": "注册建造师管理规定第十五条"})
    refusal(filing.city.send("POST", filing.at_stage("preliminary", "passing"), json=said), 409, "already_decided")


def test_a_calendar_year_is_published_by_the_operator_only(province: Province) -> None:
    new_year = [f"2028-01-0{n}" for n in range(1, 4)]
    festival = [str(date(2028, 1, 25) + timedelta(days=n)) for n in range(8)]
    body = {"source": "国办发明电〔2027〕1号", "holidays": [*new_year, *festival], "workdays": ["2028-02-05"]}
    refusal(province.city.send("PUT", "/calendar/2028", json=body), 403, "not_for_this_actor")
    province.operator.put("/calendar/2028", body)
    years = province.city.get("/calendar")["years"]
    assert [(one["year"], one["version"]) for one in years if one["year"] == 2028] == [(2028, 1)]
    wrong = {**body, "workdays": ["2028-02-01"]}
    assert province.operator.send("PUT", "/calendar/2028", json=wrong).status_code == 422
