"""Commands that keep coming while a test breaks things, given as a client gives them: again and again until accepted."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self

from tests.kernel.harness import Bench
from tests.kernel.proof import increment


class Stream:
    """``with Stream(bench) as stream: …`` ends when every command that was begun is accepted."""

    def __init__(self, bench: Bench, clients: int = 2, name: str = "c") -> None:
        self.bench, self.name = bench, name
        self.accepted: list[dict[str, Any]] = []
        self._failed: list[BaseException] = []
        self._ending = threading.Event()
        self._clients = [threading.Thread(target=self._give, args=[client]) for client in range(clients)]

    def _give(self, client: int) -> None:
        number = 0
        try:
            while not self._ending.is_set():
                number += 1
                command = increment(f"{self.name}{(client + number) % 5}", by=number)
                self.bench.insist("counter", "increment", command)
                self.accepted.append(command)
                self._ending.wait(0.02)
        except BaseException as error:
            self._failed.append(error)

    def __enter__(self) -> Self:
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ending.set()
        for client in self._clients:
            client.join()
        if error is None and self._failed:
            raise self._failed[0]
