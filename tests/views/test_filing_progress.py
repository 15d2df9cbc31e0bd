"""filing_progress: one line a filing with the state of every stage, and its steps."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import filing as f
from contracts.errors import NotFound
from contracts.query import GetFilingProgress, ListFilings
from services.query.views.filing_list import get_filing_progress, list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from tests.views.story import CITY, OPERATOR, Story, enterprise, name, officer, person, resident_id


def listed(**asked: Any) -> Any:
    return lambda cursor: list_filings(cursor, ListFilings(**{"viewer": OPERATOR, **asked}))


def stages(row: Any) -> dict[str, str]:
    return {stage.name: stage.state for stage in row.stages}


def begun() -> Story:
    return Story().authorities().enterprise(1).person(1)


def test_a_draft_has_its_subject_and_no_stage_yet(given: Any) -> None:
    story = begun()
    key = story.draft(1, 1)
    row = given(FILING_PROGRESS, story.all()).then_row(
        listed(filing_id=key), status="draft", person_name=name(1), specialty="municipal", number=None, stages=()
    )
    assert row.enterprise_name == "第1建筑公司"


def test_a_submitted_filing_waits_for_acceptance_at_the_city(given: Any) -> None:
    story = begun()
    story.submit(story.draft(1, 1), 1, 1)
    row = given(FILING_PROGRESS, story.all()).then_row(
        listed(), status="submitted", case_status="in_review", authority="长沙市住建局", resident_id=resident_id(1)
    )
    assert stages(row) == {"acceptance": "in_review", "preliminary": "waiting", "second": "waiting"}


def test_after_the_preliminary_review_it_is_with_the_province(given: Any) -> None:
    story = begun()
    key = story.draft(1, 1)
    story.pass_stages(key, story.submit(key, 1, 1), stages=2)
    row = given(FILING_PROGRESS, story.all()).then_row(listed(), authority="湖南省住建厅")
    assert stages(row) == {"acceptance": "passed", "preliminary": "passed", "second": "in_review"}


def test_a_returned_filing_says_why_and_begins_again(given: Any) -> None:
    story = begun()
    key = story.draft(1, 1)
    story.send_back(key, story.submit(key, 1, 1))
    seen = given(FILING_PROGRESS, story.all())
    row = seen.then_row(listed(status="returned"), reason="照片不清晰", case_status="returned")
    assert stages(row)["acceptance"] == "returned"
    before = len(story.all())
    story.submit(key, 1, 1, round=2)
    FILING_PROGRESS.apply(seen.cursor, [one for one in story.all() if one.meta.at == story.now])
    assert len(story.all()) == before + 2
    row = seen.then_row(listed(), status="submitted", round=2, reason=None, case_status="in_review")
    assert stages(row)["acceptance"] == "in_review"


def test_a_whole_filing_shows_publicity_announcement_and_certificate(given: Any) -> None:
    story = begun()
    key = story.whole(1, 1)
    row = given(FILING_PROGRESS, story.all()).then_row(listed(), status="approved", case_status="approved")
    assert set(stages(row).values()) == {"passed"}
    assert row.announcement and row.publicity_ends_on and row.issued_on and row.document_issued_at
    assert row.filing_id == key


def test_a_deleted_draft_is_listed_only_when_asked_for(given: Any) -> None:
    story = begun()
    key = story.draft(1, 1)
    story.say(f.DraftDeleted, key, enterprise(1), filing_id=key)
    seen = given(FILING_PROGRESS, story.all())
    seen.then_nothing(listed())
    seen.then_row(listed(status="deleted"), filing_id=key)


def test_filters_choose_and_pages_do_not_overlap(given: Any) -> None:
    story = begun().person(2)
    for n in (1, 2, 1, 2, 1):
        story.submit(story.draft(n, 1), n, 1)
    seen = given(FILING_PROGRESS, story.all())
    assert len(seen.rows(listed(name=name(2)[:2]))) == 2
    assert len(seen.rows(listed(resident_id=resident_id(1), registration_type="initial"))) == 3
    assert seen.rows(listed(registration_type="renewal")) == ()
    pages = [list_filings(seen.cursor, ListFilings(viewer=OPERATOR, page=n, per_page=2)) for n in (1, 2, 3, 4)]
    assert [len(page.rows) for page in pages] == [2, 2, 1, 0]
    assert {page.total for page in pages} == {5}
    assert len({row.filing_id for page in pages for row in page.rows}) == 5


def test_steps_tell_when_who_and_with_what_opinion(given: Any) -> None:
    story = begun()
    key = story.whole(1, 1)
    seen = given(FILING_PROGRESS, story.all())
    steps = get_filing_progress(seen.cursor, GetFilingProgress(viewer=person(1), filing_id=key)).steps
    assert [step.says for step in steps] == [
        "新建草稿",
        "第1次上报",
        "等待受理",
        "受理通过",
        "初审通过",
        "复审通过",
        "开始公示",
        "公示结束",
        "公告(湘建建公告〔2026〕12号)",
        "批准",
        "颁发证书,注册编号湘2432025202600001",
        "电子证书签发",
    ]
    accepted = steps[3]
    assert (accepted.who, accepted.authority, accepted.opinion) == ("city经办", "长沙市住建局", "同意")
    assert (steps[8].opinion, steps[8].detail) == (None, "湘建建公告〔2026〕12号")
    assert list(steps) == sorted(steps, key=lambda step: step.at)


def test_nobody_else_learns_that_there_is_a_filing(given: Any) -> None:
    story = begun()
    key = story.draft(1, 1)
    seen = given(FILING_PROGRESS, story.all())
    for stranger in (enterprise(2), person(1), officer(CITY)):  # a draft is its filer's alone
        with pytest.raises(NotFound):
            get_filing_progress(seen.cursor, GetFilingProgress(viewer=stranger, filing_id=key))
