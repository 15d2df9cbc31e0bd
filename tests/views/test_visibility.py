"""Everybody sees only what is theirs (DOMAIN 4.4): a person, their enterprise, the authority of that place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.filing import FilingReturned, FilingSubmitted, PartyRef
from contracts.message import Actor
from contracts.query import (
    ListCases,
    ListCertificates,
    ListEmployments,
    ListFilings,
    ListParties,
    ListQualifications,
)
from services.kernel.view import View
from services.query.views.certificate_lists import list_certificates
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.employment_list import EMPLOYMENT_LIST, list_employments
from services.query.views.filing_list import list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from services.query.views.officer_queue import OFFICER_QUEUE
from services.query.views.parties import PARTIES, list_parties
from services.query.views.qualification_list import QUALIFICATION_LIST, list_qualifications
from services.query.views.queue_page import list_cases
from tests.views.story import (
    CITY,
    OPERATOR,
    OTHER_CITY,
    PROVINCE,
    Story,
    enterprise,
    enterprise_id,
    officer,
    person,
    person_id,
    resident_id,
)

TODAY = date(2026, 3, 20)
MINISTRY = Actor(kind="auditor", account_id="ministry", level="ministry", place="000000")
OTHER_PROVINCE = Actor(kind="officer", account_id="jiangxi", level="province", place="360000")
SUBSCRIBER = Actor(kind="subscriber", account_id="subscriber")
ANONYMOUS = Actor(kind="anonymous", account_id="anonymous")

QUESTIONS: dict[str, tuple[View, Callable[[Any, Actor], Any]]] = {
    "filings": (FILING_PROGRESS, lambda c, viewer: list_filings(c, ListFilings(viewer=viewer))),
    "certificates": (
        CERTIFICATE_REGISTER,
        lambda c, viewer: list_certificates(c, ListCertificates(viewer=viewer), TODAY),
    ),
    "employments": (EMPLOYMENT_LIST, lambda c, viewer: list_employments(c, ListEmployments(viewer=viewer))),
    "qualifications": (
        QUALIFICATION_LIST,
        lambda c, viewer: list_qualifications(c, ListQualifications(viewer=viewer)),
    ),
    "people": (PARTIES, lambda c, viewer: list_parties(c, ListParties(viewer=viewer, kind="person"))),
}
# Who sees how many of two: person 1 works for and was filed by enterprise 1 of 长沙, 2 likewise 2 of 株洲.
SEES = [
    (person(1), 1),
    (person(3), 0),
    (enterprise(1), 1),
    (enterprise(3), 0),
    (officer(CITY), 1),
    (officer(OTHER_CITY, "auditor"), 1),
    (officer(PROVINCE), 2),
    (MINISTRY, 2),
    (OPERATOR, 2),
    (SUBSCRIBER, 0),
    (ANONYMOUS, 0),
    (Actor(kind="person", account_id="nobody"), 0),
    (Actor(kind="officer", account_id="nowhere"), 0),
]


def two_cities() -> Story:
    loader = officer(PROVINCE)
    story = Story().authorities().enterprise(1, "430102").enterprise(2, "430202")
    for n, place, authority in ((1, "430100", CITY), (2, "430200", OTHER_CITY)):
        story.qualification(n, actor=loader).person(n).employment(n, n)
        story.whole(n, n, place, authority)
    return story


@pytest.mark.parametrize("what", QUESTIONS)
def test_each_sees_their_own(given: Any, what: str) -> None:
    view, ask = QUESTIONS[what]
    seen = given(view, two_cities().all())
    found = [(viewer.kind, viewer.place, ask(seen.cursor, viewer)) for viewer, _ in SEES]
    assert [(kind, place, len(page.rows), page.total) for kind, place, page in found] == [
        (viewer.kind, viewer.place, count, count) for viewer, count in SEES
    ]


@pytest.mark.parametrize("what", QUESTIONS)
def test_another_province_sees_nothing(given: Any, what: str) -> None:
    view, ask = QUESTIONS[what]
    assert ask(given(view, two_cities().all()).cursor, OTHER_PROVINCE).total == 0


def test_the_queue_is_for_authorities_of_the_place(given: Any) -> None:
    seen = given(OFFICER_QUEUE, two_cities().all())
    expected = {officer(CITY): 1, officer(OTHER_CITY): 1, officer(PROVINCE): 2, OPERATOR: 2, OTHER_PROVINCE: 0}
    for viewer, count in expected.items():
        found = list_cases(seen.cursor, ListCases(viewer=viewer), TODAY)
        assert (found.total, sum(one.count for one in found.counts)) == (count, count)
    for viewer in (person(1), enterprise(1), ANONYMOUS):
        assert list_cases(seen.cursor, ListCases(viewer=viewer), TODAY).total == 0


def test_a_filing_about_somebody_is_theirs_to_see_once_submitted(given: Any) -> None:
    story = Story().authorities().enterprise(1).person(1)
    key = story.draft(1, 1)
    drafted = [
        list_filings(given(FILING_PROGRESS, story.all()).cursor, ListFilings(viewer=viewer)).total
        for viewer in (enterprise(1), person(1), officer(CITY))
    ]
    assert drafted == [1, 0, 0]
    story.submit(key, 1, 1)
    seen = given(FILING_PROGRESS, story.logs["filing"][-1:])
    assert [list_filings(seen.cursor, ListFilings(viewer=v)).total for v in (person(1), officer(CITY))] == [1, 1]


def test_who_is_only_told_finds_what_it_is_about_and_how_it_stands(given: Any) -> None:
    """The enterprise on the certificate, where the person works elsewhere by now and gives the registration up by force."""
    story = Story().authorities().enterprise(1).enterprise(2).person(1)
    story.submit(story.draft(1, 1), 1, 1)
    (submitted,) = [one for one in story.logs["filing"] if isinstance(one.event, FilingSubmitted)]
    to = (PartyRef(by="enterprise", enterprise_id=enterprise_id(2)), PartyRef(by="person", person_id=person_id(1)))
    telling = replace(submitted, event=submitted.event.model_copy(update={"informs": to}))
    story.say(FilingReturned, submitted.event.filing_id, filing_id=submitted.event.filing_id, round=1, reason="身份证不清晰")
    seen = given(FILING_PROGRESS, [one if one is not submitted else telling for one in story.all()])

    def rows(viewer: Actor, **asked: Any) -> Any:
        return list_filings(seen.cursor, ListFilings(viewer=viewer, **asked)).rows

    for asked in ({}, {"filing_id": submitted.event.filing_id}, {"matter": submitted.event.matter}):
        (own,), (told,) = rows(enterprise(1), **asked), rows(enterprise(2), **asked)
        assert told == own.model_copy(update={"resident_id": None, "reason": None})
        assert (own.resident_id, own.reason) == (resident_id(1), "身份证不清晰") and rows(enterprise(3), **asked) == ()


def test_an_enterprise_finds_a_stranger_only_by_the_whole_id_number(given: Any) -> None:
    seen = given(QUALIFICATION_LIST, Story().enterprise(1).qualification(1).person(1).all())

    def total(**asked: Any) -> int:
        return list_qualifications(seen.cursor, ListQualifications(viewer=enterprise(1), **asked)).total

    assert total() == 0
    assert total(name="钱") == 0
    assert total(resident_id=resident_id(1)[:10]) == 0
    assert total(resident_id=resident_id(1)) == 1


def test_an_employment_that_ended_no_longer_shows_the_person_to_the_enterprise(given: Any) -> None:
    story = Story().enterprise(1).person(1).employment(1, 1, ended=True)
    _, ask = QUESTIONS["people"]
    cursor = given(PARTIES, story.all()).cursor
    assert ask(cursor, enterprise(1)).total == 0
    # to the authority there they still belong: a death said by mistake, which ended it, must be mended by who said it
    (row,) = ask(cursor, officer(CITY)).rows
    assert (row.party_id, row.employer_id, row.employer_name) == (person_id(1), None, None)
    assert ask(cursor, officer(OTHER_CITY)).rows == ()
