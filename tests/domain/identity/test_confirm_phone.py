"""ConfirmPhone and ConfirmEnterprisePhone: a code proves the phone once, for five minutes, in five tries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import pytest

from contracts.decider import Claim, Decider
from contracts.errors import NotFound
from contracts.identity import ConfirmEnterprisePhone, ConfirmPhone
from contracts.message import Event
from services.identity.domain.enterprise import ENTERPRISE
from services.identity.domain.person import PERSON
from services.kernel.testing import NOON, given, meta
from tests.domain.identity.samples import (
    ANYBODY,
    CODE,
    FIRM_PHONE_CONFIRMED,
    FIRM_REGISTERED,
    FIRM_WRONG_CODE,
    MINUTE,
    NEW_FIRM,
    NEW_PERSON,
    PHONE_CONFIRMED,
    REGISTERED,
    SECOND,
    WRONG_CODE,
    code_sent,
    firm_code_sent,
    hash_of,
)
from tests.samples import ENTERPRISE_ID, PERSON_ID, RESIDENT_ID, USCC


class Side(NamedTuple):
    """The same rules for a person's phone and for an enterprise's."""

    decider: Decider[Any, Any, Any]
    command: type[ConfirmPhone] | type[ConfirmEnterprisePhone]
    holder: dict[str, Any]
    registered: Event
    sent: Sequence[Event]
    sent_later: Event
    confirmed: Event
    wrong: Event
    claim: Claim

    def confirm(self, code: str = CODE, at: datetime = NOON + MINUTE) -> ConfirmPhone | ConfirmEnterprisePhone:
        return self.command(**self.holder, code=code, code_hash=hash_of(code), meta=meta(ANYBODY, at))


LATER = NOON + 2 * MINUTE
BOTH = pytest.mark.parametrize(
    "side",
    [
        Side(
            PERSON,
            ConfirmPhone,
            {"person_id": PERSON_ID},
            REGISTERED,
            NEW_PERSON,
            code_sent(LATER, "314159"),
            PHONE_CONFIRMED,
            WRONG_CODE,
            Claim("resident_id", RESIDENT_ID, "resident_id_registered"),
        ),
        Side(
            ENTERPRISE,
            ConfirmEnterprisePhone,
            {"enterprise_id": ENTERPRISE_ID},
            FIRM_REGISTERED,
            NEW_FIRM,
            firm_code_sent(LATER, "314159"),
            FIRM_PHONE_CONFIRMED,
            FIRM_WRONG_CODE,
            Claim("uscc", USCC, "uscc_registered"),
        ),
    ],
    ids=["person", "enterprise"],
)


@BOTH
class TestHappens:
    def test_the_right_code_confirms(self, side: Side) -> None:
        outcome = given(side.decider, *side.sent).when(side.confirm()).then(side.confirmed)
        assert outcome.state.phone.confirmed

    def test_whoever_proves_a_phone_takes_the_number_so_that_nobody_has_two_records(self, side: Side) -> None:
        assert given(side.decider, *side.sent).when(side.confirm()).claims == [side.claim]

    def test_a_wrong_code_takes_nothing(self, side: Side) -> None:
        outcome = given(side.decider, *side.sent).when(side.confirm("000000")).then(side.wrong)
        assert outcome.claims == []

    def test_until_the_very_end_of_five_minutes(self, side: Side) -> None:
        given(side.decider, *side.sent).when(side.confirm(at=NOON + 5 * MINUTE)).then(side.confirmed)

    def test_a_wrong_code_is_kept_because_it_counts(self, side: Side) -> None:
        outcome = given(side.decider, *side.sent).when(side.confirm("000000")).then(side.wrong)
        assert not outcome.state.phone.confirmed

    def test_after_four_wrong_ones_the_right_one_still_confirms(self, side: Side) -> None:
        given(side.decider, *side.sent, *[side.wrong] * 4).when(side.confirm()).then(side.confirmed)

    def test_only_the_last_code_that_was_sent_is_right(self, side: Side) -> None:
        history = [*side.sent, side.sent_later]
        given(side.decider, *history).when(side.confirm(at=LATER)).then(side.wrong)
        given(side.decider, *history).when(side.confirm("314159", at=LATER)).then(side.confirmed)

    def test_a_wrong_code_is_wrong_although_the_phone_was_confirmed_before(self, side: Side) -> None:
        history = [*side.sent, side.confirmed, side.sent_later]
        given(side.decider, *history).when(side.confirm("000000", at=LATER)).then(side.wrong)


@BOTH
class TestRefused:
    def test_expired_after_five_minutes(self, side: Side) -> None:
        late = NOON + 5 * MINUTE + SECOND
        given(side.decider, *side.sent).when(side.confirm(at=late)).then_refused("code_expired")

    def test_used_up_by_five_wrong_answers_even_for_the_right_one(self, side: Side) -> None:
        outcome = given(side.decider, *side.sent, *[side.wrong] * 5).when(side.confirm())
        assert outcome.then_refused("code_used_up").params == {"attempts": 5}

    def test_a_code_confirms_only_once(self, side: Side) -> None:
        given(side.decider, *side.sent, side.confirmed).when(side.confirm()).then_refused("code_not_sent")

    def test_no_code_was_sent(self, side: Side) -> None:
        given(side.decider, side.registered).when(side.confirm()).then_refused("code_not_sent")

    def test_an_unfilled_answer_never_equals_an_unfilled_question(self, side: Side) -> None:
        unfilled = side.sent_later.model_copy(update={"code_hash": ""})
        command = side.confirm(at=LATER).model_copy(update={"code_hash": ""})
        given(side.decider, side.registered, unfilled).when(command).then_refused("code_not_sent")
        given(side.decider, *side.sent).when(command).then(side.wrong)

    def test_nobody_is_registered_under_the_id(self, side: Side) -> None:
        kind = next(iter(side.holder)).removesuffix("_id")
        given(side.decider).when(side.confirm()).then_refused(f"{kind}_not_found", NotFound)
