"""A network between two programs, on one TCP port, that fails as networks do: refuses, cuts, stalls, loses one direction."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlparse, urlunparse


class Proxy:
    """Passes everything on to the host and port of ``url`` until told otherwise; ``url`` afterwards leads through it."""

    def __init__(self, url: str) -> None:
        parts = urlparse(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        account = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        self.url = urlunparse(parts._replace(netloc=f"{account}127.0.0.1:{port}"))
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._up, self._down = threading.Event(), threading.Event()
        self._up.set()
        self._down.set()
        self._refusing = False
        threading.Thread(target=self._accept, daemon=True).start()

    # -- how it fails -----------------------------------------------------------------------------------------

    def cut(self) -> None:
        """Every connection ends now. New ones come through."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                _close(end)

    def refuse(self) -> None:
        """Every connection ends now, and no new one comes through until ``mend``."""
        self._refusing = True
        self.cut()

    def stall(self) -> None:
        """Nothing arrives any more, in either direction, and nobody is told; it arrives after ``mend``."""
        self._up.clear()
        self._down.clear()

    def forget(self) -> None:
        """Connections of now stall for ever, and nobody is told; new ones come through."""
        self.stall()
        self._up, self._down = threading.Event(), threading.Event()
        self.mend()

    def lose_replies(self) -> None:
        """What is asked arrives and is done; what is answered does not arrive. Then ``cut``: it is never told."""
        self._down.clear()

    def mend(self) -> None:
        """Everything comes through again."""
        self._refusing = False
        self._up.set()
        self._down.set()

    # -- how it works -----------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                _close(near)
                continue
            try:
                far = socket.create_connection(self._target)
            except OSError:
                _close(near)
                continue
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.append((near, far))
            for source, sink, passes in ((near, far, self._up), (far, near, self._down)):
                threading.Thread(target=self._pass, args=(source, sink, passes), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, passes: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                passes.wait()
                sink.sendall(data)
        _close(sink)
        _close(source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _close(self._listener)
        self.mend()
        self.cut()


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
