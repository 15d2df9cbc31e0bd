"""A service as a process of its own, as an orchestrator and Prometheus see it: alive, ready, measured, on an inner port."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from deploy.process import free_port
from tests.kernel.harness import databases, eventually

ROOT = Path(__file__).parents[2]


@contextmanager
def running(service: str, rabbit: str, database: str, directory: Path) -> Iterator[str]:
    """The address at which it tells its health."""
    port = free_port()
    environment = {
        **os.environ,
        "AMQP_URI": rabbit,
        "DATABASE_URL": database,
        "ZHUCE_DATA": str(directory),
        "ZHUCE_HEALTH": f"127.0.0.1:{port}",
        "ZHUCE_OPERATOR_PASSWORD": "only-for-this-test",
    }
    with (directory / f"{service}.log").open("wb") as log:
        command = [sys.executable, "-W", "ignore", "-m", "deploy.run", service]
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: _status(f"{url}/health/live") == 200, why=(directory / f"{service}.log").read_text)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _status(url: str) -> int:
    try:
        return requests.get(url, timeout=30).status_code
    except requests.ConnectionError:
        return 0


def test_a_service_becomes_ready_when_those_it_follows_answer_and_is_measured(
    rabbit: str, postgres: str, tmp_path: Path
) -> None:
    names = ("identity", "filing", "review", "certificate")
    with ExitStack() as stack:
        urls = stack.enter_context(databases(postgres, names))
        url = stack.enter_context(running("identity", rabbit, urls["identity"], tmp_path))
        assert _status(f"{url}/health/ready") == 503
        for name in names[1:]:
            stack.enter_context(running(name, rabbit, urls[name], tmp_path))
        eventually(
            lambda: _status(f"{url}/health/ready") == 200,
            why=lambda: requests.get(f"{url}/health/ready", timeout=30).text + (tmp_path / "identity.log").read_text()[-2000:],
        )
        parts = requests.get(f"{url}/health/ready", timeout=30).json()["parts"]
        assert parts["broker"] == {"ok": True} and parts["relay"]["published_by_somebody"] is True
        reply = requests.get(f"{url}/metrics", timeout=30)
        assert reply.status_code == 200 and reply.headers["Content-Type"].startswith("text/plain; version=")
        names_of = {family.name for family in text_string_to_metric_families(reply.text)}
        assert names_of >= {"zhuce_ready", "zhuce_log_position", "zhuce_relay_active", "zhuce_build_info", "process_open_fds"}
        assert 'zhuce_commands_total{command="OpenAccount",outcome="done",service="identity"} 1.0' in reply.text
        assert "only-for-this-test" not in reply.text
        assert _status(f"{url}/anything-else") == 404


def test_a_service_whose_sources_are_away_is_alive_and_not_ready(rabbit: str, postgres: str, tmp_path: Path) -> None:
    with databases(postgres, ["query"]) as urls, running("query", rabbit, urls["query"], tmp_path) as url:
        for _ in range(3):
            reply = requests.get(f"{url}/health/ready", timeout=30)
            assert reply.status_code == 503
            parts = reply.json()["parts"]
            assert parts["database"]["ok"] and not parts["query.timeline.follows.filing"]["caught_up"]
        text = requests.get(f"{url}/metrics", timeout=30).text
        assert 'zhuce_ready{service="query"} 0.0' in text and "zhuce_follower_lag_events{" not in text
        assert _status(f"{url}/health/live") == 200


def test_the_proxy_does_not_lead_to_the_metrics() -> None:
    configured = (ROOT / "deploy/nginx/nginx.conf").read_text("utf-8")
    assert "location = /metrics {\n            return 404;" in configured
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert compose.count("ports:") == 1  # the proxy's: health and metrics of the services stay inside
