"""What follows from the facts: the place that a filing goes to, what is filed, when something of a certificate is over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.matters.facts import DERIVED, CertificateFacts, Facts, ScopeFacts, gathered, vocabulary
from contracts.matters.lookup import value_at
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from tests.matters.conftest import a_certificate, a_filer, a_subject
from tests.matters.scenes import TODAY, fitting

RENEWAL = default_registry().get("hunan/constructor-2-renewal", 1)
ADDED = default_registry().get("hunan/constructor-2-added-specialty", 1)
EARLY, LATE, OVER = TODAY + timedelta(days=40), TODAY + timedelta(days=400), TODAY - timedelta(days=1)


def a_certificate_of(**days: date) -> CertificateFacts:
    scopes = tuple(ScopeFacts(specialty=name, expires_on=day) for name, day in days.items())
    return a_certificate(scope=tuple(days), scopes=scopes, valid_until=max(days.values(), default=LATE))


def known(matter: Matter, certificate: CertificateFacts | None, form: dict[str, Any]) -> dict[str, Any]:
    return gathered(matter, Facts(today=TODAY, subject=a_subject(), filer=a_filer(), certificate=certificate, form=form))


@pytest.mark.parametrize(
    ("chosen", "over"),
    [(["building"], EARLY), (["highway"], LATE), (["highway", "building"], EARLY), ([], EARLY), (["mining"], LATE)],
)
def test_the_first_day_to_come_on_which_what_is_filed_for_is_over(chosen: list[str], over: date) -> None:
    certificate = a_certificate_of(building=EARLY, highway=LATE, mining=OVER)
    facts = known(RENEWAL, certificate, {"specialties": chosen})
    assert facts["certificate"]["first_over"] == over.isoformat()


def test_without_days_of_its_own_a_scope_is_over_with_the_certificate() -> None:
    facts = known(ADDED, a_certificate(valid_until=LATE), {"specialty": "building"})
    assert facts["certificate"]["first_over"] == LATE.isoformat()
    assert known(ADDED, a_certificate(valid_until=None), {})["certificate"]["first_over"] is None


@pytest.mark.parametrize(("has_document", "medium"), [(True, "electronic"), (False, "paper")])
def test_a_certificate_is_electronic_or_paper(has_document: bool, medium: str) -> None:
    facts = known(RENEWAL, a_certificate(has_document=has_document), {})
    assert facts["certificate"]["medium"] == medium


@pytest.mark.parametrize(
    ("place", "authority"),
    [("430102", "长沙市"), ("430100", "长沙市"), ("430000", "湖南省"), ("110101", "北京市"), ("429004", "湖北省"), ("999999", None)],
)
def test_the_authority_is_the_city_s_or_the_province_s_where_there_is_no_city(place: str, authority: str | None) -> None:
    facts = gathered(RENEWAL, Facts(today=TODAY, filer=a_filer(place=place)))
    assert facts["filer"]["authority"] == authority


def test_forms_print_what_is_filed() -> None:
    assert known(RENEWAL, None, {})["matter"] == {"credential": "constructor-2", "registration_type": "renewal"}


def test_nothing_is_derived_that_rules_may_not_name_and_the_other_way_round() -> None:
    facts = gathered(RENEWAL, fitting(RENEWAL))
    assert vocabulary() >= DERIVED
    assert not [path for path in DERIVED - {"qualification"} if value_at(facts, path) is None]
