"""The words people read, by key and language: `label("fields.school")` → 毕业院校.

Words are kept apart from rules: `contracts/matters/labels/<language>.yaml` has those that matters share, and
a province adds `labels.<language>.yaml` beside its matters. Words may be mended at any time; rules, once
released, may not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contracts.yaml_source import FileProblem, MatterFileError, Source

MATTERS = Path(__file__).parent / "matters"
SETTING = "ZHUCE_MATTERS"


def matter_directories() -> tuple[Path, ...]:
    """Where matters and their words are: the product's own, and the directories that `ZHUCE_MATTERS` names."""
    named = os.environ.get(SETTING, "").split(os.pathsep)
    return (MATTERS, *(Path(one).absolute() for one in named if one.strip()))


class MissingLabel(LookupError):
    """No words were written for a key."""


class Labels:
    """Words of every language, each key once."""

    def __init__(
        self, words: Mapping[str, Mapping[str, str]], files: Mapping[str, str] | None = None
    ) -> None:
        self._words = words
        self._files = files or {}

    @classmethod
    def load(cls, *directories: Path) -> Labels:
        """The label files of directories of matters; MatterFileError with every problem found."""
        labels, problems = cls.read(*directories)
        if problems:
            raise MatterFileError(problems)
        return labels

    @classmethod
    def read(cls, *directories: Path) -> tuple[Labels, list[FileProblem]]:
        """The words that there are, and what is wrong. A key in two files is refused: which one counts would be chance."""
        words: dict[str, dict[str, str]] = {}
        files: dict[str, str] = {}
        problems: list[FileProblem] = []
        for language, path in _label_files(directories):
            source = Source(path)
            problems += source.problems
            known = words.setdefault(language, {})
            files.setdefault(language, str(path))
            for location, text in _flat(source.data, ()):
                key = ".".join(location)
                if not isinstance(text, str):
                    problems.append(source.at(location, f"“{key}”没有文字", "请写上给人看的文字"))
                    known.setdefault(key, "")  # told already: not to be told again where it is used
                elif key in known:
                    problems.append(source.at(location, f"“{key}”在别的文字文件中已有", "请删除其中一处"))
                else:
                    known[key] = text
        return cls(words, files), problems

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have at least one file."""
        return tuple(sorted(self._words))

    def file_of(self, language: str) -> str:
        """The file to which a missing word of this language would be added."""
        return self._files.get(language, f"labels/{language}.yaml")

    def find(self, key: str, *, matter: str | None = None, language: str = "zh") -> str | None:
        """The words as written, a matter's own before the shared ones; None when there are none."""
        words = self._words.get(language, {})
        own = words.get(f"matters.{matter}.{key}") if matter else None
        return own if own is not None else words.get(key)

    def label(self, key: str, *, matter: str | None = None, language: str = "zh", **params: Any) -> str:
        """The words with `{params}` filled in; MissingLabel when there are none."""
        words = self.find(key, matter=matter, language=language)
        if words is None:
            raise MissingLabel(f"no {language} words for {key!r}: add them to {self.file_of(language)}")
        return words.format_map(params) if params else words


@cache
def default_labels() -> Labels:
    """The words that come with the product, and with the province's own matters."""
    return Labels.load(*matter_directories())


def label(key: str, *, matter: str | None = None, language: str = "zh", **params: Any) -> str:
    """`Labels.label` of the default words."""
    return default_labels().label(key, matter=matter, language=language, **params)


def _label_files(directories: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    for directory in directories:
        for path in sorted(directory.glob("labels/*.yaml")):
            yield path.stem, path
        for path in sorted(directory.glob("*/labels.*.yaml")):
            yield path.stem.removeprefix("labels."), path


def _flat(data: Any, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _flat(value, (*above, key))
    elif data is not None or above:
        yield above, data
