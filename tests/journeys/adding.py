"""Follows docs/adding-a-province.md to the letter: writes each file that it shows, runs each command that it gives."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from contracts.matters.registry import Registry
from tests.cli.zhuce import Said, zhuce

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "adding-a-province.md"
_FILE = re.compile(r"^`(?P<name>[^`\n]+\.yaml)`\n\n```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMANDS = re.compile(r"^```sh\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def files() -> dict[str, str]:
    """The files that it shows, by name."""
    return {found["name"]: found["text"] for found in _FILE.finditer(DOCUMENT.read_text(encoding="utf-8"))}


def commands() -> list[str]:
    """The commands that it gives, in order."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return [line for found in _COMMANDS.finditer(text) for line in found["text"].splitlines() if line.strip()]


def follow(directory: Path) -> dict[str, Said]:
    """Everything, in the directory: files first, then the commands there; what each said."""
    for name, text in files().items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {command: _run(command, directory) for command in commands()}


def _run(command: str, directory: Path) -> Said:
    words = shlex.split(command)
    given = dict(one.split("=", 1) for one in words if re.match(r"^[A-Z_]+=", one))
    program, *arguments = words[len(given) :]
    assert program == "zhuce", f"the document runs something else: {command}"
    return zhuce(*arguments, where=directory, **given)


@dataclass(frozen=True)
class Followed:
    """Where it was followed, and what each command said."""

    directory: Path
    said: dict[str, Said]

    def registry(self) -> Registry:
        """The product's matters and those that the document adds."""
        return Registry.load(extra=[self.directory])
