"""Runs ``zhuce`` as people do: a process of its own, its words and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    error: str


def zhuce(*arguments: str, where: Path = ROOT, **settings: str) -> Said:
    """Run it; ``settings`` go into the environment, from which nothing else of ours is taken."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHUCE_")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "cli.main", *arguments],
        env={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1", **settings},
        cwd=where,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)
