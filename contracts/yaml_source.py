"""Reads a YAML file as plain data and remembers the line of every value, so that a mistake can be shown where
it is.

Words stay words: only `true`, `false`, `null` and decimal numbers are anything but text, so `no`, `0731` and
`2026-01-01` are what they look like. A key written twice is a mistake, not a silent choice of the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong in a file, where, and what to do about it. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message} → {self.remedy}"


class MatterFileError(ValueError):
    """Files that cannot be used, with everything that is wrong in all of them at once."""

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = sorted(problems, key=lambda one: (one.file, one.line, one.column))
        super().__init__("\n".join(str(one) for one in self.problems))


_SYNTAX = {
    "tab character": "缩进用了制表符,请改用空格",
    "'\\t' that cannot start": "缩进用了制表符,请改用空格",
    "quoted scalar": "引号没有配对",
    "cannot start any token": "以@、%、`等符号开头的文字请加引号,缩进请用空格而不是制表符",
    "flow sequence": "方括号没有配对,或各项之间少了逗号",
    "flow mapping": "花括号没有配对,或各项之间少了逗号",
    "mapping values are not allowed": "多了冒号(文字中有“冒号加空格”的请加引号),或缩进与上一行不一致",
    "expected ':'": "键后面少了冒号",
    "undefined alias": "以*开头的文字请加引号",
    "block": "缩进不一致,或列表项前少了“- ”",
}
"""What PyYAML says, by a piece of it, in the words of whoever writes the files."""


class Below(str):
    """The last part of a location: the first value below that is written like this."""

    __slots__ = ()


class Source:
    """A file's data, the problems of its YAML, and where each value stands."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self.problems: list[FileProblem] = []
        self._root: yaml.Node | None = None
        self.data: Any = None
        try:
            self.text = path.read_bytes().decode("utf-8") if text is None else text
            self._root = yaml.compose(self.text, Loader=_Words)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            self.problems.append(
                FileProblem(str(path), line, 1, "文件不是UTF-8编码", "请用UTF-8编码重新保存")
            )
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            said = next((words for piece, words in _SYNTAX.items() if piece in str(error)), "此处无法读懂")
            remedy = "请检查此行及上一行的缩进、冒号、引号和括号"
            self.problems.append(FileProblem(str(path), line, column, f"YAML语法错误:{said}", remedy))
        except yaml.YAMLError as error:  # characters that YAML forbids carry no mark
            line = self.text.count("\n", 0, getattr(error, "position", 0)) + 1
            self.problems.append(
                FileProblem(str(path), line, 1, "含有YAML不允许的字符", "请删除不可见的控制字符")
            )
        if self._root is not None:
            self.data = self._plain(self._root)

    def at(self, location: Sequence[str | int], message: str, remedy: str) -> FileProblem:
        """A problem at the deepest part of `location` that the file has; a mapping's entry is shown at its
        key.
        """
        mark = self._mark(location)
        return FileProblem(str(self.path), mark[0], mark[1], message, remedy)

    def _mark(self, location: Sequence[str | int]) -> tuple[int, int]:
        node = self._root
        mark = node.start_mark if node is not None else None
        for part in location:
            if isinstance(part, Below):
                found = next((one for one in _scalars(node) if one.value == part), None)
                mark = found.start_mark if found is not None else mark
            elif isinstance(node, yaml.MappingNode):
                entry = next(((key, value) for key, value in node.value if key.value == str(part)), None)
                if entry is not None:
                    mark, node = entry[0].start_mark, entry[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                mark = node.start_mark
        return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)

    def _plain(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item) for item in node.value]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        first_lines: dict[str, int] = {}
        plain: dict[str, Any] = {}
        for key, value in node.value:
            line, column = key.start_mark.line + 1, key.start_mark.column + 1
            if not isinstance(key, yaml.ScalarNode):
                self.problems.append(
                    FileProblem(str(self.path), line, column, "键必须是文字", "请改用普通文字作为键")
                )
            elif key.value in first_lines:
                said = f"键“{key.value}”重复,第{first_lines[key.value]}行已写过"
                self.problems.append(FileProblem(str(self.path), line, column, said, "请合并或删除其中一处"))
            else:
                first_lines[key.value] = line
                plain[key.value] = self._plain(value)
        return plain


if TYPE_CHECKING:
    from yaml import SafeLoader as _Loader
else:  # in C where the package was built so, which takes a fifth of the time: every process reads some forty files
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Words(_Loader):
    """SafeLoader without YAML 1.1's surprises."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 as in PyYAML


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"^-?(0|[1-9][0-9_]*)$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    _Words.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.CollectionNode):
        for item in node.value:
            for part in item if isinstance(item, tuple) else (item,):
                yield from _scalars(part)


def _scalar(node: yaml.Node) -> Any:
    match node.tag.rsplit(":", 1)[-1]:
        case "bool":
            return node.value == "true"
        case "null":
            return None
        case "int":
            return int(node.value)
        case "float":
            return float(node.value)
    return node.value
