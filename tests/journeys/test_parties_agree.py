"""Who must agree to a filing is asked in turn, over HTTP; says yes, or no with a reason, or nothing until the time is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from demo.client import Api, wait_for
from tests.journeys.cast import HUNAN, Cast, number_of
from tests.journeys.every_matter import Journey
from tests.journeys.replies import refusal

TRANSFER = "hunan/constructor-2-temp-transfer"
FIRMS, DRAFTS = 6, 4


def told(cast: Cast, phone: str, words: str) -> None:
    """An SMS of these words comes."""

    def look() -> bool | None:
        return any(words in one["text"] for one in cast.anyone.get("/development/messages", phone=phone)) or None

    wait_for(words, look)


def status(journey: Journey) -> str:
    return str(journey.filing()["status"])


def send(journey: Journey, who: Api, act: str, body: dict[str, object] | None = None) -> object:
    """An act upon the filing as its filer sees it now."""
    seen = journey.seen(journey.filer)
    return who.send("POST", f"/filings/{journey.filing_id}/{act}", json=body or {}, headers=seen)


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("hunan/constructor-2-cancellation", "需要您确认"),
        ("hunan/constructor-2-person-cancellation", "需要贵单位确认"),
    ],
)
def test_a_cancellation_needs_both_sides_and_no_authority(cast: Cast, code: str, asked: str) -> None:
    journey = Journey(cast, code).set_scene().filed()
    assert status(journey) == "awaiting_confirmation"
    told(cast, journey.person.phone if "您" in asked else journey.now.mobile, asked)
    journey.confirmed()
    assert journey.took_effect()["status"] == "cancelled"
    assert status(journey) == "approved"
    events = [one["event"] for one in journey.filer.get(f"/filings/{journey.filing_id}/progress")["steps"]]
    assert "filing.FilingTookEffect.v1" in events and "review.CaseOpened.v1" not in events
    assert cast.officer("city", HUNAN).get("/cases", filing_id=journey.filing_id)["rows"] == []


def test_the_former_employer_declines_with_a_reason_and_is_asked_again(cast: Cast) -> None:
    journey = Journey(cast, TRANSFER).set_scene().drafted().completed()
    former, path = journey.before.api, f"/filings/{journey.filing_id}"
    refusal(former.send("GET", path), 404, "filing_not_found")
    journey.filer.post(f"{path}/submission")
    assert journey.filing(former)["certificate"]["certificate_id"] == journey.credential_id
    refusal(cast.firm(HUNAN, "stranger").api.send("GET", path), 404, "filing_not_found")
    refusal(cast.officer("province", HUNAN).send("GET", path), 404, "filing_not_found")
    refusal(journey.filer.send("PATCH", f"{path}/form", json={}), 422, "awaiting_confirmation")

    refusal(send(journey, former, "refusal"), 422, "invalid_request")
    refusal(former.send("POST", f"{path}/confirmation", json={}), 428, "if_match_missing")
    former.post(f"{path}/refusal", {"reason": "劳动合同尚未解除。"}, **journey.seen(former))
    seen = journey.filing()
    assert seen["confirmations"][0]["reason"] == "劳动合同尚未解除。"
    assert (seen["status"], seen["reason"]) == ("returned", "劳动合同尚未解除。")
    told(cast, journey.now.mobile, "未获对方确认")
    refusal(send(journey, former, "confirmation"), 409, "already_answered")

    journey.filer.post(f"{path}/submission")
    journey.confirmed()
    assert status(journey) == "submitted"
    province = cast.officer("province", HUNAN)
    case = wait_for("办件", lambda: journey._case(province))["case_id"]
    assert journey.filing(province)["confirmations"][0]["status"] == "confirmed"
    refusal(send(journey, journey.filer, "withdrawal"), 409, "already_submitted")

    items = [{"part": "field", "name": "handler", "needs": "请填写实际经办人"}]
    province.post(f"/cases/{case}/stages/second/return", {"reason": "经办人有误。", "items": items})
    wait_for("退回", lambda: status(journey) == "returned" or None)
    journey.filer.patch(f"{path}/form", {"handler": "李经办"})
    journey.filer.post(f"{path}/submission")
    assert status(journey) == "awaiting_confirmation", "what it agreed to has changed"
    journey.confirmed()
    seen = journey.filing(province)
    assert (seen["status"], seen["form"]["handler"]) == ("submitted", "李经办")


def test_what_waits_can_be_taken_back_and_is_then_asked_for_anew(cast: Cast) -> None:
    journey = Journey(cast, TRANSFER).set_scene().filed()
    former, path = journey.before.api, f"/filings/{journey.filing_id}"
    journey.filer.post(f"{path}/withdrawal", {"reason": "内容有误"})
    assert status(journey) == "draft" and journey.asked() is None
    refusal(former.send("GET", path), 404, "filing_not_found")
    refusal(send(journey, former, "confirmation"), 422, "not_awaiting_confirmation")
    journey.filer.post(f"{path}/submission")
    assert journey.asked()["by"] == "former_enterprise"
    (row,) = former.get("/confirmations", filing_id=journey.filing_id, open=True)["rows"]
    assert (row["status"], row["new_enterprise"]) == ("asked", journey.now.name)


@pytest.mark.parametrize(
    ("code", "to"),
    [
        ("jiangxi/constructor-2-temp-forced-cancellation", "贵单位"),
        ("jiangxi/constructor-2-temp-enterprise-forced-cancellation", "您"),
    ],
)
def test_a_forced_cancellation_tells_the_other_side_and_asks_nobody(cast: Cast, code: str, to: str) -> None:
    journey = Journey(cast, code).set_scene().filed()
    assert status(journey) == "submitted" and journey.asked() is None
    told(cast, journey.person.phone if to == "您" else journey.now.mobile, f"与{to}有关的")
    if to == "贵单位":
        seen = journey.filing(journey.now.api)
        assert seen["certificate"]["number"] == journey.number and seen["attachments"] == []


def test_of_many_enterprises_at_once_one_wins(cast: Cast) -> None:
    """The certificate names no employer, so each of them may; the person would be asked by one only."""
    kind = "hunan/constructor-2-cancellation"
    person, number = cast.person(), number_of("constructor-2")
    cast.had(person, "constructor-2", ["building"], number=number)
    with ThreadPoolExecutor(4) as threads:
        firms = list(threads.map(lambda _: cast.new_firm(), range(FIRMS)))

    def prepared(n: int) -> tuple[Api, str]:
        api = firms[n % FIRMS].api
        filing = api.post("/filings", {"matter": kind})["id"]
        api.put(f"/filings/{filing}/subject", {"name": person.name, "resident_id": person.resident_id})
        assert api.get(f"/filings/{filing}")["problems"] == []
        return api, filing

    drafts = [prepared(n) for n in range(FIRMS * DRAFTS)]
    with ThreadPoolExecutor(FIRMS) as threads:
        replies = list(threads.map(lambda one: one[0].send("POST", f"/filings/{one[1]}/submission", json={}), drafts))
    assert sorted(one.status_code for one in replies) == [200] + [409] * (FIRMS * DRAFTS - 1)
    assert {one.json()["code"] for one in replies if one.status_code == 409} == {"open_filing_exists"}
    (won,) = [filing for (_, filing), reply in zip(drafts, replies, strict=True) if reply.status_code == 200]
    shown = wait_for("待确认", lambda: person.api.get("/confirmations", open=True)["rows"] or None)
    assert [one["filing_id"] for one in shown] == [won]


def test_silence_removes_it_after_a_reminder(cast: Cast) -> None:
    journey = Journey(cast, TRANSFER).set_scene().filed()
    asked = journey.asked()
    days = (cast.today().fromisoformat(asked["due_on"]) - cast.today()).days
    assert days == 90
    cast.province.days_pass(days - 10)
    told(cast, journey.before.mobile, "仍待贵单位确认")
    assert status(journey) == "awaiting_confirmation"
    cast.province.days_pass(10)
    assert status(journey) == "awaiting_confirmation", "the last day is the party's"
    cast.province.days_pass(1)
    wait_for("移除", lambda: status(journey) == "lapsed" or None)
    told(cast, journey.now.mobile, "逾期未确认")
    assert send(journey, journey.before.api, "confirmation").status_code in (409, 422)  # type: ignore[attr-defined]
