"""Frozen JSON, one file a message version. Every old one must still be read: stored events are never rewritten.

``python -m contracts.golden`` freezes what is new and never touches what is there; ``--release`` also locks the shapes of
events (released.py).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from contracts.examples import example
from contracts.golden import released
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Freeze an example of every message that has none; with --release, lock the shapes of events too."""
    parser = argparse.ArgumentParser(prog="python -m contracts.golden", description=main.__doc__)
    parser.add_argument("--release", action="store_true", help="lock the shapes of new events and new optional fields")
    asked = parser.parse_args(arguments)
    for name in freeze():
        sys.stdout.write(f"frozen {name}\n")
    if asked.release:
        try:
            for name in released.release(released.events()):
                sys.stdout.write(f"released {name}\n")
        except ValueError as broken:
            sys.stderr.write(f"nothing was released:\n{broken}\n")
            return 1
    return 0
