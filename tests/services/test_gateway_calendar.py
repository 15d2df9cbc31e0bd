"""The working-day calendar and the development clock over HTTP: read by all, published by operators, refused in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Refused
from contracts.review import AdvanceClock, PublishYear
from contracts.working_days import CalendarEnds, problems_of
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage

PATH = "/api/v1/calendar"
BODY: dict[str, Any] = {
    "source": "国办发明电〔2026〕9号",
    "holidays": [f"2027-10-0{day}" for day in range(1, 8)],
    "workdays": ["2027-10-09"],
}
VIEW = {"packaged": [2004, 2026], "years": [], "known_until": 2026, "then": "refused"}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_everybody_who_is_signed_in_sees_it(stage: Stage) -> None:
    stage.services.answers["ReadCalendar"] = VIEW
    for actor in (on.PERSON, on.OFFICER, on.OPERATOR):
        assert stage.signed_in(actor).get(PATH).get_json() == VIEW
    assert stage.anyone().get(PATH).status_code == 401


def test_an_operator_publishes_a_year(stage: Stage) -> None:
    reply = stage.signed_in(on.OPERATOR).put(f"{PATH}/2027", json=BODY, headers={"If-Match": '"3"'})
    assert (reply.status_code, reply.headers["ETag"]) == (200, '"7"')
    sent = stage.services.last
    assert isinstance(sent, PublishYear)
    assert (sent.year, len(sent.holidays), sent.workdays) == (2027, 7, (date(2027, 10, 9),))
    assert (sent.meta.actor, sent.meta.expected_version) == (on.OPERATOR, 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"holidays": BODY["holidays"][:6]}, "holidays"),
        ({"holidays": [*BODY["holidays"], "2027-02-30"]}, "holidays.7"),
        ({"source": ""}, "source"),
        ({"year": 2028}, "year"),
    ],
)
def test_what_is_malformed_is_told_by_field(stage: Stage, changes: dict[str, Any], field: str) -> None:
    reply = stage.signed_in(on.OPERATOR).put(f"{PATH}/2027", json={**BODY, **changes})
    assert reply.status_code == 422
    assert field in [one["field"] for one in reply.get_json()["problems"]]
    assert stage.services.sent == []


def test_a_year_of_another_age_is_none(stage: Stage) -> None:
    assert stage.signed_in(on.OPERATOR).put(f"{PATH}/1999", json=BODY).status_code == 422


def test_wrong_days_are_told_in_words_with_what_to_do(stage: Stage) -> None:
    wrong = list(problems_of(2027, [date(2026, 10, 1)] * 2, [date(2027, 10, 12), date(2026, 10, 1)]))
    stage.services.answers["PublishYear"] = Refused("calendar_year_wrong", params={"year": 2027}, problems=wrong)
    told = stage.signed_in(on.OPERATOR).put(f"{PATH}/2027", json=BODY).get_json()
    assert told["detail"].startswith("2027年的工作日历有误")
    said = {one["code"]: one["detail"] for one in told["problems"]}
    assert said == {
        "calendar_day_of_another_year": "2026-10-01不在2027年,请改正或删除",
        "calendar_day_twice": "2026-10-01重复,请只写一次",
        "calendar_day_free_and_worked": "2026-10-01既列为放假又列为上班,请删除其中一处",
        "calendar_day_worked_anyway": "2026-10-01本来就是工作日,调休上班的只能是周六或周日,请删除",
    }


def test_the_end_of_the_calendar_names_year_and_remedy(stage: Stage) -> None:
    stage.services.answers["PubliciseCase"] = CalendarEnds(2027)
    reply = stage.signed_in(on.OFFICER).post(f"/api/v1/cases/{on.CASE_ID}/publicity", json={})
    told = reply.get_json()
    assert (reply.status_code, told["code"]) == (422, "calendar_ends")
    assert "2027年" in told["detail"] and "zhuce calendar add 2027.yaml" in told["detail"]


def test_the_development_clock_goes_by_days_and_seconds(tmp_path: Path) -> None:
    stage = Stage(tmp_path, DEVELOPMENT=True)
    stage.services.answers["AdvanceClock"] = {"offset_seconds": 0}
    assert stage.anyone().post("/api/v1/development/clock", json={"advance_seconds": 90}).status_code == 200
    assert stage.services.last == AdvanceClock(days=0, seconds=90)
    stage.anyone().post("/api/v1/development/clock", json={"advance_days": 2})
    assert stage.services.last == AdvanceClock(days=2, seconds=0)
    assert stage.anyone().post("/api/v1/development/clock", json={"advance_seconds": 86_401}).status_code == 422
