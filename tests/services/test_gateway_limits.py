"""A permit is held until a reply was sent, and always given back, also by a reply that failed half-way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from services.gateway.limits import Limits

ENVIRON = {"PATH_INFO": "/api/v1/x"}


def _start(status: str, headers: list[tuple[str, str]]) -> None:
    _start.status = status  # type: ignore[attr-defined]


def _app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [])
    return [b"one", b"two"]


def _status(limits: Limits, environ: dict[str, Any] = ENVIRON) -> tuple[str, Any]:
    reply = limits(dict(environ), _start)
    return _start.status, reply  # type: ignore[attr-defined]


def test_a_permit_is_held_until_the_reply_is_closed() -> None:
    limits = Limits(_app, 1)
    _, first = _status(limits)
    assert _status(limits)[0].startswith("503")
    assert b"".join(first) == b"onetwo"
    assert _status(limits)[0].startswith("503")
    first.close()
    first.close()  # twice does no harm: the permit is given back once
    status, second = _status(limits)
    assert status == "200 OK"
    assert _status(limits)[0].startswith("503")
    second.close()


def test_a_request_that_fails_gives_its_permit_back() -> None:
    def failing(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        raise OSError("gone")

    limits = Limits(failing, 1)
    for _ in range(3):
        with pytest.raises(OSError, match="gone"):
            limits(dict(ENVIRON), _start)


def test_a_reply_that_fails_half_way_gives_its_permit_back() -> None:
    class Broken:
        def __iter__(self) -> Iterator[bytes]:
            yield b"one"
            raise OSError("gone")

        def close(self) -> None:
            raise OSError("cannot even close")

    limits = Limits(lambda environ, start: Broken(), 1)
    for _ in range(3):
        reply = limits(dict(ENVIRON), _start)
        with pytest.raises(OSError, match="gone"):
            b"".join(reply)
        with pytest.raises(OSError, match="cannot even close"):
            reply.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_those_who_watch_are_never_turned_away(path: str) -> None:
    limits = Limits(_app, 1)
    _status(limits)
    assert _status(limits)[0].startswith("503")
    assert _status(limits, {"PATH_INFO": path})[0] == "200 OK"


def test_those_who_are_turned_away_are_counted() -> None:
    counted = []
    limits = Limits(_app, 1)
    limits.turned_away = lambda: counted.append(1)
    _status(limits)
    _status(limits)
    assert counted == [1]
