"""Where a process's CPU time goes: its stack, every few milliseconds of CPU. Green threads included, unlike cProfile."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from pathlib import Path
from types import FrameType

from bench.product import PROFILE

EVERY = 0.004
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


# -- reading -----------------------------------------------------------------------------------------------------

PARTS = {
    "HTTP server (eventlet.wsgi)": ("eventlet/wsgi.py", "http/client.py", "http/server.py", "email/", "nameko/web"),
    "logging": ("/logging/", "kernel/observe.py", "kernel/hops.py"),
    "measurements": ("prometheus_client", "kernel/metrics.py"),
    "flask, werkzeug": ("/flask/", "/werkzeug/", "/itsdangerous/"),
    "flask-openapi3": ("flask_openapi3",),
    "session token": ("joserfc", "gateway/sessions.py"),
    "messages (kombu, amqp)": ("/kombu/", "/amqp/", "/vine/"),
    "nameko": ("/nameko/",),
    "RPC, ours": ("kernel/rpc.py", "kernel/calls.py"),
    "database": ("kernel/database.py", "kernel/recorder.py", "psycopg2", "kernel/writer.py", "kernel/append.py"),
    "relay": ("kernel/relay.py", "kernel/confirms.py"),
    "following": ("kernel/follower.py", "kernel/feed.py", "kernel/projection.py", "kernel/reactions.py", "kernel/rows.py"),
    "deciding": ("/domain/", "contracts/matters"),
    "messages' shape (pydantic)": ("/pydantic", "contracts/"),
    "gateway, ours": ("services/gateway",),
    "kernel, ours": ("services/",),
    "hub (eventlet)": ("/eventlet/",),
}


def parts(path: Path) -> tuple[int, Counter[str], Counter[str]]:
    """Samples, and how many in which part: by the innermost function that belongs to one; and by function, inclusive."""
    own: Counter[str] = Counter()
    within: Counter[str] = Counter()
    total = 0
    for count, stack in json.loads(path.read_text()):
        if any("importlib" in line for line in stack):
            continue  # it starts only once
        total += count
        own[next((part for line in stack if (part := _part(line))), "Python's own")] += count
        for line in set(stack):
            within[line] += count
    return total, own, within


def _part(line: str) -> str | None:
    return next((part for part, names in PARTS.items() if any(name in line for name in names)), None)


def main(directory: str, functions: str = "0") -> None:
    for path in sorted(Path(directory).glob("*.json")):
        total, own, within = parts(path)
        print(f"\n{path.stem}: {total * EVERY:.1f} s of CPU")
        for part, count in own.most_common():
            print(f"  {100 * count / total:5.1f} %  {part}")
        for line, count in within.most_common(int(functions)):
            print(f"      {100 * count / total:5.1f} %  {line[-90:]}")


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:])
