"""Many HTTP clients in one small process: keep-alive connections, one request at a time on each, no library.

A client that costs as much as what it measures would measure itself: this one needs some 30 µs a request.
"""

from __future__ import annotations

import re
import selectors
import socket
import sys
import time
from typing import Any

from bench.common import quantiles, serve

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_POSITION = re.compile(rb"\r\nzhuce-position: *[a-z]+:(\d+)", re.IGNORECASE)


class Client:
    """One connection. ``number`` makes every body differ from the one before."""

    def __init__(self, host: str, port: int, head: bytes) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head, self.number, self.began, self.read = head, 0, 0.0, b""

    def send(self) -> None:
        """The next request, in one packet."""
        self.number = self.number % 1000 + 1
        body = b'{"specialty":"building","compulsory_hours":%d}' % self.number
        self.read, self.began = b"", time.perf_counter()
        self.socket.sendall(self.head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def reply(self) -> tuple[int, bytes] | None:
        """(status, head), once all of it is there."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        self.read += data
        head, blank, body = self.read.partition(b"\r\n\r\n")
        found = _LENGTH.search(head)
        if not blank or found is None or len(body) < int(found[1]):
            return None
        return int(head[9:12]), head


def main(host: str, port: int) -> None:
    """Clients are kept between questions."""
    kept: dict[str, Client] = {}

    def answer(paths: list[str], header: str, seconds: float, trace: bool = False) -> dict[str, Any]:
        """A client a path, each as fast as it is answered. Only 2xx is a success. ``trace``: say when what was told."""
        clients = []
        for number, path in enumerate(paths):
            key = f"{number} {path}"
            if key not in kept:
                head = f"PATCH {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {header}\r\n"
                kept[key] = Client(host, port, (head + "Content-Type: application/json\r\n").encode())
            clients.append(kept[key])
        return run(clients, seconds, trace)

    serve(answer)


def run(clients: list[Client], seconds: float, trace: bool) -> dict[str, Any]:
    """Replies a second, how long they took, and when which position was told."""
    latencies: list[float] = []
    seen: list[tuple[float, int]] = []
    statuses: dict[int, int] = {}
    begin = time.perf_counter()
    until = begin + seconds
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send()
        waiting = len(clients)
        while waiting:
            for key, _ in selector.select(10):
                client = key.data
                reply = client.reply()
                if reply is None:
                    continue
                now = time.perf_counter()
                latencies.append(now - client.began)
                statuses[reply[0]] = statuses.get(reply[0], 0) + 1
                if trace and (found := _POSITION.search(reply[1])):
                    seen.append((time.monotonic(), int(found[1])))
                if now < until:
                    client.send()
                else:
                    waiting -= 1
    took = time.perf_counter() - begin
    good = sum(count for status, count in statuses.items() if 200 <= status < 300)
    if good != sum(statuses.values()):
        print(f"replies by status: {statuses}", file=sys.stderr)
    return {"rate": good / took, "count": good, "statuses": statuses, "seen": seen, **quantiles(latencies)}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
