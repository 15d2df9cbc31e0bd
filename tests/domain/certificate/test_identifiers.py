"""Registration numbers and certificate identifiers: right form, all different, refused when used up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from contracts.errors import Refused
from contracts.identifiers import (
    certificate_identifier,
    make_certificate_identifier,
    parse_certificate_identifier,
)
from contracts.identifiers import (
    registration_number as checked,
)
from contracts.matters.effect import Identifier
from services.certificate.domain.identifiers import (
    first_identifier,
    identifier_series,
    next_identifier,
    registration_number,
    registration_series,
)
from tests.domain.certificate.samples import ISSUER, TYPE, approval

NUMBER = approval().effect.number
assert NUMBER is not None
HUNAN = Identifier(type=TYPE, issuer=ISSUER, issuer_name="湖南省住房和城乡建设厅")
DAYS = st.dates(date(2008, 1, 1), date(2090, 12, 31))
YEARS = st.integers(2004, 2090)


def facts(year: int) -> dict[str, dict[str, int]]:
    return {"qualification": {"passed_year": year}}


def test_a_hunan_number_reads_as_the_law_says() -> None:
    made = registration_number(NUMBER, "430100", facts(2021), date(2026, 11, 20), 1)
    assert made == "湘2432021202600001"


@given(on=DAYS, qualified=YEARS, serial=st.integers(1, 99_999))
def test_every_number_has_17_characters_and_is_accepted(on: date, qualified: int, serial: int) -> None:
    made = registration_number(NUMBER, "430000", facts(qualified), on, serial)
    assert len(made) == 17
    assert checked(made) == made


@given(
    on=DAYS,
    serials=st.lists(
        st.tuples(YEARS, st.integers(1, 99_999)), min_size=2, max_size=2, unique_by=lambda p: p[1]
    ),
)
def test_two_serials_of_one_series_never_make_the_same_number(
    on: date, serials: list[tuple[int, int]]
) -> None:
    """Whatever the years of their exams: the series is of a province and a year, the serial differs."""
    (one_year, one), (other_year, other) = serials
    assert registration_series(NUMBER, "430000", facts(one_year), on) == registration_series(
        NUMBER, "430000", facts(other_year), on
    )
    made = {
        registration_number(NUMBER, "430000", facts(one_year), on, one),
        registration_number(NUMBER, "430000", facts(other_year), on, other),
    }
    assert len(made) == 2


def test_the_hundred_thousandth_in_a_year_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        registration_number(NUMBER, "430000", facts(2021), date(2026, 1, 1), 100_000)
    assert refused.value.code == "series_exhausted"


def test_no_year_of_the_exam_no_number() -> None:
    with pytest.raises(ValueError, match="qualified_year"):
        registration_number(NUMBER, "430000", {}, date(2026, 1, 1), 1)


@given(on=DAYS, serial=st.integers(1, 9_999_999))
def test_an_identifier_says_type_issuer_year_and_serial_and_its_check_character_holds(
    on: date, serial: int
) -> None:
    made = first_identifier(HUNAN, on, serial)
    assert certificate_identifier(made) == made
    assert parse_certificate_identifier(made) == (TYPE, ISSUER, f"{on.year}{serial:07d}", 1)
    mod_37_36.validate(made.removeprefix("1.2.156.3005.2.").replace(".", ""))


def test_the_ten_millionth_identifier_of_a_year_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        first_identifier(HUNAN, date(2026, 1, 1), 10_000_000)
    assert refused.value.code == "series_exhausted"


@given(on=DAYS, serial=st.integers(1, 9_999_999))
def test_each_next_issue_has_the_same_serial_and_the_next_version(on: date, serial: int) -> None:
    first = first_identifier(HUNAN, on, serial)
    second, version = next_identifier(first)
    assert version == 2
    assert parse_certificate_identifier(second) == parse_certificate_identifier(first)._replace(version=2)


def test_the_thousandth_issue_is_refused() -> None:
    last = make_certificate_identifier(TYPE, ISSUER, "20260000001", 999)
    with pytest.raises(Refused) as refused:
        next_identifier(last)
    assert refused.value.code == "series_exhausted"


def test_a_new_year_starts_a_new_series_of_both() -> None:
    old, new = date(2026, 12, 31), date(2027, 1, 1)
    assert identifier_series(HUNAN, old) != identifier_series(HUNAN, new)
    numbers = [registration_series(NUMBER, "430000", facts(2021), on) for on in (old, new)]
    assert numbers[0] != numbers[1]
