"""Who has what on the desk, over HTTP: handed out evenly, stood in for, kept from whoever is too near."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from demo import people
from demo.client import Api, wait_for
from tests.journeys.replies import field_of, refusal
from tests.journeys.time_kept import Province, someone


@pytest.fixture
def filing(province: Province) -> Province:
    """A filing that waits for acceptance."""
    return someone(province)


def account(who: Api) -> str:
    return str(who.get("/session")["actor"]["account_id"])


def test_what_waits_is_handed_out_to_who_has_least(province: Province) -> None:
    cases = [someone(province).case_id for _ in range(4)]

    def desks() -> dict[str, Any]:
        return {one["officer"]: one for one in province.city_head.get("/desks")["desks"]}

    wait_for("the officers are known", lambda: len(desks()) >= 3)
    refusal(province.city.send("POST", "/desks/hand-out", json={}), 403, "duty_missing")

    def shared() -> Any:
        """As soon as all of them are seen to be waiting."""
        found = province.city_head.get("/desks")
        return found if found["unclaimed"] >= len(cases) else None

    wait_for("they wait", shared)
    report = province.city_head.post("/desks/hand-out", {"stage": "acceptance"})
    given = {one["case_id"]: one["officer"] for one in report["handed_out"]}
    assert set(cases) <= set(given)
    for case in cases:
        assert province.city.get(f"/cases/{case}")["officer"] == given[case]

    def even() -> Any:
        counts = [one["open_cases"] for one in desks().values() if "accept" in one["duties"]]
        return counts if sum(counts) >= len(cases) and max(counts) - min(counts) <= 1 else None

    assert wait_for("desks are as full as each other", even)


def test_who_stands_in_may_act_while_the_other_is_away(filing: Province) -> None:
    filing.city.post(filing.at_stage("acceptance", "claim"))
    passing = filing.at_stage("acceptance", "passing")
    refusal(filing.second.send("POST", passing, json={"opinion": "同意"}), 403, "held_by_another")
    today = filing.now().date()
    away = {"from_on": str(today), "until_on": str(today + timedelta(days=3)), "cover": account(filing.second)}
    absence = filing.city.post("/absences", away)
    assert absence["id"] == account(filing.city)
    assert "pass" in filing.second.get(f"/cases/{filing.case_id}")["next_actions"]
    overlapping = filing.city.send("POST", "/absences", json=away)
    refusal(overlapping, 422, "absence_overlaps")
    filing.second.post(passing, {"opinion": "同意"})

    (told,) = wait_for("the absence", lambda: _absences(filing, account(filing.city)) or None)
    assert (told["from_on"], told["cover"]) == (str(today), account(filing.second))
    ended = filing.city.send("DELETE", f"/absences/{account(filing.city)}/{told['absence_id']}")
    assert ended.status_code == 200
    assert wait_for("back", lambda: not _absences(filing, account(filing.city)) or None) is True


def _absences(filing: Province, officer: str) -> Any:
    def look() -> Any:
        return next((one for one in filing.city.get("/desks")["desks"] if one["officer"] == officer), None)

    return wait_for("the desk", look)["absences"]


def test_an_officer_who_works_for_the_filer_gets_no_case_of_theirs(filing: Province) -> None:
    person = filing.city.get(f"/cases/{filing.case_id}")["applicant"]["person_id"]
    city = filing.city.get("/session")["actor"]["authority_id"]
    body = {
        "username": f"own-{people.suffix()}",
        "password": people.password(),
        "name": filing.name,
        "duties": ["accept"],
        "resident_id": filing.resident_id,
    }
    unproven = {**body, "name": "王小二", "username": f"two-{people.suffix()}"}
    refusal(filing.operator.send("POST", f"/authorities/{city}/officers", json=unproven), 422, "officer_not_verified")
    filing.operator.post(f"/authorities/{city}/officers", body)
    near = filing.anyone.sign_in(body["username"], body["password"])
    assert near.get("/session")["actor"]["person_id"] == person
    assert near.get(f"/cases/{filing.case_id}")["next_actions"] == []
    refusal(near.send("POST", filing.at_stage("acceptance", "claim")), 403, "own_case")
    given = {"officer": account(near), "reason": "分派"}
    reply = filing.city_head.send("POST", filing.at_stage("acceptance", "assignment"), json=given)
    told = refusal(reply, 422, "assignee_unfit", about="own_case")
    assert field_of(told, "own_case") == "officer"


def test_a_return_needs_names_that_the_filer_can_mend(filing: Province) -> None:
    path = filing.at_stage("acceptance", "return")
    nothing = filing.city.send("POST", path, json={"reason": "材料不齐全", "items": []})
    refusal(nothing, 422, "invalid_request")
    items = [{"part": "attachment", "name": "no_such_file", "needs": "请补充"}]
    unknown = filing.city.send("POST", path, json={"reason": "材料不齐全", "items": items})
    told = refusal(unknown, 422, "unknown_correction_item")
    assert field_of(told, "unknown_correction_item") == "items.0.name"
    assert date.fromisoformat(filing.case()["due_on"])
