"""RecordAbsence and EndAbsence: who is away, who stands in, and on which days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.decider import Claim
from contracts.errors import NotAllowed, NotFound
from contracts.message import Actor
from contracts.review import AbsenceEnded, AbsenceRecorded, EndAbsence, RecordAbsence
from services.kernel.testing import given
from services.review.domain.absence import DESK
from tests.domain.review.samples import (
    AUDITOR,
    CHANGSHA_BUREAU,
    CITY,
    CLERK,
    COLLEAGUE,
    MONDAY,
    PROVINCE,
    meta,
    officer,
)

ABSENCE = UUID(int=11)
CHIEF = officer("chief", CHANGSHA_BUREAU, "city", "430100", "assign")
FROM, UNTIL = date(2026, 3, 4), date(2026, 3, 6)


def record(by: Actor = CITY, **changes: Any) -> RecordAbsence:
    body: dict[str, Any] = {
        "absence_id": ABSENCE,
        "officer": "city",
        "from_on": FROM,
        "until_on": UNTIL,
        "cover": "colleague",
        "absent": CITY,
        "stand_in": COLLEAGUE,
        "meta": meta(by),
    }
    return RecordAbsence(**{**body, **changes})


def recorded(**changes: Any) -> AbsenceRecorded:
    body: dict[str, Any] = {
        "absence_id": ABSENCE,
        "officer": "city",
        "authority_id": CHANGSHA_BUREAU,
        "from_on": FROM,
        "until_on": UNTIL,
        "cover": "colleague",
    }
    return AbsenceRecorded(**{**body, **changes})


def end(by: Actor = CITY, at: datetime = MONDAY, absence: UUID = ABSENCE) -> EndAbsence:
    return EndAbsence(absence_id=absence, officer="city", meta=meta(by, at))


class TestHappens:
    @pytest.mark.parametrize("by", [CITY, CHIEF])
    def test_told_by_the_officer_or_by_who_assigns(self, by: Actor) -> None:
        outcome = given(DESK).when(record(by)).then(recorded())
        assert outcome.claims == [Claim("cover", f"colleague/{ABSENCE}", "absence_exists")]
        days = [date(2026, 3, day) for day in (3, 4, 6, 7)]
        assert [outcome.state.stand_in(day) for day in days] == [None, "colleague", "colleague", None]

    def test_from_today_and_without_anybody_to_stand_in(self) -> None:
        today = {"from_on": MONDAY.date(), "cover": None, "stand_in": None}
        outcome = given(DESK).when(record(**today)).then(recorded(from_on=MONDAY.date(), cover=None))
        assert outcome.claims == []

    def test_back_earlier(self) -> None:
        at = MONDAY + timedelta(days=3)
        outcome = given(DESK, recorded()).when(end(at=at))
        outcome.then(AbsenceEnded(absence_id=ABSENCE, officer="city", ended_on=date(2026, 3, 5)))
        assert outcome.state.stand_in(date(2026, 3, 4)) == "colleague"
        assert outcome.state.stand_in(date(2026, 3, 5)) is None

    def test_the_days_after_the_return_are_free_for_another_absence(self) -> None:
        history = [recorded(), AbsenceEnded(absence_id=ABSENCE, officer="city", ended_on=date(2026, 3, 5))]
        again = {"absence_id": UUID(int=12), "from_on": date(2026, 3, 5)}
        given(DESK, *history).when(record(**again)).then(recorded(**again))


class TestIgnoredTheSecondTime:
    def test_it_is_recorded(self) -> None:
        given(DESK, recorded()).when(record()).then_nothing()

    def test_they_are_back(self) -> None:
        history = [recorded(), AbsenceEnded(absence_id=ABSENCE, officer="city", ended_on=MONDAY.date())]
        given(DESK, *history).when(end()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"until_on": date(2026, 3, 3)}, "absence_ends_before_it_starts"),
            ({"from_on": date(2026, 3, 1)}, "absence_in_the_past"),
            ({"absent": AUDITOR}, "not_an_officer"),
            ({"absent": None}, "not_an_officer"),
            ({"stand_in": PROVINCE, "cover": "province"}, "cover_unfit"),
            ({"stand_in": None}, "cover_unfit"),
            ({"stand_in": CITY, "cover": "city"}, "cover_unfit"),
        ],
    )
    def test_an_absence_that_cannot_be(self, changes: dict[str, Any], code: str) -> None:
        given(DESK).when(record(**changes)).then_refused(code)

    @pytest.mark.parametrize(
        ("from_on", "until_on"), [(2, 4), (5, 5), (6, 9), (2, 9)], ids=["before", "within", "after", "around"]
    )
    def test_while_another_one_lasts(self, from_on: int, until_on: int) -> None:
        days = {"from_on": date(2026, 3, from_on), "until_on": date(2026, 3, until_on)}
        given(DESK, recorded()).when(record(absence_id=UUID(int=12), **days)).then_refused("absence_overlaps")

    @pytest.mark.parametrize(
        ("by", "code"),
        [(CLERK, "duty_missing"), (AUDITOR, "officers_only"), (PROVINCE, "other_authority")],
    )
    def test_by_somebody_else(self, by: Actor, code: str) -> None:
        given(DESK).when(record(by)).then_refused(code, NotAllowed)
        given(DESK, recorded()).when(end(by)).then_refused(code, NotAllowed)

    def test_the_end_of_one_that_is_over(self) -> None:
        given(DESK, recorded()).when(end(at=MONDAY + timedelta(days=5))).then_refused("absence_is_over")

    def test_the_end_of_one_that_nobody_told(self) -> None:
        given(DESK, recorded()).when(end(absence=UUID(int=12))).then_refused("absence_not_found", NotFound)
