"""Batches and spot checks over HTTP: ordered once, explained line by line in words, seen by whom they concern."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from contracts.errors import Refused
from contracts.review import (
    BatchFailure,
    BatchView,
    DrawSpotCheck,
    GetBatch,
    Inspection,
    RecordInspection,
    SpotCheckView,
    StartBatch,
)
from services import gateway
from services.gateway.words import find, sentence, words
from services.kernel.clock import CHINA
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage

LABELS = Path(gateway.__file__).parent / "labels" / "zh.yaml"
BATCHES = "/api/v1/case-batches"
CHECKS = "/api/v1/spot-checks"
ID = UUID("28a0e2f4-6b7d-4f8e-9c9a-0d1b2e3f4c0b")
PASSING = {"action": "pass", "stage": "acceptance", "opinion": "材料齐全"}
PERIOD = {"from_on": "2026-02-01", "until_on": "2026-02-28", "percent": 10}
FAILURES = (
    BatchFailure(line=3, case_id=on.CASE_ID, code="stale", params={"expected": 1, "actual": 2}),
    BatchFailure(line=8, case_id=on.CASE_ID, code="outside_jurisdiction", params={"place": "430202"}),
    BatchFailure(line=9, case_id=UUID(int=9), code="case_not_found", params={"id": str(UUID(int=9))}),
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def items(count: int) -> list[dict[str, Any]]:
    return [{"case_id": str(UUID(int=n)), "version": n} for n in range(1, count + 1)]


def batch(**changes: Any) -> BatchView:
    assert on.OFFICER.authority_id is not None
    view = BatchView(
        batch_id=ID,
        version=4,
        action="pass",
        total=500,
        upto=300,
        done=297,
        failures=FAILURES,
        ended=False,
        started_at=datetime(2026, 3, 4, 9, 0, tzinfo=CHINA),
        started_by=on.OFFICER.account_id,
        authority_id=on.OFFICER.authority_id,
    )
    return view.model_copy(update=changes)


def check(place: str = "430100") -> SpotCheckView:
    return SpotCheckView(
        spot_check_id=ID,
        version=2,
        authority_id=UUID(int=1),
        place=place,
        matter=None,
        from_on=date(2026, 2, 1),
        until_on=date(2026, 2, 28),
        percent=10,
        seed="20260302-073519",
        seed_given=True,
        algorithm="sha256-order-1",
        population=(on.CASE_ID,),
        inspections=(Inspection(case_id=on.CASE_ID),),
        drawn_on=date(2026, 3, 2),
    )


class TestABatch:
    def test_is_accepted_whole_and_says_where_its_progress_is(self, stage: Stage) -> None:
        body = {**PASSING, "items": items(5000)}
        reply = stage.signed_in(on.OFFICER).post(BATCHES, json=body, headers={"Idempotency-Key": "march-1"})
        order = stage.services.last
        assert (reply.status_code, type(order), len(order.items)) == (202, StartBatch, 5000)
        assert reply.headers["Location"] == f"{BATCHES}/{order.batch_id}"
        assert (order.items[6].version, order.stage, order.meta.actor) == (7, "acceptance", on.OFFICER)

    def test_sent_again_is_the_same_batch(self, stage: Stage) -> None:
        client, body = stage.signed_in(on.OFFICER), {**PASSING, "items": items(2)}
        orders = []
        for key in ("march-1", "march-1", "march-2"):
            client.post(BATCHES, json=body, headers={"Idempotency-Key": key})
            orders.append(stage.services.last)
        first, again, other = orders
        assert (first.batch_id, first.meta.command_id) == (again.batch_id, again.meta.command_id)
        assert first.batch_id != other.batch_id

    @pytest.mark.parametrize("count", [0, 5001])
    def test_of_nothing_or_too_much_is_no_batch(self, stage: Stage, count: int) -> None:
        reply = stage.signed_in(on.OFFICER).post(BATCHES, json={**PASSING, "items": items(count)})
        assert reply.status_code == 422
        (problem,) = reply.get_json()["problems"]
        assert problem["field"] == "items" and problem["detail"]

    def test_that_names_a_case_twice_is_refused_with_the_lines(self, stage: Stage) -> None:
        twice = {"code": "case_named_twice", "field": "items.5.case_id", "params": {"line": 6, "first": 2}}
        stage.services.answers["StartBatch"] = Refused(
            "batch_names_case_twice", params={"count": 1}, problems=[twice]
        )
        reply = stage.signed_in(on.OFFICER).post(BATCHES, json={**PASSING, "items": items(2)})
        assert reply.status_code == 422
        (problem,) = reply.get_json()["problems"]
        assert (problem["field"], problem["detail"]) == ("items.5.case_id", "第6行与第2行是同一案件,请删除其中一行")

    def test_shows_its_progress_and_explains_each_line_that_was_not_done(self, stage: Stage) -> None:
        stage.services.answers["GetBatch"] = batch()
        reply = stage.signed_in(on.OFFICER).get(f"{BATCHES}/{ID}")
        assert stage.services.last == GetBatch(batch_id=ID)
        shown = reply.get_json()
        assert (shown["upto"], shown["total"], shown["done"], shown["ended"]) == (300, 500, 297, False)
        assert reply.headers["ETag"] == '"4"'
        assert [(one["line"], one["code"]) for one in shown["failures"]] == [
            (one.line, one.code) for one in FAILURES
        ]
        said = [one["words"] for one in shown["failures"]]
        assert all(said) and not any("代码" in one for one in said), "each in its own words"
        assert "管辖" in said[1] and "当前版本2" in said[0]
        assert len({one["remedy"] for one in shown["failures"]}) == 3

    def test_has_a_remedy_for_whatever_else_a_case_refuses(self, stage: Stage) -> None:
        odd = FAILURES[0].model_copy(update={"code": "outcome_not_offered", "params": {}})
        stage.services.answers["GetBatch"] = batch(failures=(odd,))
        (shown,) = stage.signed_in(on.OFFICER).get(f"{BATCHES}/{ID}").get_json()["failures"]
        assert (shown["words"], shown["remedy"]) == (sentence("outcome_not_offered"), words("remedies.otherwise"))

    def test_knows_every_code_that_it_has_a_remedy_for(self) -> None:
        for_lines = yaml.safe_load(LABELS.read_text("utf-8"))["remedies"].keys() - {"otherwise"}
        assert len(for_lines) > 15
        assert not {code for code in for_lines if find(code) is None}

    def test_is_not_shown_to_another_authority(self, stage: Stage) -> None:
        stage.services.answers["GetBatch"] = batch(authority_id=UUID(int=430200))
        reply = stage.signed_in(on.OTHER_OFFICER).get(f"{BATCHES}/{ID}")
        assert (reply.status_code, reply.get_json()["code"]) == (403, "not_your_batch")
        assert "failures" not in json.dumps(reply.get_json())


class TestASpotCheck:
    def test_is_drawn_by_the_officers_seed_or_the_machines(self, stage: Stage) -> None:
        client = stage.signed_in(on.OFFICER)
        reply = client.post(CHECKS, json={**PERIOD, "seed": "20260302-073519"})
        assert (reply.status_code, stage.services.last.seed) == (201, "20260302-073519")
        assert reply.headers["Location"] == f"{CHECKS}/{stage.services.last.spot_check_id}"
        client.post(CHECKS, json=PERIOD)
        order = stage.services.last
        assert (type(order), order.seed, order.matter) == (DrawSpotCheck, None, None)

    @pytest.mark.parametrize("filled_in", ["population", "drawn_seed"])
    def test_is_not_told_what_to_draw_from(self, stage: Stage, filled_in: str) -> None:
        reply = stage.signed_in(on.OFFICER).post(CHECKS, json={**PERIOD, filled_in: []})
        assert reply.status_code == 422
        assert reply.get_json()["problems"][0]["code"] == "unknown_field"

    def test_shows_everything_that_repeats_the_draw(self, stage: Stage) -> None:
        stage.services.answers["GetSpotCheck"] = check()
        shown = stage.signed_in(on.OFFICER).get(f"{CHECKS}/{ID}").get_json()
        assert (shown["seed"], shown["percent"], shown["population"]) == ("20260302-073519", 10, [str(on.CASE_ID)])
        assert shown["inspections"][0]["finding"] is None

    def test_of_another_place_is_not_shown(self, stage: Stage) -> None:
        stage.services.answers["GetSpotCheck"] = check(place="430200")
        reply = stage.signed_in(on.OFFICER).get(f"{CHECKS}/{ID}")
        assert (reply.status_code, reply.get_json()["code"]) == (403, "outside_jurisdiction")

    def test_takes_what_was_found_in_a_case(self, stage: Stage) -> None:
        body = {"finding": "faulty", "opinion": "营业执照已过期"}
        reply = stage.signed_in(on.OFFICER).post(f"{CHECKS}/{ID}/inspections/{on.CASE_ID}", json=body)
        order = stage.services.last
        assert (reply.status_code, type(order), order.case_id) == (200, RecordInspection, on.CASE_ID)
        assert (order.finding, order.filed_by, order.applicant) == ("faulty", (), None)
