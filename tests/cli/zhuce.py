"""Runs ``zhuce`` as people do: a process of its own, its words and its exit code."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cli.main import COMMANDS
from tests.nursery import Begun

ROOT = Path(__file__).parents[2]
PARTS = ("cli.main", *(where.partition(":")[0] for where in COMMANDS.values()))
"""What has been imported when a command begins."""


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    error: str


def zhuce(*arguments: str, where: Path = ROOT, **settings: str) -> Said:
    """Run it; ``settings`` go into the environment, from which nothing else of ours is taken."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHUCE_")}
    environment = {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1", **settings}
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Begun(["cli.main", *arguments], PARTS, environment, cwd=where, **streams) as process:
        try:
            out, error = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert "Traceback" not in error, error
    return Said(process.returncode, out, error)
