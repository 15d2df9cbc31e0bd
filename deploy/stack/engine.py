"""A container engine: the one that runs, else one we install and start (as root on Debian) and stop again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("docker.io", "docker-compose", "debootstrap", "iptables", "ca-certificates")
PATIENCE = 60.0


class NoEngine(Exception):
    """No container engine can be had here; the message says what to install."""


def say(words: str) -> None:
    """A line of progress for the person who waits."""
    print(f"stack: {words}", file=sys.stderr, flush=True)


def answers() -> bool:
    """Whether an engine can be reached."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, timeout=60).returncode == 0


@contextmanager
def engine() -> Iterator[None]:
    """An engine for as long as the block lasts. One that ran before goes on; ours is stopped."""
    if answers():
        install_missing(("docker-compose",) if not _has_compose() else ())
        yield
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NoEngine(
            "no container engine answers. Start Docker (are you in the group `docker`?), or as root on "
            f"Debian run this again, which installs one; by hand: apt-get install {' '.join(PACKAGES)}"
        )
    if shutil.which("dockerd") is None or not _has_compose():
        install_missing(PACKAGES)
    # Under systemd, to install it is to start it: then it is the machine's, and stays.
    if _wait(5):
        yield
        return
    daemon = _start()
    try:
        yield
    finally:
        say("stopping the engine that was started for this")
        daemon.terminate()
        try:
            daemon.wait(30)
        except subprocess.TimeoutExpired:
            daemon.kill()


def install_missing(packages: tuple[str, ...]) -> None:
    """Install Debian packages, without recommended ones and without questions."""
    if not packages:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NoEngine(f"missing: {', '.join(packages)}. Debian: apt-get install {' '.join(packages)}")
    say(f"installing {', '.join(packages)}")
    # RUNLEVEL=1: without systemd, Debian would start the engine at once, and nobody would know to stop it.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        result = subprocess.run(["apt-get", *arguments], env=environment, capture_output=True, text=True)
        if result.returncode:
            raise NoEngine(f"apt-get {arguments[0]} failed:\n{result.stdout[-800:]}{result.stderr[-800:]}")


def _has_compose() -> bool:
    if shutil.which("docker-compose"):
        return True
    return shutil.which("docker") is not None and (
        subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0
    )


def _start() -> subprocess.Popen[bytes]:
    log = Path("/var/log/zhuce-dockerd.log")
    say(f"starting dockerd (log: {log})")
    with log.open("wb") as output:
        daemon = subprocess.Popen(
            ["dockerd"], stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    if not _wait(PATIENCE, daemon):
        daemon.kill()
        last = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
        raise NoEngine(f"dockerd did not start:\n{last}")
    return daemon


def _wait(seconds: float, daemon: subprocess.Popen[bytes] | None = None) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answers():
            return True
        if daemon is not None and daemon.poll() is not None:
            return False
        time.sleep(0.5)
    return False
