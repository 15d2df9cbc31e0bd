"""Every matter has its row in docs/manual-coverage.md; every code that goes onto a certificate its row in docs/before-production.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.labels import MATTERS
from contracts.matters.registry import Registry, default_registry, release

DOCS = Path(__file__).parents[2] / "docs"
ON_OFFER = default_registry().on_offer()
PLACEHOLDER = "11360000014500248Q"


@pytest.fixture(scope="module")
def coverage() -> str:
    return (DOCS / "manual-coverage.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def to_be_set() -> str:
    return (DOCS / "before-production.md").read_text(encoding="utf-8")


def test_every_matter_has_its_page_and_nothing_else_has(coverage: str) -> None:
    told = set()
    for heading, table in re.findall(r"matter \(`(\w+)/…`\)(.*?)\n\n", coverage, re.DOTALL):
        first = ""
        for name in re.findall(r"`(-?[a-z][\w-]*)`", table):
            # `constructor-1-initial`, `-renewal`: what a row lists shares the beginning of its first name
            first = first if name.startswith("-") else name
            if "-" in name.strip("-") or name.startswith("-"):
                told.add(f"{heading}/{first.removesuffix('-initial') + name if name.startswith('-') else name}")
    kinds = {one.credential for one in default_registry().credentials()}
    assert {one for one in told if one.partition("/")[2] not in kinds} == {one.code for one in ON_OFFER}


def test_every_code_on_a_certificate_is_one_that_the_operator_is_told_of(to_be_set: str) -> None:
    codes = {code for one in ON_OFFER if (by := one.effect.identifier) for code in (by.type, by.issuer)}
    assert len(codes) >= 6
    assert {one for one in codes if f"`{one}`" not in to_be_set} == set()


def organisation_check_digit(uscc: str) -> str:
    """GB 11714: of the organisation code, the 9th to 17th character."""
    weighed = sum(int(letter) * weight for letter, weight in zip(uscc[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    rest = 11 - weighed % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def test_the_placeholder_can_be_nobodys() -> None:
    assert organisation_check_digit(PLACEHOLDER) != PLACEHOLDER[16]
    for real in ("11430000006122244L", "11100000000013338W", "11220000013544541J"):
        assert organisation_check_digit(real) == real[16]


def test_the_command_of_the_page_makes_a_version_of_ones_own(to_be_set: str, tmp_path: Path) -> None:
    """The page's sed, on each file that has the placeholder: it loads, and is what is filed from then on."""
    ((find, put),) = re.findall(r"s/(\^version: \.\*)/(version: 1001)/", to_be_set)
    (old,) = re.findall(r"s/(\w{18})/<", to_be_set)
    having = [one for one in ON_OFFER if one.effect.identifier is not None and one.effect.identifier.issuer == old]
    assert old == PLACEHOLDER and having
    for one in having:
        province, _, name = one.code.partition("/")
        text = (MATTERS / province / f"{name}.v{one.version}.yaml").read_text(encoding="utf-8")
        own = re.sub(find, put, text, flags=re.MULTILINE).replace(old, "11430000006122244L")
        (tmp_path / province).mkdir(exist_ok=True)
        (tmp_path / province / f"{name}.v1001.yaml").write_text(own, encoding="utf-8")
    release(tmp_path)
    registry = Registry.load(extra=(tmp_path,))
    for one in having:
        mine = registry.get(one.code)
        assert mine.version == 1001 and mine.effect.identifier is not None
        assert mine.effect.identifier.issuer == "11430000006122244L"
