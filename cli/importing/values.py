"""What is written in a cell, as a value; or the code of what is wrong with it. Nothing here is ever logged: it is personal."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from stdnum.cn import ric

_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_SHORT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_MONTH = re.compile(r"\d{4}[-/.年]\d{1,2}月?|\d{4}年?")
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_FIRST = date(1899, 12, 30)
"""Day 0 of Excel's serial numbers, which count a 29 February 1900 that never was."""
_DOTS = str.maketrans({"•": "·", "・": "·", "．": "·", "∙": "·", "●": "·", "‧": "·"})
_BETWEEN_IDEOGRAPHS = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")


class Wrong(Exception):
    """The cell cannot be read; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def plain(text: str) -> str:
    """Half-width, without spaces before, after or twice."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def number(text: str) -> str:
    """A number of whatever letters and digits: half-width, upper case, without any space or the apostrophe that Excel is told
    text by.

    >>> number("’湘２４３２０２１ ２０２１２５０００")
    '湘2432021202125000'
    """
    found = _SPACES.sub("", unicodedata.normalize("NFKC", text)).lstrip("'’‘`").upper()
    if _ROUNDED.fullmatch(found):
        raise Wrong("number_rounded")
    return found


def resident_id(text: str) -> tuple[str, str | None]:
    """The number of 18 characters, and the one of 15 that was given, where it was one.

    Those of 15 were given out until 1999, to people born in that century: GB 11643 puts 19 before the year and a check digit
    at the end.

    >>> resident_id("430102900307123")
    ('430102199003071234', '430102900307123')
    """
    found = number(text)
    if re.fullmatch(r"\d{15}", found):
        longer = f"{found[:6]}19{found[6:]}"
        return longer + str(ric.calc_check_digit(longer + "0")), found
    return found, None


def name(text: str) -> str:
    """A person's name: no spaces between ideographs (often put in to make two as wide as three), one kind of middle dot.

    >>> name("张　伟"), name("阿依古丽•买买提"), name("John  Smith")
    ('张伟', '阿依古丽·买买提', 'John Smith')
    """
    found = _SPACES.sub(" ", text.translate(_DOTS)).strip()
    return _BETWEEN_IDEOGRAPHS.sub("", found)


def day(text: str) -> date:
    """A day: 2019-05-20, 2019/5/20, 2019.5.20, 2019年5月20日, 20190520, or Excel's serial number 43605."""
    found = plain(text).rstrip(".")
    squeezed = found if ":" in found else found.replace(" ", "")
    if matched := _DAY.fullmatch(squeezed) or _SHORT_DAY.fullmatch(squeezed):
        return _day(*map(int, matched.groups()[:3]))
    if matched := _SERIAL.fullmatch(squeezed):
        return _FIRST + timedelta(days=int(matched[1]))
    if _MONTH.fullmatch(squeezed):
        raise Wrong("date_incomplete")
    raise Wrong("date_unreadable")


def _day(year: int, month: int, of_month: int) -> date:
    try:
        return date(year, month, of_month)
    except ValueError:
        raise Wrong("date_impossible") from None


def year(text: str) -> int:
    """A year: 2025, 2025年, 2025年度, or that of a day."""
    found = plain(text).replace(" ", "")
    if matched := re.fullmatch(r"((?:19|20)\d{2})(?:年度?)?", found):
        return int(matched[1])
    return day(found).year
