"""Places by their GB/T 2260 code: what a code is called, which province it belongs to, which authority it
falls under.

Provinces and their one-character abbreviations are in `places.yaml`; the names below them come from
python-stdnum's table, which covers the whole country with its history, so that a new province needs no new
list.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict
from stdnum import numdb

NATION = "000000"
"""The whole country: the place of the ministry."""

_ERA = re.compile(r"\[(?P<since>\d*)-(?P<until>\d*)\](?P<name>.+)")


class Province(BaseModel):
    """A province, municipality or autonomous region: `43`, 湖南省, 湘."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    abbreviation: str

    @property
    def place(self) -> str:
        """The six-digit code of the province as a place."""
        return f"{self.code}0000"


@cache
def provinces() -> dict[str, Province]:
    """Every province by its two-digit code."""
    listed = yaml.safe_load((Path(__file__).parent / "places.yaml").read_text(encoding="utf-8"))
    return {code: Province(code=code, **words) for code, words in listed.items()}


def province_of(code: str) -> Province:
    """The province of a place, by any code that starts with the province's two digits; LookupError when there
    is none.

    >>> province_of("430102").abbreviation
    '湘'
    """
    try:
        return provinces()[code[:2]]
    except KeyError:
        raise LookupError(f"no province has the code {code[:2]!r} (GB/T 2260)") from None


def numbered_in(number: str) -> str | None:
    """The place of the province whose abbreviation a certificate's number begins with; None when it is none's.

    >>> numbered_in("赣A012026000939")
    '360000'
    """
    return next((one.place for one in provinces().values() if number.startswith(one.abbreviation)), None)


@lru_cache(maxsize=8192)
def is_known(code: str) -> bool:
    """Whether the code names a place, now or at any time since 1980: a resident ID keeps the code of its
    day.
    """
    return bool(_names(code))


def name_of(code: str) -> str:
    """What the place is called today: 长沙市; LookupError when no place has the code today."""
    if code == NATION:
        return "全国"
    current = _current_name(code)
    if current is None:
        raise LookupError(f"no place has the code {code!r} today (GB/T 2260)")
    return current


def full_name_of(code: str) -> str:
    """The place with those above it: 湖南省长沙市芙蓉区; LookupError when no place has the code today.

    >>> full_name_of("430102")
    '湖南省长沙市芙蓉区'
    """
    if code == NATION:
        return name_of(code)
    above = province_of(code).name
    city = name_of(f"{code[:4]}00") if code[2:4] != "00" else ""
    county = name_of(code) if code[4:] != "00" else ""
    # 市辖区 and 县 are only drawers of the table: 北京市东城区, not 北京市市辖区东城区
    return above + "".join(name for name in (city, county) if name not in ("市辖区", "县"))


def cities_of(province_place: str) -> dict[str, str]:
    """The cities and prefectures of a province today, code → name.

    >>> cities_of("430000")["430100"]
    '长沙市'
    """
    codes = (f"{province_place[:2]}{city:02d}00" for city in range(1, 100))
    return {code: name for code in codes if (name := _current_name(code)) is not None}


def area(authority_place: str) -> str:
    """How the codes of all places begin that an authority seated there has jurisdiction over.

    >>> area("430102"), area("430100"), area("430000"), area("000000")
    ('430102', '4301', '43', '')
    """
    return re.sub(r"(00)+$", "", authority_place)


def within(place: str, authority_place: str) -> bool:
    """Whether an authority seated at `authority_place` has jurisdiction over `place`.

    >>> within("430102", "430100"), within("430102", "430000"), within("430102", "430200")
    (True, True, False)
    """
    for code in (place, authority_place):
        if not re.fullmatch(r"\d{6}", code):
            raise ValueError(f"{code!r} is not a six-digit place code (GB/T 2260)")
    return place.startswith(area(authority_place))


def _names(code: str) -> list[str]:
    if not re.fullmatch(r"\d{6}", code):
        return []
    found = numdb.get("cn/loc").info(code)
    return [name for _, said in found if "county" in said for name in said["county"].split(",")]


def _current_name(code: str) -> str | None:
    for name in _names(code):
        era = _ERA.fullmatch(name)
        if era is None:
            return name
        if not era["until"]:
            return era["name"]
    return None
