"""PubliciseCase and EndPublicity: shown through the whole of the last day, and ended once, by time alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.message import SYSTEM, Actor
from contracts.review import EndPublicity, PubliciseCase
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.samples import (
    AUDITOR,
    CASE_ID,
    CITY,
    CLERK,
    DAY_AFTER,
    DUTYLESS,
    ENDED,
    FIRM,
    JIANGXI,
    LAST_DAY,
    MONDAY,
    PROVINCE,
    PUBLICISED,
    approved,
    examined,
    meta,
    opened,
    returned,
)


def publicise(by: Actor = PROVINCE, **days: Any) -> PubliciseCase:
    filled = {"starts_on": MONDAY.date(), "ends_on": LAST_DAY, **days}
    return PubliciseCase(case_id=CASE_ID, **filled, meta=meta(by))


def end(at: datetime = DAY_AFTER, by: Actor = SYSTEM) -> EndPublicity:
    return EndPublicity(case_id=CASE_ID, meta=meta(by, at))


class TestPubliciseHappens:
    def test_for_the_working_days_that_were_counted(self) -> None:
        outcome = given(CASE, *examined()).when(publicise()).then(PUBLICISED)
        assert outcome.state.status == "publicised"
        assert outcome.state.next_actions == ()


class TestPubliciseIgnoredTheSecondTime:
    @pytest.mark.parametrize("since", [[PUBLICISED], [PUBLICISED, ENDED]])
    def test_what_is_shown_is_shown(self, since: list[Any]) -> None:
        given(CASE, *examined(), *since).when(publicise()).then_nothing()


class TestPubliciseRefused:
    def test_while_a_stage_remains(self) -> None:
        given(CASE, *examined()[:-1]).when(publicise()).then_refused("stages_remain")

    def test_after_a_return(self) -> None:
        given(CASE, opened(), returned("acceptance", CLERK)).when(publicise()).then_refused("stages_remain")

    def test_where_the_matter_has_no_publicity(self) -> None:
        given(CASE, *examined(publicity_working_days=None)).when(publicise()).then_refused(
            "publicity_not_foreseen"
        )

    @pytest.mark.parametrize(
        "days",
        [
            {"starts_on": None, "ends_on": None},
            {"ends_on": None},
            {"ends_on": MONDAY.date()},
            {"starts_on": date(2026, 3, 1)},
        ],
    )
    def test_with_days_that_are_nobodys_count(self, days: dict[str, Any]) -> None:
        given(CASE, *examined()).when(publicise(**days)).then_refused("publicity_days_wrong")

    @pytest.mark.parametrize(
        ("by", "code"),
        [
            (CITY, "wrong_level"),
            (DUTYLESS, "duty_missing"),
            (JIANGXI, "outside_jurisdiction"),
            (AUDITOR, "officers_only"),
            (SYSTEM, "officers_only"),
        ],
    )
    def test_by_somebody_who_may_not(self, by: Actor, code: str) -> None:
        given(CASE, *examined()).when(publicise(by)).then_refused(code, NotAllowed)

    def test_by_who_works_for_the_filer(self) -> None:
        order = publicise(employers=(FIRM,))
        given(CASE, *examined()).when(order).then_refused("works_for_the_filer", NotAllowed)

    def test_there_is_no_such_case(self) -> None:
        given(CASE).when(publicise()).then_refused("case_not_found", NotFound)


class TestEndHappens:
    def test_at_the_first_moment_of_the_day_after(self) -> None:
        outcome = given(CASE, *examined(), PUBLICISED).when(end()).then(ENDED)
        assert outcome.state.status == "publicity_ended"
        assert outcome.state.next_actions == ("announce",)

    def test_late_after_an_outage_it_still_ended_on_its_last_day(self) -> None:
        given(CASE, *examined(), PUBLICISED).when(end(DAY_AFTER + timedelta(days=9))).then(ENDED)

    def test_without_announcement_the_last_examiners_judgement_now_stands(self) -> None:
        outcome = given(CASE, *examined(announced=False), PUBLICISED).when(end())
        outcome.then(ENDED, approved(PROVINCE, DAY_AFTER.date()))
        assert outcome.state.status == "approved"


class TestEndIgnoredTheSecondTime:
    def test_two_replicas_or_a_redelivery(self) -> None:
        given(CASE, *examined(), PUBLICISED, ENDED).when(end()).then_nothing()

    def test_also_when_the_case_is_approved_by_then(self) -> None:
        given(CASE, *examined(announced=False), PUBLICISED, ENDED, approved()).when(end()).then_nothing()


class TestEndRefused:
    @pytest.mark.parametrize("at", [MONDAY, DAY_AFTER - timedelta(seconds=1)])
    def test_before_the_last_day_is_over(self, at: datetime) -> None:
        refusal = given(CASE, *examined(), PUBLICISED).when(end(at)).then_refused("publicity_not_over")
        assert refusal.params == {"ends_on": "2026-03-16"}

    def test_what_was_never_shown(self) -> None:
        given(CASE, *examined()).when(end()).then_refused("not_publicised")

    @pytest.mark.parametrize("by", [PROVINCE, AUDITOR])
    def test_by_anybody_but_the_product_itself(self, by: Actor) -> None:
        given(CASE, *examined(), PUBLICISED).when(end(by=by)).then_refused("system_only", NotAllowed)
