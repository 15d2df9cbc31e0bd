"""Ours: ``EventLog.load``, rows to validated events to state, as a service does it for a command, under eventlet."""

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from itertools import cycle  # noqa: E402
from typing import Any  # noqa: E402
from uuid import UUID  # noqa: E402

from bench.common import serve  # noqa: E402
from bench.contestants.filing_story import meta, story  # noqa: E402
from contracts.matters.registry import default_registry  # noqa: E402
from contracts.message import Recorded  # noqa: E402
from services.filing.domain.decide import make_filing  # noqa: E402
from services.kernel.append import Append  # noqa: E402
from services.kernel.database import Database  # noqa: E402
from services.kernel.log import EventLog  # noqa: E402
from services.kernel.mapper import encode  # noqa: E402
from services.kernel.recorder import PostgresRecorder  # noqa: E402

FILING = make_filing(default_registry().get)


def write(recorder: PostgresRecorder, filing_id: UUID, length: int) -> None:
    """The whole stream, in appends of a hundred events."""
    rows = []
    stream = FILING.stream(filing_id)
    for version, event in enumerate(story(filing_id, length), 1):
        recorded = Recorded("filing", 0, stream, version, event, meta(filing_id, version))
        rows.append((stream, version, event.NAME, encode(recorded)))
    for start in range(0, length, 100):
        recorder.append(Append(rows[start : start + 100]))


def load(
    recorder: PostgresRecorder, ids: Sequence[UUID], length: int, seconds: float, remembered: bool
) -> dict[str, Any]:
    """Loads a second: cold, each by a log that remembers nothing yet; or of streams that this process has just seen."""
    loads, spent = 0, 0.0
    log = EventLog("filing", recorder)
    if remembered:
        for filing_id in ids:
            log.load(FILING, filing_id)
    for filing_id in cycle(ids):
        if not remembered:
            log = EventLog("filing", recorder)
        began = time.perf_counter()
        loaded = log.load(FILING, filing_id)
        spent += time.perf_counter() - began
        loads += 1
        if loaded.version != length:
            raise AssertionError(f"{loaded.version} events instead of {length}")
        if spent >= seconds:
            break
    return {"rate": loads / spent}


def main(url: str) -> None:
    recorder = PostgresRecorder(Database(url))
    recorder.create_tables()

    def answer(ids: list[str], length: int, seconds: float = 0.0, remembered: bool = False) -> dict[str, Any]:
        keys = [UUID(text) for text in ids]
        if not seconds:
            for key in keys:
                write(recorder, key, length)
            return {}
        return load(recorder, keys, length, seconds, remembered)

    serve(answer)


if __name__ == "__main__":
    main(sys.argv[1])
