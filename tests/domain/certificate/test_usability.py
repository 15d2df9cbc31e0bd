"""How a special operator's certificate may be used: each rule of the kind, what wins, and that every reason is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest

from contracts.files import FileRef
from contracts.labels import default_labels
from contracts.matters.credential import Usability
from contracts.matters.facts import CertificateFacts, Facts, FilerFacts, PersonFiles, SubjectFacts
from contracts.matters.registry import default_registry
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.usability import usability_of, usability_words
from tests.domain.certificate import life

KIND = default_registry().credential("special-operation")
TODAY = date(2026, 11, 21)
PERSON, EMPLOYER, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
PORTRAIT = FileRef(sha256="a" * 64, name="portrait.jpg", content_type="image/jpeg", size=9)
SUBJECT = SubjectFacts(
    person_id=PERSON,
    name="周明远",
    resident_id="430102199003070012",
    sex="male",
    birth_date=date(1990, 3, 7),
    verified=True,
    employed_by=EMPLOYER,
    files=PersonFiles(portrait=PORTRAIT),
)
CERTIFICATE = CertificateFacts(
    certificate_id=UUID(int=9),
    credential="special-operation",
    number="赣A042025000939",
    status="valid",
    valid_until=date(2027, 11, 20),
    holder_name="周明远",
    holder_resident_id="430102199003070012",
    holder_id=PERSON,
    employer_id=EMPLOYER,
    employer="江西赣江建设工程有限公司",
    origin="imported",
    has_document=True,
)
NORMAL = Facts(
    today=TODAY,
    subject=SUBJECT,
    filer=FilerFacts(enterprise_id=EMPLOYER, name="江西赣江建设工程有限公司", uscc="91350100M000100Y43"),
    certificate=CERTIFICATE,
    open_filing=False,
)


def certificate(**change: Any) -> Callable[[Facts], Facts]:
    """A change of the certificate alone."""
    return lambda facts: facts.model_copy(
        update={"certificate": facts.certificate.model_copy(update=change) if facts.certificate else None}
    )


def subject(**change: Any) -> Callable[[Facts], Facts]:
    """A change of the person alone."""
    return lambda facts: facts.model_copy(
        update={"subject": facts.subject.model_copy(update=change) if facts.subject else None}
    )


def nobody(facts: Facts) -> Facts:
    """Nobody has proven to be the holder."""
    return facts.model_copy(update={"subject": None, "filer": None})


def open_filing(facts: Facts) -> Facts:
    return facts.model_copy(update={"open_filing": True})


BREAKS: dict[str, Callable[[Facts], Facts]] = {
    "certificate_revoked": certificate(ended_as="taken_away"),
    "certificate_ended": certificate(status="cancelled"),
    "certificate_expired": certificate(valid_until=date(2026, 11, 20)),
    "issued_elsewhere": certificate(number="湘A042025000939"),
    "name_differs": certificate(holder_name="周明"),
    "resident_id_differs": certificate(holder_resident_id="430102900307001"),
    "employer_differs": certificate(employer_id=OTHER, employer="南昌某某建设有限公司"),
    "portrait_missing": subject(files=PersonFiles()),
    "filing_open": open_filing,
    "without_electronic_certificate": certificate(has_document=False),
}
"""For each rule what makes it, and it alone, hold."""


def judged(facts: Facts) -> tuple[Usability, list[str]]:
    """The usability, and the codes of the rules that hold."""
    usability, reasons = usability_of(KIND, facts, default_labels())
    assert [one.code for one in reasons] == [one.code for one in KIND.usability], "every rule is told, in its order"
    assert all(one.says for one in reasons)
    return usability, [one.code for one in reasons if one.holds]


def wanted(codes: list[str]) -> Usability:
    """Of the first of them in the kind's order."""
    return next((one.usability for one in KIND.usability if one.code in codes), "normal")


def test_with_nothing_against_it_it_is_normal() -> None:
    assert judged(NORMAL) == ("normal", [])


def test_every_rule_is_tested() -> None:
    assert {*BREAKS, "holder_unmatched"} == {one.code for one in KIND.usability}


@pytest.mark.parametrize("code", BREAKS)
def test_each_rule_alone(code: str) -> None:
    assert judged(BREAKS[code](NORMAL)) == (wanted([code]), [code])


@pytest.mark.parametrize(("one", "other"), [*combinations(BREAKS, 2)])
def test_of_two_the_first_in_order_wins_and_both_are_told(one: str, other: str) -> None:
    usability, holding = judged(BREAKS[other](BREAKS[one](NORMAL)))
    assert usability == wanted([one, other])
    assert set(holding) == {one, other}


