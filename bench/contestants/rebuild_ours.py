"""Ours: the rebuilding of two views as the query service does it, under eventlet, from the logs' own pages."""

import eventlet

eventlet.monkey_patch()

import resource  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from typing import Any  # noqa: E402

import psutil  # noqa: E402

from bench.common import serve  # noqa: E402
from bench.contestants.rebuild_story import LOGS, at  # noqa: E402
from services.kernel.database import Database  # noqa: E402
from services.kernel.rebuild import Unwatched, rebuild  # noqa: E402
from services.kernel.recorder import PostgresRecorder  # noqa: E402
from services.kernel.wire import to_wire  # noqa: E402
from services.query.views.certificate_register import CERTIFICATE_REGISTER  # noqa: E402
from services.query.views.timeline import TIMELINE  # noqa: E402

VIEWS = (CERTIFICATE_REGISTER, TIMELINE)
PAGE = 1000


class Logs:
    """The logs, ``times`` over: the same events again under the positions that follow."""

    def __init__(self, url: str, times: int) -> None:
        self.recorders = {source: PostgresRecorder(Database(at(url, source))) for source in LOGS}
        self.heads = {source: one.max_notification_id() or 0 for source, one in self.recorders.items()}
        self.times = times

    def read(self, source: str, after: int) -> list[dict[str, Any]]:
        turn, position = divmod(after, self.heads.get(source, 0) or 1)
        if source not in self.heads or turn == self.times:
            return []
        before = turn * self.heads[source]
        return [to_wire(source, before + row[0], *row[1:]) for row in self.recorders[source].page(position, PAGE)]


class Memory(Unwatched):
    """How much is in use, after the first pages and at the most."""

    def __init__(self) -> None:
        self.begin = self.most = 0.0
        self.pages = 0

    def reached(self, cursor: Any, positions: dict[str, int]) -> None:
        self.pages += 1
        if self.pages % 20 == 0:
            now = psutil.Process().memory_info().rss / 2**20
            self.begin, self.most = self.begin or now, max(self.most, now)


def main(url: str) -> None:
    database = Database(url)

    def answer(times: int = 1) -> dict[str, Any]:
        logs, memory = Logs(url, times), Memory()
        began, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
        rebuild(database, VIEWS, logs.read, memory)
        seconds = time.perf_counter() - began
        spent = resource.getrusage(resource.RUSAGE_SELF)
        events = times * sum(logs.heads.values())
        return {
            "rate": events / seconds,
            "events": events,
            "python_us": 1e6 * (spent.ru_utime + spent.ru_stime - cpu.ru_utime - cpu.ru_stime) / events,
            "begin_mb": memory.begin,
            "most_mb": memory.most,
        }

    serve(answer)


if __name__ == "__main__":
    main(sys.argv[1])
