"""PublishYear: a year as the notice has it, by an operator; again and changed it is the next version."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.errors import NotAllowed
from contracts.message import SYSTEM, Actor
from contracts.review import PublishYear, YearPublished
from services.kernel.testing import given
from services.review.domain.calendar_year import CALENDAR
from tests.domain.review.samples import AUDITOR, FILER, OPERATOR, PROVINCE, meta

HOLIDAYS = tuple(date(2027, 10, day) for day in range(1, 8))
SATURDAY = date(2027, 10, 9)
SOURCE = "国办发明电〔2026〕9号"
PUBLISHED = YearPublished(year=2027, version=1, source=SOURCE, holidays=HOLIDAYS, workdays=(SATURDAY,))


def publish(by: Actor = OPERATOR, **changes: Any) -> PublishYear:
    body: dict[str, Any] = {"year": 2027, "source": SOURCE, "holidays": HOLIDAYS, "workdays": (SATURDAY,)}
    return PublishYear(**{**body, **changes}, meta=meta(by))


class TestHappens:
    def test_a_new_year(self) -> None:
        outcome = given(CALENDAR).when(publish()).then(PUBLISHED)
        assert [(claim.kind, getattr(claim, "key", None)) for claim in outcome.claims] == [("calendar_year", "2027")]

    def test_in_any_order_it_is_kept_in_order(self) -> None:
        given(CALENDAR).when(publish(holidays=HOLIDAYS[::-1])).then(PUBLISHED)

    def test_changed_it_is_the_next_version_and_claims_nothing_again(self) -> None:
        longer = (*HOLIDAYS, date(2027, 10, 8))
        changed = PUBLISHED.model_copy(update={"version": 2, "holidays": longer})
        outcome = given(CALENDAR, PUBLISHED).when(publish(holidays=longer)).then(changed)
        assert outcome.claims == []

    def test_back_to_what_it_was_is_a_change_too(self) -> None:
        changed = PUBLISHED.model_copy(update={"version": 2, "workdays": ()})
        again = PUBLISHED.model_copy(update={"version": 3})
        given(CALENDAR, PUBLISHED, changed).when(publish()).then(again)


class TestIgnoredTheSecondTime:
    def test_the_same_year(self) -> None:
        given(CALENDAR, PUBLISHED).when(publish()).then_nothing()
        given(CALENDAR, PUBLISHED).when(publish(holidays=HOLIDAYS[::-1])).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("by", [PROVINCE, AUDITOR, FILER, SYSTEM], ids=lambda by: str(by.kind))
    def test_by_anybody_but_an_operator(self, by: Actor) -> None:
        given(CALENDAR).when(publish(by)).then_refused("operator_only", NotAllowed)

    @pytest.mark.parametrize(
        ("changes", "code", "field"),
        [
            ({"holidays": (*HOLIDAYS, date(2026, 10, 1))}, "calendar_day_of_another_year", "holidays.7"),
            ({"workdays": (date(2028, 10, 14),)}, "calendar_day_of_another_year", "workdays.0"),
            ({"holidays": (*HOLIDAYS, HOLIDAYS[0])}, "calendar_day_twice", "holidays.7"),
            ({"workdays": (date(2027, 10, 2),)}, "calendar_day_free_and_worked", "workdays.0"),
            ({"workdays": (SATURDAY, date(2027, 10, 12))}, "calendar_day_worked_anyway", "workdays.1"),
        ],
    )
    def test_a_wrong_day_is_named(self, changes: dict[str, Any], code: str, field: str) -> None:
        refusal = given(CALENDAR).when(publish(**changes)).then_refused("calendar_year_wrong")
        assert [(one["code"], one["field"]) for one in refusal.problems] == [(code, field)]

    def test_everything_that_is_wrong_is_told_at_once(self) -> None:
        wrong = publish(holidays=(*HOLIDAYS, date(2026, 1, 1)), workdays=(date(2027, 10, 12),))
        assert len(given(CALENDAR).when(wrong).then_refused("calendar_year_wrong").problems) == 2

    def test_a_year_of_too_few_holidays_is_no_year(self) -> None:
        with pytest.raises(ValidationError):
            publish(holidays=HOLIDAYS[:6])
