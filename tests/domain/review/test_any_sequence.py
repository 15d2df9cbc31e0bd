"""Whatever is ordered by whomever in whatever order: one decision, stages in their order, and only by who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import event, settings
from hypothesis import given as any_of
from hypothesis import strategies as st

from contracts.errors import Refusal
from contracts.message import SYSTEM, Actor, Command, Event
from contracts.review import (
    AnnounceCase,
    AssignCase,
    CaseApproved,
    CaseAssigned,
    CaseLapsed,
    CaseRejected,
    CaseResubmitted,
    CaseReturned,
    ClaimCase,
    CorrectionItem,
    CorrectionLimit,
    EndPublicity,
    EscalateCase,
    HandBackCase,
    KeepDeadline,
    PassStage,
    PubliciseCase,
    RejectCase,
    ReleaseCase,
    ResubmitCase,
    ResumeClock,
    ReturnCase,
    StageDeemedPassed,
    StagePassed,
    SuspendClock,
)
from contracts.working_days import WorkingDays
from services.review.domain.case import Case
from services.review.domain.decide import CASE
from tests.domain.review.samples import (
    CASE_ID,
    CHANGSHA_BUREAU,
    CITY,
    CLERK,
    COLLEAGUE,
    DOCUMENT,
    MONDAY,
    OPINION,
    PROVINCE,
    REASON,
    STAGES,
    ZHUZHOU,
    meta,
    officer,
    opened,
    resubmitted,
)

DAYS = WorkingDays()
CHIEF = officer("chief", CHANGSHA_BUREAU, "city", "430100", "assign")
OFFICERS = (CLERK, CITY, COLLEAGUE, CHIEF, PROVINCE, ZHUZHOU)
BY_NAME = {one.account_id: one for one in OFFICERS}
SILENT = {"silence": {"means": "passed", "legal_basis": "行政许可法第三十二条"}}
ROUTE = (
    STAGES[0].model_validate({**STAGES[0].model_dump(), **SILENT, "told_once": True}),
    STAGES[1].model_copy(update={"separate_from": ("acceptance",)}),
    STAGES[2],
)
CORRECTION = CorrectionLimit(working_days=2)
STAGE_NAMES = tuple(one.name for one in ROUTE)
ITEMS = tuple(CorrectionItem(part="field", name=name, needs="应填写全称") for name in ("school", "major"))
EXAMINING = (PassStage, ReturnCase, RejectCase, ClaimCase, ReleaseCase, SuspendClock, ResumeClock, EscalateCase, HandBackCase)
ORDERS = (
    *EXAMINING,
    *[PassStage] * 6,
    *[ResubmitCase] * 2,
    *[KeepDeadline] * 3,
    AssignCase,
    PubliciseCase,
    AnnounceCase,
    EndPublicity,
)
WANTED = {"opinion": OPINION, "reason": REASON, "why": "hearing"}


Step = tuple[type[Command], Actor | None, str | None, int, Actor]


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """An order, by whom (mostly somebody who may), at which stage (mostly the present one), after how many days, and about
    whom."""
    return (
        draw(st.sampled_from(ORDERS)),
        draw(st.sampled_from((*[None] * 12, *OFFICERS))),
        draw(st.sampled_from((*[None] * 9, *STAGE_NAMES))),
        draw(st.integers(0, 9)),
        draw(st.sampled_from(OFFICERS)),
    )


def fitting(case: Case) -> Actor:
    """Somebody who may act now."""
    if case.holder is not None:
        return BY_NAME[case.holder]
    duty = "accept" if case.stage is not None and case.stage.name == "acceptance" else "review"
    did = [getattr(one, "officer", None) for one in case.passed]
    able = [one for one in OFFICERS if one.level == case.level and one.may(duty) and one.account_id not in did]
    return next((one for one in able if one != ZHUZHOU), PROVINCE)


def order(case: Case, step: Step, at: datetime) -> Command:
    """The command, with what the service would fill in."""
    kind, by, named, number, to = step
    by = by or fitting(case)
    today = at.date()
    stage = named or (case.stage.name if case.stage is not None else "second")
    if kind is PubliciseCase:
        return PubliciseCase(case_id=CASE_ID, starts_on=today, ends_on=DAYS.add(today, 10), meta=meta(by, at))
    if kind is AnnounceCase:
        return AnnounceCase(case_id=CASE_ID, document_number=DOCUMENT, meta=meta(by, at))
    if kind is EndPublicity:
        return EndPublicity(case_id=CASE_ID, meta=meta(SYSTEM, at))
    if kind is ResubmitCase:
        body = resubmitted(case.round + 1, submitted_at=at).model_dump(exclude={"filing_id", "stage"})
        return ResubmitCase(**body, meta=meta(SYSTEM, at))
    if kind is KeepDeadline:
        run = case.clock
        began_on, left = (run.began_on, run.days_left) if run is not None else (today, 5)
        if case.returned is not None and case.returned.returned_on is not None:
            began_on, left = case.returned.returned_on, CORRECTION.working_days
        return KeepDeadline(
            case_id=CASE_ID,
            deadline="stage" if case.returned is None else "correction",
            key=stage if case.returned is None else "",
            began_on=began_on,
            days_left=left,
            due_on=DAYS.add(began_on, left),
            near=number % 2 == 0,
            meta=meta(SYSTEM, at),
        )
    fields = {name: value for name, value in WANTED.items() if name in kind.model_fields}
    if kind is ReturnCase:
        fields["items"] = ITEMS[: number % 3]
    if kind is AssignCase:
        fields |= {"officer": to.account_id, "assignee": to, "how": ("reassigned", "handed_out")[number % 2]}
    return kind(case_id=CASE_ID, stage=stage, meta=meta(by, at), **fields)


def check(case: Case, one: Event) -> None:
    """What may happen to a case that stands like this."""
    if isinstance(one, CaseApproved | CaseRejected | CaseLapsed):
        assert case.decision is None, "decided twice"
    if isinstance(one, StagePassed | StageDeemedPassed | CaseReturned | CaseRejected | CaseAssigned):
        assert case.stage is not None and one.stage == case.stage.name
    if isinstance(one, StagePassed | StageDeemedPassed | CaseReturned | CaseRejected):
        assert case.returned is None
        assert case.clock is not None and case.clock.suspended is None
    if isinstance(one, StagePassed | CaseReturned | CaseRejected):
        assert case.holder in (None, one.officer)
        by = BY_NAME[one.officer]
        assert by.level == case.level and by.authority_id != ZHUZHOU.authority_id
        assert by.may("accept" if one.stage == "acceptance" else "review")
    if isinstance(one, StagePassed) and one.stage == "preliminary":
        assert one.officer not in [getattr(done, "officer", None) for done in case.passed]
    if isinstance(one, CaseResubmitted):
        assert case.status in ("returned", "lapsed") and one.round == case.round + 1
    if isinstance(one, CaseApproved):
        assert case.stage is None and case.publicity_ended is not None


ANY_ORDERS = st.lists(steps(), min_size=20, max_size=80)


def history(orders: list[Step]) -> Iterator[tuple[Case, Event]]:
    """Each event that came of these orders, and the case before it."""
    first = opened(stages=ROUTE, correction=CORRECTION)
    yield CASE.initial, first
    case, at = CASE.evolve(CASE.initial, first), MONDAY
    for step in orders:
        at += timedelta(days=step[3] // 2)
        try:
            events = list(CASE.decide(case, order(case, step, at)))
        except Refusal:
            continue
        for one in events:
            yield case, one
            case = CASE.evolve(case, one)


@settings(max_examples=100, deadline=None)
@any_of(ANY_ORDERS)
def test_every_case_keeps_to_its_route(orders: list[Step]) -> None:
    case = CASE.initial
    told: list[set[str]] = []
    for before, one in history(orders):
        check(before, one)
        if isinstance(one, CaseReturned) and one.stage == "acceptance":
            names = {item.name or "" for item in one.items}
            assert not told or not all(told) or (names and names <= set().union(*told)), "told once"
            told.append(names)
        case = CASE.evolve(before, one)
        assert not case.clock or case.clock.days_left >= 0
        assert case.holder is None or case.stage is not None, "what nobody examines is on nobody's desk"
    event(f"{case.status}, {len(case.passed)} passed")
