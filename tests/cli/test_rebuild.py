"""``zhuce rebuild`` on a running product, and against a gateway that says what a long or a broken rebuilding says."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.zhuce import zhuce

if TYPE_CHECKING:
    from demo.product import Running


def test_a_view_is_rebuilt_while_the_product_runs(product: Running) -> None:
    settings = {"ZHUCE_PASSWORD": product.operator_password, "ZHUCE_API": product.url}
    said = zhuce("rebuild", "timeline", **settings)
    assert said.code == 0, said.out + said.error
    assert "timeline 已重建" in said.out and "个事件" in said.out
    listed = zhuce("rebuild", "--list", **settings)
    line = next(line for line in listed.out.splitlines() if "timeline" in line)
    assert listed.code == 0 and "已重建" in line
    assert "officer_queue" in listed.out


@contextmanager
def gateway(told: Callable[[], dict[str, Any]]) -> Iterator[str]:
    """Signs everybody in, and tells this of every rebuilding."""

    class Page(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.dumps({"token": "t"} if self.path.endswith("/sessions") else told()).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def progress(**known: Any) -> dict[str, Any]:
    moments = {"began_at": "2026-03-03T10:00:00+08:00", "changed_at": "2026-03-03T10:00:05+08:00"}
    return {"view": "timeline", "error": None, "total": 400, "per_second": 40.0, "seconds_left": 5.0, **moments, **known}


def test_it_waits_until_the_view_is_there() -> None:
    steps = iter([progress(state="running", done=100), progress(state="running", done=200), progress(state="done", done=400)])
    with gateway(lambda: next(steps)) as url:
        said = zhuce("rebuild", "timeline", "--api", url, ZHUCE_PASSWORD="secret")
    assert said.code == 0 and "timeline 已重建:400 个事件,5.0 秒" in said.out
    assert next(steps, None) is None


@pytest.mark.parametrize("state", ["failed", "idle"])
def test_what_failed_is_said_with_the_event_that_stopped_it(state: str) -> None:
    told = [progress(state="running", done=100), progress(state=state, done=100, error="CannotApply filing:17 filing.X.v1")]
    with gateway(lambda: told.pop(0) if len(told) > 1 else told[0]) as url:
        said = zhuce("rebuild", "timeline", "--api", url, ZHUCE_PASSWORD="secret")
    assert said.code == 1 and "filing:17" in said.error and "未受影响" in said.error


@pytest.mark.parametrize("asked", [(), ("timeline", "--list"), ("no_such_view",)])
def test_it_says_what_it_wants(asked: tuple[str, ...]) -> None:
    said = zhuce("rebuild", *asked)
    assert said.code == 2 and ("--list" in said.error or "timeline" in said.error)
