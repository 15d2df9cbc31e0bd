"""KeepConfirmationTime: a reminder, and what silence means by the matter: removed, agreed or declined."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.decider import Release
from contracts.errors import NotAllowed, NotFound
from contracts.filing import (
    ConfirmationDeclined,
    ConfirmationNear,
    ConfirmationTimedOut,
    FilingConfirmed,
    FilingSubmitted,
    KeepConfirmationTime,
)
from contracts.matters.route import Confirmation, TimeOut
from contracts.message import Actor, Event
from services.kernel.testing import NOON, given
from tests.domain.filing.confirming import (
    ARTICLE,
    BY_FORMER,
    FILING,
    HALF_WAY,
    PERSON_REF,
    READY,
    WAITING,
    WITHDRAWN,
    confirm,
    decline,
    filing_of,
    former_agreed,
    handed_in,
    joint,
    keep,
    person_agreed,
    refused_by,
    submit,
    were_asked,
)
from tests.samples import ENTERPRISE, FILING_ID, OTHER_ENTERPRISE, PERSON

DUE = date(2026, 3, 9)
LAST_MOMENT = datetime(2026, 3, 9, 23, 59, 59, tzinfo=NOON.tzinfo)
OVER = LAST_MOMENT + timedelta(seconds=1)
FORMER_DUE = date(2026, 3, 12)
FORMER_OVER = datetime(2026, 3, 13, tzinfo=NOON.tzinfo)
REMINDED = ConfirmationNear(filing_id=FILING_ID, round=1, by=PERSON_REF, due_on=DUE)


def near(at: datetime) -> KeepConfirmationTime:
    return keep("near", "person", DUE, at)


def over(at: datetime = OVER, **changed: Any) -> KeepConfirmationTime:
    return keep("over", "person", DUE, at, **changed)


def agreeing() -> Any:
    silent = TimeOut(days=7, means="agreed", legal_basis=ARTICLE)
    return filing_of(joint(confirmations=(Confirmation(by="person", time_out=silent), BY_FORMER)))


class TestHappens:
    def test_reminded_once_two_days_before(self) -> None:
        at = datetime(2026, 3, 7, tzinfo=NOON.tzinfo)
        outcome = given(FILING, *WAITING).when(near(at)).then(REMINDED)
        assert outcome.claims == [Release("confirmation_near")]

    def test_removed(self) -> None:
        outcome = given(FILING, *WAITING).when(over()).then_types(ConfirmationTimedOut)
        (event,) = outcome.events
        assert (event.means, event.legal_basis) == ("removed", ARTICLE)
        assert (outcome.state.status, outcome.state.reason) == ("lapsed", ARTICLE)
        assert outcome.claims == [Release("confirmation_due"), Release("confirmation_near"), Release("open_filing")]
        given(FILING, *WAITING, event).when(submit(at=OVER)).then_refused("already_lapsed")
        late = given(FILING, *WAITING, event).when(confirm(PERSON, OVER)).then_refused("confirmation_time_over")
        assert late.params == {"due_on": "2026-03-09"}, "it has not answered"

    def test_declined(self) -> None:
        order = keep("over", "former_enterprise", FORMER_DUE, FORMER_OVER)
        outcome = given(FILING, *HALF_WAY).when(order).then_types(ConfirmationTimedOut, ConfirmationDeclined)
        said = outcome.events[-1]
        assert isinstance(said, ConfirmationDeclined) and said.by_silence and said.account_id is None
        assert (outcome.state.status, outcome.state.reason) == ("returned", ARTICLE)

    def test_agreed_and_the_next_is_asked(self) -> None:
        outcome = given(agreeing(), *WAITING).when(over()).then_types(ConfirmationTimedOut, FilingConfirmed)
        said = outcome.events[-1]
        assert isinstance(said, FilingConfirmed)
        assert (said.account_id, said.due_on) == (None, date(2026, 3, 20))
        assert outcome.state.status == "awaiting_confirmation"

    def test_agreed_by_the_last_one_and_the_authority_has_it(self) -> None:
        silent = TimeOut(days=10, means="agreed", legal_basis=ARTICLE)
        matter = joint(confirmations=(Confirmation(by="former_enterprise", time_out=silent),))
        asked = were_asked(asked=[were_asked().asked[1]])
        order = keep("over", "former_enterprise", FORMER_DUE, FORMER_OVER)
        outcome = given(filing_of(matter), *READY, asked).when(order)
        outcome.then_types(ConfirmationTimedOut, FilingConfirmed, FilingSubmitted)
        event = outcome.events[-1]
        assert isinstance(event, FilingSubmitted)
        assert [one.account_id for one in event.confirmed_by] == [None]
        assert event.filed_by == ENTERPRISE.account_id


class TestIgnored:
    @pytest.mark.parametrize(
        "history",
        [
            (*WAITING, person_agreed()),
            (*WAITING, refused_by("person", PERSON)),
            (*WAITING, WITHDRAWN),
            (*WAITING, WITHDRAWN, were_asked(2)),
            (*HALF_WAY, former_agreed(), FilingSubmitted(**handed_in())),
            READY,
        ],
        ids=["agreed", "refused", "taken back", "asked again", "handed on", "never asked"],
    )
    def test_what_is_no_longer_so(self, history: tuple[Event, ...]) -> None:
        given(FILING, *history).when(over()).then_nothing()
        given(FILING, *history).when(near(LAST_MOMENT)).then_nothing()

    def test_the_second_time(self) -> None:
        given(FILING, *WAITING, REMINDED).when(near(LAST_MOMENT)).then_nothing()
        (gone,) = given(FILING, *WAITING).when(over()).events
        given(FILING, *WAITING, gone).when(over()).then_nothing()

    def test_before_the_day_has_come_or_is_over(self) -> None:
        given(FILING, *WAITING).when(over(LAST_MOMENT)).then_nothing()
        given(FILING, *WAITING).when(near(datetime(2026, 3, 6, 23, 59, tzinfo=NOON.tzinfo))).then_nothing()
        given(FILING, *WAITING).when(near(OVER)).then_nothing()

    def test_of_a_party_with_all_the_time_in_the_world(self) -> None:
        matter = filing_of(joint(confirmations=(Confirmation(by="person"), BY_FORMER)))
        history = (*READY, *given(matter, *READY).when(submit()).events)
        given(matter, *history).when(over()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [PERSON, ENTERPRISE, OTHER_ENTERPRISE])
    def test_by_anybody_but_the_timer(self, actor: Actor) -> None:
        given(FILING, *WAITING).when(over(actor=actor)).then_refused("only_by_timer", NotAllowed)

    def test_there_is_no_such_filing(self) -> None:
        given(FILING).when(over()).then_refused("filing_not_found", NotFound)


def test_an_answer_in_the_last_moment_counts_and_a_later_one_does_not_whenever_the_timer_comes() -> None:
    given(FILING, *WAITING).when(confirm(PERSON, LAST_MOMENT)).then_types(FilingConfirmed)
    for order in (confirm(PERSON, OVER), decline(PERSON, at=OVER)):
        refused = given(FILING, *WAITING).when(order).then_refused("confirmation_time_over")
        assert refused.params == {"due_on": "2026-03-09"}
