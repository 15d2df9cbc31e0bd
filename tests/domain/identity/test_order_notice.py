"""OrderNotice: the authorities' reactions order that somebody is told, once; who waits to be told can be found."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.decider import Claim
from contracts.errors import NotAllowed, Refused
from contracts.identity import NoticeOrdered, OrderNotice
from contracts.message import SYSTEM, Actor
from services.identity.domain.notice import NOTICE
from services.kernel.testing import given, meta
from tests.domain.identity.samples import NOTICE_FACTS, NOTICE_ID, ORDERED
from tests.samples import CITY_OFFICER, ENTERPRISE, ENTERPRISE_ID, OPERATOR, PERSON


def order(actor: Actor = SYSTEM, **changed: Any) -> OrderNotice:
    return OrderNotice(**{**NOTICE_FACTS, **changed}, meta=meta(actor))


class TestHappens:
    def test_a_person_is_to_be_told(self) -> None:
        outcome = given(NOTICE).when(order()).then(ORDERED)
        assert outcome.claims == [Claim("unsent_notice", str(NOTICE_ID), "notice_exists")]
        assert not outcome.state.sent

    def test_an_enterprise_is_to_be_told(self) -> None:
        (event,) = given(NOTICE).when(order(person_id=None, enterprise_id=ENTERPRISE_ID)).then_types(NoticeOrdered).events
        assert isinstance(event, NoticeOrdered) and event.enterprise_id == ENTERPRISE_ID


class TestIgnoredTheSecondTime:
    def test_the_same_order(self) -> None:
        given(NOTICE, ORDERED).when(order()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [PERSON, ENTERPRISE, CITY_OFFICER, OPERATOR], ids=lambda actor: actor.kind)
    def test_by_anybody(self, actor: Actor) -> None:
        given(NOTICE).when(order(actor)).then_refused("system_only", NotAllowed)

    @pytest.mark.parametrize("changed", [{"person_id": None}, {"enterprise_id": ENTERPRISE_ID}], ids=["none", "two"])
    def test_without_exactly_one_recipient(self, changed: dict[str, Any]) -> None:
        given(NOTICE).when(order(**changed)).then_refused("notice_needs_one_recipient", Refused)
