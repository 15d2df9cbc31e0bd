"""National registration: people apply, their enterprise reports one or many at once, or sends back; what is reported stays so."""

from __future__ import annotations

from uuid import uuid4

from demo.client import wait_for
from tests.journeys.cast import HUNAN, Cast, Firm
from tests.journeys.every_matter import Journey
from tests.journeys.replies import refusal

INITIAL = "national/constructor-1-initial"


def applied(cast: Cast, firm: Firm) -> Journey:
    """Somebody of this enterprise applies."""
    journey = Journey(cast, INITIAL)
    journey.now = journey.before = firm
    journey.person = cast.person()
    cast.employ(journey.person, firm)
    cast.qualify(journey.person, "constructor-1", "building")
    journey.scope = journey.wanted = "building"
    return journey.filed()


def test_an_enterprise_reports_many_at_once_and_sends_one_back(cast: Cast) -> None:
    firm = cast.new_firm()
    first, second, third = (applied(cast, firm) for _ in range(3))
    waiting = wait_for("待上报", lambda: rows if len(rows := firm.api.get("/confirmations", open=True)["rows"]) == 3 else None)
    assert {one["filing_id"] for one in waiting} == {first.filing_id, second.filing_id, third.filing_id}
    home = firm.api.get("/enterprise-home")
    assert (home["to_confirm"], home["employees"]) == (3, 3)

    items = [{"filing_id": one["filing_id"], "round": one["round"]} for one in waiting if one["filing_id"] != third.filing_id]
    refused = firm.api.post("/confirmations", {"items": items})
    assert [one["code"] for one in refused["lines"]] == ["commitment_not_accepted"] * 2

    items = [*items, {"filing_id": str(uuid4()), "round": 1}, {"filing_id": third.filing_id, "round": 1, "version": 1}]
    done = firm.api.post("/confirmations", {"items": items, "commitment_accepted": True})
    assert [one["confirmed"] for one in done["lines"]] == [True, True, False, False]
    assert [one["code"] for one in done["lines"]][2:] == ["filing_not_found", "stale_version"]
    assert all(one["words"] for one in done["lines"][2:])
    assert first.filing()["status"] == second.filing()["status"] == "submitted"
    refusal(first.filer.send("POST", f"/filings/{first.filing_id}/withdrawal", json={}), 409, "already_submitted")

    sent_back = {"reason": "继续教育证明不清晰,请重新上传。"}
    firm.api.post(f"/filings/{third.filing_id}/refusal", sent_back, **third.seen(firm.api))
    assert third.filing()["reason"].startswith("继续教育")
    third.filer.post(f"/filings/{third.filing_id}/submission")
    third.confirmed()
    assert third.filing()["status"] == "submitted"

    def told() -> bool | None:
        home = firm.api.get("/enterprise-home")
        return (home["to_confirm"], home["of_people"]) == (0, {"submitted": 3}) or None

    wait_for("首页", told)


def test_an_added_specialty_goes_past_the_enterprise(cast: Cast) -> None:
    journey = Journey(cast, "national/constructor-1-added-specialty").set_scene().filed()
    assert (journey.filing()["status"], journey.filing()["confirmations"]) == ("submitted", [])
    wait_for("办件", lambda: journey._case(cast.officer("province", HUNAN)))
    assert journey.now.api.get("/confirmations", filing_id=journey.filing_id)["rows"] == []
