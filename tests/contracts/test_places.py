"""Places: names, provinces, and who has jurisdiction over what."""

from __future__ import annotations

import pytest

from contracts import places


def test_every_province_has_its_own_abbreviation() -> None:
    provinces = places.provinces().values()
    assert len(provinces) == 34
    assert len({province.abbreviation for province in provinces}) == 34
    assert places.province_of("430102") == places.Province(code="43", name="湖南省", abbreviation="湘")


def test_a_code_of_no_province_is_not_found() -> None:
    with pytest.raises(LookupError, match="99"):
        places.province_of("990000")


def test_hunan_has_thirteen_cities_and_a_prefecture() -> None:
    cities = places.cities_of("430000")
    assert len(cities) == 14
    assert cities["430100"] == "长沙市"
    assert cities["433100"] == "湘西土家族苗族自治州"
    assert "湘潭地区" not in cities.values(), "dissolved in 1983"


def test_a_place_is_called_by_its_name_of_today() -> None:
    assert places.name_of("430102") == "芙蓉区"
    assert places.full_name_of("430102") == "湖南省长沙市芙蓉区"
    assert places.full_name_of("110101") == "北京市东城区"
    assert places.full_name_of("430000") == "湖南省"
    assert places.full_name_of("000000") == "全国"


def test_a_place_that_is_no_more_is_known_but_has_no_name_of_today() -> None:
    assert places.is_known("432100")
    with pytest.raises(LookupError):
        places.name_of("432100")


@pytest.mark.parametrize("code", ["439999", "43010", "abcdef", ""])
def test_what_is_no_place_is_not_known(code: str) -> None:
    assert not places.is_known(code)


@pytest.mark.parametrize(
    ("place", "authority", "expected"),
    [
        ("430102", "430100", True),
        ("430102", "430102", True),
        ("430102", "430000", True),
        ("430102", "000000", True),
        ("430102", "430200", False),
        ("430100", "430102", False),
        ("440100", "430000", False),
        ("431000", "430100", False),
        ("431000", "430000", True),
        ("500101", "500000", True),
        ("510100", "500000", False),
    ],
)
def test_jurisdiction(place: str, authority: str, expected: bool) -> None:
    assert places.within(place, authority) is expected


@pytest.mark.parametrize(("place", "authority"), [("43", "430000"), ("430102", ""), ("430102", "4301")])
def test_jurisdiction_is_never_guessed_from_a_short_code(place: str, authority: str) -> None:
    with pytest.raises(ValueError, match="six-digit"):
        places.within(place, authority)
