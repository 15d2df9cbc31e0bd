"""What the filer sees of the time: which deadline runs, why, until when, and what its end does."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts import review as r
from contracts.query import FilingDeadline, FilingProgress, GetFilingProgress
from services.query.views.filing_list import get_filing_progress
from services.query.views.filing_progress import FILING_PROGRESS
from tests.views.case_story import ARTICLE, Told, year_published
from tests.views.story import Story, person

DUE = date(2026, 3, 9)
SILENT = {
    "name": "acceptance",
    "level": "city",
    "working_days": 5,
    "silence": {"means": "passed", "legal_basis": ARTICLE},
}


def begun() -> Story:
    return Story().authorities().enterprise(1).person(1)


def progress(given: Any, told: Told, estimate: bool = False) -> FilingProgress:
    seen = given(FILING_PROGRESS, told.story.all())
    return get_filing_progress(seen.cursor, GetFilingProgress(viewer=person(1), filing_id=told.filing_id), estimate)


def deadline(given: Any, told: Told, **expected: Any) -> FilingDeadline:
    found = progress(given, told).filing.deadline
    assert found is not None
    assert {name: getattr(found, name) for name in expected} == expected
    return found


def test_the_stage_that_is_examined_now_has_its_article_and_its_last_day(given: Any) -> None:
    found = deadline(
        given, Told(begun()), deadline="stage", stage="acceptance", due_on=DUE, legal_basis=ARTICLE, effect="escalated"
    )
    assert found.says == f"受理应于2026年3月9日前(含当日)办结;逾期未办结的,转上级主管部门办理(依据{ARTICLE})"


def test_where_silence_has_an_effect_it_is_told(given: Any) -> None:
    found = deadline(given, Told(begun(), stages=(SILENT,)), due_on=DUE, effect="deemed_passed")
    assert "视为通过" in found.says and ARTICLE in found.says


def test_what_stands_still_says_why_and_has_no_last_day(given: Any) -> None:
    told = Told(begun()).wait(2).suspended(used_days=1)
    found = deadline(given, told, due_on=None, suspended="expert_review", beyond_calendar=False)
    assert found.says == "专家评审期间,期限中止计算(依据行政许可法第四十五条)"


def test_after_a_suspension_the_days_that_were_left_run_on(given: Any) -> None:
    told = Told(begun()).wait(2).suspended(used_days=1).wait(16).resumed()
    deadline(given, told, due_on=date(2026, 3, 26), working_days=4)


def test_an_extension_moves_the_last_day(given: Any) -> None:
    deadline(given, Told(begun()).extended(5), due_on=date(2026, 3, 16), working_days=10)


def test_a_returned_filing_has_the_time_for_its_correction(given: Any) -> None:
    told = Told(begun()).returned(used_days=0)
    found = deadline(
        given, told, deadline="correction", effect="lapsed", legal_basis="《建造师管理规定》第九条", working_days=30
    )
    assert found.due_on == date(2026, 4, 14)  # 清明节 is not counted
    assert "视为放弃申请" in found.says


def test_after_the_correction_the_stage_runs_on(given: Any) -> None:
    told = Told(begun()).wait(3).returned(used_days=2).wait(4).resubmitted()
    deadline(given, told, deadline="stage", stage="acceptance", due_on=date(2026, 3, 12))
    row = progress(given, told).filing
    assert (row.status, row.case_status, row.round, row.stages[0].state) == ("submitted", "in_review", 2, "in_review")


def test_what_lapsed_has_no_time_left(given: Any) -> None:
    told = Told(begun()).returned(used_days=0).wait(50).lapsed()
    shown = progress(given, told)
    assert (shown.filing.status, shown.filing.case_status, shown.filing.deadline) == ("lapsed", "lapsed", None)
    assert shown.steps[-1].says == "逾期未补正,视为放弃申请"


def test_a_publicity_tells_its_last_day(given: Any) -> None:
    told = Told(begun()).passed().passed("preliminary").passed("second").shown()
    found = deadline(given, told, deadline="publicity", due_on=date(2026, 3, 16), effect="ended")
    assert found.says == "公示至2026年3月16日"


def test_before_and_after_the_publicity_it_is_the_authority_that_is_waited_for(given: Any) -> None:
    limit = {"working_days": 5, "legal_basis": ARTICLE}
    told = Told(begun(), decision=limit).passed().passed("preliminary").passed("second")
    found = deadline(given, told, deadline="decision", stage=None, due_on=DUE, effect="noted", working_days=5)
    assert found.says == f"主管部门应于2026年3月9日前(含当日)公示或作出决定(依据{ARTICLE})"
    told.shown()
    deadline(given, told, deadline="publicity")
    told.say(r.PublicityEnded, ended_on=date(2026, 3, 16))
    deadline(given, told, deadline="decision", due_on=date(2026, 3, 23))
    assert progress(given, Told(begun()).passed().passed("preliminary").passed("second")).filing.deadline is None


def test_an_upheld_objection_opens_the_stage_again_and_is_not_counted_to_the_applicant(given: Any) -> None:
    told = Told(begun()).passed().passed("preliminary").passed("second").shown().objected().answered(upheld=True)
    shown = progress(given, told)
    assert shown.filing.deadline is not None and shown.filing.deadline.stage == "second"
    assert shown.filing.publicity_ends_on is None
    assert shown.steps[-1].says == "异议成立,复审重新办理"
    assert not any("objection" in step.event.lower() for step in shown.steps)


def test_a_deemed_step_cites_its_article(given: Any) -> None:
    shown = progress(given, Told(begun(), stages=(SILENT,)).deemed_passed(DUE))
    assert shown.steps[-1].says == f"受理逾期未作决定,依据{ARTICLE}视为通过"
    assert (shown.steps[-1].due_on, shown.steps[-1].actor) == (DUE, "system")
    assert shown.filing.stages[0].state == "deemed_passed"


def test_granted_by_silence_is_told_beside_the_stage(given: Any) -> None:
    until = date(2026, 3, 5)
    told = Told(begun(), granted_by_silence={"due_on": until, "legal_basis": "行政许可法第五十条"})
    validity = progress(given, told).filing.validity
    assert validity is not None and (validity.due_on, validity.effect) == (until, "deemed_granted")
    assert validity.says == "2026年3月5日前(含当日)未作决定的,视为准予(依据行政许可法第五十条)"
    told.returned(used_days=0)
    waiting = progress(given, told).filing.validity
    assert waiting is not None and (waiting.due_on, waiting.suspended) == (None, "correction")
    told.wait(9).resubmitted()
    assert progress(given, told).filing.validity is None


def test_a_reason_that_the_product_gave_is_told_in_words(given: Any) -> None:
    shown = progress(given, Told(begun()).missed(DUE).escalated())
    assert [(step.says, step.opinion) for step in shown.steps[-2:]] == [
        ("受理未在2026年3月9日(含当日)前办结", None),
        ("受理转上级主管部门办理", "办理期限届满"),
    ]
    assert shown.filing.authority == "湖南省住建厅"


def test_what_officers_write_to_each_other_is_not_the_filer_s(given: Any) -> None:
    told = Told(begun()).missed(DUE).escalated().handed_back()
    steps = progress(given, told).steps
    assert (steps[-1].says, steps[-1].opinion) == ("受理交回原主管部门办理", None)
    assert "请尽快办结" not in steps[-1].model_dump_json()


def test_a_published_year_moves_the_last_day_and_beyond_the_calendar_there_is_none(given: Any) -> None:
    told = Told(begun())
    free = tuple(date(2026, 3, day) for day in (4, 5, 6)) + tuple(date(2026, 10, day) for day in range(1, 8))
    year_published(told.story, 2026, free)
    deadline(given, told, due_on=date(2026, 3, 12))
    late = Told(begun()).wait(302).passed()
    deadline(given, late, due_on=None, beyond_calendar=True)
    estimated = progress(given, late, estimate=True).filing.deadline
    assert estimated is not None and estimated.estimated and estimated.due_on is not None
