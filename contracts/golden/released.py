"""``released.lock``: the shape of every event that a log may hold, what checks its fields, and which are secret.

Whatever is on the main branch may be running somewhere: it is released. ``python -m contracts.golden --release`` adds
what is new and compatible, and changes or takes out nothing else; docs/changing-an-event.md says what to do instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.golden.checks import checks_of, fields_of
from contracts.golden.shape import changes, shape_of
from contracts.message import MESSAGES, Event
from contracts.versions import check_versions, secret_fields

LOCK = Path(__file__).parent / "released.lock"
WIDTH = 110


def events() -> dict[str, dict[str, Any]]:
    """What the lock says of each event of today. Every contract must have been imported."""
    return {
        name: {"secret": sorted(secret_fields(name)), "checks": checks_of(cls), "shape": shape_of(cls)}
        for name, cls in sorted(MESSAGES.items())
        if issubclass(cls, Event)
    }


def read(lock: Path = LOCK) -> dict[str, dict[str, Any]]:
    """What was released, by event name."""
    locked: dict[str, dict[str, Any]] = json.loads(lock.read_text("utf-8")) if lock.exists() else {}
    return locked


def problems(locked: Mapping[str, Mapping[str, Any]], today: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Every way in which today's events break what was released; an older version only has to be read and kept secret."""
    found = []
    for name, then in locked.items():
        try:
            open_now = set(then["secret"]) - secret_fields(name)
        except KeyError:
            found.append(f"{name}: nothing reads it any more: an old event needs an upcaster")
            continue
        found += [f"{name}: {field} was secret, and would now be told to others" for field in sorted(open_now)]
        if name in today:
            found += [f"{name}: {change}" for change in changes(then["shape"], today[name]["shape"])]
            there = set(fields_of(then["shape"]))
            for check in sorted(set(today[name]["checks"]) - set(then["checks"])):
                if check.split(":")[0] in there:
                    found.append(f"{name}: {check} checks it now, and may refuse what is stored")
    return found


def release(today: Mapping[str, Mapping[str, Any]], lock: Path = LOCK) -> list[str]:
    """Lock what is new in today's events; the names. ValueError, and nothing locked, when a promise is broken."""
    locked = read(lock)
    check_versions()
    if broken := problems(locked, today):
        raise ValueError("\n".join(broken))
    new = [name for name, now in today.items() if locked.get(name) != now]
    if new:
        lock.write_text(_written({**locked, **today}) + "\n", "utf-8")
    return new


def _written(node: Any, indent: str = "") -> str:
    """JSON with a line for each field, as long as it fits: so that a change is seen in a diff."""
    short = json.dumps(node, ensure_ascii=False, sort_keys=True)
    if not isinstance(node, Mapping) or not node or (indent and len(indent) + len(short) <= WIDTH):
        return short
    deeper = indent + " "
    lines = [f"{deeper}{json.dumps(key, ensure_ascii=False)}: {_written(node[key], deeper)}" for key in sorted(node)]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
