"""The public list, objections and the gazette: an objection marks its own entry, one that is upheld removes it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts import review as r
from contracts.message import derived_id
from contracts.query import ListAnnouncements, ListGazette, ListPublicity
from services.query.views.publicity_list import PUBLICITY_LIST, list_announcements, list_gazette, list_publicity
from tests.views.story import PROVINCE, Story, name, officer

TODAY = date(2026, 3, 10)
OBJECTION = derived_id("objection", 1)
OBJECTOR = {"name": "王建国", "phone": "13900000009"}


def publicity(**asked: Any) -> Any:
    return lambda cursor: list_publicity(cursor, ListPublicity(**asked), TODAY)


def gazette(**asked: Any) -> Any:
    return lambda cursor: list_gazette(cursor, ListGazette(**asked))


def shown(cases: int) -> tuple[Story, list[tuple[UUID, UUID]]]:
    """So many cases, shown together: filings and cases."""
    story, made = Story().authorities().enterprise(1), []
    for n in range(1, cases + 1):
        story.qualification(n).person(n).employment(n, 1)
        key = story.draft(n, 1)
        case = story.submit(key, n, 1)
        story.pass_stages(key, case)
        story.publicise(key, case)
        made.append((key, case))
    return story, made


def lodged(story: Story, key: UUID, case: UUID, objection_id: UUID = OBJECTION) -> None:
    said = {"objection_id": objection_id, "case_id": case, "filing_id": key}
    secret = {"reasons": "该人员已受聘于其他单位", "objector": OBJECTOR}
    story.say(r.ObjectionLodged, case, **said, **secret, lodged_at=story.now)


def answered(story: Story, key: UUID, case: UUID, outcome: str) -> None:
    said = {"objection_id": OBJECTION, "case_id": case, "filing_id": key, "outcome": outcome}
    story.say(r.ObjectionAnswered, case, officer(PROVINCE), **said)
    if outcome == "upheld":
        again = {"case_id": case, "filing_id": key, "objection_id": OBJECTION, "stage": "second", "level": "province"}
        story.say(r.StageReopened, case, officer(PROVINCE), **again)


def announce(story: Story, key: UUID, case: UUID, number: str) -> None:
    both = {"case_id": case, "filing_id": key}
    story.say(r.PublicityEnded, case, **both)
    story.say(r.CaseAnnounced, case, officer(PROVINCE), **both, document_number=number)
    story.say(r.CaseApproved, case, officer(PROVINCE), **both, authority_id=PROVINCE)


def test_an_objection_marks_its_own_entry_only(given: Any) -> None:
    story, cases = shown(3)
    lodged(story, *cases[1])
    rows = given(PUBLICITY_LIST, story.all()).rows(publicity())
    assert {row.case_id: row.held for row in rows} == {case: case == cases[1][1] for _, case in cases}


def test_what_is_dismissed_is_held_no_longer(given: Any) -> None:
    story, cases = shown(1)
    lodged(story, *cases[0])
    lodged(story, *cases[0], objection_id=derived_id("objection", 2))
    answered(story, *cases[0], "dismissed")
    given(PUBLICITY_LIST, story.all()).then_row(publicity(), held=True)
    story.say(r.ObjectionAnswered, cases[0][1], objection_id=derived_id("objection", 2), case_id=cases[0][1])
    given(PUBLICITY_LIST, story.all()).then_row(publicity(), held=False)


def test_one_that_is_upheld_removes_the_entry_until_it_is_shown_anew(given: Any) -> None:
    story, cases = shown(2)
    lodged(story, *cases[0])
    answered(story, *cases[0], "upheld")
    seen = given(PUBLICITY_LIST, story.all())
    seen.then_row(publicity(), case_id=cases[1][1])
    done = len(story.logs["review"])
    days = {"starts_on": date(2026, 3, 9), "ends_on": date(2026, 3, 20)}
    story.say(r.CasePublicised, cases[0][1], case_id=cases[0][1], filing_id=cases[0][0], **days)
    PUBLICITY_LIST.apply(seen.cursor, story.logs["review"][done:])
    assert [row.ends_on for row in seen.rows(publicity())] == [date(2026, 3, 16), date(2026, 3, 20)]


def test_a_late_objection_shows_nothing_again(given: Any) -> None:
    story, cases = shown(1)
    key, case = cases[0]
    story.say(r.PublicityEnded, case, case_id=case, filing_id=key)
    lodged(story, key, case)
    given(PUBLICITY_LIST, story.all()).then_nothing(publicity())


@pytest.mark.parametrize("event", [r.CaseLapsed, r.CaseRejected, r.CaseApproved])
def test_what_is_decided_is_shown_no_longer(given: Any, event: Any) -> None:
    story, cases = shown(1)
    story.say(event, cases[0][1], case_id=cases[0][1], filing_id=cases[0][0])
    given(PUBLICITY_LIST, story.all()).then_nothing(publicity())


def test_whether_one_may_object_is_told(given: Any) -> None:
    story, cases = shown(1)
    seen = given(PUBLICITY_LIST, story.all())
    (opened,) = (one.event for one in story.logs["review"] if isinstance(one.event, r.CaseOpened))
    seen.then_row(publicity(), objections=opened.objections.allowed, anonymous=opened.objections.anonymous)
    named_only = {**opened.model_dump(), "objections": {"allowed": True, "anonymous": True}}
    story.say(r.CaseOpened, cases[0][1], **named_only)
    given(PUBLICITY_LIST, story.all()).then_row(publicity(), objections=True, anonymous=True)


def test_the_gazette_has_one_line_for_a_document_the_newest_first(given: Any) -> None:
    story, cases = shown(3)
    first, second = "湘建建公告〔2026〕12号", "湘建建公告〔2026〕13号"
    announce(story, *cases[0], first)
    announce(story, *cases[1], second)
    announce(story, *cases[2], first)
    seen = given(PUBLICITY_LIST, story.all())
    rows = seen.rows(gazette())
    assert [(row.document_number, row.entries) for row in rows] == [(second, 1), (first, 2)]
    assert rows[1].first_at < rows[0].first_at < rows[1].last_at
    seen.then_row(gazette(document_number=first), entries=2)
    seen.then_nothing(gazette(document_number="没有"))
    entries = list_announcements(seen.cursor, ListAnnouncements(document_number=first)).rows
    assert {row.case_id for row in entries} == {cases[0][1], cases[2][1]}
    assert [row.document_number for row in seen.rows(gazette(page=2, per_page=1))] == [first]


def test_no_personal_data_enters(given: Any) -> None:
    story, cases = shown(1)
    lodged(story, *cases[0])
    seen = given(PUBLICITY_LIST, story.all())
    for table in ("publicity", "objection", "gazette"):
        for secret in (name(1), OBJECTOR["name"], OBJECTOR["phone"], "受聘"):
            seen.cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{secret}%"])
            assert seen.cursor.fetchone() == (0,)
