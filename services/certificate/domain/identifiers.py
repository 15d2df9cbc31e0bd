"""From a running number to what is printed: the registration number 注册编号, the identifier 电子证照标识.

Each has a series of its own. A series' name is part of the numbers' history and never changes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.errors import Refused
from contracts.identifiers import make_certificate_identifier, parse_certificate_identifier
from contracts.matters.effect import Identifier, NumberPattern

FIRST_ISSUE, LAST_ISSUE = 1, 999
SERIAL_DIGITS = 7


def as_printed(number: str) -> str:
    """A registration number that somebody typed, as certificates have it and imports read it: half-width, upper case, without
    a space. Written in two ways it would be two certificates.

    >>> as_printed(" 赣ａ0１2012000939 ")
    '赣A012012000939'
    """
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def registration_series(number: NumberPattern, place: str, facts: Mapping[str, Any], on: date) -> str:
    """The series that the matter names: what shares one serial, in Hunan a province and a year."""
    return f"registration-number/{number.series_of(place, facts, on)}"


def identifier_series(identifier: Identifier, on: date) -> str:
    """One serial for each type, issuer and year: the rest of an identifier tells those apart."""
    return f"identifier/{identifier.type}.{identifier.issuer}.{on.year}"


def registration_number(
    number: NumberPattern, place: str, facts: Mapping[str, Any], on: date, serial: int
) -> str:
    """The number by the matter's pattern: 湘 2 43 2021 2026 00001.

    A pattern has so many digits for its serial; one more would be read as another number, so it is refused.
    """
    made = number.number(place, facts, on, serial)
    if len(made) != len(number.number(place, facts, on, 1)):
        raise Refused("series_exhausted", params={"serial": serial})
    return made


def first_identifier(identifier: Identifier, on: date, serial: int) -> str:
    """The identifier of a first issue: serial of year and seven digits, version 001 (GB/T 36904)."""
    if serial >= 10**SERIAL_DIGITS:
        raise Refused("series_exhausted", params={"serial": serial})
    return make_certificate_identifier(
        identifier.type, identifier.issuer, f"{on.year}{serial:0{SERIAL_DIGITS}d}", FIRST_ISSUE
    )


def next_identifier(former: str) -> tuple[str, int]:
    """The identifier of the issue after that one, and its version: all else stays (GB/T 36904)."""
    parts = parse_certificate_identifier(former)
    version = parts.version + 1
    if version > LAST_ISSUE:
        raise Refused("series_exhausted", params={"serial": version})
    return make_certificate_identifier(parts.type_code, parts.issuer, parts.serial, version), version
