"""Ours: the kernel's writer, green threads under eventlet, as in a service."""

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

from bench.common import serve  # noqa: E402
from bench.contestants.race import BODY, race  # noqa: E402
from services.kernel.append import Append, AppendFailed  # noqa: E402
from services.kernel.database import Database  # noqa: E402
from services.kernel.recorder import PostgresRecorder  # noqa: E402
from services.kernel.writer import Writer  # noqa: E402

FINGERPRINT = "0" * 64


class Log:
    """One service process's log."""

    def __init__(self, url: str) -> None:
        self.recorder = PostgresRecorder(Database(url))
        self.recorder.create_tables()
        self.writer = Writer(self.recorder)

    def append(self, stream: str, version: int) -> int | None:
        return self._commit(Append([(stream, version, "bench.Written.v1", BODY)]), stream)

    def append_handled(self, stream: str, version: int) -> int | None:
        """The same with a command's id kept beside it, which is what every command of the product costs."""
        rows = [(stream, version, "bench.Written.v1", BODY)]
        return self._commit(Append(rows, (str(uuid4()), FINGERPRINT, stream, version)), stream)

    def _commit(self, append: Append, stream: str) -> int | None:
        try:
            self.writer.append(append)
        except AppendFailed as failed:
            if failed.reason != "conflict":
                raise
            if failed.actual is not None:
                return failed.actual
            with self.recorder.database.cursor() as cursor:  # what was to follow another that failed: look
                cursor.execute("SELECT coalesce(max(version), 0) FROM events WHERE stream = %s", [stream])
                return int(cursor.fetchone()[0])
        return None


def main(url: str) -> None:
    log = Log(url)

    def answer(writers: int, seconds: float, contended: bool, tag: str, handled: bool = False) -> dict[str, Any]:
        return race(log.append_handled if handled else log.append, writers, seconds, contended, tag)

    serve(answer)


if __name__ == "__main__":
    main(sys.argv[1])
