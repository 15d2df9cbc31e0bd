"""The gateway as it runs: a real socket, real RPC, clients that behave badly, more of them than it takes at once."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.nursery import PRODUCT, Begun
from tests.services.test_gateway_files import PDF, png

PERMITS = 4


class Running:
    """A gateway process and where it listens."""

    def __init__(self, directory: Path) -> None:
        self.stuck, self.busy, self.log = directory / "stuck", directory / "busy", directory / "log"
        self.data = directory / "data"
        settings = {
            "AMQP_URI": "memory://",
            "DATA": str(self.data),
            "PUBLIC_URL": "http://zhuce.test",
            "WEB_SERVER_ADDRESS": "127.0.0.1:0",
            "MAX_REQUESTS": PERMITS,
        }
        self.process = Begun(
            ["tests.services.gateway_host"],
            PRODUCT,
            {**os.environ, "SETTINGS": json.dumps(settings), "STUCK": str(self.stuck), "BUSY": str(self.busy)},
            stdout=subprocess.PIPE,
            stderr=self.log.open("w"),
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline().strip()
        assert said, self.log.read_text()
        self.port = int(said)
        self.url = f"http://127.0.0.1:{self.port}"

    def sign_in(self, username: str = "zhang-wei-ming") -> dict[str, str]:
        body = {"username": username, "password": "a long password"}
        token = requests.post(f"{self.url}/api/v1/sessions", json=body, timeout=30).json()["token"]
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("gateway"))
    yield running
    running.process.kill()
    running.process.wait()


def test_a_request_goes_all_the_way_and_a_refusal_comes_back(running: Running) -> None:
    reply = requests.post(
        f"{running.url}/api/v1/filings",
        json={"matter": "hunan/constructor-2-initial"},
        headers=running.sign_in(),
        timeout=30,
    )
    assert (reply.status_code, reply.json()["code"]) == (409, "open_filing_exists")
    assert reply.headers["Content-Type"] == "application/problem+json"


def test_a_file_comes_in_pieces_without_a_length(running: Running) -> None:
    data = png(400)
    pieces = (data[start : start + 1000] for start in range(0, len(data), 1000))
    reply = requests.post(
        f"{running.url}/api/v1/files", params={"name": "x.png"}, data=pieces, headers=running.sign_in(), timeout=30
    )
    assert (reply.status_code, reply.json().get("size")) == (201, len(data)), reply.text


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_that_is_too_large_is_told_so(running: Running, chunked: bool) -> None:
    data = b"%PDF-" + b"0" * (22 * 1024 * 1024)
    pieces = (data[start : start + 2**16] for start in range(0, len(data), 2**16))
    reply = requests.post(
        f"{running.url}/api/v1/files",
        params={"name": "x.pdf"},
        data=pieces if chunked else data,
        headers=running.sign_in(),
        timeout=30,
    )
    assert (reply.status_code, reply.json()["code"]) == (413, "file_too_large")


def test_a_chunked_json_body(running: Running) -> None:
    headers = {**running.sign_in(), "Content-Type": "application/json"}
    body = iter([b'{"matter": ', b'"hunan/constructor-2-initial"}'])
    reply = requests.post(f"{running.url}/api/v1/filings", data=body, headers=headers, timeout=30)
    assert reply.json()["code"] == "open_filing_exists"


def test_ready_when_every_service_is(running: Running) -> None:
    reply = requests.get(f"{running.url}/health/ready", timeout=30)
    assert (reply.status_code, reply.json()["ok"]) == (200, True)
    assert set(reply.json()["services"]) == {"identity", "filing", "review", "certificate", "query", "gateway"}
    assert reply.json()["services"]["gateway"] == {"ok": True, "parts": {"broker": {"ok": True}}}


def test_not_ready_when_one_does_not_answer_in_two_seconds(running: Running) -> None:
    running.stuck.touch()
    try:
        reply = requests.get(f"{running.url}/health/ready", timeout=25)  # query takes 30
        assert (reply.status_code, reply.json()["ok"]) == (503, False)
        services = reply.json()["services"]
        assert services["query"] == {"ok": False, "code": "service_unavailable"} and services["filing"]["ok"]
        assert requests.get(f"{running.url}/health/live", timeout=30).json() == {"ok": True}
    finally:
        running.stuck.unlink()


def test_more_than_it_takes_at_once_are_told_to_come_again(running: Running) -> None:
    def ask(_: int) -> requests.Response:
        reply = requests.get(f"{running.url}/api/v1/matters", timeout=60)
        if reply.status_code == 503:
            turned.append(reply)
            if len(turned) == PERMITS:  # those who were let in have waited until the last of the others came
                running.busy.unlink(missing_ok=True)
        return reply

    turned: list[requests.Response] = []
    running.busy.touch()
    with ThreadPoolExecutor(PERMITS * 2) as pool:
        asked = list(pool.map(ask, range(PERMITS * 2)))
        statuses = sorted(reply.status_code for reply in asked)
    assert statuses == [200] * PERMITS + [503] * PERMITS
    turned_away = next(reply for reply in asked if reply.status_code == 503)
    assert turned_away.json()["code"] == "too_busy" and int(turned_away.headers["Retry-After"]) >= 1
    # Everybody gave their permit back.
    assert requests.get(f"{running.url}/api/v1/session", timeout=30).status_code == 401
    metrics = requests.get(f"{running.url}/metrics", timeout=30).text
    assert f"zhuce_http_turned_away_total {PERMITS}.0" in metrics


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS to a port that speaks none
        b"GET /verify HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
        b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"",
    ],
)
def test_a_client_that_behaves_badly_harms_nobody_else(running: Running, sent: bytes) -> None:
    for reset in (False, True):
        with socket.create_connection(("127.0.0.1", running.port), timeout=30) as client:
            client.sendall(sent)
            if reset:  # gone without a word: the server's next write fails
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    time.sleep(0.1)
    assert requests.get(f"{running.url}/health/live", timeout=30).status_code == 200
    assert requests.get(f"{running.url}/api/v1/session", timeout=30).status_code == 401
    assert running.process.poll() is None


def test_nobody_is_named_in_the_log(running: Running) -> None:
    session = running.sign_in("zhang-wei-ming-2")
    requests.get(f"{running.url}/api/v1/filings", params={"name": "张伟明", "x": "110105"}, headers=session, timeout=30)
    requests.post(f"{running.url}/api/v1/files", params={"name": "张伟明.pdf"}, data=PDF, headers=session, timeout=30)
    log = running.log.read_text("utf-8")
    assert '"event": "request"' in log and "/api/v1/files" in log
    typed = ("张伟明", "%E5%BC%A0", "\\u5f20", "110105", "zhang-wei-ming", "a long password", session["Authorization"])
    assert not [one for one in typed if one in log]


def test_it_stops_when_it_is_told_to(tmp_path: Path) -> None:
    running = Running(tmp_path)
    kept_alive = requests.Session()
    assert kept_alive.get(f"{running.url}/health/live", timeout=30).status_code == 200
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(60) == 0, running.log.read_text()
