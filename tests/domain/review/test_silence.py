"""KeepDeadline: what the end of each time does, once, and only of the run that was meant."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.message import SYSTEM, Actor, Event
from contracts.review import (
    CaseApproved,
    CaseDeemedGranted,
    CaseEscalated,
    CaseLapsed,
    ClockSuspended,
    CorrectionLimit,
    DeadlineMissed,
    DeadlineNear,
    GrantedBySilence,
    KeepDeadline,
    ObjectionLodged,
    Silence,
    Stage,
    StageDeemedPassed,
)
from services.kernel.testing import CHINA, given
from services.review.domain.case import Clock
from services.review.domain.decide import CASE
from services.review.domain.suspension import NOT_COUNTED
from tests.domain.review.samples import (
    CASE_ID,
    CITY,
    CLERK,
    ENDED,
    FILING,
    MONDAY,
    OPERATOR,
    PROVINCE,
    PUBLICISED,
    REASON,
    approved,
    examined,
    meta,
    opened,
    passed,
    rejected,
    resubmitted,
    returned,
)

ARTICLE = "《中华人民共和国行政许可法》第三十二条"
RENEWAL = "《中华人民共和国行政许可法》第五十条"
RECEIVED = MONDAY.date()
LAST = date(2026, 3, 9)
EXPIRY = date(2026, 3, 20)
OBJECTION = UUID(int=7)


def after(day: date) -> datetime:
    """The first moment when that day is over."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


def keep(at: datetime | None = None, by: Actor = SYSTEM, **changes: Any) -> KeepDeadline:
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "deadline": "stage",
        "key": "acceptance",
        "began_on": RECEIVED,
        "days_left": 5,
        "due_on": LAST,
        "near": False,
    }
    body |= changes
    return KeepDeadline(**body, meta=meta(by, at or after(body["due_on"])))


def case(silence: Silence | None = None, *more: Stage, **changes: Any) -> Event:
    first = Stage(name="acceptance", level="city", working_days=5, silence=silence)
    return opened(stages=(first, *more), **changes)


SECOND = Stage(name="second", level="province", working_days=20)
PASSES = Silence(means="passed", legal_basis=ARTICLE)
GRANTS = Silence(means="granted", legal_basis=ARTICLE)
CORRECTION = CorrectionLimit(working_days=10, legal_basis="某办法第九条")
CORRECTED_BY = keep(deadline="correction", key="", days_left=10, due_on=date(2026, 3, 16))
VALIDITY = GrantedBySilence(due_on=EXPIRY, legal_basis=RENEWAL)
EXPIRED = keep(deadline="validity", key="", began_on=EXPIRY, days_left=0, due_on=EXPIRY)
LODGED = ObjectionLodged(
    objection_id=OBJECTION, case_id=CASE_ID, filing_id=FILING, number="异议〔2026〕1号", reasons="证书系伪造", files=(),
    objector=None, lodged_at=MONDAY, lodged_on=RECEIVED, working_days=5,
)  # fmt: skip
ANSWER_BY = keep(deadline="objection", key=str(OBJECTION))
STILL = ClockSuspended(
    case_id=CASE_ID, filing_id=FILING, stage="acceptance", why="hearing", reason=REASON, legal_basis=NOT_COUNTED,
    officer="clerk", suspended_on=RECEIVED, used_days=0,
)  # fmt: skip
MISSED = DeadlineMissed(
    case_id=CASE_ID, filing_id=FILING, deadline="stage", key="acceptance", stage="acceptance", due_on=LAST,
    began_on=RECEIVED,
)  # fmt: skip


def by_law(due_on: date, legal_basis: str) -> CaseApproved:
    changes = {"authority_id": None, "officer": "system", "legal_basis": legal_basis, "due_on": due_on}
    return approved(PROVINCE, due_on + timedelta(days=1)).model_copy(update=changes)


def granted(deadline: Any, due_on: date, legal_basis: str, stage: str | None = "acceptance") -> CaseDeemedGranted:
    return CaseDeemedGranted(
        case_id=CASE_ID, filing_id=FILING, deadline=deadline, stage=stage, due_on=due_on, legal_basis=legal_basis
    )


