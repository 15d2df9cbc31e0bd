"""What the law's silence brought about stands: no officer's act and no second timer undoes it before the log has it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from contracts.message import Command
from contracts.review import (
    CaseResubmitted,
    DeadlineMissed,
    GrantedBySilence,
    PassStage,
    RejectCase,
    ReturnCase,
    Silence,
    Stage,
    StageDeemedPassed,
)
from services.kernel.testing import CHINA, given
from services.review.domain.case import Clock
from services.review.domain.days import china_day
from services.review.domain.decide import CASE
from tests.domain.review.samples import CASE_ID, CLERK, MONDAY, OPINION, REASON, meta, opened, resubmitted, returned
from tests.domain.review.test_silence import (
    ARTICLE,
    EXPIRY,
    LAST,
    MISSED,
    RENEWAL,
    SECOND,
    after,
    case,
    keep,
)
from tests.domain.review.test_suspension import RESUMED, SUSPENDED, suspend

PASSES = Silence(means="passed", legal_basis=ARTICLE)
GRANTS = Silence(means="granted", legal_basis=ARTICLE)
DATED_BACK = Silence(means="passed", legal_basis=ARTICLE, as_of="receipt")
ACTS: list[tuple[type[Any], dict[str, Any]]] = [
    (PassStage, {"opinion": OPINION}),
    (ReturnCase, {"reason": REASON}),
    (RejectCase, {"reason": REASON}),
]


def act(kind: type[Any], said: dict[str, Any], at: datetime, due_on: date | None = LAST) -> Command:
    order: Command = kind(case_id=CASE_ID, stage="acceptance", due_on=due_on, **said, meta=meta(CLERK, at))
    return order


@pytest.mark.parametrize(("kind", "said"), ACTS, ids=["pass", "return", "reject"])
class TestAnOfficerIsTooLate:
    """In the seconds, or after the outage, that the timer needs: the limit is over all the same."""

    @pytest.mark.parametrize("silence", [PASSES, GRANTS, DATED_BACK], ids=["passed", "granted", "dated_back"])
    def test_once_the_law_has_spoken(self, kind: type[Any], said: dict[str, Any], silence: Silence) -> None:
        late = act(kind, said, after(LAST))
        given(CASE, case(silence, SECOND)).when(late).then_refused("law_has_spoken")

    def test_not_on_the_last_day(self, kind: type[Any], said: dict[str, Any]) -> None:
        in_time = act(kind, said, after(LAST) - timedelta(seconds=1))
        assert given(CASE, case(PASSES, SECOND)).when(in_time).events

    def test_nor_where_silence_has_no_effect(self, kind: type[Any], said: dict[str, Any]) -> None:
        assert given(CASE, case(None, SECOND)).when(act(kind, said, after(LAST))).events

    def test_nor_where_nobody_knows_the_last_day(self, kind: type[Any], said: dict[str, Any]) -> None:
        assert given(CASE, case(PASSES, SECOND)).when(act(kind, said, after(LAST), due_on=None)).events

    def test_after_the_validity_too(self, kind: type[Any], said: dict[str, Any]) -> None:
        begun = opened(granted_by_silence=GrantedBySilence(due_on=EXPIRY, legal_basis=RENEWAL))
        given(CASE, begun).when(act(kind, said, after(EXPIRY))).then_refused("law_has_spoken")
        assert given(CASE, begun).when(act(kind, said, after(EXPIRY) - timedelta(seconds=1))).events

    def test_but_not_where_the_filer_corrected_after_it(self, kind: type[Any], said: dict[str, Any]) -> None:
        begun = opened(granted_by_silence=GrantedBySilence(due_on=EXPIRY, legal_basis=RENEWAL))
        late = resubmitted(submitted_at=after(EXPIRY))
        history = begun, returned("acceptance", CLERK), late
        assert given(CASE, *history).when(act(kind, said, after(EXPIRY), due_on=None)).events


class TestDatedBackToReceipt:
    """行政许可法 art. 32(4) is in the section on acceptance; art. 45 lets days go uncounted in that on limits only."""

    def test_nothing_but_a_correction_stops_it(self) -> None:
        given(CASE, case(DATED_BACK, SECOND)).when(suspend(due_on=LAST)).then_refused("suspension_not_foreseen")
        assert "suspend" not in CASE.fold([case(DATED_BACK, SECOND)]).next_actions
        assert "suspend" in CASE.fold([case(PASSES, SECOND)]).next_actions

    def test_one_that_was_stopped_all_the_same_is_dated_back_to_the_receipt(self) -> None:
        history = case(DATED_BACK, SECOND), SUSPENDED, RESUMED
        order = keep(began_on=RESUMED.resumed_on, days_left=4, due_on=date(2026, 3, 12))
        outcome = given(CASE, *history).when(order).then_types(StageDeemedPassed)
        assert outcome.state.clock == Clock(MONDAY.date(), 20)

    def test_of_a_correction_its_own_receipt_counts(self) -> None:
        corrected: CaseResubmitted = resubmitted(submitted_at=datetime.combine(date(2026, 3, 20), time(12), CHINA))
        history = case(DATED_BACK, SECOND), returned("acceptance", CLERK, used_days=1), corrected
        order = keep(began_on=date(2026, 3, 20), days_left=4, due_on=date(2026, 3, 26))
        outcome = given(CASE, *history).when(order).then_types(StageDeemedPassed)
        assert outcome.state.clock == Clock(china_day(corrected.submitted_at), 20)


class TestACalendarThatChangesMeanwhile:
    def test_a_run_is_missed_once_though_two_replicas_count_to_different_days(self) -> None:
        """One has the new year's file already: both days are over, and the case goes up one level, not two."""
        three = (
            Stage(name="acceptance", level="county", working_days=5),
            Stage(name="preliminary", level="city", working_days=20),
            SECOND,
        )
        first = given(CASE, opened(stages=three)).when(keep())
        assert first.state.level == "city"
        other = keep(after(LAST) + timedelta(days=1), due_on=LAST + timedelta(days=1))
        given(CASE, opened(stages=three), *first.events).when(other).then_nothing()

    def test_another_run_of_it_is_another_matter(self) -> None:
        again = returned("acceptance", CLERK, returned_on=date(2026, 3, 11), used_days=7), resubmitted(
            submitted_at=datetime.combine(date(2026, 3, 16), time(12), CHINA)
        )
        order = keep(began_on=date(2026, 3, 16), days_left=0, due_on=date(2026, 3, 16))
        given(CASE, case(None), MISSED, *again).when(order).then_types(DeadlineMissed)
