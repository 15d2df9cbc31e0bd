"""SignIn: right and wrong passwords are both facts; five wrong ones lock the account for fifteen minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from contracts.errors import NotAllowed
from contracts.identity import PasswordChanged, SignedIn, SignIn, SignInRejected
from contracts.message import Event
from services.identity.domain.account import ACCOUNT
from services.kernel.testing import NOON, given, meta
from tests.domain.identity.samples import ANYBODY, MINUTE, NEW_HASH, SECOND, opened
from tests.samples import ACCOUNT_ID, OPERATOR

OPENED = opened(ACCOUNT_ID, OPERATOR)
SIGNED_IN = SignedIn(account_id=ACCOUNT_ID)


def sign_in(right: bool = True, at: datetime = NOON) -> SignIn:
    return SignIn(username=OPENED.username, password="-", account_id=ACCOUNT_ID, accepted=right, meta=meta(ANYBODY, at))


def rejected(at: datetime = NOON) -> SignInRejected:
    return SignInRejected(account_id=ACCOUNT_ID, at=at)


def five_wrong() -> list[Event]:
    return [rejected(NOON + n * SECOND) for n in range(5)]


LAST = NOON + 4 * SECOND


class TestHappens:
    def test_the_right_password(self) -> None:
        given(ACCOUNT, OPENED).when(sign_in()).then(SIGNED_IN)

    def test_the_same_again_is_another_sign_in(self) -> None:
        given(ACCOUNT, OPENED, SIGNED_IN).when(sign_in()).then(SIGNED_IN)

    def test_a_wrong_password_is_kept_because_it_counts(self) -> None:
        outcome = given(ACCOUNT, OPENED).when(sign_in(False)).then(rejected())
        assert outcome.state.wrong == 1

    def test_after_four_wrong_ones_the_right_one_still_opens(self) -> None:
        outcome = given(ACCOUNT, OPENED, *[rejected()] * 4).when(sign_in()).then(SIGNED_IN)
        assert outcome.state.wrong == 0

    def test_a_good_sign_in_begins_the_count_anew(self) -> None:
        history = [OPENED, *[rejected()] * 4, SIGNED_IN, *[rejected()] * 4]
        given(ACCOUNT, *history).when(sign_in()).then(SIGNED_IN)

    def test_fifteen_minutes_after_the_last_wrong_one_it_is_unlocked(self) -> None:
        outcome = given(ACCOUNT, OPENED, *five_wrong()).when(sign_in(at=LAST + 15 * MINUTE))
        assert outcome.then(SIGNED_IN).state.wrong == 0

    def test_one_more_wrong_one_then_locks_it_again_at_once(self) -> None:
        later = LAST + 15 * MINUTE
        outcome = given(ACCOUNT, OPENED, *five_wrong()).when(sign_in(False, later)).then(rejected(later))
        assert outcome.state.locked(later + MINUTE)

    def test_a_new_password_unlocks(self) -> None:
        changed = PasswordChanged(account_id=ACCOUNT_ID, password_hash=NEW_HASH)
        given(ACCOUNT, OPENED, *five_wrong(), changed).when(sign_in(at=LAST)).then(SIGNED_IN)


class TestHashedAnew:
    def test_the_hash_of_today_takes_the_place_of_the_one_on_record(self) -> None:
        anew = sign_in().model_copy(update={"hashed_anew": NEW_HASH})
        outcome = given(ACCOUNT, OPENED).when(anew).then(SIGNED_IN.model_copy(update={"password_hash": NEW_HASH}))
        assert outcome.state.password_hash == NEW_HASH

    def test_a_sign_in_without_one_leaves_it(self) -> None:
        assert given(ACCOUNT, OPENED).when(sign_in()).state.password_hash == OPENED.password_hash != NEW_HASH

    def test_never_as_it_was_typed(self) -> None:
        typed = sign_in().model_copy(update={"hashed_anew": "correct horse"})
        given(ACCOUNT, OPENED).when(typed).then_refused("password_not_hashed")


class TestRefused:
    @pytest.mark.parametrize("right", [True, False])
    @pytest.mark.parametrize("after", [0 * SECOND, MINUTE, 15 * MINUTE - SECOND])
    def test_locked_by_five_wrong_ones_even_for_the_right_one(self, right: bool, after: timedelta) -> None:
        outcome = given(ACCOUNT, OPENED, *five_wrong()).when(sign_in(right, LAST + after))
        assert outcome.then_refused("account_locked", NotAllowed).params == {"minutes": 15}

    def test_what_is_tried_while_locked_does_not_lock_it_longer(self) -> None:
        outcome = given(ACCOUNT, OPENED, *five_wrong()).when(sign_in(False, LAST + MINUTE))
        assert outcome.events == []

    def test_there_is_no_such_account(self) -> None:
        given(ACCOUNT).when(sign_in()).then_refused("sign_in_failed", NotAllowed)
