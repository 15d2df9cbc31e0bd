"""Every regulation and article that a matter on offer cites has its row in docs/legal-sources.md, which says how it was checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.matters.registry import default_registry

DOCUMENT = Path(__file__).parents[2] / "docs" / "legal-sources.md"
DIGITS = {one: n for n, one in enumerate("零一二三四五六七八九")}


def number(text: str) -> int:
    """四十二 → 42."""
    tens, _, ones = text.rpartition("十")
    return (DIGITS.get(tens, 1) * 10 if "十" in text else 0) + DIGITS.get(ones, 0)


def cited(basis: str) -> Iterator[tuple[str, int | None]]:
    """Each regulation by its bare name, and each of its articles; none where it is cited as a whole."""
    name = ""
    for part in re.split(r"、|和(?=第)", re.sub(r"[《》]", "", basis)):
        name = re.split(r"第[一二三四五六七八九十]+条|[(〔]建|\d", part)[0].strip("(") or name
        article = re.search(r"第([一二三四五六七八九十]+)条", part)
        yield name, number(article[1]) if article else None


def bases(part: Any) -> Iterator[str]:
    """Every `legal_basis` of a matter, wherever it stands."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        if key == "legal_basis" and value is not None:
            yield value
        yield from bases(value)


@pytest.fixture(scope="module")
def rows() -> dict[str, set[int]]:
    """The articles of each source in the table; an empty first cell is the source above."""
    found: dict[str, set[int]] = {}
    name = ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [one.strip() for one in line.split("|")]
        if len(cells) != 7 or cells[1] in ("source", "---"):
            continue
        name = cells[1] or name
        articles = re.sub(r"\([^)]*\)", "", cells[2])
        for since, until in re.findall(r"(\d+)(?:–(\d+))?", articles):
            found.setdefault(name, set()).update(range(int(since), int(until or since) + 1))
        found.setdefault(name, set())
    return found


def test_numerals_and_names_are_read() -> None:
    assert [number(one) for one in ("三", "十", "十二", "二十", "四十二")] == [3, 10, 12, 20, 42]
    told = [*cited("《注册建造师管理规定》(建设部令第153号)第十五条、中华人民共和国行政许可法第七十八条和第七十九条")]
    law = "中华人民共和国行政许可法"
    assert told == [("注册建造师管理规定", 15), (law, 78), (law, 79)]


def test_every_article_cited_has_its_row(rows: dict[str, set[int]]) -> None:
    missing = set()
    for matter in default_registry().on_offer():
        for basis in bases(matter.model_dump(mode="json")):
            for name, article in cited(basis):
                there = [articles for source, articles in rows.items() if source.startswith(name)]
                if not there or (article is not None and article not in there[0]):
                    missing.add((name, article, matter.code))
    assert not missing
