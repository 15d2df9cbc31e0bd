"""``zhuce`` where nothing runs: the matters can be read, and everything else says what to do."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.product import free_address
from tests.cli.zhuce import zhuce

CODE = "hunan/constructor-2-initial"


@pytest.fixture
def nobody() -> str:
    """An address where nothing answers."""
    return f"http://{free_address(0)}"


@pytest.fixture
def somebody_else() -> Iterator[str]:
    """Another program's web server."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>hello</html>")

        def log_message(self, *_: object) -> None:
            return

    with http.server.HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_matters_are_listed() -> None:
    said = zhuce("matters", "list")
    assert said.code == 0 and CODE in said.out and "二级建造师初始申报" in said.out


def test_a_matter_is_told_whole() -> None:
    said = zhuce("matters", "show", CODE)
    assert said.code == 0
    for words in ("二级建造师初始申报", f"{CODE}@", "一次告知", "学历证书", "受理", "复审", "公示", "注册专业", "工作日"):
        assert words in said.out, words
    assert "None" not in said.out and "{" not in said.out


@pytest.mark.parametrize("asked", [("no/such",), (CODE, "--version", "99"), ("nonsense",)])
def test_a_matter_that_there_is_not(asked: tuple[str, ...]) -> None:
    said = zhuce("matters", "show", *asked)
    assert said.code == 1 and "zhuce matters list" in said.error


@pytest.mark.parametrize("command", [("status",), ("history", "430102199003070936"), ("dead-letters", "list")])
def test_nothing_runs_there(nobody: str, command: tuple[str, ...]) -> None:
    said = zhuce(*command, "--api", nobody, ZHUCE_PASSWORD="whatever")
    assert said.code == 1 and "zhuce up" in said.error and nobody in said.error


def test_nothing_runs_to_verify_with(nobody: str, tmp_path: Path) -> None:
    (tmp_path / "certificate.pdf").write_bytes(b"%PDF-1.7")
    said = zhuce("verify", str(tmp_path / "certificate.pdf"), "--api", nobody)
    assert said.code == 1 and "zhuce up" in said.error


def test_something_else_runs_there(somebody_else: str) -> None:
    said = zhuce("status", "--api", somebody_else)
    assert said.code == 1 and "可能不是本产品" in said.error


def test_a_file_that_is_not_there() -> None:
    said = zhuce("verify", "no-such-file.pdf")
    assert said.code == 2 and "no-such-file.pdf" in said.error


@pytest.mark.parametrize("asked", [(), ("--all", "an-id")])
def test_a_replay_says_what_it_wants(asked: tuple[str, ...]) -> None:
    said = zhuce("dead-letters", "replay", *asked)
    assert said.code == 2 and "--all" in said.error


def test_help_names_every_command() -> None:
    said = zhuce("--help")
    assert said.code == 0
    for command in ("up", "status", "history", "verify", "matters", "dead-letters"):
        assert command in said.out
