"""One case's history for officers: every event in order, who did it and by when; nothing of who objected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.query import CaseHistory, GetCaseHistory
from services.query.case_history import get_case_history
from services.query.views.timeline import TIMELINE
from tests.views.case_story import ARTICLE, Told
from tests.views.story import CITY, OPERATOR, OTHER_CITY, PROVINCE, Story, enterprise, officer, person

DUE = date(2026, 3, 9)


def begun() -> Story:
    return Story().authorities().enterprise(1).person(1)


def history(given: Any, told: Told, viewer: Any = OPERATOR) -> CaseHistory:
    seen = given(TIMELINE, told.story.all())
    return get_case_history(seen.cursor, GetCaseHistory(viewer=viewer, case_id=told.case_id))


def test_everything_is_told_in_order_with_who_and_in_words(given: Any) -> None:
    told = Told(begun()).assigned().missed(DUE).escalated().handed_back().passed(due_on=DUE)
    steps = history(given, told, officer(CITY)).steps
    assert [step.says for step in steps[1:]] == [
        "受理已领取,由city经办办理",
        "办理期限已于2026年3月9日届满,未按期办结",
        "受理由市级主管部门转省级主管部门办理,原因:办理期限届满",
        "受理由省级主管部门交回市级主管部门办理,原因:请尽快办结",
        "受理通过,意见:同意",
    ]
    assert [step.version for step in steps] == [1, 2, 3, 4, 5, 6]
    assert [step.position for step in steps] == sorted(step.position for step in steps)
    passed = steps[-1]
    assert (passed.who.name, passed.authority, passed.words, passed.late) == ("city经办", "长沙市住建局", "同意", False)
    assert (passed.stage, passed.due_on, steps[2].late) == ("acceptance", DUE, True)


def test_an_act_after_its_last_day_is_late(given: Any) -> None:
    told = Told(begun()).wait(8).passed(due_on=DUE)
    assert history(given, told).steps[-1].late


def test_rounds_are_told_apart_in_one_case(given: Any) -> None:
    told = Told(begun()).returned(used_days=0).resubmitted().passed()
    steps = history(given, told).steps
    assert [(step.event.split(".")[1], step.round) for step in steps] == [
        ("CaseOpened", 1),
        ("CaseReturned", 1),
        ("CaseResubmitted", 2),
        ("StagePassed", 2),
    ]


def test_silence_cites_its_article(given: Any) -> None:
    last = history(given, Told(begun()).deemed_passed(DUE)).steps[-1]
    assert (last.legal_basis, last.due_on, last.who.kind) == (ARTICLE, DUE, "system")
    assert last.says == f"受理逾期未作决定,依据{ARTICLE}视为通过,期限至2026年3月9日"


def test_of_an_objection_only_what_was_done_is_told(given: Any) -> None:
    told = Told(begun()).passed().passed("preliminary").passed("second").shown().objected().answered()
    shown = history(given, told)
    assert [step.says for step in shown.steps[-2:]] == [
        "收到异议,编号2026030212345678-Y1",
        "异议于2026年3月2日处理完毕:异议不成立",
    ]
    assert "13900000000" not in shown.model_dump_json() and "已受聘于其他单位" not in shown.model_dump_json()
    seen = given(TIMELINE, ())
    seen.cursor.execute("SELECT body FROM event WHERE name = 'review.ObjectionLodged.v1'")
    ((body,),) = seen.cursor.fetchall()
    assert not any(kept in body for kept in ("13900000000", "已受聘于其他单位", "proof.png"))


def test_it_is_for_the_authorities_of_the_place(given: Any) -> None:
    told = Told(begun())
    for viewer in (officer(CITY), officer(PROVINCE), officer(CITY, "auditor"), OPERATOR):
        assert history(given, told, viewer).steps
    with pytest.raises(NotAllowed, match="outside_jurisdiction"):
        history(given, told, officer(OTHER_CITY))
    for stranger in (person(1), enterprise(1)):
        with pytest.raises(NotFound):
            history(given, told, stranger)
    seen = given(TIMELINE, told.story.all())
    with pytest.raises(NotFound):
        get_case_history(seen.cursor, GetCaseHistory(viewer=OPERATOR, case_id=told.filing_id))
