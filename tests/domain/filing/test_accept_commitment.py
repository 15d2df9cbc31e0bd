"""AcceptCommitment: the filer stands by the very words that were shown."""

from __future__ import annotations

import hashlib

import pytest

from contracts.errors import NotAllowed
from contracts.filing import AcceptCommitment
from contracts.message import Actor
from services.filing.domain.decide import make_filing
from services.kernel.testing import given, meta
from tests.domain.filing.samples import COMMITMENT, COMMITTED, DRAFTED, FILING, HANDED_IN, INITIAL, RETURNED
from tests.samples import CITY_OFFICER, ENTERPRISE, FILING_ID, OTHER_ENTERPRISE, PERSON


def accept(actor: Actor = ENTERPRISE) -> AcceptCommitment:
    return AcceptCommitment(filing_id=FILING_ID, meta=meta(actor))


class TestHappens:
    def test_the_words_are_named_by_their_hash(self) -> None:
        given(FILING, DRAFTED).when(accept()).then(COMMITTED)
        assert hashlib.sha256(COMMITMENT.encode()).hexdigest() == COMMITTED.text_sha256

    def test_again_when_the_words_have_changed(self) -> None:
        older = COMMITTED.model_copy(update={"text_sha256": "0" * 64})
        given(FILING, DRAFTED, older).when(accept()).then(COMMITTED)


class TestIgnoredTheSecondTime:
    def test_the_same_words(self) -> None:
        given(FILING, DRAFTED, COMMITTED).when(accept()).then_nothing()
        given(FILING, *HANDED_IN, RETURNED).when(accept()).then_nothing()


class TestRefused:
    def test_where_the_matter_asks_for_none(self) -> None:
        without = make_filing(lambda code, version: INITIAL.model_copy(update={"commitment": None}))
        given(without, DRAFTED).when(accept()).then_refused("no_commitment_asked")

    def test_once_submitted(self) -> None:
        given(FILING, *HANDED_IN).when(accept()).then_refused("already_submitted")

    @pytest.mark.parametrize("actor", [OTHER_ENTERPRISE, PERSON, CITY_OFFICER])
    def test_in_somebody_else_s_name(self, actor: Actor) -> None:
        given(FILING, DRAFTED).when(accept(actor)).then_refused("not_your_filing", NotAllowed)
