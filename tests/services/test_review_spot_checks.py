"""Spot checks on a real PostgreSQL: drawn from what the rules approved, and from nothing else; inspected once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.message import SYSTEM
from contracts.review import DrawSpotCheck, GetSpotCheck, OpenCase, RecordInspection, SpotCheckView
from services.kernel.clock import CHINA
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.review import automatic
from services.review.domain.spot_check import draw
from tests.domain.review.samples import CHANGSHA_BUREAU, officer, opened
from tests.services.test_review_batches import carry_out, log, open_cases
from tests.services.test_review_deadlines import Review, databases, meta, start

__all__ = ["databases", "log", "start"]  # fixtures
INSPECTOR = officer("inspector", CHANGSHA_BUREAU, "city", "430100", "inspect")
BY_RULES: dict[str, Any] = {"automatic": True, "stages": (), "publicity_working_days": None, "announced": False}
TODAY = datetime.now(CHINA)
LAST_YEAR = TODAY - timedelta(days=365)


def approve(log: EventLog, count: int, at: datetime = TODAY, **changes: Any) -> set[Any]:
    """Filings that the rules approved at this time."""
    ids = [uuid4() for _ in range(count)]
    of = [opened(case_id=one, filing_id=one, submitted_at=at, **{**BY_RULES, **changes}) for one in ids]
    carry_out(log, [OpenCase(**one.model_dump(), meta=meta(SYSTEM, at)) for one in of])
    return set(ids)


def test_a_draw_is_from_the_automatic_approvals_of_place_matter_and_period(
    start: Callable[..., Review], log: EventLog
) -> None:
    wanted = approve(log, 12, filed_by="inspector")
    approve(log, 3, at=LAST_YEAR)
    approve(log, 3, place="430202")
    approve(log, 3, matter="xinjiang/first")
    open_cases(log, 3)
    review = start()

    today = TODAY.date()
    order = DrawSpotCheck(
        spot_check_id=uuid4(),
        matter="hunan/constructor-2-initial",
        from_on=today - timedelta(days=30),
        until_on=today,
        percent=20,
        meta=meta(INSPECTOR, TODAY),
    )
    first = review.send(order)["ok"]

    def shown() -> SpotCheckView:
        return SpotCheckView.model_validate(review.send(GetSpotCheck(spot_check_id=order.spot_check_id))["ok"])

    check = shown()
    assert set(check.population) == wanted and list(check.population) == sorted(wanted, key=str)
    drawn = [one.case_id for one in check.inspections]
    assert (len(drawn), tuple(drawn)) == (3, draw(check.seed, check.population, 20))
    assert (len(check.seed), check.seed_given) == (32, False)

    later = approve(log, 1)
    assert review.send(order)["ok"] == first, "the same order again is the same draw"
    other = order.model_copy(update={"spot_check_id": uuid4(), "percent": 100, "meta": meta(INSPECTOR, TODAY)})
    assert "ok" in review.send(other)
    found = SpotCheckView.model_validate(review.send(GetSpotCheck(spot_check_id=other.spot_check_id))["ok"])
    assert set(found.population) == wanted | later, "what was approved a moment ago is in it"
    assert found.seed != check.seed

    def inspect(by: Any) -> dict[str, Any]:
        about = {"spot_check_id": order.spot_check_id, "case_id": drawn[0], "opinion": "材料与现场一致"}
        return review.send(RecordInspection(**about, finding="in_order", meta=meta(by, TODAY)))

    assert inspect(INSPECTOR)["refusal"]["code"] == "had_a_hand_in_filing"
    colleague = INSPECTOR.model_copy(update={"account_id": "colleague"})
    assert "ok" in inspect(colleague)
    assert [(one.finding, one.officer) for one in shown().inspections] == [
        ("in_order", "colleague"),
        (None, None),
        (None, None),
    ]


def test_no_more_is_read_than_may_be_drawn_from(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(fresh_database)
    places = ["430102", "430102", "430181", "430202", "110101"]
    with database.transaction() as cursor:
        automatic.AUTOMATIC.create(cursor)
        for place in places:
            cursor.execute(
                "INSERT INTO approvals VALUES (%s, %s, 'hunan/x', %s)", [str(uuid4()), place, TODAY.date()]
            )

    def found(place: str) -> int:
        actor = INSPECTOR.model_copy(update={"place": place})
        day = TODAY.date()
        order = DrawSpotCheck(spot_check_id=uuid4(), from_on=day, until_on=day, percent=9, meta=meta(actor, TODAY))
        return len(automatic.population(database, order, head=0))

    of_places = ["430181", "430100", "430000", "000000", "440000"]
    assert [found(place) for place in of_places] == [1, 3, 4, 5, 0]
    monkeypatch.setattr(automatic, "LARGEST", 2)
    assert found("000000") == 3
    database.close()
