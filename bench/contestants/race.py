"""Writers that append as fast as they are answered. Threads: real ones for peers, green ones where eventlet has patched."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from bench.common import quantiles

BODY = '{"event":{"text":"TEXT"},"meta":{}}'
BODY = BODY.replace("TEXT", "x" * (1000 - len(BODY) + len("TEXT")))
"""An event's stored text: 1,000 bytes, for everyone."""

Append = Callable[[str, int], int | None]
"""append(stream, version): None when committed; on a conflict the version that the stream has now."""


def race(append: Append, writers: int, seconds: float, contended: bool, tag: str) -> dict[str, Any]:
    """Committed appends a second, and how long each took from the first attempt to the answer.

    Each writer has a stream of its own, or all have one: then whoever is refused tries again with the actual version.
    """
    latencies: list[float] = []
    attempts = [0] * writers
    errors: list[BaseException] = []
    begin = time.perf_counter()
    until = begin + seconds

    def write(writer: int) -> None:
        stream, version = f"bench-{tag}-{0 if contended else writer}", 1
        first = time.perf_counter()
        try:
            while first < until:
                attempts[writer] += 1
                actual = append(stream, version)
                version = (version if actual is None else actual) + 1
                if actual is None:
                    now = time.perf_counter()
                    latencies.append(now - first)
                    first = now
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    if errors:
        raise errors[0]
    figures = {"rate": len(latencies) / took, "count": len(latencies), "attempts": sum(attempts)}
    return {**figures, **quantiles(latencies)}
