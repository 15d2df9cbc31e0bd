"""Starts the product that the story runs against: embedded, or as separate processes with real servers."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from demo.client import StepFailed

PATIENCE = 90.0
PORT = 8080
"""Where people look first. Tests take any: two products that start at once would both want it."""


@dataclass(frozen=True)
class Running:
    """Where the product answers, and the operator's first password."""

    url: str
    operator_password: str
    log: Path | None = None


@dataclass(frozen=True)
class Child:
    """A process that was started, and where its words go."""

    process: subprocess.Popen[bytes]
    log: Path


def free_address(preferred: int) -> str:
    """``127.0.0.1:port``: the preferred port when nobody uses it, else any free one; 0 prefers none."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return f"127.0.0.1:{probe.getsockname()[1]}"
    raise StepFailed("没有可用的端口")


@contextlib.contextmanager
def embedded(data: Path, say: Callable[[str], None], port: int = PORT) -> Iterator[Running]:
    """One process: PostgreSQL from a wheel, messages in memory."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    password = secrets.token_urlsafe(16)
    address = free_address(port)
    environment = {
        **os.environ,
        "ZHUCE_DATA": str(data),
        "ZHUCE_HTTP": address,
        "ZHUCE_DEVELOPMENT": "1",
        "ZHUCE_OPERATOR_PASSWORD": password,
    }
    command = [sys.executable, "-W", "ignore", "-m", "deploy.embedded"]
    with _child(command, environment, data / "console.log") as child:
        wait_ready(f"http://{address}", [child])
        yield Running(f"http://{address}", password, data / "zhuce.log")


@contextlib.contextmanager
def services(data: Path, say: Callable[[str], None], port: int = PORT) -> Iterator[Running]:
    """One process a service, with RabbitMQ and PostgreSQL: from the environment, Docker, or what is installed."""
    from deploy.postgres.databases import SERVICES, prepare
    from deploy.servers import servers

    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    password = secrets.token_urlsafe(16)
    address = free_address(port)
    with contextlib.ExitStack() as stack:
        used = stack.enter_context(servers(say=say))
        urls = prepare(used.admin_url, {name: secrets.token_urlsafe(16) for name in SERVICES})
        common = {
            **os.environ,
            "AMQP_URI": used.amqp_uri,
            "ZHUCE_DATA": str(data),
            "ZHUCE_HTTP": address,
            "ZHUCE_DEVELOPMENT": "1",
            "ZHUCE_OPERATOR_PASSWORD": password,
        }
        children = []
        for name in (*SERVICES, "gateway"):
            environment = {**common, "DATABASE_URL": urls[name]} if name in urls else common
            command = [sys.executable, "-W", "ignore", "-m", "deploy.run", name]
            children.append(stack.enter_context(_child(command, environment, data / f"{name}.log")))
        wait_ready(f"http://{address}", children)
        try:
            yield Running(f"http://{address}", password)
        finally:
            for child in children:  # all at once: one after another they would take as long as all together
                child.process.terminate()


@contextlib.contextmanager
def _child(command: list[str], environment: dict[str, str], log: Path) -> Iterator[Child]:
    with log.open("ab") as output:
        # A group of its own: Ctrl-C reaches the story first, which then stops what it started, in order.
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield Child(process, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_ready(url: str, children: list[Child]) -> None:
    """Until every part works; StepFailed names what does not, in its own last words."""
    deadline, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        for child in children:
            if child.process.poll() is not None:
                words = child.log.read_text("utf-8", errors="replace")[-2000:]
                raise StepFailed(f"进程已退出({child.process.returncode}): {child.process.args!r}\n{words}")
        with contextlib.suppress(requests.RequestException):
            with requests.Session() as http:
                http.trust_env = False
                answer = http.get(f"{url}/health/ready", timeout=5)
            if answer.status_code == 200:
                return
            last = answer.text[:2000]
        time.sleep(0.1)
    raise StepFailed(f"{url} 在 {PATIENCE:.0f} 秒内未就绪: {last}")
