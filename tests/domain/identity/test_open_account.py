"""OpenAccount: an account for a person, an enterprise's administrator, a subscriber."""

from __future__ import annotations

import pytest

from contracts.decider import Claim
from contracts.errors import NotAllowed
from contracts.identity import OpenAccount
from contracts.message import SYSTEM, Actor
from services.identity.domain.account import ACCOUNT
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, HASH, opened
from tests.samples import ACCOUNT_ID, AUDITOR, ENTERPRISE, NAME, OPERATOR, PERSON, PROVINCE_OFFICER

SUBSCRIBER = Actor(kind="subscriber", account_id=str(ACCOUNT_ID))


def open_account(actor: Actor = OPERATOR, password: str = HASH) -> OpenAccount:
    return OpenAccount(
        account_id=ACCOUNT_ID,
        username="changsha_zhang",
        name=NAME,
        holder=SUBSCRIBER,
        password=password,
        meta=meta(actor),
    )


class TestHappens:
    @pytest.mark.parametrize("actor", [OPERATOR, SYSTEM])
    def test_by_the_operator_or_the_product_itself(self, actor: Actor) -> None:
        outcome = given(ACCOUNT).when(open_account(actor)).then(opened(ACCOUNT_ID, SUBSCRIBER))
        assert outcome.claims == [Claim("username", "changsha_zhang", "username_taken")]


class TestIgnoredTheSecondTime:
    def test_the_same_account(self) -> None:
        given(ACCOUNT, opened(ACCOUNT_ID, SUBSCRIBER)).when(open_account()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [PROVINCE_OFFICER, AUDITOR, PERSON, ENTERPRISE, ANYBODY])
    def test_by_anybody_else(self, actor: Actor) -> None:
        given(ACCOUNT).when(open_account(actor)).then_refused("operator_only", NotAllowed)

    def test_a_password_that_is_not_hashed_is_never_kept(self) -> None:
        given(ACCOUNT).when(open_account(password="plain text")).then_refused("password_not_hashed")
