"""Docker Compose, whichever is installed: the plugin (`docker compose`) or the older `docker-compose`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"


class NoCompose(Exception):
    """Neither version of Docker Compose is installed."""


def command() -> list[str]:
    """How to call Compose on this machine."""
    if shutil.which("docker"):
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True)
        if plugin.returncode == 0:
            return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    raise NoCompose("Docker Compose is not installed. Debian: apt-get install docker-compose")


class Project:
    """One named set of containers, with its own settings file; two projects never share anything."""

    def __init__(self, name: str, env_file: Path, files: tuple[Path, ...] = (COMPOSE_FILE,)) -> None:
        self.name = name
        self.arguments = [
            *command(),
            *("--project-name", name, "--env-file", str(env_file)),
            *(part for file in files for part in ("-f", str(file))),
        ]

    def run(self, *arguments: str, environment: dict[str, str] | None = None) -> str:
        """One Compose command; its output, or ``subprocess.CalledProcessError`` with it."""
        result = subprocess.run(
            [*self.arguments, *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise subprocess.CalledProcessError(result.returncode, arguments, result.stdout, result.stderr)
        return result.stdout
