"""A thousand clients at once from one thread: each sends one request on a connection of its own, and reads the reply."""

from __future__ import annotations

import contextlib
import resource
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    """What came back, and after how many seconds. Status 0: the connection failed."""

    status: int
    head: str
    body: bytes
    seconds: float

    @property
    def turned_away(self) -> bool:
        """Told to come again, before anything was done."""
        return self.status == 503 and "\r\nretry-after:" in self.head.lower() and b'"too_busy"' in self.body


class _Client:
    def __init__(self, number: int, address: tuple[str, int], request: bytes) -> None:
        self.number, self.unsent, self.read = number, request, b""
        self.began = time.monotonic()
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex(address)

    def step(self, events: int) -> bool:
        """Whether its reply is complete."""
        if events & selectors.EVENT_WRITE and self.unsent:
            self.unsent = self.unsent[self.socket.send(self.unsent) :]
        if events & selectors.EVENT_READ:
            piece = self.socket.recv(65536)
            self.read += piece
            return not piece
        return False


def flood(address: tuple[str, int], requests: Sequence[bytes], patience: float = 60.0) -> list[Reply]:
    """The replies, in the requests' order. Each request must ask for its connection to be closed."""
    allow(len(requests) + 200)
    replies: dict[int, Reply] = {}
    until = time.monotonic() + patience
    with selectors.DefaultSelector() as selector:
        for number, request in enumerate(requests):
            client = _Client(number, address, request)
            selector.register(client.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, client)
        while len(replies) < len(requests):
            assert time.monotonic() < until, f"{len(requests) - len(replies)} without a reply"
            for key, events in selector.select(1):
                client = key.data
                over = True
                with contextlib.suppress(OSError):
                    over = client.step(events)
                if over:
                    selector.unregister(client.socket)
                    client.socket.close()
                    replies[client.number] = _reply(client)
                elif not client.unsent:
                    selector.modify(client.socket, selectors.EVENT_READ, client)
    return [replies[number] for number in range(len(requests))]


def _reply(client: _Client) -> Reply:
    head, _, body = client.read.partition(b"\r\n\r\n")
    status = int(head[9:12]) if head.startswith(b"HTTP/1.1 ") else 0
    return Reply(status, head.decode("latin-1"), body, time.monotonic() - client.began)


def allow(files: int) -> None:
    """So many open files, for this process and those that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files:
        assert hard in (resource.RLIM_INFINITY,) or hard >= files, f"ulimit -n must allow {files} open files"
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
