"""A certificate in the register for its whole life, and what is asked of it: electronic, historical, an enterprise's people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts import certificate as c
from contracts import identity as i
from contracts.errors import Refused
from contracts.examples import example
from contracts.message import derived_id
from contracts.query import ListCertificates, ListQualifications, ListRegisteredPeople
from services.query.views.certificate_lists import list_certificates, list_registered_people
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.qualification_list import QUALIFICATION_LIST, list_qualifications
from tests.views.story import (
    CITY,
    OPERATOR,
    OTHER_CITY,
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

TODAY = date(2026, 4, 1)
COUNTY = officer(CITY).model_copy(update={"level": "county", "place": "430102"})


def begun() -> tuple[Story, Any, Any]:
    """A certificate that was granted: the story, its filing and its id."""
    story = Story().authorities().enterprise(1).enterprise(2, "430202").person(1).employment(1, 1)
    key = story.whole(1, 1)
    return story, key, derived_id("credential", key)


def register(**asked: Any) -> Any:
    return lambda cursor: list_certificates(cursor, ListCertificates(**{"viewer": OPERATOR, **asked}), TODAY)


def people(viewer: Any, **asked: Any) -> Any:
    return lambda cursor: list_registered_people(cursor, ListRegisteredPeople(viewer=viewer, **asked), TODAY)


def test_a_renewal_is_a_new_issue_with_its_own_document(given: Any) -> None:
    story, _, credential = begun()
    renewal = story.draft(1, 1)
    story.submit(renewal, 1, 1)
    story.reissue(credential, renewal, 1, 1)
    row = given(CERTIFICATE_REGISTER, story.all()).then_row(
        register(), issues=2, changed_by="renewed", filing_id=renewal, status="valid", valid_until=date(2032, 3, 17)
    )
    assert row.document is not None and ".002." in row.identifier and row.issued_on == story.today


def test_a_transfer_moves_it_to_the_new_employer_and_place(given: Any) -> None:
    story, _, credential = begun()
    moved = story.draft(1, 2, "430200")
    story.submit(moved, 1, 2, place="430200")
    story.reissue(credential, moved, 1, 2, "transferred")
    seen = given(CERTIFICATE_REGISTER, story.all())
    seen.then_row(register(viewer=enterprise(2)), former_enterprise_id=enterprise_id(1), former_enterprise="第1建筑公司")
    seen.then_row(register(viewer=officer(OTHER_CITY)), place="430200")
    seen.then_nothing(register(viewer=enterprise(1)))
    seen.then_nothing(register(viewer=officer(CITY)))


ENDINGS: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "cancelled": (
        c.CredentialCancelled,
        {"forced": True, "cancelled_on": date(2026, 3, 30)},
        {"ended_because": "force_cancelled", "ended_on": date(2026, 3, 30), "status_code": "04"},
    ),
    "lapsed": (
        c.CredentialLapsed,
        {"cause": "employer_closed", "lapsed_on": date(2026, 3, 30)},
        {"ended_because": "employer_closed", "ended_on": date(2026, 3, 30), "status_code": "05"},
    ),
    "expired": (c.CredentialExpired, {"valid_until": date(2026, 3, 30)}, {"ended_on": date(2026, 3, 30)}),
    "withdrawn": (c.CredentialWithdrawn, {}, {"ended_on": None, "status_code": "99"}),
}


@pytest.mark.parametrize("status", ENDINGS)
def test_how_it_ended_is_told_and_filtered_by(given: Any, status: str) -> None:
    story, key, credential = begun()
    cls, said, expected = ENDINGS[status]
    story.end(credential, cls, **({"filing_id": key} if status == "cancelled" else {}), **said)
    seen = given(CERTIFICATE_REGISTER, story.all())
    for viewer in (OPERATOR, officer(CITY), enterprise(1), person(1)):
        seen.then_row(register(viewer=viewer, status=status), status=status, **expected)
        seen.then_nothing(register(viewer=viewer, status="valid"))
    assert len(seen.rows(register())) == (status != "withdrawn")


def test_what_lapsed_by_mistake_is_valid_again(given: Any) -> None:
    story, _, credential = begun()
    story.end(credential, c.CredentialLapsed, cause="holder_died", lapsed_on=date(2026, 3, 30))
    story.end(credential, c.CredentialReinstated, cause="holder_died", reinstated_on=date(2026, 4, 2))
    seen = given(CERTIFICATE_REGISTER, story.all())
    seen.then_row(register(), status="valid", status_code="01", ended_on=None, ended_because=None, ended_reason=None)
    seen.then_nothing(register(status="lapsed"))


def test_one_that_is_over_was_replaced_once_another_was_granted_after_it(given: Any) -> None:
    story, key, credential = begun()
    story.end(credential, c.CredentialCancelled, filing_id=key)
    again = story.draft(1, 1)
    case = story.submit(again, 1, 1)
    before = len(story.logs["certificate"])
    story.approve(again, case, 1, 1)
    log = story.logs["certificate"]
    granted = log[before].event.model_copy(update={"after": credential})
    log[before] = type(log[before])(**{**{n: getattr(log[before], n) for n in log[before].__slots__}, "event": granted})
    seen = given(CERTIFICATE_REGISTER, story.all())
    seen.then_row(register(status="replaced"), credential_id=credential)
    seen.then_row(register(status="valid"), filing_id=again)


def test_the_day_decides_before_the_event_is_there(given: Any) -> None:
    story, _, _ = begun()
    seen = given(CERTIFICATE_REGISTER, story.all())
    later = {"on": date(2029, 3, 18)}
    for viewer in (OPERATOR, officer(PROVINCE), person(1)):
        seen.then_nothing(register(viewer=viewer, status="valid", **later))
        seen.then_row(
            register(viewer=viewer, status="expired", **later), ended_because="expired", ended_on=date(2029, 3, 17)
        )


def test_an_old_certificate_is_history_until_it_is_issued_here(given: Any) -> None:
    story = Story().authorities().enterprise(1).person(1)
    old = story.enter(1, 1, matched=False)
    seen = given(CERTIFICATE_REGISTER, story.all())
    row = seen.then_row(register(part="historical"), person_id=None, identifier=None, origin="imported", filing_id=None)
    seen.then_nothing(register(part="electronic"))
    seen.then_nothing(register(viewer=person(1)))
    seen.then_row(register(viewer=enterprise(1), part="historical", who=name(1), status="valid"), credential_id=old)
    done = len(story.logs["certificate"])
    story.end(old, c.HolderMatched, person_id=person_id(1))
    story.reissue(old, story.draft(1, 1), 1, 1)
    CERTIFICATE_REGISTER.apply(seen.cursor, story.logs["certificate"][done:])
    seen.then_row(register(viewer=person(1), part="electronic"), credential_id=old, origin="imported", issues=2)
    assert row.registration_number == "湘243000001"


def test_how_an_old_certificate_had_ended_is_told(given: Any) -> None:
    story = Story().authorities().enterprise(1)
    for n, ended_as in enumerate((None, "revoked", "taken_away", "lapsed"), start=1):
        story.enter(n, 1, matched=False, status="cancelled", ended_as=ended_as)
    seen = given(CERTIFICATE_REGISTER, story.all())
    ended = {one.holder_name: (one.status, one.ended_because) for one in register(part="historical")(seen.cursor).rows}
    cancelled = [("cancelled", because) for because in ("cancelled", "revoked", "taken_away")]
    assert ended == dict(zip(map(name, range(1, 5)), [*cancelled, ("lapsed", "lapsed")], strict=True))


def test_a_search_for_somebody_is_by_name_or_by_whole_number(given: Any) -> None:
    story, _, _ = begun()
    seen = given(CERTIFICATE_REGISTER, story.all())
    for viewer in (OPERATOR, officer(PROVINCE), officer(CITY), enterprise(1)):
        for who in (name(1), name(1)[0], resident_id(1), resident_id(1).lower()):
            seen.then_row(register(viewer=viewer, who=who), holder_name=name(1))
        seen.then_nothing(register(viewer=viewer, who=resident_id(1)[:17]))
        seen.then_row(register(viewer=viewer, number="湘243"))
        seen.then_nothing(register(viewer=viewer, number="赣"))


def many(count: int) -> Story:
    story, issuer = Story().authorities().enterprise(1), example(c.CredentialEntered.NAME).model_dump()["issuer"]
    for n in range(count):
        said = {"granted_on": date(2020, 1, 1 + n % 5), "kind": ["constructor-2", "x"][n % 2]}
        by = {**issuer, "place": ["430102", "430102", "430100", "430103"][n % 4]}
        story.enter(n, 1, matched=False, issuer=by, **said)
    return story


@pytest.mark.parametrize("at_once", [2_000, 3])
@pytest.mark.parametrize(
    "asked",
    [
        *({}, {"name": "赵"}, {"number": "湘"}, {"kind": "x"}, {"status": "valid"}, {"name": "赵", "status": "valid"}),
        *({"viewer": officer(PROVINCE)}, {"viewer": officer(CITY)}, {"viewer": COUNTY}, {"viewer": enterprise(1)}),
        *({"viewer": officer(CITY), "status": "valid"}, {"viewer": officer(CITY), "name": "钱", "kind": "x"}),
        *({"viewer": COUNTY, "part": "historical"}, {"viewer": COUNTY, "number": "湘"}),
    ],
)
def test_going_on_from_row_to_row_meets_each_once(
    given: Any, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], at_once: int
) -> None:
    monkeypatch.setattr("services.query.paging.AT_ONCE", at_once)
    seen = given(CERTIFICATE_REGISTER, many(30).all())
    whole = register(**asked, per_page=200)(seen.cursor)
    met, after = [], None
    while True:
        page = register(**asked, per_page=4, after_row=after)(seen.cursor)
        met += page.rows
        if (after := page.next_row) is None:
            break
    by_number = [row for n in range(1, 10) for row in register(**asked, per_page=4, page=n)(seen.cursor).rows]
    assert tuple(met) == whole.rows == tuple(by_number) and page.total == whole.total == len(met) > 3


def test_a_row_of_another_order_is_refused(given: Any) -> None:
    seen = given(CERTIFICATE_REGISTER, many(6).all())
    after = register(per_page=2)(seen.cursor).next_row
    for wrong in (after, "?", "bnVsbA=="):
        with pytest.raises(Refused, match="row_unknown"):
            register(name="赵", after_row=wrong)(seen.cursor)


def test_what_is_counted_and_reached_by_number_is_bounded(given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.query.paging.COUNTED", 10)
    monkeypatch.setattr("services.query.paging.BY_NUMBER", 8)
    seen = given(CERTIFICATE_REGISTER, many(12).all())
    page = register(per_page=4)(seen.cursor)
    assert (page.total, page.total_is_at_least) == (10, True)
    assert len(register(per_page=4, page=2)(seen.cursor).rows) == 4
    with pytest.raises(Refused, match="page_too_deep"):
        register(per_page=4, page=3)(seen.cursor)
    assert register(per_page=4, page=30)(seen.cursor).rows == ()


# -- an enterprise's people -----------------------------------------------------------------------------------


def test_registered_people_by_specialty_and_end(given: Any) -> None:
    story, _, credential = begun()
    seen = given(CERTIFICATE_REGISTER, story.all())
    seen.then_row(people(enterprise(1), specialty="building"), holder_name=name(1))
    seen.then_row(people(officer(CITY), enterprise_id=enterprise_id(1)), holder_name=name(1))
    seen.then_row(people(enterprise(1), expires_within=30, on=date(2029, 3, 1)))
    seen.then_nothing(people(enterprise(1), expires_within=30))
    seen.then_nothing(people(enterprise(1), expires_within=30, on=date.max))  # no day is too late to be asked for
    seen.then_nothing(people(enterprise(1), specialty="municipal"))
    over = {"on": date(2029, 3, 18)}  # before the event is there, and as soon as it is
    seen.then_row(people(enterprise(1), status="expired", **over), status="expired")
    seen.then_nothing(people(enterprise(1), status="replaced", **over))
    done = len(story.logs["certificate"])
    story.end(credential, c.CredentialExpired, valid_until=date(2029, 3, 17))
    CERTIFICATE_REGISTER.apply(seen.cursor, story.logs["certificate"][done:])
    seen.then_row(people(enterprise(1), status="expired", **over), status="expired")
    seen.then_nothing(people(enterprise(1), status="lapsed"))
    seen.then_nothing(people(enterprise(2), enterprise_id=enterprise_id(1)))
    seen.then_nothing(people(officer(OTHER_CITY), enterprise_id=enterprise_id(1)))
    seen.then_nothing(people(OPERATOR))


def test_a_second_specialty_is_registered_as_an_added_one(given: Any) -> None:
    story = Story().enterprise(1).person(1).qualification(1)
    first = story.logs["identity"][-1].event
    later = first.qualification.model_copy(update={"specialty": "municipal", "number": "ZG2", "obtained_on": date(2099, 1, 1)})
    story.say(i.QualificationRecorded, derived_id("q", 2), qualification_id=derived_id("q", 2), qualification=later)
    found = given(QUALIFICATION_LIST, story.all()).rows(
        lambda cursor: list_qualifications(cursor, ListQualifications(viewer=person(1), who=resident_id(1)))
    )
    assert {row.specialty: row.qualification_type for row in found} == {"building": "initial", "municipal": "added_specialty"}


def test_a_withdrawn_qualification_is_in_no_list_until_it_is_recorded_again(given: Any) -> None:
    story = Story().enterprise(1).person(1).qualification(1)
    recorded = story.logs["identity"][-1]
    key = derived_id("qualification", 1)
    story.say(i.QualificationWithdrawn, key, qualification_id=key)
    seen = given(QUALIFICATION_LIST, story.all())

    def found(cursor: Any) -> Any:
        return list_qualifications(cursor, ListQualifications(viewer=person(1), who=resident_id(1)))

    seen.then_nothing(found)
    QUALIFICATION_LIST.apply(seen.cursor, [recorded])
    seen.then_row(found, person_id=person_id(1))
