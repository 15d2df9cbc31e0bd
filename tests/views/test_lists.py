"""The other views, each: what events make of a row, and what its filters choose."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.query import (
    ListAnnouncements,
    ListCases,
    ListCertificates,
    ListEmployments,
    ListParties,
    ListPublicity,
    ListQualifications,
)
from services.query.views.certificate_lists import list_certificates
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.employment_list import EMPLOYMENT_LIST, list_employments
from services.query.views.officer_queue import OFFICER_QUEUE
from services.query.views.parties import PARTIES, list_parties
from services.query.views.publicity_list import PUBLICITY_LIST, list_announcements, list_publicity
from services.query.views.qualification_list import QUALIFICATION_LIST, list_qualifications
from services.query.views.queue_page import list_cases
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

TODAY = date(2026, 3, 10)


def begun() -> Story:
    return Story().authorities().enterprise(1).qualification(1).person(1).employment(1, 1)


# -- the officer's queue --------------------------------------------------------------------------------------


def queue(viewer: Any, **asked: Any) -> Any:
    return lambda cursor: list_cases(cursor, ListCases(viewer=viewer, **asked), TODAY)


def test_a_case_moves_from_the_city_to_the_province(given: Any) -> None:
    story = begun()
    key = story.draft(1, 1)
    case = story.submit(key, 1, 1)
    seen = given(OFFICER_QUEUE, story.all())
    seen.then_row(queue(officer(CITY), mine=True), stage="acceptance", applicant=name(1), status="in_review")
    seen.then_nothing(queue(officer(PROVINCE), mine=True))
    done = len(story.logs["review"])
    story.pass_stages(key, case, stages=2)
    OFFICER_QUEUE.apply(seen.cursor, story.logs["review"][done:])
    seen.then_nothing(queue(officer(CITY), mine=True))
    seen.then_row(queue(officer(PROVINCE), mine=True), stage="second", level="province")
    seen.then_row(queue(officer(CITY)), stage="second")  # still of its jurisdiction


def test_the_longest_waiting_comes_first_and_counts_ignore_the_filter(given: Any) -> None:
    story = begun()
    drafts = [story.draft(1, 1) for _ in range(3)]
    cases = [story.submit(key, 1, 1) for key in drafts]
    story.pass_stages(drafts[0], cases[0], stages=1)
    found = list_cases(given(OFFICER_QUEUE, story.all()).cursor, ListCases(viewer=officer(CITY), stage="acceptance"), TODAY)
    assert [row.case_id for row in found.rows] == cases[1:]
    assert {(c.stage, c.status): c.count for c in found.counts} == {
        ("acceptance", "in_review"): 2,
        ("preliminary", "in_review"): 1,
    }


def test_publicity_and_decision_show_in_the_queue(given: Any) -> None:
    story = begun()
    key = story.draft(1, 1)
    case = story.submit(key, 1, 1)
    story.pass_stages(key, case)
    story.publicise(key, case)
    seen = given(OFFICER_QUEUE, story.all())
    seen.then_row(queue(officer(PROVINCE), status="publicised"), stage="second", publicity_ends_on=date(2026, 3, 16))
    done = len(story.logs["review"])
    story.approve(key, case, 1, 1)
    OFFICER_QUEUE.apply(seen.cursor, story.logs["review"][done:])
    seen.then_row(queue(officer(PROVINCE), status="approved"), announcement="湘建建公告〔2026〕12号")
    seen.then_nothing(queue(officer(PROVINCE), mine=True))


# -- certificates ---------------------------------------------------------------------------------------------


def register(**asked: Any) -> Any:
    return lambda cursor: list_certificates(cursor, ListCertificates(**{"viewer": OPERATOR, **asked}), TODAY)


def test_a_granted_certificate_is_in_the_register_with_its_document(given: Any) -> None:
    story = begun()
    key = story.whole(1, 1)
    seen = given(CERTIFICATE_REGISTER, story.all())
    row = seen.then_row(
        register(registration_type="initial"), holder_name=name(1), filing_id=key, status="valid", place="430100"
    )
    assert row.document is not None and row.scopes[0].specialty == "building"
    for chosen in ({"resident_id": resident_id(1)}, {"number": "湘243"}, {"enterprise_id": enterprise_id(1)}):
        seen.then_row(register(**chosen), credential_id=row.credential_id)
    for other in ({"resident_id": resident_id(2)}, {"registration_type": "renewal"}, {"status": "cancelled"}):
        seen.then_nothing(register(**other))


def test_a_certificate_expires_on_the_day_after_its_last(given: Any) -> None:
    story = begun()
    story.whole(1, 1)
    seen = given(CERTIFICATE_REGISTER, story.all())
    seen.then_row(register(status="valid", on=date(2029, 3, 17)), status="valid")
    seen.then_row(register(status="expired", on=date(2029, 3, 18)), status="expired")


# -- qualifications and employment ----------------------------------------------------------------------------


def test_a_qualification_knows_who_registered_and_where_they_work(given: Any) -> None:
    story = begun().qualification(2, "municipal")
    seen = given(QUALIFICATION_LIST, story.all())

    def found(**asked: Any) -> Any:
        return lambda cursor: list_qualifications(cursor, ListQualifications(viewer=OPERATOR, **asked))

    seen.then_row(found(specialty="building"), person_id=person_id(1), verified=True, enterprise_name="第1建筑公司")
    seen.then_row(found(name=name(2)), person_id=None, verified=False, enterprise_id=None)
    seen.then_row(found(resident_id=resident_id(2)), specialty="municipal")


def test_employment_from_proposal_to_end(given: Any) -> None:
    story = Story().enterprise(1).person(1).employment(1, 1)
    seen = given(EMPLOYMENT_LIST, story.all())

    def found(**asked: Any) -> Any:
        return lambda cursor: list_employments(cursor, ListEmployments(viewer=person(1), **asked))

    seen.then_row(found(status="accepted"), person_name=name(1), enterprise_name="第1建筑公司", ended_at=None)
    story.enterprise(2).employment(1, 2, ended=True)
    EMPLOYMENT_LIST.apply(seen.cursor, story.logs["identity"])
    seen.then_row(found(status="ended"), enterprise_id=enterprise_id(2), reason="合同期满")
    assert len(seen.rows(found())) == 2


# -- parties --------------------------------------------------------------------------------------------------


def test_parties_belong_where_they_work(given: Any) -> None:
    story = begun().person(2, verified=False)
    seen = given(PARTIES, story.all())

    def found(**asked: Any) -> Any:
        return lambda cursor: list_parties(cursor, ListParties(**{"viewer": OPERATOR, **asked}))

    seen.then_row(
        found(kind="person", verified=True),
        number=resident_id(1),
        username=resident_id(1),
        place="430102",
        employer_name="第1建筑公司",
        status="verified",
    )
    seen.then_row(found(number=resident_id(2)), status="phone_confirmed", place=None, username=None)
    seen.then_row(found(kind="enterprise"), username="firm0001", status="verified")
    assert {row.party_id for row in seen.rows(found(viewer=enterprise(1)))} == {enterprise_id(1), person_id(1)}


# -- for the public -------------------------------------------------------------------------------------------


def publicity(**asked: Any) -> Any:
    return lambda cursor: list_publicity(cursor, ListPublicity(**asked), TODAY)


def announcements(**asked: Any) -> Any:
    return lambda cursor: list_announcements(cursor, ListAnnouncements(**asked))


def test_publicity_shows_masked_names_on_its_days_only(given: Any) -> None:
    story = begun()
    key = story.draft(1, 1)
    case = story.submit(key, 1, 1)
    story.pass_stages(key, case)
    story.publicise(key, case)
    seen = given(PUBLICITY_LIST, story.all())
    seen.then_row(publicity(), masked_name="钱**", starts_on=date(2026, 3, 3))
    seen.then_row(publicity(on=date(2026, 3, 16), place="430000"))
    seen.then_nothing(publicity(on=date(2026, 3, 17)))
    seen.then_nothing(publicity(place="430200"))
    seen.then_nothing(announcements())
    seen.cursor.execute("SELECT count(*) FROM publicity p WHERE p::text LIKE %s", [f"%{name(1)}%"])
    assert seen.cursor.fetchone() == (0,)


def test_an_announced_case_leaves_publicity_for_the_announcements(given: Any) -> None:
    story = begun()
    key = story.whole(1, 1)
    seen = given(PUBLICITY_LIST, story.all())
    seen.then_nothing(publicity())
    seen.then_row(announcements(document_number="湘建建公告〔2026〕12号"), announced_on=date(2026, 3, 18))
    assert key
