"""The officer's queue: whose turn it is, on whose desk, and the clock by the calendar of the moment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts import review as r
from contracts.query import ListCases
from services.query.service import VIEWS
from services.query.views.officer_queue import OFFICER_QUEUE
from services.query.views.queue_page import list_cases
from tests.views.case_story import Told, year_published
from tests.views.logs import tables
from tests.views.story import CITY, PROVINCE, Story, name, officer

# NOON of stories is Monday, 2026-03-02: five working days of acceptance end on Monday, 2026-03-09.
RECEIVED, DUE = date(2026, 3, 2), date(2026, 3, 9)


def begun() -> Story:
    return Story().authorities().enterprise(1).person(1)


def queue(viewer: Any, today: date = RECEIVED, **asked: Any) -> Any:
    return lambda cursor: list_cases(cursor, ListCases(viewer=viewer, **asked), today)


def test_a_clock_runs_from_receipt_and_is_overdue_the_day_after_its_last(given: Any) -> None:
    told = Told(begun())
    seen = given(OFFICER_QUEUE, told.story.all())
    seen.then_row(queue(officer(CITY)), due_on=DUE, due_by="stage", working_days_left=5, overdue=False, clock_days=5)
    seen.then_row(queue(officer(CITY), DUE), working_days_left=0, overdue=False)
    seen.then_row(queue(officer(CITY), DUE + timedelta(days=1)), working_days_left=-1, overdue=True)


def test_after_the_last_stage_the_authority_has_so_many_days_for_its_next_step(given: Any) -> None:
    """For making it public, and again when the publicity is over; while it is shown nothing runs."""
    told = Told(begun(), decision={"working_days": 5}).passed().passed("preliminary").passed("second")
    seen = given(OFFICER_QUEUE, told.story.all())
    mine = {"status": "passed", "due_by": "decision", "clock_days": 5}
    seen.then_row(queue(officer(PROVINCE), DUE), **mine, due_on=DUE, working_days_left=0, overdue=False)
    seen.then_row(queue(officer(PROVINCE), DUE + timedelta(days=1), deadline="overdue"), overdue=True)
    told.say(r.DeadlineMissed, deadline="decision", key="", stage=None, due_on=DUE, began_on=RECEIVED)
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    seen.then_row(queue(officer(PROVINCE)), missed=True)
    told.shown()
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    seen.then_row(queue(officer(PROVINCE)), status="publicised", due_on=None, missed=False, overdue=False)
    told.say(r.PublicityEnded, ended_on=date(2026, 3, 16))
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    seen.then_row(queue(officer(PROVINCE)), status="publicity_ended", due_by="decision", due_on=date(2026, 3, 23))


def test_without_such_a_limit_nothing_runs_after_the_last_stage(given: Any) -> None:
    seen = given(OFFICER_QUEUE, Told(begun()).passed().passed("preliminary").passed("second").story.all())
    seen.then_row(queue(officer(PROVINCE)), status="passed", due_on=None, clock_days=None, beyond_calendar=False)


def test_a_suspended_clock_has_no_last_day_and_runs_on_with_what_was_left(given: Any) -> None:
    told = Told(begun())
    told.wait(2).suspended(used_days=1)
    seen = given(OFFICER_QUEUE, told.story.all())
    seen.then_row(queue(officer(CITY), deadline="suspended"), suspended="expert_review", due_on=None, overdue=False)
    done = len(told.story.all())
    told.wait(16).resumed()
    resumed = told.story.today
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    assert len(told.story.all()) == done + 1 and resumed == date(2026, 3, 20)
    seen.then_row(queue(officer(CITY)), suspended=None, clock_began_on=resumed, clock_days=4, due_on=date(2026, 3, 26))
    seen.then_nothing(queue(officer(CITY), deadline="suspended"))


def test_a_returned_case_stands_still_and_goes_on_as_the_same_case(given: Any) -> None:
    told = Told(begun())
    told.wait(3).returned(used_days=2)
    seen = given(OFFICER_QUEUE, told.story.all())
    seen.then_row(queue(officer(CITY)), status="returned", suspended="correction", due_on=None)
    seen.then_nothing(queue(officer(CITY), mine=True))
    told.wait(4).resubmitted()
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    again = seen.then_row(
        queue(officer(CITY), mine=True), status="in_review", round=2, clock_days=3, stage="acceptance"
    )
    assert (again.case_id, again.due_on) == (told.case_id, date(2026, 3, 12))


def test_a_correction_that_comes_after_the_lapse_lets_it_go_on(given: Any) -> None:
    told = Told(begun()).returned(used_days=0).wait(50).lapsed()
    seen = given(OFFICER_QUEUE, told.story.all())
    seen.then_row(queue(officer(CITY)), status="lapsed", due_on=None, suspended=None)
    told.resubmitted()
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    seen.then_row(queue(officer(CITY), mine=True), status="in_review", clock_days=5)


def test_each_stage_has_its_own_limit_and_an_extension_lengthens_one(given: Any) -> None:
    told = Told(begun()).assigned().missed(DUE).passed()
    seen = given(OFFICER_QUEUE, told.story.all())
    seen.then_row(queue(officer(CITY)), stage="preliminary", clock_days=10, officer=None, missed=False, extended=False)
    told.extended(5, "preliminary")
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    row = seen.then_row(queue(officer(CITY)), clock_days=15, extended=True)
    assert row.due_on == date(2026, 3, 23)


def test_what_is_late_is_in_the_queue_of_the_level_above_until_it_is_handed_back(given: Any) -> None:
    told = Told(begun()).assigned().missed(DUE).escalated()
    seen = given(OFFICER_QUEUE, told.story.all())
    later = DUE + timedelta(days=1)
    seen.then_nothing(queue(officer(CITY), later, mine=True))
    late = {"stage": "acceptance", "level": "province", "overdue": True, "missed": True, "officer": None}
    seen.then_row(queue(officer(PROVINCE), later, mine=True, deadline="overdue"), **late)
    told.handed_back()
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    seen.then_row(queue(officer(CITY), later, mine=True), level="city", overdue=True, escalated=False)


def test_who_has_it_on_the_desk_is_named(given: Any) -> None:
    told = Told(begun())
    seen = given(OFFICER_QUEUE, told.story.all())
    seen.then_row(queue(officer(CITY), officer="unassigned"), officer=None)
    seen.then_nothing(queue(officer(CITY), officer="mine"))
    told.assigned()
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    waiting = seen.then_row(queue(officer(CITY), officer="mine"), officer_name="city经办")
    assert waiting.changed_at == waiting.opened_at, "being put on a desk is no progress"
    seen.then_nothing(queue(officer(CITY), officer="unassigned"))
    told.released()
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    seen.then_row(queue(officer(CITY), officer="unassigned"), officer=None)


def test_an_open_objection_is_counted_and_an_upheld_one_opens_the_stage_again(given: Any) -> None:
    told = Told(begun()).passed().passed("preliminary").passed("second").shown().objected().objected()
    seen = given(OFFICER_QUEUE, told.story.all())
    seen.then_row(queue(officer(PROVINCE), objections=True), status="publicised", open_objections=2)
    done = len(told.story.logs["review"])
    told.answered(upheld=True)
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][done:])
    row = seen.then_row(
        queue(officer(PROVINCE), mine=True), status="in_review", stage="second", open_objections=1, clock_days=20
    )
    assert row.publicity_ends_on is None
    seen.then_nothing(queue(officer(PROVINCE), objections=False))
    seen.cursor.execute("SELECT count(*) FROM cases c WHERE c::text LIKE '%%13900000000%%'")
    assert seen.cursor.fetchone() == (0,)


def test_the_end_of_a_validity_is_the_last_day_where_silence_grants(given: Any) -> None:
    until = date(2026, 3, 5)
    granted = {"granted_by_silence": {"due_on": until, "legal_basis": "行政许可法第五十条"}}
    told = Told(begun(), **granted).wait(1)
    seen = given(OFFICER_QUEUE, told.story.all())
    seen.then_row(queue(officer(CITY)), due_on=until, due_by="validity", working_days_left=3)
    told.returned(used_days=0).wait(9).resubmitted()
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-2:])
    row = seen.then_row(queue(officer(CITY)), due_by="stage")
    assert row.due_on > until, "who hands in after the validity kept the authority waiting"


def test_a_published_year_is_in_force_at_once(given: Any) -> None:
    told = Told(begun())
    seen = given(OFFICER_QUEUE, told.story.all())
    free = tuple(date(2026, 3, day) for day in (4, 5, 6)) + tuple(date(2026, 10, day) for day in range(1, 8))
    year_published(told.story, 2026, free, workdays=(date(2026, 3, 7),))
    OFFICER_QUEUE.apply(seen.cursor, told.story.logs["review"][-1:])
    seen.then_row(queue(officer(CITY)), due_on=date(2026, 3, 11))


def test_beyond_the_calendar_the_last_day_is_unknown_and_in_development_estimated(given: Any) -> None:
    told = Told(begun())
    told.wait(302).passed()  # 2026-12-29: ten working days more end in a year that nobody knows
    seen = given(OFFICER_QUEUE, told.story.all())
    today = told.story.today
    seen.then_row(queue(officer(CITY), today), due_on=None, beyond_calendar=True, overdue=False, estimated=False)
    estimated = lambda cursor: list_cases(cursor, ListCases(viewer=officer(CITY)), today, estimate=True)  # noqa: E731
    row = seen.then_row(estimated, beyond_calendar=False, estimated=True)
    assert row.due_on is not None and row.due_on.year == 2027


def test_by_their_last_day_those_that_are_due_first_come_first(given: Any) -> None:
    story = begun()
    early = [Told(story).wait(1) for _ in range(2)]
    early[0].suspended(used_days=0)
    late = Told(story, stages=({"name": "acceptance", "level": "city", "working_days": 1},))
    found = list_cases(
        given(OFFICER_QUEUE, story.all()).cursor, ListCases(viewer=officer(CITY), sort="due"), story.today
    )
    assert [row.case_id for row in found.rows] == [late.case_id, early[1].case_id, early[0].case_id]


def test_counts_tell_the_turn_whatever_is_asked_for(given: Any) -> None:
    story = begun()
    Told(story).assigned()
    Told(story).suspended(used_days=0)
    Told(story).returned(used_days=0)
    Told(story).passed()
    page = list_cases(
        given(OFFICER_QUEUE, story.all()).cursor, ListCases(viewer=officer(CITY), officer="mine"), date(2026, 3, 10)
    )
    assert page.total == 1
    expected = {"open": 3, "overdue": 1, "near": 1, "suspended": 1, "unassigned": 2, "mine": 1, "objections": 0}
    assert page.turn.model_dump() == expected
    assert sum(one.count for one in page.counts) == 4


def test_filters_choose(given: Any) -> None:
    story = begun().person(2)
    Told(story, n=1)
    Told(story, n=2, specialty="municipal", matter="hunan/another")
    seen = given(OFFICER_QUEUE, story.all())
    seen.then_row(queue(officer(CITY), name=name(2)[:2]), specialty="municipal")
    seen.then_row(queue(officer(CITY), matter="hunan/another"), applicant=name(2))
    seen.then_row(queue(officer(CITY), specialty="municipal"), applicant=name(2))
    seen.then_nothing(queue(officer(CITY), deadline="overdue"))
    assert len(seen.rows(queue(officer(CITY), deadline="near", within=5))) == 2
    assert seen.rows(queue(officer(CITY), deadline="near", within=4)) == ()


def test_a_case_that_the_rules_approved_waits_for_nobody(given: Any) -> None:
    told = Told(begun(), stages=(), automatic=True)
    seen = given(OFFICER_QUEUE, told.story.all())
    seen.then_row(queue(officer(CITY)), automatic=True, stage=None, level=None, due_on=None)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_event_by_event_or_all_at_once_the_tables_are_the_same(database: Any, view: Any) -> None:
    story = begun()
    Told(story).assigned().wait(1).suspended(1).wait(9).resumed().extended(3).near(DUE).passed().released()
    Told(story).returned(2).wait(5).lapsed().resubmitted().passed().missed(DUE).escalated().handed_back()
    Told(story).deemed_passed(DUE).granted(DUE)
    Told(story).passed().passed("preliminary").passed("second").shown().objected().answered(upheld=True)
    year_published(story, 2027, tuple(date(2027, 1, day) for day in range(1, 8)))
    found = []
    for together in (True, False):
        with pytest.raises(ZeroDivisionError), database.transaction() as cursor:
            view.create(cursor)
            for page in [story.all()] if together else [[one] for one in story.all()]:
                view.apply(cursor, page)
            found.append(tables(cursor, view.name))
            raise ZeroDivisionError  # the next begins anew
    assert found[0] == found[1] and any(found[0].values())


def test_an_event_of_old_tells_no_day_so_no_clock_runs(given: Any) -> None:
    story = begun()
    told = Told(story)
    by = {"authority_id": CITY, "officer": officer(CITY).account_id, "kept_by": None, "passed_on": None, "due_on": None}
    told.say(r.StagePassed, officer(CITY), stage="acceptance", next_stage="preliminary", next_level="city", **by)
    seen = given(OFFICER_QUEUE, story.all())
    seen.then_row(queue(officer(CITY), mine=True), stage="preliminary", due_on=None, beyond_calendar=False, clock_days=None)
    back = {"authority_id": CITY, "officer": officer(CITY).account_id, "returned_on": None, "due_on": None, "used_days": 0}
    told.say(r.CaseReturned, officer(CITY), stage="preliminary", round=1, reason="补正", **back)
    told.resubmitted()
    OFFICER_QUEUE.apply(seen.cursor, story.logs["review"][-2:])
    seen.then_row(queue(officer(CITY)), status="in_review", round=2, due_on=None, suspended=None)