class TestSilenceOfTheAuthority:
    def test_acceptance_is_deemed_and_the_next_stage_begins_with_the_end(self) -> None:
        deemed = StageDeemedPassed(
            case_id=CASE_ID, filing_id=FILING, stage="acceptance", due_on=LAST, legal_basis=ARTICLE, passed_on=LAST,
            next_stage="second", next_level="province",
        )  # fmt: skip
        outcome = given(CASE, case(PASSES, SECOND)).when(keep()).then(deemed)
        assert outcome.state.clock == Clock(LAST, 20)
        assert (outcome.state.status, outcome.state.stage) == ("in_review", SECOND)

    def test_or_with_the_receipt_where_the_law_dates_it_back(self) -> None:
        back = Silence(means="passed", legal_basis=ARTICLE, as_of="receipt")
        outcome = given(CASE, case(back, SECOND)).when(keep()).then_types(StageDeemedPassed)
        assert outcome.state.clock == Clock(RECEIVED, 20)

    def test_the_timers_delay_costs_the_next_stage_nothing(self) -> None:
        late = keep(after(LAST) + timedelta(days=9))
        assert given(CASE, case(PASSES, SECOND)).when(late).state.clock == Clock(LAST, 20)

    def test_the_last_stage_with_nothing_to_show_is_approved_by_law(self) -> None:
        only = case(PASSES, publicity_working_days=None, announced=False)
        outcome = given(CASE, only).when(keep())
        assert outcome.events[1:] == [by_law(LAST, ARTICLE)]
        assert outcome.state.status == "approved"

    def test_the_last_stage_with_a_publicity_goes_on_to_it(self) -> None:
        outcome = given(CASE, case(PASSES)).when(keep()).then_types(StageDeemedPassed)
        assert outcome.state.next_actions == ("publicise",)

    def test_granted_as_a_whole(self) -> None:
        expected = granted("stage", LAST, ARTICLE), by_law(LAST, ARTICLE)
        outcome = given(CASE, case(GRANTS, SECOND)).when(keep()).then(*expected)
        assert outcome.state.status == "approved"

    def test_without_effect_it_is_recorded_and_goes_up_a_level(self) -> None:
        up = CaseEscalated(
            case_id=CASE_ID, filing_id=FILING, stage="acceptance", from_level="city", to_level="province",
            reason="deadline_over", officer=None,
        )  # fmt: skip
        outcome = given(CASE, case(None, SECOND)).when(keep()).then(MISSED, up)
        assert (outcome.state.level, outcome.state.stage.name) == ("province", "acceptance")

    def test_with_no_level_above_it_is_recorded_only(self) -> None:
        given(CASE, case(None)).when(keep()).then(MISSED)


class TestRenewalAtExpiry:
    @pytest.mark.parametrize(
        ("history", "stage"),
        [
            ([], "acceptance"),
            ([passed("acceptance", CLERK)], "preliminary"),
            (examined()[1:], None),
            ([*examined()[1:], PUBLICISED, ENDED], None),
        ],
        ids=["accepting", "examining", "examined", "shown"],
    )
    def test_granted_wherever_it_stands(self, history: list[Event], stage: str | None) -> None:
        begun = opened(granted_by_silence=VALIDITY)
        expected = granted("validity", EXPIRY, RENEWAL, stage), by_law(EXPIRY, RENEWAL)
        given(CASE, begun, *history).when(EXPIRED).then(*expected)

    def test_not_while_the_filer_corrects(self) -> None:
        given(CASE, opened(granted_by_silence=VALIDITY), returned("acceptance", CLERK)).when(EXPIRED).then_nothing()

    def test_nor_when_the_correction_came_after_the_expiry(self) -> None:
        late = resubmitted(submitted_at=after(EXPIRY))
        history = opened(granted_by_silence=VALIDITY), returned("acceptance", CLERK), late
        given(CASE, *history).when(EXPIRED).then_nothing()

    def test_but_when_it_came_before(self) -> None:
        history = opened(granted_by_silence=VALIDITY), returned("acceptance", CLERK), resubmitted()
        outcome = given(CASE, *history).when(EXPIRED).then_types(CaseDeemedGranted, CaseApproved)
        assert outcome.events[1].round == 2  # type: ignore[attr-defined]

    def test_nor_when_it_was_filed_after_the_expiry(self) -> None:
        given(CASE, opened(granted_by_silence=VALIDITY, submitted_at=after(EXPIRY))).when(EXPIRED).then_nothing()


