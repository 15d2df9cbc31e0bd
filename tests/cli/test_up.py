"""``zhuce up``: starts the whole product on a data directory, says where it is, and leaves nothing running behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from demo.client import Api
from demo.product import free_address
from tests.cli.zhuce import ROOT, zhuce


@contextmanager
def _up(data: Path, address: str) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHUCE_")}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "cli.main", "up", "--data", str(data), "--http", address],
        env={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _words_until(process: subprocess.Popen[str], last: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if last in line:
            return said
    pytest.fail(f"zhuce up ended: {said}")


def test_up_and_down_again(tmp_path: Path) -> None:
    data, address = tmp_path / "data", free_address(0)
    with _up(data, address) as process:
        said = _words_until(process, "zhuce.log")
        assert f"http://{address}/api/v1" in said and f"http://{address}/openapi" in said
        password = (data / "keys" / "operator-password").read_text().strip()
        assert password not in said, "a terminal's history is no place for a password"
        assert "operator-password" in said
        visitor = Api(f"http://{address}").sign_in("operator", password)
        assert visitor.get("/session")["actor"]["kind"] == "operator"
        assert zhuce("status", "--api", f"http://{address}").code == 0
        refused = visitor.send("GET", "/development/messages", params={"phone": "13900000000"})
        assert refused.status_code == 404, "nothing of development without --development"

        again = zhuce("up", "--data", str(data), "--http", free_address(0))
        assert again.code == 3 and str(data) in again.error
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) > 3
    assert process.returncode in (0, 130)
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []
    assert not (data / "keys" / "operator-password").stat().st_mode & 0o077, "for its owner's eyes only"


def test_a_port_that_somebody_else_has(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        said = zhuce("up", "--data", str(tmp_path / "data"), "--http", address)
    assert said.code == 4 and address in said.error and "ZHUCE_HTTP" in said.error


def test_an_address_that_is_none(tmp_path: Path) -> None:
    said = zhuce("up", "--data", str(tmp_path / "data"), "--http", "somewhere")
    assert said.code == 4 and "ZHUCE_HTTP" in said.error
