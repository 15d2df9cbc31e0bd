"""Identifiers of people, enterprises and certificates: refused when wrong, each with a code.

Every function takes what was typed and gives the one written form, or raises `PydanticCustomError` (a
ValueError). The types below them are what contracts use. Check digits are python-stdnum's.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import WithJsonSchema
from pydantic_core import PydanticCustomError
from stdnum.cn import ric, uscc

from contracts.personal import PERSONAL
from contracts.places import is_known, province_of
from contracts.stored import rule

CERTIFICATE_ROOT = "1.2.156.3005.2"
"""The object identifier under which China's electronic certificates are numbered (GB/T 36904)."""

# Residence permits of Hong Kong, Macao and Taiwan residents carry these instead of a county (State Council
# order, 2018).
_PERMIT_PLACES = {"810000", "820000", "830000"}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_USCC = re.compile(r"[1-9ANY][1-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_CERTIFICATE = re.compile(
    rf"{re.escape(CERTIFICATE_ROOT)}\.([0-9A-Z]{{18}})[0-9]{{3}}\.([0-9A-Z]{{18}})"
    r"\.[0-9A-Z]{1,32}\.(?!000)[0-9]{3}\.[0-9A-Z]"
)


def resident_id(text: str) -> str:
    """A resident ID number 身份证号码 (GB 11643): 18 characters, a place, a birth date, a check digit; x
    becomes X.

    python-stdnum's own place check is not used: it asks whether the county existed in the *birth* year, but
    codes were first given out in 1984, and so it refuses everybody born in Changsha before 1983.
    """
    number = text.strip().upper()
    if not _RESIDENT_ID.fullmatch(number):
        raise _refused("resident_id_form", "身份证号码应为18位:前17位为数字,末位为数字或X")
    if number[:6] not in _PERMIT_PLACES and not is_known(number[:6]):
        raise _refused("resident_id_place", "身份证号码前6位不是有效的行政区划代码")
    if _date_in(number) is None:
        raise _refused("resident_id_birth_date", "身份证号码第7至14位不是有效的出生日期")
    if number[-1] != ric.calc_check_digit(number):
        raise _refused("resident_id_check_digit", "身份证号码校验位不正确,请核对是否输入有误")
    return number


def birth_date(rid: str) -> date:
    """The birth date that a resident ID number states."""
    born = _date_in(rid)
    if born is None:
        raise _refused("resident_id_birth_date", "身份证号码第7至14位不是有效的出生日期")
    return born


def sex(rid: str) -> Literal["male", "female"]:
    """The sex that a resident ID number states: an odd sequence number is a man's (GB 11643)."""
    return "male" if int(rid[16]) % 2 else "female"


def mask_resident_id(rid: str) -> str:
    """What a stranger may see: the first three and the last four characters (个人信息保护法 art. 51).

    >>> mask_resident_id("11010519491231002X")
    '110***********002X'
    """
    return f"{rid[:3]}{'*' * (len(rid) - 7)}{rid[-4:]}"


def uscc_number(text: str) -> str:
    """A unified social credit code 统一社会信用代码 (GB 32100): 18 characters, no I O S V Z, a check digit.

    The first character may be a letter (A military, N agriculture, Y other), which python-stdnum's `validate`
    refuses.
    """
    number = text.strip().upper()
    if not _is_uscc(number):
        _refuse_uscc(number)
    return number


# A few enterprises and authorities are in most events, and events are read many times.
@lru_cache(maxsize=4096)
def _is_uscc(number: str) -> bool:
    return _USCC.fullmatch(number) is not None and number[-1] == uscc.calc_check_digit(number[:-1])


def _refuse_uscc(number: str) -> None:
    if not _USCC.fullmatch(number):
        raise _refused("uscc_form", "统一社会信用代码应为18位数字或大写字母(不含I、O、S、V、Z)")
    raise _refused("uscc_check_digit", "统一社会信用代码校验位不正确,请核对是否输入有误")


def phone_number(text: str) -> str:
    """A mobile number of the mainland 手机号码: 11 digits from 13 to 19; spaces, hyphens and +86 are taken
    away.
    """
    if _PHONE.fullmatch(text):
        return text
    number = re.sub(r"^(\+86|0086)", "", re.sub(r"[\s-]", "", text))
    if not _PHONE.fullmatch(number):
        raise _refused("phone_form", "手机号码应为11位数字,以13至19开头")
    return number


