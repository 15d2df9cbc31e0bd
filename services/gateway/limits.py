"""Back-pressure: so many requests at once and no more; the next is told to come again, cheaply."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

from services.gateway.refusals import MEDIA_TYPE, problem

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
ALWAYS = ("/health/", "/metrics")
"""Those who watch a busy product must still see it."""


class Limits:
    """Wraps an application. A permit is held until the reply's last byte is sent."""

    def __init__(self, app: Wsgi, permits: int) -> None:
        self.app = app
        self._permits = threading.BoundedSemaphore(permits)
        self.turned_away: Callable[[], None] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _understand_chunks(environ)
        if environ.get("PATH_INFO", "").startswith(ALWAYS):
            return self.app(environ, start_response)
        if not self._permits.acquire(blocking=False):
            self.turned_away()
            return _busy(start_response)
        try:
            reply = self.app(environ, start_response)
        except BaseException:
            self._permits.release()
            raise
        return _Held(reply, self._permits.release)


class _Held:
    """A reply that gives its permit back when it is closed, once."""

    def __init__(self, reply: Iterable[bytes], release: Callable[[], None]) -> None:
        self._reply = reply
        self._release: Callable[[], None] | None = release

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._reply)

    def close(self) -> None:
        """Called by the server when the reply was sent or given up."""
        release, self._release = self._release, None
        try:
            if callable(close := getattr(self._reply, "close", None)):
                close()
        finally:
            if release is not None:
                release()


def _busy(start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = problem("too_busy", 503, {}, (), str(uuid4()))
    data = json.dumps(body.model_dump(mode="json"), ensure_ascii=False).encode()
    headers = [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(data))), ("Retry-After", "2")]
    start_response("503 Service Unavailable", headers)
    return [data]


def _understand_chunks(environ: dict[str, Any]) -> None:
    """eventlet's input ends where a chunked body ends, but does not say so: werkzeug would read nothing."""
    if "eventlet.input" in environ and environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        environ["wsgi.input_terminated"] = True
