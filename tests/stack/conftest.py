"""Brings docker-compose.yml up with a name, a port and secrets of its own, and takes all of it down again."""

from __future__ import annotations

import json
import subprocess
import urllib.request
import uuid
from pathlib import Path

import pytest
from pytest_docker.plugin import DockerComposeExecutor, Services

from deploy.process import free_port
from deploy.stack.compose import COMPOSE_FILE, ROOT, command

# On two cores, with RabbitMQ and six services starting at once.
PATIENCE = 240.0


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    """The very file that a deployment uses."""
    return str(COMPOSE_FILE)


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    """Two runs on one machine do not meet."""
    return f"zhuce-test-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def stack_port() -> int:
    """The port of the front proxy on this machine."""
    return free_port()


@pytest.fixture(scope="session")
def env_file(tmp_path_factory: pytest.TempPathFactory, stack_port: int) -> Path:
    """Fresh secrets, and the settings in which a test differs from a deployment."""
    file = tmp_path_factory.mktemp("stack") / "env"
    subprocess.run([ROOT / "deploy" / "secrets.sh", file], check=True, capture_output=True)
    with file.open("a") as settings:
        settings.write(f"ZHUCE_PORT=127.0.0.1:{stack_port}\nZHUCE_DEVELOPMENT=1\n")
        settings.write(f"ZHUCE_PUBLIC_URL=http://127.0.0.1:{stack_port}\n")
    return file


@pytest.fixture(scope="session")
def docker_compose_command(env_file: Path) -> str:
    """Either version of Compose."""
    return " ".join([*command(), "--env-file", str(env_file)])


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    """Nothing: pytest-docker does not clean up after a failed start, so ``stack_url`` starts the stack."""
    return []


@pytest.fixture(scope="session")
def docker_cleanup() -> list[str]:
    """Containers, networks and volumes."""
    return ["down --volumes --remove-orphans --timeout 10"]


@pytest.fixture(scope="session")
def compose(
    docker_services: Services,
    docker_compose_command: str,
    docker_compose_file: str,
    docker_compose_project_name: str,
) -> DockerComposeExecutor:
    """Compose commands to this stack, which is taken down when the tests are over."""
    return DockerComposeExecutor(docker_compose_command, docker_compose_file, docker_compose_project_name)


@pytest.fixture(scope="session")
def stack_url(compose: DockerComposeExecutor, docker_services: Services, stack_port: int) -> str:
    """The address of the front proxy, once the gateway behind it is ready."""
    url = f"http://127.0.0.1:{stack_port}"
    try:
        # The images are there already: `python -m deploy.stack` pulled, made or built them.
        compose.execute("up --detach --no-build")
        docker_services.wait_until_responsive(check=lambda: _ready(url), timeout=PATIENCE, pause=1.0)
    except Exception as error:
        pytest.fail(f"the stack did not come up: {error}\n{logs_of(compose)}", pytrace=False)
    return url


def logs_of(compose: DockerComposeExecutor) -> str:
    """The last of what every container said, for whoever must find out why."""
    states = compose.execute("ps --all").decode(errors="replace")
    return states + compose.execute("logs --no-color --tail=40").decode(errors="replace")


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as response:
            return isinstance(json.load(response), dict)
    except (OSError, ValueError):
        return False
