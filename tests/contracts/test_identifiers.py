"""Identifiers: real ones are taken as they are, and one wrong character anywhere is refused, with a code that
says why.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError
from stdnum.cn import ric

from contracts import identifiers
from contracts.identifiers import (
    CertificateIdentifierParts,
    Phone,
    ResidentId,
    Uscc,
    make_certificate_identifier,
    mask_resident_id,
    parse_certificate_identifier,
)
from contracts.places import cities_of

REAL_CERTIFICATES = [
    ("11100000000013338W032", "11220000013544541J", "2430599", 1, "F"),
    ("11100000000013338W011", "11430000006122244L", "20230000403", 1, "U"),
    ("11100000000013338W011", "11430000006122244L", "20230000403", 2, "S"),
]

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    place = draw(st.sampled_from([*cities_of("430000"), "430102", "110105", "810000"]))
    born = date(1930, 1, 1) + timedelta(days=draw(st.integers(0, 35000)))
    body = f"{place}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + ric.calc_check_digit(f"{body}0")


def code_of(check: Callable[[str], str], text: str) -> str:
    with pytest.raises(PydanticCustomError) as refused:
        check(text)
    return refused.value.type


@given(resident_ids())
def test_a_resident_id_with_its_check_digit_is_taken(number: str) -> None:
    assert identifiers.resident_id(number) == number


@given(resident_ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_of_a_resident_id_is_refused(number: str, at: int, wrong: str) -> None:
    assume(number[at] != wrong)
    code = code_of(identifiers.resident_id, number[:at] + wrong + number[at + 1 :])
    assert code.startswith("resident_id_")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("110105194912310021", "resident_id_check_digit"),
        ("11010519491231002", "resident_id_form"),
        ("1101051949123100２X", "resident_id_form"),
        ("11010519490231002X", "resident_id_birth_date"),
        ("11010518491231002X", "resident_id_birth_date"),
        ("00010519491231002X", "resident_id_place"),
        ("", "resident_id_form"),
    ],
)
def test_a_resident_id_is_refused_for_what_is_wrong_with_it(text: str, code: str) -> None:
    assert code_of(identifiers.resident_id, text) == code


def test_small_x_becomes_the_written_form() -> None:
    assert identifiers.resident_id(" 11010519491231002x ") == "11010519491231002X"


def test_somebody_born_in_changsha_before_its_districts_were_in_the_table_is_taken() -> None:
    body = "43010219680315001"
    assert identifiers.resident_id(body + ric.calc_check_digit(f"{body}0"))


def test_a_resident_id_tells_birth_date_and_sex_and_can_be_masked() -> None:
    number = "11010519491231002X"
    assert identifiers.birth_date(number) == date(1949, 12, 31)
    assert identifiers.sex(number) == "female"
    assert identifiers.sex("110105194912310011") == "male"
    assert mask_resident_id(number) == "110***********002X"


@pytest.mark.parametrize(
    "number", ["91350100M000100Y43", "11100000000013338W", "11430000006122244L", "91110000600037341L"]
)
def test_real_unified_social_credit_codes_are_taken(number: str) -> None:
    assert identifiers.uscc_number(number) == number


@given(st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_of_a_uscc_is_refused(at: int, wrong: str) -> None:
    number = "91350100M000100Y43"
    assume(number[at] != wrong)
    assert code_of(identifiers.uscc_number, number[:at] + wrong + number[at + 1 :]).startswith("uscc_")


@pytest.mark.parametrize("text", ["", "91350100M000100Y4", "91350100I000100Y43", "91350100M000100Y433"])
def test_what_is_not_a_uscc_at_all_is_refused(text: str) -> None:
    assert code_of(identifiers.uscc_number, text) == "uscc_form"


@pytest.mark.parametrize(("type_code", "issuer", "serial", "version", "check"), REAL_CERTIFICATES)
def test_real_certificate_identifiers_are_reproduced(
    type_code: str, issuer: str, serial: str, version: int, check: str
) -> None:
    made = make_certificate_identifier(type_code, issuer, serial, version)
    assert made == f"1.2.156.3005.2.{type_code}.{issuer}.{serial}.{version:03d}.{check}"
    assert parse_certificate_identifier(made) == CertificateIdentifierParts(
        type_code, issuer, serial, version
    )


@given(st.data())
def test_one_wrong_character_of_a_certificate_identifier_is_refused(data: st.DataObject) -> None:
    real = make_certificate_identifier(*REAL_CERTIFICATES[1][:4])
    at = data.draw(st.sampled_from([i for i, char in enumerate(real) if char != "." and i >= 15]))
    wrong = data.draw(st.sampled_from(string.digits + string.ascii_uppercase))
    assume(real[at] != wrong)
    with pytest.raises(PydanticCustomError):
        parse_certificate_identifier(real[:at] + wrong + real[at + 1 :])


@pytest.mark.parametrize("version", [0, 1000])
def test_a_certificate_has_between_1_and_999_issues(version: int) -> None:
    with pytest.raises(PydanticCustomError, match="电子证照标识"):
        make_certificate_identifier(*REAL_CERTIFICATES[1][:3], version)


@pytest.mark.parametrize("number", ["粤2442021202125000", "湘2432021202600001", "京211201000123"])
def test_registration_numbers_new_and_old_are_taken(number: str) -> None:
    assert identifiers.registration_number(number) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("湘2442021202125000", "registration_number_province"),
        ("湘2992021202125000", "registration_number_province"),
        ("湘243202120212500", "registration_number_form"),
        ("湘3432021202125000", "registration_number_form"),
        ("湘2431821202125000", "registration_number_form"),
    ],
)
def test_a_registration_number_is_refused_for_what_is_wrong_with_it(text: str, code: str) -> None:
    assert code_of(identifiers.registration_number, text) == code


@pytest.mark.parametrize(
    ("typed", "kept"), [("138 0013 8000", "13800138000"), ("+86-139-1234-5678", "13912345678")]
)
def test_phones_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert identifiers.phone_number(typed) == kept


@pytest.mark.parametrize(
    "text", ["12800138000", "1380013800", "138001380000", "0731-88950000", "abc", "１3800138000"]
)
def test_what_is_no_mobile_is_refused(text: str) -> None:
    assert code_of(identifiers.phone_number, text) == "phone_form"


@pytest.mark.parametrize("text", ["0731-88950000", "073188950000", "010-88950000-123", "13800138000"])
def test_a_telephone_may_be_a_line(text: str) -> None:
    assert identifiers.telephone_number(text) == text


def test_a_telephone_needs_its_area_code() -> None:
    assert code_of(identifiers.telephone_number, "88950000") == "telephone_form"


class Guest(BaseModel):
    resident_id: ResidentId
    employer: Uscc
    phone: Phone


def test_contracts_refuse_with_the_code_and_describe_themselves() -> None:
    with pytest.raises(ValidationError) as refused:
        Guest(resident_id="110105194912310021", employer="91350100M000100Y44", phone="1")
    assert [error["type"] for error in refused.value.errors()] == [
        "resident_id_check_digit",
        "uscc_check_digit",
        "phone_form",
    ]
    described = Guest.model_json_schema()["properties"]
    assert described["resident_id"]["x-personal"] is True
    assert described["resident_id"]["examples"] == ["11010519491231002X"]
    assert "x-personal" not in described["employer"]