class TestTheFilersSilence:
    def test_a_return_that_is_not_corrected_lapses(self) -> None:
        lapsed = CaseLapsed(
            case_id=CASE_ID, filing_id=FILING, round=1, due_on=date(2026, 3, 16), legal_basis="某办法第九条",
            lapsed_on=date(2026, 3, 17),
        )  # fmt: skip
        history = opened(correction=CORRECTION), returned("acceptance", CLERK)
        outcome = given(CASE, *history).when(CORRECTED_BY).then(lapsed)
        assert (outcome.state.status, outcome.state.next_actions) == ("lapsed", ())

    def test_what_was_corrected_does_not(self) -> None:
        history = opened(correction=CORRECTION), returned("acceptance", CLERK), resubmitted()
        given(CASE, *history).when(CORRECTED_BY).then_nothing()

    def test_of_two_returns_the_present_one_counts(self) -> None:
        again = returned("acceptance", CLERK, round=2, returned_on=date(2026, 3, 12))
        history = opened(correction=CORRECTION), returned("acceptance", CLERK), resubmitted(), again
        given(CASE, *history).when(CORRECTED_BY).then_nothing()


class TestAnObjectionThatIsNotAnswered:
    def test_is_recorded_and_holds_its_case_still(self) -> None:
        outcome = given(CASE, *examined(), PUBLICISED, LODGED).when(ANSWER_BY).then_types(DeadlineMissed)
        assert (outcome.events[0].deadline, outcome.events[0].key) == ("objection", str(OBJECTION))  # type: ignore[attr-defined]
        assert outcome.state.open_objections


class TestNear:
    def test_it_is_recorded_for_whoever_is_to_be_reminded(self) -> None:
        near = DeadlineNear(**MISSED.model_dump())
        outcome = given(CASE, case(PASSES, SECOND)).when(keep(MONDAY, near=True)).then(near)
        given(CASE, case(PASSES, SECOND), near).when(keep(MONDAY, near=True)).then_nothing()
        assert outcome.state.clock == Clock(RECEIVED, 5)

    def test_the_filer_of_a_correction_too(self) -> None:
        history = opened(correction=CORRECTION), returned("acceptance", CLERK)
        reminder = CORRECTED_BY.model_copy(update={"near": True})
        given(CASE, *history).when(reminder).then_types(DeadlineNear)


class TestIgnoredTheSecondTime:
    @pytest.mark.parametrize(
        "first",
        [case(None, SECOND), case(None), case(PASSES, SECOND), case(GRANTS)],
        ids=["escalated", "recorded", "passed", "granted"],
    )
    def test_what_the_end_did_it_did(self, first: Event) -> None:
        outcome = given(CASE, first).when(keep())
        assert outcome.events
        given(CASE, first, *outcome.events).when(keep()).then_nothing()


class TestAnotherRunIsLeftAlone:
    @pytest.mark.parametrize(
        "history",
        [
            [passed("acceptance", CLERK)],
            [STILL],
            [returned("acceptance", CLERK)],
            [rejected("acceptance", CLERK)],
            [returned("acceptance", CLERK, used_days=2), resubmitted(submitted_at=after(RECEIVED))],
        ],
        ids=["passed", "suspended", "returned", "rejected", "runs_on_with_fewer_days"],
    )
    def test_when_things_moved_on_meanwhile(self, history: list[Event]) -> None:
        given(CASE, opened(), *history).when(keep()).then_nothing()

    @pytest.mark.parametrize(
        "other", [{"began_on": date(2026, 3, 3)}, {"days_left": 15}, {"key": "preliminary"}, {"deadline": "correction"}]
    )
    def test_when_it_is_not_this_one(self, other: dict[str, Any]) -> None:
        given(CASE, opened(correction=CORRECTION)).when(keep(**other)).then_nothing()


class TestRefused:
    def test_on_the_last_day_itself(self) -> None:
        for at in (MONDAY, after(LAST) - timedelta(seconds=1)):
            given(CASE, case(PASSES, SECOND)).when(keep(at)).then_refused("deadline_not_over")

    @pytest.mark.parametrize("by", [CLERK, CITY, OPERATOR], ids=lambda by: str(by.account_id))
    def test_by_anybodys_wish(self, by: Actor) -> None:
        given(CASE, case(PASSES, SECOND)).when(keep(by=by)).then_refused("system_only", NotAllowed)

    def test_no_such_case(self) -> None:
        given(CASE).when(keep()).then_refused("case_not_found", NotFound)
