"""Frozen JSON, one file a message version. Every old one must still be read: stored events are never rewritten.

``python -m contracts.golden`` freezes what is new and never touches what is there.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from contracts.examples import example
from contracts.message import MESSAGES

DIRECTORY = Path(__file__).parent
LANGUAGES = ("identity", "filing", "review", "certificate", "query")


def published() -> list[str]:
    """The names of all messages that services publish."""
    for module in LANGUAGES:
        import_module(f"contracts.{module}")
    return sorted(name for name in MESSAGES if name.split(".")[0] in LANGUAGES)


def text_of(name: str) -> str:
    """The example of a message as JSON text."""
    return json.dumps(example(name).model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def freeze() -> list[str]:
    """Write the JSON of messages that have none; their names."""
    new = [name for name in published() if not (DIRECTORY / f"{name}.json").exists()]
    for name in new:
        (DIRECTORY / f"{name}.json").write_text(text_of(name), "utf-8")
    return new


def main() -> None:
    """Freeze, and say what was."""
    for name in freeze():
        sys.stdout.write(f"frozen {name}\n")
