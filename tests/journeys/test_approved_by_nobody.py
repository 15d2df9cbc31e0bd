"""Approvals that no officer gives: by the rules at submission, by a stage's silence, at the end of a validity.

The matters are the tests' own, in a directory that the product is told of: so a province adds data, and no code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.labels import SETTING
from contracts.matters.registry import release
from demo.client import wait_for
from services.filing.domain.days import china_day
from services.kernel.clock import clock
from tests.journeys.adding import Followed, files
from tests.journeys.cast import Cast
from tests.journeys.plateau import INITIAL, Plateau
from tests.journeys.product import employee
from tests.journeys.replies import refusal
from tests.journeys.time_kept import Province, embedded_product
from tests.matters.samples import DIRECTORY

SOON = 2
"""Days until the rule that is to come."""


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """The province of docs/adding-a-province.md, whose examination is asked for from the day after tomorrow."""
    directory = tmp_path_factory.mktemp("stricter")
    (directory / "qinghai").mkdir()
    for name, text in files().items():
        rule, since = text.partition("- code: examined_lately")[::2]
        to_come = since.replace("2026-01-01", china_day(clock.now() + timedelta(days=SOON)).isoformat(), 1)
        (directory / name).write_text(text if not since else f"{rule}- code: examined_lately{to_come}", encoding="utf-8")
    release(directory)
    return Followed(directory, {})


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory, stricter: Followed) -> Iterator[Province]:
    """A product that has the trial matters too, and a province with a rule that is to come."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTING, os.pathsep.join([str(DIRECTORY), str(stricter.directory)]))
        with embedded_product(tmp_path_factory.mktemp("trials")) as made:
            yield made


def test_a_rule_that_comes_into_force_judges_only_what_is_filed_later(trials: Province, stricter: Followed) -> None:
    cast = Cast(trials)

    def prepared() -> Plateau:
        journey = Plateau(cast, INITIAL, stricter)
        journey.set_scene().drafted()
        long_ago = (cast.today() - timedelta(days=300)).isoformat()
        journey.filer.patch(f"/filings/{journey.filing_id}/form", {"examined_on": long_ago})
        return journey

    early = prepared()
    early.completed().filer.post(f"/filings/{early.filing_id}/submission")
    city = cast.officer("city", early.home)
    case = wait_for("case", lambda: early._case(city))["case_id"]
    trials.days_pass(SOON)

    late = prepared()
    assert "examined_lately" in [one["code"] for one in late.filing()["problems"]]
    refused = late.filer.send("POST", f"/filings/{late.filing_id}/submission", json={})
    refusal(refused, 422, "filing_incomplete", "examined_lately")

    items = [{"part": "field", "name": "examined_on", "needs": "请核对体检日期"}]
    city.post(f"/cases/{case}/stages/acceptance/return", {"reason": "请核对体检日期。", "items": items})
    wait_for("returned", lambda: early.filing()["status"] == "returned" or None)
    mended = {"examined_on": (cast.today() - timedelta(days=299)).isoformat()}
    early.filer.patch(f"/filings/{early.filing_id}/form", mended)
    assert early.filing()["problems"] == [], "by the rules of the day on which it was first handed in"
    early.filer.post(f"/filings/{early.filing_id}/submission")
    assert early.filing()["status"] == "submitted"


def filed(trials: Province, name: str, **form: Any) -> Province:
    """Somebody new, whose filing of this trial matter is handed in."""
    steps = employee(trials)
    steps.filing_id = steps.enterprise.post("/filings", {"matter": f"trial/{name}"})["id"]
    steps.picked()
    steps.enterprise.patch(f"/filings/{steps.filing_id}/form", {"specialty": "building", **form})
    steps.attached()
    steps.submitted()
    return steps  # type: ignore[return-value]


def until(filing: Province, status: str) -> Any:
    def look() -> Any:
        found = filing.enterprise.get(f"/filings/{filing.filing_id}")
        return found if found["status"] == status else None

    return wait_for(f"filing is {status}", look)


