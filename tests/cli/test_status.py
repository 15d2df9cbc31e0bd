"""``zhuce status``: what an operator sees of a running product, of one that is ill, and of one that nobody can sign in to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from contracts.status import (
    CommandStatus,
    FollowerStatus,
    PartStatus,
    PoolStatus,
    QueueStatus,
    RebuildStatus,
    RelayStatus,
    ServiceStatus,
    SystemStatus,
)
from services.kernel.clock import clock
from tests.cli.zhuce import ROOT, zhuce
from tests.kernel.harness import eventually

if TYPE_CHECKING:
    from demo.product import Running

EVERY = ("identity", "filing", "review", "certificate", "query", "gateway")


def test_an_operator_sees_everything(product: Running) -> None:
    said = zhuce("status", "--api", product.url, ZHUCE_PASSWORD=product.operator_password)
    assert said.code == 0, said.out + said.error
    for service in EVERY:
        assert service in said.out
    for words in ("日志位置", "待发布", "query.timeline", "跟上", "SignIn", "p99"):
        assert words in said.out
    assert "异常" not in said.out and "停在" not in said.out


def test_without_a_session_only_whether_it_is_well(product: Running, tmp_path: Path) -> None:
    said = zhuce("status", "--api", product.url, where=tmp_path)
    assert said.code == 0, said.error
    assert "query.timeline.follows.review" in said.out and "正常" in said.out
    assert "日志位置" not in said.out and "ZHUCE_PASSWORD" in said.out


def times_asked(product: Running) -> float:
    """How often it was asked for its status so far."""
    text = requests.get(f"{product.url}/metrics", timeout=30).text
    lines = [line for line in text.splitlines() if line.startswith("zhuce_http_requests_total{") and '/status"' in line]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def test_watching_goes_on_until_it_is_interrupted(product: Running) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "ZHUCE_PASSWORD": product.operator_password}
    before = times_asked(product)
    watching = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "cli.main", "status", "--api", product.url, "--watch", "--every", "0.2"],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell in the background has it ignored
    )  # fmt: skip
    eventually(lambda: times_asked(product) >= before + 2)  # shown, and soon shown again
    assert watching.poll() is None
    watching.send_signal(signal.SIGINT)
    out, error = watching.communicate(timeout=60)
    assert watching.returncode == 0 and error == "" and "日志位置" in out, (out, error)


@contextmanager
def answering(status: SystemStatus | None, ready: dict[str, Any]) -> Iterator[str]:
    """A product that says this; without a status nobody can sign in."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health/ready":
                self._say(200 if ready["ok"] else 503, ready)
            elif self.path == "/api/v1/status" and status is not None:
                self._say(200, status.model_dump(mode="json"))

        def do_POST(self) -> None:
            if status is None:
                self._say(503, {"title": "暂时无法提供服务", "detail": "identity"})
            else:
                self._say(201, {"token": "t"})

        def _say(self, code: int, body: Any) -> None:
            self.send_response(code)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


ILL = ServiceStatus(
    service="query",
    ok=False,
    parts={
        "query.parties.follows.filing": PartStatus(ok=False, detail="filing:17 filing.FilingSubmitted.v1"),
        "query.timeline.follows.filing": PartStatus(ok=False, degraded=True, detail="lag=12000"),
    },
    followers=(
        FollowerStatus(
            follower="query.parties", source="filing", position=16, head=20, lag=4,
            stopped_at="filing:17 filing.FilingSubmitted.v1",
        ),
        FollowerStatus(follower="query.timeline", source="filing", position=20, caught_up=False),
    ),
)  # fmt: skip
BUSY = ServiceStatus(
    service="filing",
    ok=True,
    position=20,
    relay=RelayStatus(active=False, elsewhere=False, position=15, lag=5),
    queues=(QueueStatus(queue="rpc-filing", ready=41, consumers=1), QueueStatus(queue="x", ready=1, consumers=1)),
    dead_letters={"notice": 3},
    refusals={f"code_{n}": 50 - n for n in range(8)},
    commands=(CommandStatus(command="SubmitFiling", done=9, refused=2, failed=1, p50_ms=3.25, p99_ms=40),),
    pool=PoolStatus(in_use=7, size=8),
    rebuilds=(RebuildStatus(view="timeline", running=True, done=777, total=4242),),
    unknown=("log",),
)


def test_an_ill_product_is_told_in_words_and_by_the_exit_code() -> None:
    found = SystemStatus(ok=False, at=clock.now(), services=(BUSY, ILL))
    with answering(found, {"ok": False, "services": {}}) as url:
        said = zhuce("status", "--api", url, ZHUCE_PASSWORD="p")
        every = zhuce("status", "--api", url, "--all", ZHUCE_PASSWORD="p")
    assert said.code == 1 and every.code == 1
    for words in (
        "停在 filing:17 filing.FilingSubmitted.v1", "追赶中", "lag=12000", "需关注", "5(无人发布)", "7/8", "777", "4242", "42", "3.25",
        "未能及时答复", "code_0", "50",
    ):  # fmt: skip
        assert words in said.out, words
    assert "code_7" not in said.out and "code_7" in every.out


def test_a_product_that_nobody_can_sign_in_to_still_says_what_is_wrong() -> None:
    services = {"identity": {"ok": False, "code": "service_unavailable"}, "filing": {"ok": True, "parts": {"database": {"ok": True}}}}
    with answering(None, {"ok": False, "services": services}) as url:
        said = zhuce("status", "--api", url, ZHUCE_PASSWORD="p")
    assert said.code == 1 and "service_unavailable" in said.out and "异常" in said.out
