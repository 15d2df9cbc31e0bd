"""Commands that keep coming while a test breaks things, given as a client gives them: again and again until accepted."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self

from tests.kernel.harness import Bench
from tests.kernel.proof import increment

COUNTERS = 5
"""So few that clients meet on them."""
PATIENCE = 0.7
"""Seconds after which a client asks for the first time again: what has died answers nobody."""


class Stream:
    """``with Stream(bench) as stream: …`` ends when every command that was begun is accepted.

    ``batch``: so many commands in one call. ``pause``: seconds between calls of one client.
    """

    def __init__(self, bench: Bench, clients: int = 2, name: str = "c", batch: int = 0, pause: float = 0.02) -> None:
        self.bench, self.name, self.batch, self.pause = bench, name, batch, pause
        self.accepted: list[dict[str, Any]] = []
        self.replies: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._failed: list[BaseException] = []
        self._ending = threading.Event()
        self._clients = [threading.Thread(target=self._give, args=[client]) for client in range(clients)]

    def _give(self, client: int) -> None:
        number = 0
        try:
            while not self._ending.is_set():
                size = self.batch or 1
                names = [f"{self.name}{(client + number + n) % COUNTERS}" for n in range(size)]
                commands = [increment(name, by=number + n + 1) for n, name in enumerate(names)]
                number += size
                if self.batch:
                    replies = self.bench.insist("counter", "increment_all", commands, patience=PATIENCE)
                else:
                    replies = [self.bench.insist("counter", "increment", commands[0], patience=PATIENCE)]
                self.accepted += commands
                self.replies += zip(commands, replies, strict=True)
                self._ending.wait(self.pause)
        except BaseException as error:
            self._failed.append(error)

    def end(self) -> None:
        """Nobody begins another command."""
        self._ending.set()

    def __enter__(self) -> Self:
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()
        for client in self._clients:
            client.join()
        if error is None and self._failed:
            raise self._failed[0]
