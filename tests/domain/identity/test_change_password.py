"""ChangePassword: by the account's owner, who knows the old one."""

from __future__ import annotations

import pytest

from contracts.errors import NotAllowed
from contracts.identity import ChangePassword, PasswordChanged
from contracts.message import Actor
from services.identity.domain.account import ACCOUNT
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, NEW_HASH, opened
from tests.samples import ACCOUNT_ID, OPERATOR, PERSON

OWNER = Actor(kind="person", account_id=str(ACCOUNT_ID), person_id=PERSON.person_id)
OPENED = opened(ACCOUNT_ID, OWNER)


def change(actor: Actor = OWNER, right: bool = True, new: str = NEW_HASH) -> ChangePassword:
    return ChangePassword(account_id=ACCOUNT_ID, old_password="-", new_password=new, accepted=right, meta=meta(actor))


class TestHappens:
    def test_with_the_old_password(self) -> None:
        outcome = given(ACCOUNT, OPENED).when(change())
        outcome.then(PasswordChanged(account_id=ACCOUNT_ID, password_hash=NEW_HASH))
        assert outcome.state.password_hash == NEW_HASH


class TestRefused:
    def test_with_a_wrong_old_password(self) -> None:
        given(ACCOUNT, OPENED).when(change(right=False)).then_refused("old_password_wrong")

    @pytest.mark.parametrize("actor", [OPERATOR, PERSON, ANYBODY])
    def test_of_somebody_else_s_account(self, actor: Actor) -> None:
        given(ACCOUNT, OPENED).when(change(actor)).then_refused("not_your_record", NotAllowed)

    def test_a_password_that_is_not_hashed_is_never_kept(self) -> None:
        given(ACCOUNT, OPENED).when(change(new="plain text")).then_refused("password_not_hashed")

    def test_there_is_no_such_account(self) -> None:
        given(ACCOUNT).when(change()).then_refused("not_your_record", NotAllowed)
