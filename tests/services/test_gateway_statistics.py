"""The queue's filters, a case's history and the statistics over HTTP: whoever is signed in is who asks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contracts.query import GetCaseHistory, GetWorkload, ListCases
from services.kernel.clock import clock
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage

PERIOD = "from=2026-03-01&until=2026-03-31"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.services.answers.update(ListCases={}, GetCaseHistory={}, GetWorkload={})
    return stage


def test_the_period_and_the_viewer_are_asked_for(stage: Stage) -> None:
    reply = stage.signed_in(on.AUDITOR).get(f"/api/v1/statistics/workload?{PERIOD}&by=officer")
    assert reply.status_code == 200
    expected = GetWorkload(viewer=on.AUDITOR, from_on=date(2026, 3, 1), until_on=date(2026, 3, 31), by="officer")
    assert stage.services.last == expected


@pytest.mark.parametrize("query", ["", "from=2026-03-01", f"{PERIOD}&by=person", "from=2026-03-01&until=2026-02-30"])
def test_half_a_period_or_one_that_is_none_is_refused(stage: Stage, query: str) -> None:
    assert stage.signed_in(on.OFFICER).get(f"/api/v1/statistics/workload?{query}").status_code == 422
    assert stage.services.sent == []


def test_every_filter_of_the_queue_reaches_it(stage: Stage) -> None:
    asked = "officer=unassigned&matter=hunan/constructor-2-initial&specialty=building&name=张&deadline=near&within=3"
    reply = stage.signed_in(on.OFFICER).get(f"/api/v1/cases?{asked}&objections=true&sort=due&mine=true")
    assert reply.status_code == 200
    assert stage.services.last == ListCases(
        viewer=on.OFFICER,
        on=clock.now().date(),
        officer="unassigned",
        matter="hunan/constructor-2-initial",
        specialty="building",
        name="张",
        deadline="near",
        within=3,
        objections=True,
        sort="due",
        mine=True,
    )


def test_a_case_s_history_is_asked_for_by_the_viewer(stage: Stage) -> None:
    reply = stage.signed_in(on.OFFICER).get(f"/api/v1/cases/{on.CASE_ID}/history", headers={"Zhuce-After": "review:9"})
    assert reply.status_code == 200
    assert stage.services.last == GetCaseHistory(viewer=on.OFFICER, case_id=on.CASE_ID, after={"review": 9})
