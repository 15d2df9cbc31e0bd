"""The product as it is deployed: the story told over the front proxy, and the walls between the parts."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from pytest_docker.plugin import DockerComposeExecutor

from deploy.stack.compose import ROOT
from tests.stack.conftest import logs_of

# Starting and the whole story, on two cores.
pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

SERVICES = ("identity", "filing", "review", "certificate", "query", "gateway")


def test_one_filing_is_carried_from_registration_to_certificate(
    stack_url: str, compose: DockerComposeExecutor, env_file: Path, tmp_path: Path
) -> None:
    settings = dict(line.split("=", 1) for line in env_file.read_text().splitlines())
    password = tmp_path / "operator-password"
    password.write_text(settings["ZHUCE_OPERATOR_PASSWORD"])
    result = subprocess.run(
        [sys.executable, "-m", "demo", "--api", stack_url, "--password-file", str(password)],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    print(result.stdout)
    assert result.returncode == 0, result.stdout + logs_of(compose)


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_runs_as_root(stack_url: str, compose: DockerComposeExecutor, service: str) -> None:
    user = compose.execute(f"exec -T {service} id -u").decode().split()[-1]
    assert user == "10001"


def test_a_role_enters_its_own_database_and_no_other(stack_url: str, compose: DockerComposeExecutor) -> None:
    ask = (
        "import os, psycopg2; url = os.environ['DATABASE_URL']; psycopg2.connect(url).close(); "
        "psycopg2.connect(url.rpartition('/')[0] + '/zhuce_identity')"
    )
    refused = compose.execute(f'exec -T review python -c "{ask}"', success_codes=(1,)).decode()
    assert "permission denied for database" in refused


def test_the_gateway_cannot_reach_the_database(stack_url: str, compose: DockerComposeExecutor) -> None:
    ask = "import socket; socket.create_connection(('postgres', 5432), 5)"
    refused = compose.execute(f'exec -T gateway python -c "{ask}"', success_codes=(1,)).decode()
    assert "gaierror" in refused or "timed out" in refused


def test_the_front_door_keeps_the_metrics_inside(stack_url: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{stack_url}/metrics", timeout=10)
    assert refused.value.code == 404


def test_everything_comes_back_after_the_broker_was_killed(
    stack_url: str, compose: DockerComposeExecutor
) -> None:
    compose.execute("kill rabbitmq")
    compose.execute("up --detach --no-build rabbitmq")
    for service in SERVICES:
        compose.execute(
            f"exec -T {service} python -c "
            "'import sys, time; from deploy.healthcheck import main; "
            "sys.exit(next((0 for _ in range(60) if main() == 0 or time.sleep(2)), 1))'"
        )
