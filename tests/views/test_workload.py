"""Workload and timeliness by authority and by officer, over any period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.errors import Refused
from contracts.query import GetWorkload, WorkloadRow
from services.query.views.workload import WORKLOAD
from services.query.views.workload_sums import get_workload
from tests.views.case_story import Told
from tests.views.story import CITY, OPERATOR, OTHER_CITY, PROVINCE, Story, officer, person

FIRST, DUE = date(2026, 3, 2), date(2026, 3, 9)
YEAR = {"from_on": date(2026, 1, 1), "until_on": date(2026, 12, 31)}


def begun() -> Story:
    return Story().authorities().enterprise(1).person(1)


def workload(given: Any, story: Story, viewer: Any = OPERATOR, **asked: Any) -> list[WorkloadRow]:
    question = GetWorkload(viewer=viewer, **{**YEAR, **asked})
    return list(get_workload(given(WORKLOAD, story.all()).cursor, question).rows)


def of(rows: list[WorkloadRow], authority: str, named: str | None = None) -> WorkloadRow:
    (found,) = [row for row in rows if row.authority == authority and row.officer_name == named]
    return found


def counted(row: WorkloadRow) -> dict[str, Any]:
    """What is not nothing."""
    names = set(WorkloadRow.model_fields) - {"authority_id", "authority", "level", "place", "officer", "officer_name"}
    return {name: value for name in names if (value := getattr(row, name))}


def test_what_came_and_what_was_decided_in_time_or_late(given: Any) -> None:
    story = begun()
    Told(story).passed(due_on=DUE)
    Told(story).wait(9).passed(due_on=DUE)
    Told(story).returned(used_days=0, due_on=DUE)
    rows = workload(given, story)
    assert counted(of(rows, "长沙市住建局")) == {
        **{"received": 5, "decided": 2, "passed": 2, "returned": 1, "on_time": 1, "late": 1, "open": 2},
        "average_days": 4.5,
    }
    assert counted(of(rows, "湖南省住建厅")) == counted(of(rows, "株洲市住建局")) == {}


def test_a_stage_counts_for_the_authority_of_its_level(given: Any) -> None:
    story = begun()
    Told(story).passed().passed("preliminary").passed("second").shown()
    rows = workload(given, story)
    assert counted(of(rows, "长沙市住建局")) == {"received": 2, "decided": 2, "passed": 2}
    assert counted(of(rows, "湖南省住建厅")) == {"received": 1, "decided": 1, "passed": 1, "open": 1}


def test_what_silence_decided_and_what_went_over_are_the_authority_s_own_account(given: Any) -> None:
    story = begun()
    Told(story).deemed_passed(DUE)
    Told(story).granted(DUE)
    Told(story).missed(DUE).escalated()
    rows = workload(given, story)
    assert counted(of(rows, "长沙市住建局")) == {"received": 4, "deemed": 2, "missed": 1, "open": 1}
    assert counted(of(rows, "湖南省住建厅")) == {"received": 1, "open": 1}


def test_a_case_that_was_returned_is_received_and_decided_once_and_the_filer_s_days_are_not_the_authority_s(given: Any) -> None:
    story = begun()
    Told(story).wait(2).returned(used_days=1, due_on=DUE).wait(14).resubmitted().wait(3).passed(due_on=date(2026, 4, 1))
    assert counted(of(workload(given, story), "长沙市住建局")) == {
        **{"received": 2, "returned": 1, "decided": 1, "passed": 1, "on_time": 1, "open": 1},
        "average_days": 5.0,
    }


def test_what_went_up_and_came_back_was_received_once_by_each(given: Any) -> None:
    story = begun()
    Told(story).wait(2).escalated().wait(2).handed_back().wait(1).passed(due_on=DUE)
    rows = workload(given, story)
    expected = {"received": 2, "decided": 1, "passed": 1, "on_time": 1, "open": 1, "average_days": 1.0}
    assert counted(of(rows, "长沙市住建局")) == expected
    assert counted(of(rows, "湖南省住建厅")) == {"received": 1}


def test_what_was_not_done_in_time_is_on_the_account_of_the_level_that_had_it(given: Any) -> None:
    story = begun()
    Told(story).escalated().missed(DUE)
    Told(story).escalated().deemed_passed(DUE)
    rows = workload(given, story)
    assert counted(of(rows, "湖南省住建厅")) == {"received": 2, "missed": 1, "deemed": 1, "open": 1}
    assert counted(of(rows, "长沙市住建局")) == {"received": 3, "open": 1}


def test_what_was_not_done_in_time_is_on_the_account_of_who_had_it_on_the_desk(given: Any) -> None:
    story = begun()
    Told(story).assigned().deemed_passed(DUE)
    Told(story).assigned().missed(DUE).escalated()
    Told(story).assigned().released().deemed_passed(DUE)
    rows = workload(given, story, by="officer")
    assert counted(of(rows, "长沙市住建局", "city经办")) == {"received": 3, "deemed": 1, "missed": 1}
    assert counted(of(rows, "长沙市住建局")) == {"received": 5, "deemed": 1, "open": 2}


def test_officers_are_told_apart_and_what_nobody_has_is_told_too(given: Any) -> None:
    story = begun()
    Told(story).assigned().passed(due_on=DUE)
    Told(story).assigned()
    Told(story)
    rows = workload(given, story, by="officer", viewer=officer(CITY))
    assert counted(of(rows, "长沙市住建局", "city经办")) == {
        "received": 2,
        "decided": 1,
        "passed": 1,
        "on_time": 1,
        "open": 1,
    }
    assert counted(of(rows, "长沙市住建局")) == {"received": 4, "open": 2}


def test_who_keeps_a_case_has_it_on_the_desk_again(given: Any) -> None:
    story = begun()
    Told(story).assigned().passed(kept_by=officer(CITY).account_id)
    row = of(workload(given, story, by="officer"), "长沙市住建局", "city经办")
    assert counted(row) == {"received": 2, "decided": 1, "passed": 1, "open": 1}


def test_a_period_has_both_its_days_and_no_other(given: Any) -> None:
    story = begun()
    told = Told(story).wait(1).passed(due_on=DUE).wait(1).passed("preliminary")
    day = told.story.today
    for first, last, expected in (
        (FIRST, FIRST, 0),
        (FIRST, day, 2),
        (day, day, 1),
        (day + timedelta(days=1), date(2027, 1, 1), 0),
    ):
        rows = workload(given, story, from_on=first, until_on=last)
        assert of(rows, "长沙市住建局").decided == expected, (first, last)
    with pytest.raises(Refused, match="period_reversed"):
        workload(given, story, from_on=day, until_on=FIRST)


def test_each_sees_their_own_authority_and_those_under_it(given: Any) -> None:
    story = begun()
    Told(story).passed().passed("preliminary")
    expected = {
        officer(CITY): {"长沙市住建局"},
        officer(OTHER_CITY, "auditor"): {"株洲市住建局"},
        officer(PROVINCE): {"长沙市住建局", "株洲市住建局", "湖南省住建厅"},
        OPERATOR: {"长沙市住建局", "株洲市住建局", "湖南省住建厅"},
        person(1): set(),
    }
    for viewer, seen in expected.items():
        assert {row.authority for row in workload(given, story, viewer)} == seen
    only = workload(given, story, officer(PROVINCE), authority_id=CITY)
    assert [row.authority for row in only] == ["长沙市住建局"]


def test_a_place_whose_authority_is_not_established_is_not_left_out(given: Any) -> None:
    story = Story().enterprise(1).person(1)
    Told(story)
    (row,) = workload(given, story)
    assert (row.authority, row.level, row.place, row.received) == (None, "city", "430100", 1)
