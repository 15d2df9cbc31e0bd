"""RecordNoticeSent: what was sent waits no more."""

from __future__ import annotations

import pytest

from contracts.decider import Release
from contracts.errors import NotAllowed, NotFound
from contracts.identity import RecordNoticeSent
from contracts.message import SYSTEM, Actor
from services.identity.domain.notice import NOTICE
from services.kernel.testing import given, meta
from tests.domain.identity.samples import NOTICE_ID, ORDERED, SENT
from tests.samples import OPERATOR, PERSON


def record(actor: Actor = SYSTEM) -> RecordNoticeSent:
    return RecordNoticeSent(notice_id=NOTICE_ID, meta=meta(actor))


class TestHappens:
    def test_it_is_sent(self) -> None:
        outcome = given(NOTICE, ORDERED).when(record()).then(SENT)
        assert outcome.claims == [Release("unsent_notice")]
        assert outcome.state.sent


class TestIgnoredTheSecondTime:
    def test_what_is_sent(self) -> None:
        given(NOTICE, ORDERED, SENT).when(record()).then_nothing()


class TestRefused:
    def test_what_was_never_ordered(self) -> None:
        given(NOTICE).when(record()).then_refused("notice_not_found", NotFound)

    @pytest.mark.parametrize("actor", [PERSON, OPERATOR], ids=lambda actor: actor.kind)
    def test_by_anybody(self, actor: Actor) -> None:
        given(NOTICE, ORDERED).when(record(actor)).then_refused("system_only", NotAllowed)
