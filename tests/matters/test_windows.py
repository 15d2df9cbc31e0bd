"""The days on which a rule begins and ends to hold: renewal windows, the last 30 days, ages. Off by one is refused by law."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contracts.matters.checks import check_form, check_preconditions
from contracts.matters.facts import Facts, ScopeFacts, gathered
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from tests.matters.scenes import TODAY, fitting

REGISTRY = default_registry()
RENEWALS = ("hunan/constructor-2-renewal", "hunan/constructor-2-temp-extension")
LAST_DAYS = ("hunan/constructor-2-added-specialty", "hunan/constructor-2-replacement", "hunan/constructor-2-temp-transfer")
AGED = (*RENEWALS, "hunan/constructor-2-added-specialty", "hunan/constructor-2-re-registration", "hunan/constructor-2-temp-transfer")


def newest(code: str) -> Matter:
    return max((one for one in REGISTRY.all() if one.code == code), key=lambda one: one.version)


def refused(matter: Matter, facts: Facts) -> list[str]:
    return [one.code for one in check_preconditions(matter, gathered(matter, facts))]


def with_days(facts: Facts, **left: int) -> Facts:
    """The certificate, so many days left of each specialty (0: today is the last)."""
    assert facts.certificate is not None
    days = {name: TODAY + timedelta(days=count) for name, count in left.items()}
    changed = {
        "scope": tuple(days),
        "scopes": tuple(ScopeFacts(specialty=name, expires_on=day) for name, day in days.items()),
        "in_force": tuple(name for name, count in left.items() if count >= 0),
        "valid_until": max(days.values()),
    }
    return facts.model_copy(update={"certificate": facts.certificate.model_copy(update=changed)})


@pytest.mark.parametrize("code", RENEWALS)
@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (91, ["renewal_window_open", "specialties_in_window"]),
        (90, []),
        (60, []),
        (30, []),
        (29, ["renewal_window_open", "specialties_in_window"]),
        (0, ["renewal_window_open", "specialties_in_window"]),
    ],
)
def test_a_renewal_is_taken_from_90_to_30_days_before_the_end(code: str, left: int, expected: list[str]) -> None:
    matter = newest(code)
    assert refused(matter, with_days(fitting(matter), building=left)) == expected


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["building"], []),
        (["highway"], ["specialties_in_window"]),
        (["building", "highway"], ["specialties_in_window"]),
        (["mining"], ["scope_held"]),
        (["railway"], ["scope_held"]),
    ],
)
def test_each_specialty_has_its_own_days(chosen: list[str], expected: list[str]) -> None:
    matter = newest("hunan/constructor-2-renewal")
    facts = with_days(fitting(matter), building=45, highway=300, mining=-1)
    assert refused(matter, facts.model_copy(update={"form": {**facts.form, "specialties": chosen}})) == expected


@pytest.mark.parametrize("code", LAST_DAYS)
@pytest.mark.parametrize(("left", "expected"), [(30, []), (29, ["not_in_last_days"]), (0, ["not_in_last_days"])])
def test_in_the_last_30_days_nothing_is_taken(code: str, left: int, expected: list[str]) -> None:
    matter = newest(code)
    assert refused(matter, with_days(fitting(matter), building=left)) == expected


@pytest.mark.parametrize("code", ["hunan/constructor-2-cancellation", "hunan/constructor-2-person-cancellation"])
def test_but_a_cancellation_is_to_the_last_day(code: str) -> None:
    matter = newest(code)
    assert refused(matter, with_days(fitting(matter), building=0)) == []


@pytest.mark.parametrize("code", AGED)
@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(1962, 2, 18), []),  # 65 on 2027-02-18: 90 days to go
        (date(1962, 2, 17), ["not_near_65"]),
        (date(1961, 11, 20), ["not_near_65"]),
        (date(1950, 1, 1), ["not_near_65"]),
    ],
)
def test_filings_stop_90_days_before_the_65th_birthday(code: str, born: date, expected: list[str]) -> None:
    matter = newest(code)
    facts = fitting(matter)
    assert facts.subject is not None
    assert refused(matter, facts.model_copy(update={"subject": facts.subject.model_copy(update={"birth_date": born})})) == expected


@pytest.mark.parametrize("status", ["expired", "cancelled", "lapsed"])
def test_whoever_lost_the_registration_in_any_way_is_registered_anew(status: str) -> None:
    matter = newest("hunan/constructor-2-re-registration")
    facts = fitting(matter)
    assert facts.certificate is not None
    assert refused(matter, facts.model_copy(update={"certificate": facts.certificate.model_copy(update={"status": status})})) == []


TAKEN_OFF = ("hunan/constructor-2-cancellation", "hunan/constructor-2-temp-cancellation")
GIVEN_UP = (
    "hunan/constructor-2-person-cancellation",
    "hunan/constructor-2-temp-person-cancellation",
    "jiangxi/constructor-2-temp-cancellation",
)


@pytest.mark.parametrize("code", [*TAKEN_OFF, *GIVEN_UP])
def test_whoever_works_for_nobody_by_now_can_be_taken_off_the_register(code: str) -> None:
    matter = newest(code)
    facts = fitting(matter)
    assert facts.subject is not None
    left = facts.model_copy(update={"subject": facts.subject.model_copy(update={"employed_by": None, "employment": None})})
    employed = ("employed_", "employer_") if code in GIVEN_UP else ("employed_",)
    form = {name: value for name, value in left.form.items() if not name.startswith(employed)}
    left = left.model_copy(update={"form": form, "filer": None if code in GIVEN_UP else left.filer})
    assert refused(matter, left) == []
    assert check_form(matter, form, gathered(matter, left)) == []
