"""Specialties in a cell: several of them, by whatever words, each perhaps with its own last day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from cli.importing.values import Wrong, day, plain

_OUTSIDE_BRACKETS = re.compile(r"[、,;/|+\n](?![^(]*\))")
_DATED = re.compile(r"(?P<word>.*?)[(\[]?(?:有效期?)?(?:至|到|止)?:?(?P<day>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)(?:止|到期)?[)\]]?")


def scopes(text: str, words: Mapping[str, str]) -> list[tuple[str, date | None]]:
    """What the cell names, each once, in order. Without ``words`` of the kind every word stands for itself.

    >>> scopes("建筑工程(2021-05-20)、市政", {"建筑工程": "building", "市政": "municipal"})
    [('building', datetime.date(2021, 5, 20)), ('municipal', None)]
    """
    found: dict[str, date | None] = {}
    for part in _OUTSIDE_BRACKETS.split(plain(text.replace("\n", "、"))):
        for code, until in _of_part(part, words):
            found[code] = until or found.get(code)
    if not found:
        raise Wrong("scope_blank")
    return list(found.items())


def _of_part(part: str, words: Mapping[str, str]) -> list[tuple[str, date | None]]:
    """Spaces are there for looks (建 筑), or between two specialties."""
    squeezed = part.replace(" ", "")
    if not squeezed:
        return []
    try:
        return [_scope(squeezed, words)]
    except Wrong:
        if " " not in part.strip():
            raise
        return [_scope(one, words) for one in part.split()]


def _scope(word: str, words: Mapping[str, str]) -> tuple[str, date | None]:
    if (code := _known(word, words)) is not None:
        return code, None
    if matched := _DATED.fullmatch(word):
        code = _known(matched["word"], words)
        if code is not None:
            return code, day(matched["day"])
    raise Wrong("scope_unknown")


def _known(word: str, words: Mapping[str, str]) -> str | None:
    if not words:
        return word or None
    # A category is often written with its code before it: 01建筑电工.
    for one in (word, word.removesuffix("专业"), re.sub(r"^\d{2}[-.]?", "", word)):
        for known in (one, one.replace("(", "(").replace(")", ")")):
            if known in words:
                return words[known]
    return None