def waiting(filing: Province, who: Any, **asked: Any) -> Any:
    """Its case, once it is in the queue."""

    def look() -> Any:
        rows = who.get("/cases", filing_id=filing.filing_id, **asked)["rows"]
        return rows[0]["case_id"] if rows else None

    case_id = wait_for("case", look)
    return who.get(f"/cases/{case_id}")


def test_what_the_rules_approve_needs_nobody(trials: Province) -> None:
    filing = filed(trials, "automatic")
    until(filing, "approved")
    row = filing.certificate()
    assert filing.document(row).startswith(b"%PDF")
    told = [one["event"] for one in filing.steps_told(filing.person)]
    assert "review.StagePassed.v1" not in told and "review.CaseApproved.v1" in told


def test_a_share_of_what_the_rules_approved_is_drawn_and_inspected(trials: Province) -> None:
    for _ in range(2):
        until(filed(trials, "automatic"), "approved")
    trials.days_pass(1)  # a period is drawn from when it is over
    yesterday = str(trials.now().date() - timedelta(days=1))
    asked = {"matter": "trial/automatic", "from_on": yesterday, "until_on": yesterday, "percent": 50, "seed": "2026-11-21-public"}
    refusal(trials.province.send("POST", "/spot-checks", json=asked), 403, "duty_missing")
    drawn = trials.head.post("/spot-checks", asked)["id"]
    check = trials.head.get(f"/spot-checks/{drawn}")
    population = check["population"]
    order = sorted(population, key=lambda case: hashlib.sha256(f"{check['seed']}/{case}".encode()).hexdigest())
    share = [one["case_id"] for one in check["inspections"]]
    assert len(population) >= 2 and sorted(share) == sorted(order[: -(-len(population) // 2)])

    path = f"/spot-checks/{drawn}/inspections"
    result = {"finding": "faulty", "opinion": "抽查发现毕业证书与学信网信息不一致。"}
    trials.head.post(f"{path}/{share[0]}", result)
    spared = next(case for case in population if case not in share)
    refusal(trials.head.send("POST", f"{path}/{spared}", json=result), 422, "not_drawn")
    found = trials.head.get(f"/spot-checks/{drawn}")["inspections"]
    assert [one["finding"] for one in found if one["case_id"] == share[0]] == ["faulty"]


def test_what_is_not_decided_in_time_is_granted(trials: Province) -> None:
    filing = filed(trials, "silence-grants")
    case = waiting(filing, filing.province, stage="second")
    (deadline,) = case["deadlines"]
    assert (deadline["working_days"], deadline["effect"]) == (10, "deemed_granted")
    due = date.fromisoformat(deadline["due_on"])
    filing.days_pass((due - filing.now().date()).days)
    assert filing.province.get(f"/cases/{case['case_id']}")["status"] == "in_review", "the last day is the authority's"
    filing.days_pass(1)
    until(filing, "approved")
    granted = filing.until_told("review.CaseDeemedGranted.v1")
    assert "第二十六条" in granted["says"] + str(granted["detail"])
    assert filing.certificate()["valid_from"] == str(due + timedelta(days=1))


def test_what_is_not_decided_at_expiry_is_granted_wherever_it_stands(trials: Province) -> None:
    until_day = trials.now().date() + timedelta(days=3)
    filing = filed(trials, "granted-at-expiry", valid_until=str(until_day))
    case = waiting(filing, filing.city, stage="acceptance")
    (validity,) = [one for one in case["deadlines"] if one["deadline"] == "validity"]
    assert (validity["due_on"], validity["effect"]) == (str(until_day), "deemed_granted")
    filing.days_pass(4)
    until(filing, "approved")
    assert filing.certificate()
    late = filing.city.send("POST", f"/cases/{case['case_id']}/stages/acceptance/passing", json={"opinion": "受理"})
    assert late.status_code == 409, late.text
