"""What waits for the agreement of parties: who sees it from when, in which state, and the filing's own page meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import filing as f
from contracts.examples import example
from contracts.query import FilingProgress, GetFilingProgress, ListConfirmations, ListFilings
from services.query.views.confirmations import list_confirmations
from services.query.views.filing_list import get_filing_progress, list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from tests.views.story import (
    CITY,
    OPERATOR,
    PROVINCE,
    Story,
    enterprise,
    enterprise_id,
    name,
    officer,
    person,
    person_id,
    resident_id,
)

FORMER = {"by": "former_enterprise", "enterprise_id": enterprise_id(1)}
SUBJECT = {"by": "person", "person_id": person_id(1)}


def begun() -> tuple[Story, Any]:
    """The second enterprise takes over a person of the first: the person is asked first, then their former employer."""
    story = Story().authorities().enterprise(1).enterprise(2).person(1).person(2)
    key = story.draft(1, 2)
    story.ask(key, 1, 2, [SUBJECT, FORMER])
    return story, key


def asked(viewer: Any, **filters: Any) -> Any:
    return lambda cursor: list_confirmations(cursor, ListConfirmations(viewer=viewer, **filters))


def filings(viewer: Any, **filters: Any) -> Any:
    return lambda cursor: list_filings(cursor, ListFilings(viewer=viewer, **filters))


def progress(cursor: Any, viewer: Any, key: Any) -> FilingProgress:
    return get_filing_progress(cursor, GetFilingProgress(viewer=viewer, filing_id=key))


def test_a_party_sees_it_from_its_turn_on(given: Any) -> None:
    story, key = begun()
    seen = given(FILING_PROGRESS, story.all())
    seen.then_row(
        asked(person(1), open=True),
        side="party",
        status="asked",
        filing_status="awaiting_confirmation",
        new_enterprise="第2建筑公司",
        person_name=name(1),
    )
    seen.then_nothing(asked(enterprise(1)))
    seen.then_nothing(filings(enterprise(1)))
    seen.then_row(filings(person(1)), waits_for="person", waits_for_name=name(1), filing_id=key)
    assert {(row.party, row.status, row.side) for row in seen.rows(asked(enterprise(2)))} == {
        ("person", "asked", "filer"),
        ("former_enterprise", "waiting", "filer"),
    }
    done = len(story.logs["filing"])
    story.agree(key, person(1), "person", FORMER)
    FILING_PROGRESS.apply(seen.cursor, story.logs["filing"][done:])
    seen.then_row(asked(enterprise(1), open=True, who=resident_id(1)), party="former_enterprise", status="asked")
    seen.then_row(filings(enterprise(1)), waits_for="former_enterprise", waits_for_name="第1建筑公司")
    seen.then_row(asked(person(1), open=False), status="confirmed")


@pytest.mark.parametrize("stranger", [person(2), enterprise(3), officer(CITY), officer(PROVINCE)])
def test_nobody_else_sees_it(given: Any, stranger: Any) -> None:
    story, key = begun()
    seen = given(FILING_PROGRESS, story.all())
    seen.then_nothing(asked(stranger))
    seen.then_nothing(asked(stranger, filing_id=key))
    seen.then_nothing(filings(stranger))


def test_an_operator_finds_those_of_one_filing(given: Any) -> None:
    story, key = begun()
    seen = given(FILING_PROGRESS, story.all())
    seen.then_nothing(asked(OPERATOR))
    assert [row.side for row in seen.rows(asked(OPERATOR, filing_id=key))] == [None, None]


def test_a_refusal_returns_it_and_says_why(given: Any) -> None:
    story, key = begun()
    story.agree(key, person(1), "person", FORMER)
    story.decline(key, enterprise(1), "former_enterprise")
    seen = given(FILING_PROGRESS, story.all())
    seen.then_row(asked(enterprise(1), open=False), status="declined", reason="合同未到期", by_silence=False)
    row = seen.then_row(filings(enterprise(2)), status="returned", reason="合同未到期", waits_for=None, waits_until=None)
    told = progress(seen.cursor, enterprise(2), row.filing_id).steps
    assert [(one.says, one.opinion) for one in told[-3:]] == [
        ("第1次上报,待个人确认", None),
        ("个人确认同意", None),
        ("原聘用企业不同意", "合同未到期"),
    ]


def test_what_was_taken_back_waits_for_nobody(given: Any) -> None:
    story, key = begun()
    story.take_back(key, 2)
    seen = given(FILING_PROGRESS, story.all())
    seen.then_row(asked(person(1)), status="withdrawn", filing_status="draft")
    seen.then_nothing(asked(person(1), open=True))
    seen.then_row(filings(enterprise(2), status="draft"), waits_for=None)
    done = len(story.logs["filing"])
    story.ask(key, 1, 2, [SUBJECT, FORMER], round=2)
    FILING_PROGRESS.apply(seen.cursor, story.logs["filing"][done:])
    assert [(row.round, row.status) for row in seen.rows(asked(person(1)))] == [(2, "asked"), (1, "withdrawn")]


def test_what_was_asked_stays_as_it_was_handed_in(given: Any) -> None:
    story, key = begun()
    story.decline(key, person(1), "person")
    story.ask(key, 2, 2, [{"by": "person", "person_id": person_id(2)}], round=2)
    seen = given(FILING_PROGRESS, story.all())
    assert {(row.round, row.person_name, row.party, row.status) for row in seen.rows(asked(enterprise(2)))} == {
        (1, name(1), "person", "declined"),
        (1, name(1), "former_enterprise", "withdrawn"),
        (2, name(2), "person", "asked"),
    }
    seen.then_row(asked(person(1)), round=1)
    seen.then_row(asked(enterprise(2), who=name(2)), round=2)
    seen.then_nothing(filings(person(1)))  # whom it is about now is no business of theirs
    seen.then_nothing(filings(person(1), filing_id=key))
    seen.then_row(filings(person(2)), round=2)


def test_when_the_correction_was_awaited_too_long_nobody_is_waited_for(given: Any) -> None:
    story, key = begun()
    story.lapse(key, key, round=0)
    seen = given(FILING_PROGRESS, story.all())
    seen.then_nothing(asked(person(1), open=True))
    seen.then_row(asked(person(1)), status="withdrawn")
    seen.then_row(filings(enterprise(2), status="lapsed"), waits_for=None)


@pytest.mark.parametrize(
    ("employer", "registration_type", "moves"),
    [(1, "change", True), (2, "renewal", False), (1, "cancellation", False), (1, "forced_cancellation", False)],
)
def test_only_who_moves_has_a_new_enterprise(given: Any, employer: int, registration_type: str, moves: bool) -> None:
    story, key = begun()
    held = {**example(f.ConfirmationsAsked.NAME).model_dump()["certificate"], "employer_id": enterprise_id(employer)}
    story.take_back(key, 2)
    story.ask(key, 1, 2, [SUBJECT], round=2, certificate=held, registration_type=registration_type)
    seen = given(FILING_PROGRESS, story.all())
    row = seen.then_row(asked(person(1), open=True), former_enterprise_id=enterprise_id(employer), party="person")
    assert (row.new_enterprise_id, row.new_enterprise) == ((enterprise_id(2), "第2建筑公司") if moves else (None, None))


def test_silence_that_removes_it_ends_it(given: Any) -> None:
    story, key = begun()
    story.time_out(key, "person")
    seen = given(FILING_PROGRESS, story.all())
    seen.then_row(asked(person(1)), status="timed_out", by_silence=True)
    seen.then_row(filings(enterprise(2), status="lapsed"), waits_for=None)


def test_agreed_by_all_it_takes_effect_without_an_authority(given: Any) -> None:
    story, key = begun()
    story.agree(key, person(1), "person", FORMER)
    story.agree(key, enterprise(1), "former_enterprise")
    story.take_effect(key, 1, 2)
    seen = given(FILING_PROGRESS, story.all())
    seen.then_row(filings(enterprise(2)), status="approved", effective_on=story.today, stages=(), waits_for=None)
    seen.then_row(filings(officer(CITY), registration_type="cancellation"), filing_id=key)
    assert progress(seen.cursor, person(1), key).steps[-1].says == "经各方确认,申报生效"
    # What it agreed to stays to be read, though it is no longer among the filings that wait for it.
    seen.then_nothing(filings(enterprise(1)))
    assert progress(seen.cursor, enterprise(1), key).filing.status == "approved"


def test_filings_of_a_place_by_every_filter(given: Any) -> None:
    story = Story().authorities().enterprise(1).person(1).person(2)
    first = story.whole(1, 1)
    second = story.draft(2, 1)
    story.submit(second, 2, 1)
    seen = given(FILING_PROGRESS, story.all())
    for viewer in (officer(CITY), officer(PROVINCE), OPERATOR):
        assert [row.filing_id for row in seen.rows(filings(viewer))] == [second, first]
        for chosen in ({"status": "approved"}, {"who": name(1)}, {"who": resident_id(1)}, {"name": name(1), "status": "approved"}):
            seen.then_row(filings(viewer, **chosen), filing_id=first)
        for other in ({"status": "rejected"}, {"matter": "hunan/other"}, {"who": name(3)}, {"credential": "x"}):
            seen.then_nothing(filings(viewer, **other))
        assert len(seen.rows(filings(viewer, registration_type="initial", specialty=seen.rows(filings(viewer))[0].specialty))) >= 1
