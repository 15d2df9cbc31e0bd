"""Eligibility: every rule that would judge a filing, answered before there is one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.filing import Eligibility
from contracts.labels import Labels
from contracts.matters.conditions import All, AnyOf, Equals, Not, Present, Some
from contracts.matters.facts import ScopeFacts
from contracts.matters.schema import Matter, Rule
from contracts.message import Actor
from contracts.places import NATION
from services.filing.domain.eligibility import as_drafted, eligibility, judged, told_to
from services.filing.domain.known import Known
from services.kernel.testing import NOON
from tests.domain.filing.confirming import CERTIFICATE, certified, joint
from tests.domain.filing.samples import INITIAL, a_certificate, a_filer, a_subject
from tests.samples import CITY_OFFICER, ENTERPRISE, OTHER_ENTERPRISE, OTHER_ENTERPRISE_ID, PERSON

TODAY = NOON.date()


class Words(Labels):
    """Every key is its own words."""

    def __init__(self) -> None:
        super().__init__({})

    def label(self, key: str, **_: Any) -> str:
        return key


def told(
    matter: Matter = INITIAL,
    known: Known | None = None,
    on: date = TODAY,
    open_elsewhere: bool = False,
    asker: Actor = ENTERPRISE,
) -> Eligibility:
    found = known or Known(a_subject(), a_filer())
    drafted = as_drafted(matter, asker, found, "title", NOON)
    return eligibility(matter, asker, drafted, found, on, Words(), open_elsewhere=open_elsewhere)


def held(answer: Eligibility) -> dict[str, bool | None]:
    return {one.code: one.holds for one in answer.rules}


def test_every_rule_is_answered_and_what_the_form_decides_is_left_open() -> None:
    answer = told()
    found = held(answer)
    besides = ["filed_by_enterprise", "filer_not_closed", "no_open_filing"]
    assert [*found] == [*(one.code for one in INITIAL.preconditions), *besides]
    assert {code for code, holds in found.items() if holds is None} == {
        "qualified_in_specialty",
        "continuing_education",
    }
    assert not any(holds is False for holds in found.values())
    assert answer.eligible is None, "nothing stands in the way so far"
    (open_,) = (one for one in answer.rules if one.code == "continuing_education")
    assert open_.says == "eligibility.by_form" and open_.remedy is None, "that the form decides it is said"


def test_what_does_not_hold_is_told_with_what_to_do() -> None:
    answer = told(known=Known(a_subject(verified=False), a_filer()))
    assert answer.eligible is False
    said = {one.code: one for one in answer.rules}
    wrong, right = said["verified"], said["qualified"]
    assert (wrong.holds, wrong.says, wrong.remedy) == (False, "rules.verified.says", "rules.verified.remedy")
    assert (right.holds, right.says, right.remedy) == (True, "rules.qualified.needs", None)
    assert right.legal_basis == "注册建造师管理规定(建设部令第153号)"


def test_an_open_filing_stands_in_the_way_like_a_rule() -> None:
    assert held(told())["no_open_filing"] is True
    answer = told(open_elsewhere=True)
    assert held(answer)["no_open_filing"] is False and answer.eligible is False
    alone = INITIAL.model_copy(update={"exclusion": None})
    assert "no_open_filing" not in held(told(alone))


def test_by_the_rules_of_the_day_that_is_asked_for() -> None:
    never = Equals(equals=("filer.authenticated", False))
    until, since = TODAY + timedelta(days=9), TODAY + timedelta(days=10)
    matter = INITIAL.model_copy(
        update={
            "preconditions": (
                Rule(code="older", when=never, effective_until=until),
                Rule(code="newer", when=never, effective_from=since, legal_basis="新规"),
            )
        }
    )
    now, later = told(matter), told(matter, on=since)
    assert "newer" not in held(now) and held(now)["older"] is False
    assert "older" not in held(later) and held(later)["newer"] is False
    (newer,) = (one for one in later.rules if one.code == "newer")
    assert (newer.effective_from, newer.effective_until, newer.legal_basis) == (since, None, "新规")
    assert [(one.code, one.effective_from, one.holds) for one in now.not_in_force] == [("newer", since, False)]
    assert [(one.code, one.effective_until) for one in later.not_in_force] == [("older", until)]
    old = matter.model_copy(update={"preconditions": matter.preconditions[1:]})
    assert told(old).eligible and not told(old, on=since).eligible, "what is not in force stands in nobody's way"


def test_without_the_certificate_its_rules_stay_open_and_that_it_is_missing_is_told() -> None:
    rule = Rule(code="certificate_valid", when=Equals(equals=("certificate.status", "valid")))
    matter = joint(preconditions=(rule,))
    found = held(told(matter, Known(certified(), a_filer(), CERTIFICATE)))
    by_enterprise = {"filed_by_enterprise": True, "filer_not_closed": True}
    assert found == {
        **by_enterprise,
        "certificate_valid": True,
        "certificate_found": True,
        "parties_known": True,
        "no_open_filing": True,
    }
    answer = told(matter, Known(a_subject(), a_filer()))
    assert answer.rules[0].says == "eligibility.by_certificate"
    assert held(answer) == {
        **by_enterprise,
        "certificate_valid": None,
        "certificate_found": False,
        "parties_known": None,
        "no_open_filing": True,
    }
    assert answer.eligible is False
    nobody = Known(certified(), a_filer(), a_certificate(employer_id=None))
    assert held(told(matter, nobody))["parties_known"] is False
    over = Known(certified(), a_filer(), CERTIFICATE.model_copy(update={"status": "expired"}))
    assert held(told(matter, over))["certificate_found"] is False


def test_which_of_several_specialties_it_will_be_about_decides_when_it_is_over() -> None:
    rule = Rule(code="window", when=Present(present="certificate.first_over"))
    matter = joint(preconditions=(rule,), confirmations=())
    assert matter.effect.scope == "form.specialty"
    one = ScopeFacts(specialty="building", expires_on=date(2029, 3, 1))
    single = CERTIFICATE.model_copy(update={"scopes": (one,)})
    several = CERTIFICATE.model_copy(
        update={"scopes": (one, ScopeFacts(specialty="highway", expires_on=date(2030, 1, 1)))}
    )
    assert held(told(matter, Known(certified(), a_filer(), single)))["window"] is True
    assert held(told(matter, Known(certified(), a_filer(), several)))["window"] is None


def test_who_files_is_an_answer_and_no_refusal() -> None:
    by_person = joint(filed_by="person")
    known = Known(certified(), a_filer(), CERTIFICATE)
    assert held(told(by_person, known, asker=PERSON))["filed_by_person"] is True
    asked_by_firm = told(by_person, known)
    assert asked_by_firm.eligible is False and len(asked_by_firm.rules) >= len(by_person.preconditions)
    (line,) = (one for one in asked_by_firm.rules if one.code == "filed_by_person")
    assert (line.holds, line.remedy) == (False, "rules.filed_by_person.remedy")
    assert held(told(by_person, known, asker=CITY_OFFICER))["filed_by_person"] is True, "asked for the person"
    nobody_s = Known(a_subject(employed_by=None, employment=None), None)
    for asker in (PERSON, CITY_OFFICER):
        assert held(told(INITIAL, Known(a_subject(), a_filer()), asker=asker))["filed_by_enterprise"] is True
        assert held(told(INITIAL, nobody_s, asker=asker))["filed_by_enterprise"] is False


def test_where_the_authority_of_a_nation_wide_matter_is_the_employer_says() -> None:
    nation_wide = INITIAL.model_copy(update={"filed_by": "person", "province": NATION})
    employed = Known(a_subject(), a_filer())
    assert held(told(nation_wide, employed, asker=PERSON))["place_known"] is True
    assert held(told(nation_wide, Known(a_subject(), None), asker=PERSON))["place_known"] is False
    named = Known(a_subject(), None, CERTIFICATE)
    assert held(told(nation_wide, named, asker=PERSON))["place_known"] is True
    assert "place_known" not in held(told(INITIAL.model_copy(update={"filed_by": "person"}), employed, asker=PERSON))


def test_of_the_dead_nothing_is_filed_and_of_the_living_it_is_not_said() -> None:
    assert "person_not_dead" not in held(told())
    answer = told(known=Known(a_subject(died_on=TODAY), a_filer()))
    assert held(answer)["person_not_dead"] is False and answer.eligible is False


def test_a_closed_enterprise_files_nothing() -> None:
    answer = told(known=Known(a_subject(), a_filer(closed=True)))
    assert held(answer)["filer_not_closed"] is False and answer.eligible is False


def test_what_is_to_be_done_then_is_told_in_order_and_who_files_confirms_nothing() -> None:
    own = CERTIFICATE.model_copy(update={"employer_id": a_filer().enterprise_id})
    known = Known(certified(certificates=(own,)), a_filer(), own)

    def steps(asker: Actor, **changed: Any) -> list[tuple[str, str | None]]:
        found = told(joint(**changed), known, asker=asker).then
        return [(one.step, one.name) for one in found if one.step != "attachment"]

    assert steps(ENTERPRISE) == [("form", None), ("commitment", None), ("confirmation", "person")]
    of_person = steps(PERSON, filed_by="person", commitment=None)
    assert of_person == [("form", None), ("confirmation", "former_enterprise")]


YES, NO, OPEN = Equals(equals=("a", 1)), Equals(equals=("a", 2)), Equals(equals=("form.x", 1))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (All(all=(YES, OPEN)), None),
        (All(all=(NO, OPEN)), False),
        (AnyOf(any=(YES, OPEN)), True),
        (AnyOf(any=(NO, OPEN)), None),
        (Not.model_validate({"not": OPEN}), None),
        (Not.model_validate({"not": NO}), True),
        (Some(some=("list", Equals(equals=("it.x", 1)))), True),
        (Some(some=("form.list", Equals(equals=("it.x", 1)))), None),
    ],
)
def test_what_holds_whatever_the_form_will_say_is_said(condition: Any, expected: bool | None) -> None:
    facts = {"a": 1, "list": [{"x": 1}]}
    assert judged(condition, facts, lambda path: path.startswith("form")) is expected


class TestWhatIsTheAskersToKnow:
    """The answer is given to whoever knows a name and a number: what stands in the way, not what others' papers say."""

    STRANGER_S = a_certificate(holder_name="李小明", employer_id=OTHER_ENTERPRISE_ID)
    OPEN = UUID(int=40)

    def shown(self, asker: Actor, known: Known, open_elsewhere: bool = False) -> Eligibility:
        assert known.subject is not None
        answer = told(joint(confirmations=()), known, open_elsewhere=open_elsewhere)
        return told_to(asker, known.subject, answer, self.OPEN)

    def test_their_own_certificate_and_filing_whatever_stands_in_the_way(self) -> None:
        for asker in (PERSON, ENTERPRISE):
            answer = self.shown(asker, Known(certified(), a_filer(), CERTIFICATE), open_elsewhere=True)
            assert (answer.eligible, answer.certificate, answer.open_filing) == (False, CERTIFICATE, self.OPEN)

    def test_nothing_of_a_person_whom_the_enterprise_does_not_employ_nor_to_an_officer(self) -> None:
        nobody_s = certified(employed_by=None, employment=None)
        for asker, subject in ((OTHER_ENTERPRISE, certified()), (CITY_OFFICER, certified()), (CITY_OFFICER, nobody_s)):
            answer = self.shown(asker, Known(subject, a_filer(), CERTIFICATE))
            assert (answer.certificate, answer.open_filing) == (None, None)

    def test_nothing_of_somebody_else_s_certificate_that_was_found_by_its_number_and_cannot_be_theirs(self) -> None:
        known = Known(a_subject(), a_filer(), self.STRANGER_S)
        for asker in (PERSON, ENTERPRISE):
            assert self.shown(asker, known).certificate == self.STRANGER_S, "it may be theirs, wrongly written"
            assert self.shown(asker, known, open_elsewhere=True).certificate is None
