"""Where a process's CPU time goes: its stack, every few milliseconds of CPU. Green threads included, unlike cProfile."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from pathlib import Path
from types import FrameType

from bench.product import PROFILE

EVERY = 0.002
stacks: Counter[tuple[str, ...]] = Counter()
_name = ""


def begin(name: str) -> None:
    """If asked to."""
    global _name
    if not os.environ.get(PROFILE):
        return
    _name = name
    signal.signal(signal.SIGPROF, _sample)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)


def _sample(_: int, frame: FrameType | None) -> None:
    stack = []
    while frame is not None and len(stack) < 80:
        code = frame.f_code
        stack.append(f"{code.co_filename}:{code.co_name}")
        frame = frame.f_back
    stacks[tuple(stack)] += 1


def end() -> None:
    """Write what was seen."""
    if not _name:
        return
    signal.setitimer(signal.ITIMER_PROF, 0)
    path = Path(os.environ[PROFILE]) / f"{_name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([[count, stack] for stack, count in stacks.most_common()]))
