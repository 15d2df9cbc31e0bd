"""AnnounceCase: announced and by that approved, once publicity is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.message import SYSTEM, Actor
from contracts.review import AnnounceCase
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.samples import (
    ANNOUNCED,
    AUDITOR,
    CASE_ID,
    CITY,
    CLERK,
    DAY_AFTER,
    DOCUMENT,
    DUTYLESS,
    ENDED,
    FIRM,
    JIANGXI,
    PROVINCE,
    PUBLICISED,
    approved,
    examined,
    meta,
    opened,
    rejected,
)


def announce(by: Actor = PROVINCE, number: str = DOCUMENT, at: datetime = DAY_AFTER) -> AnnounceCase:
    return AnnounceCase(case_id=CASE_ID, document_number=number, meta=meta(by, at))


class TestHappens:
    def test_after_publicity(self) -> None:
        outcome = given(CASE, *examined(), PUBLICISED, ENDED).when(announce()).then(ANNOUNCED, approved())
        assert outcome.state.status == "approved"
        assert outcome.state.next_actions == ()

    def test_where_the_matter_has_no_publicity(self) -> None:
        given(CASE, *examined(publicity_working_days=None)).when(announce()).then(ANNOUNCED, approved())


class TestIgnoredTheSecondTime:
    def test_under_the_same_document(self) -> None:
        given(CASE, *examined(), PUBLICISED, ENDED, ANNOUNCED, approved()).when(announce()).then_nothing()


class TestRefused:
    def test_under_a_second_document(self) -> None:
        history = [*examined(), PUBLICISED, ENDED, ANNOUNCED, approved()]
        given(CASE, *history).when(announce(number="湘建公告〔2026〕13号")).then_refused("already_decided")

    def test_while_a_stage_remains(self) -> None:
        given(CASE, *examined()[:-1]).when(announce()).then_refused("stages_remain")

    def test_before_publicity(self) -> None:
        given(CASE, *examined()).when(announce()).then_refused("not_publicised")

    def test_during_publicity(self) -> None:
        given(CASE, *examined(), PUBLICISED).when(announce()).then_refused("publicity_not_over")

    def test_where_the_matter_has_no_announcement(self) -> None:
        history = [*examined(announced=False), PUBLICISED]
        given(CASE, *history).when(announce()).then_refused("announcement_not_foreseen")

    def test_a_rejected_case(self) -> None:
        given(CASE, opened(), rejected("acceptance", CLERK)).when(announce()).then_refused("already_decided")

    @pytest.mark.parametrize(
        ("by", "code"),
        [
            (CITY, "wrong_level"),
            (DUTYLESS, "duty_missing"),
            (JIANGXI, "outside_jurisdiction"),
            (AUDITOR, "officers_only"),
            (SYSTEM, "officers_only"),
            (PROVINCE.model_copy(update={"enterprise_id": FIRM}), "own_case"),
        ],
    )
    def test_by_somebody_who_may_not(self, by: Actor, code: str) -> None:
        history: list[Any] = [*examined(), PUBLICISED, ENDED]
        given(CASE, *history).when(announce(by)).then_refused(code, NotAllowed)

    def test_there_is_no_such_case(self) -> None:
        given(CASE).when(announce()).then_refused("case_not_found", NotFound)