def test_all_of_them_at_once() -> None:
    facts = NORMAL
    for change in BREAKS.values():
        facts = change(facts)
    assert judged(facts) == ("unavailable", list(BREAKS))


@pytest.mark.parametrize(
    ("code", "usability"),
    [
        ("certificate_ended", "unavailable"),
        ("issued_elsewhere", "inbound_exchange"),
        ("name_differs", "unavailable"),
        ("filing_open", "unavailable"),
        ("without_electronic_certificate", "new_archived"),
    ],
)
def test_what_the_manual_calls_it(code: str, usability: Usability) -> None:
    assert judged(BREAKS[code](NORMAL))[0] == usability


def test_nobody_uses_a_certificate_whose_holder_is_not_known() -> None:
    usability, holding = judged(nobody(certificate(employer=None, employer_id=None)(NORMAL)))
    assert (usability, holding) == ("unavailable", ["holder_unmatched"])


def test_the_last_day_still_counts() -> None:
    assert judged(certificate(valid_until=TODAY)(NORMAL))[0] == "normal"


@pytest.mark.parametrize("status", ["cancelled", "lapsed", "replaced", "withdrawn"])
def test_however_it_ended(status: str) -> None:
    assert judged(certificate(status=status)(NORMAL)) == ("unavailable", ["certificate_ended"])


def test_what_was_said_to_be_over_is_over_whatever_its_day_says() -> None:
    assert judged(certificate(status="expired")(NORMAL)) == ("unavailable", ["certificate_expired"])


@pytest.mark.parametrize(
    ("change", "agrees"),
    [
        (certificate(employer_id=None), True),  # known by its name only, and that is the employer's
        (certificate(employer_id=None, employer="南昌某某建设有限公司"), False),
        (certificate(employer_id=None, employer=None), True),  # names nobody: nothing disagrees
        (certificate(employer_id=OTHER), False),  # another enterprise of the same name
        (subject(employed_by=None), False),
    ],
)
def test_whether_the_employer_agrees(change: Callable[[Facts], Facts], agrees: bool) -> None:
    assert ("employer_differs" not in judged(change(NORMAL))[1]) is agrees


def test_one_that_was_granted_here_is_no_archive_even_before_its_document_is_sealed() -> None:
    assert judged(certificate(origin="granted", has_document=False)(NORMAL)) == ("normal", [])


def test_one_entered_by_its_holder_is_an_archive_too() -> None:
    assert judged(certificate(origin="supplemented", has_document=False)(NORMAL))[0] == "new_archived"


def test_a_kind_without_rules_is_always_normal() -> None:
    kind = default_registry().credential("constructor-2")
    assert usability_of(kind, BREAKS["certificate_ended"](NORMAL), default_labels()) == ("normal", ())


@pytest.mark.parametrize(
    ("history", "followed", "words"),
    [
        ((life.entered(),), False, "暂不可用"),
        ((life.entered(valid_until=date(2026, 11, 20)),), False, "已过有效期"),
        ((life.entered(), life.cancelled()), False, "已注销"),
        ((life.entered(), life.lapsed()), False, "已失效"),
        ((life.entered(), life.cancelled()), True, "已被新证取代"),
        ((life.entered(), life.withdrawn()), False, "录入已撤回"),
        ((life.entered(status="cancelled", ended_as="taken_away"),), False, "已吊销"),
        ((life.entered(status="cancelled", ended_as="taken_away"),), True, "已被新证取代"),
    ],
)
def test_what_has_ended_is_not_unavailable_for_the_time_being(history: Any, followed: bool, words: str) -> None:
    credential = CREDENTIAL.fold(history)
    assert usability_words(credential, "unavailable", TODAY, default_labels(), followed=followed) == words


def test_facts_may_come_as_json() -> None:
    facts = BREAKS["issued_elsewhere"](NORMAL)
    assert usability_of(KIND, facts.model_dump(mode="json"), default_labels()) == usability_of(
        KIND, facts, default_labels()
    )


@pytest.mark.parametrize("number", ["赣A012026000939", "湘Z992026000939", "吉A042012000939"])
def test_numbers_of_fourteen_characters_are_known(number: str) -> None:
    assert KIND.knows_number(number)


@pytest.mark.parametrize(
    "number", ["赣A122026000939", "赣A0120260009390", "赣a012026000939", "X A012026000939", "赣A01202600093"]
)
def test_other_numbers_are_not(number: str) -> None:
    assert not KIND.knows_number(number)