def telephone_number(text: str) -> str:
    """A number at which somebody can be called 联系电话: a mobile, or an area code and a line, with an
    extension or not.
    """
    number = re.sub(r"\s", "", text)
    if re.fullmatch(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?", number):
        return number
    try:
        return phone_number(number)
    except PydanticCustomError:
        raise _refused("telephone_form", "联系电话应为手机号码,或带区号的座机号码,如0731-88950000") from None


class CertificateIdentifierParts(NamedTuple):
    """What a certificate identifier says; `version` counts the issues of one certificate from 1."""

    type_code: str
    issuer: str
    serial: str
    version: int


def make_certificate_identifier(type_code: str, issuer: str, serial: str, version: int) -> str:
    """The identifier 电子证照标识 (GB/T 36904) of the `version`-th issue of a certificate.

    >>> make_certificate_identifier("11100000000013338W011", "11430000006122244L", "20230000403", 1)
    '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U'
    """
    return certificate_identifier(_with_check(f"{type_code}.{issuer}.{serial}.{version:03d}"))


def parse_certificate_identifier(text: str) -> CertificateIdentifierParts:
    """The parts of a certificate identifier, once its form and check character are found good."""
    type_code, issuer, serial, version, _check = certificate_identifier(text).split(".")[5:]
    return CertificateIdentifierParts(type_code, issuer, serial, int(version))


def certificate_identifier(text: str) -> str:
    """`1.2.156.3005.2.<type 21>.<issuer USCC 18>.<serial>.<version 3>.<check>`; the check is ISO 7064 MOD
    37,36.
    """
    identifier = text.strip().upper()
    matched = _CERTIFICATE.fullmatch(identifier)
    if matched is None:
        raise _refused(
            "certificate_identifier_form", "电子证照标识应为“1.2.156.3005.2.类型.颁发机构.流水号.版本.校验位”"
        )
    for code in matched.groups():
        uscc_number(code)
    body = identifier.removeprefix(f"{CERTIFICATE_ROOT}.")[:-2]
    if identifier != _with_check(body):
        raise _refused("certificate_identifier_check", "电子证照标识校验位不正确")
    return identifier


def registration_number(text: str) -> str:
    """A constructor's registration number 注册编号: 粤2442021202125000, or the old form of 13,
    京2112010nnnnn.

    Province character, level 1 or 2, province code, year qualified and year registered (the old form: one
    year), serial of five.
    """
    number = re.sub(r"\s", "", text)
    matched = re.fullmatch(r"(\D)[12]([0-9]{2})((?:19|20)[0-9]{2}){1,2}[0-9]{5}", number)
    if matched is None:
        raise _refused("registration_number_form", "注册编号应为17位(旧号13位),如湘2432021202600001")
    try:
        agrees = province_of(matched[2]).abbreviation == matched[1]
    except LookupError:
        agrees = False
    if not agrees:
        raise _refused("registration_number_province", "注册编号的省份简称与省份代码不一致")
    return number


def _date_in(rid: str) -> date | None:
    try:
        stated = date(int(rid[6:10]), int(rid[10:12]), int(rid[12:14]))
    except ValueError:
        return None
    return stated if stated.year >= 1900 else None


def _with_check(body: str) -> str:
    return f"{CERTIFICATE_ROOT}.{body}.{_check_of(*body.rsplit('.', 2))}"


def _check_of(begin: str, serial: str, version: str) -> str:
    """ISO 7064 MOD 37,36 of all of it. It is counted from left to right, and one issuer's identifiers begin alike."""
    check = _count(serial + version, _counted(begin))
    return _DIGITS[(1 - ((check or 36) * 2) % 37) % 36]


@lru_cache(maxsize=4096)
def _counted(begin: str) -> int:
    return _count(begin.replace(".", ""), 18)


def _count(digits: str, check: int) -> int:
    for digit in digits:
        check = (((check or 36) * 2) % 37 + int(digit, 36)) % 36
    return check


def _refused(code: str, words: str) -> PydanticCustomError:
    # mypy wants literals here; the codes are literals at every call above
    make: Any = PydanticCustomError
    error: PydanticCustomError = make(code, words)
    return error


def _schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


ResidentId = Annotated[
    str, rule(resident_id), _schema(r"^\d{17}[\dXx]$", "11010519491231002X"), PERSONAL
]
Uscc = Annotated[str, rule(uscc_number), _schema(r"^[0-9A-Z]{18}$", "91350100M000100Y43")]
Phone = Annotated[str, rule(phone_number), _schema(r"^1[3-9]\d{9}$", "13800138000"), PERSONAL]
Telephone = Annotated[
    str, rule(telephone_number), _schema(r"^[\d+-]{7,24}$", "0731-88950000"), PERSONAL
]
CertificateIdentifier = Annotated[
    str,
    rule(certificate_identifier),
    _schema(
        r"^1\.2\.156\.3005\.2\.[0-9A-Z]{21}\.[0-9A-Z]{18}\.[0-9A-Z]+\.\d{3}\.[0-9A-Z]$",
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    ),
]
RegistrationNumber = Annotated[
    str, rule(registration_number), _schema(r"^\D[12]\d{11}(\d{4})?$", "粤2442021202125000")
]
