"""SendPhoneCode and SendEnterpriseCode: a new code takes the place of the old one, but not every second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from contracts.decider import Decider
from contracts.errors import NotFound
from contracts.identity import EnterpriseCodeSent, PhoneCodeSent, SendEnterpriseCode, SendPhoneCode
from contracts.message import Event
from services.identity.domain.enterprise import ENTERPRISE
from services.identity.domain.person import PERSON
from services.kernel.testing import NOON, given, meta
from tests.domain.identity.samples import (
    ANYBODY,
    FIRM_WRONG_CODE,
    MINUTE,
    NEW_FIRM,
    NEW_PERSON,
    SECOND,
    WRONG_CODE,
)
from tests.samples import ENTERPRISE_ID, PERSON_ID


class Side(NamedTuple):
    """The same rules for a person's phone and for an enterprise's."""

    decider: Decider[Any, Any, Any]
    command: type[SendPhoneCode] | type[SendEnterpriseCode]
    event: type[PhoneCodeSent] | type[EnterpriseCodeSent]
    holder: dict[str, Any]
    registered: Sequence[Event]
    wrong: Event

    def send(self, at: datetime) -> SendPhoneCode | SendEnterpriseCode:
        return self.command(**self.holder, code_hash="newer", meta=meta(ANYBODY, at))


BOTH = pytest.mark.parametrize(
    "side",
    [
        Side(PERSON, SendPhoneCode, PhoneCodeSent, {"person_id": PERSON_ID}, NEW_PERSON, WRONG_CODE),
        Side(
            ENTERPRISE,
            SendEnterpriseCode,
            EnterpriseCodeSent,
            {"enterprise_id": ENTERPRISE_ID},
            NEW_FIRM,
            FIRM_WRONG_CODE,
        ),
    ],
    ids=["person", "enterprise"],
)


@BOTH
class TestHappens:
    def test_a_minute_later_a_new_code_replaces_the_old(self, side: Side) -> None:
        at = NOON + MINUTE
        outcome = given(side.decider, *side.registered).when(side.send(at))
        outcome.then(side.event(**side.holder, code_hash="newer", sent_at=at, expires_at=at + timedelta(minutes=5)))
        assert outcome.state.phone.code_hash == "newer"

    def test_wrong_answers_to_the_old_code_do_not_count_against_the_new(self, side: Side) -> None:
        outcome = given(side.decider, *side.registered, *[side.wrong] * 5).when(side.send(NOON + MINUTE))
        assert outcome.then_types(side.event).state.phone.wrong == 0

    def test_a_clock_that_was_set_back_does_not_lock_the_phone_out(self, side: Side) -> None:
        given(side.decider, *side.registered).when(side.send(NOON - 60 * MINUTE)).then_types(side.event)


@BOTH
class TestRefused:
    @pytest.mark.parametrize("after", [0 * SECOND, SECOND, MINUTE - SECOND])
    def test_within_a_minute_of_the_last(self, side: Side, after: timedelta) -> None:
        refused = given(side.decider, *side.registered).when(side.send(NOON + after))
        assert refused.then_refused("code_sent_recently").params == {"seconds": 60}

    def test_nobody_is_registered_under_the_id(self, side: Side) -> None:
        kind = next(iter(side.holder)).removesuffix("_id")
        given(side.decider).when(side.send(NOON)).then_refused(f"{kind}_not_found", NotFound)
