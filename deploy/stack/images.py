"""The images of the stack: official ones where a registry answers, else stand-ins from Debian packages."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.stack import debian, wheels
from deploy.stack.compose import ROOT
from deploy.stack.engine import say

STAND_INS = ROOT / "deploy" / "stand-in"
PRODUCT = "zhuce:local"


@dataclass(frozen=True)
class Image:
    """An image that our files name, and the variable that puts another in its place."""

    role: str
    variable: str
    official: str


IMAGES = (
    Image("python", "ZHUCE_BASE_IMAGE", "python:3.12-slim-bookworm"),
    Image("postgres", "POSTGRES_IMAGE", "postgres:18"),
    Image("rabbitmq", "RABBITMQ_IMAGE", "rabbitmq:3.13-management"),
    Image("nginx", "NGINX_IMAGE", "nginx:1.28"),
)


ROLES = frozenset(image.role for image in IMAGES)


def resolve(roles: frozenset[str] = ROLES) -> dict[str, str]:
    """An image for each variable of ``roles``, present in the engine when this returns."""
    chosen = {}
    registry: bool | None = None
    for image in (image for image in IMAGES if image.role in roles):
        named = os.environ.get(image.variable)
        if named:
            chosen[image.variable] = named
            continue
        if not _present(image.official):
            registry = _registry_answers() if registry is None else registry
            if not registry or not _pull(image.official):
                chosen[image.variable] = _stand_in(image.role)
                continue
        chosen[image.variable] = image.official
    return chosen


def build_product(base: str) -> str:
    """The product's own image on ``base``, built without a network; its name."""
    version = docker(
        "run", "--rm", base, "python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"
    )
    wheels.fetch(version.strip())
    say(f"building {PRODUCT} on {base} (Python {version.strip()})")
    docker("build", "--build-arg", f"BASE={base}", "-f", "deploy/Dockerfile", "-t", PRODUCT, ".")
    return PRODUCT


def docker(*arguments: str, timeout: float | None = None) -> str:
    """One command to the engine; its output, or ``RuntimeError`` with the end of what it said."""
    result = subprocess.run(
        ["docker", *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if result.returncode:
        raise RuntimeError(f"docker {arguments[0]} failed:\n{(result.stdout + result.stderr)[-2000:]}")
    return result.stdout


def _present(name: str) -> bool:
    return subprocess.run(["docker", "image", "inspect", name], capture_output=True).returncode == 0


def _registry_answers() -> bool:
    """Whether images can be pulled at all: tried with the smallest there is."""
    try:
        docker("pull", "hello-world", timeout=20)
    except (RuntimeError, subprocess.TimeoutExpired):
        say("no image registry can be reached: making stand-in images from Debian packages")
        return False
    return True


def _pull(name: str) -> bool:
    say(f"pulling {name}")
    try:
        docker("pull", name, timeout=600)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        say(f"could not pull {name} ({str(error).strip().splitlines()[-1]})")
        return False
    return True


def _stand_in(role: str) -> str:
    """The stand-in for ``role``, built unless one from the same files is there."""
    directory = STAND_INS / role
    suite = debian.suite()
    name = f"zhuce-stand-in-{role}:{suite}-{_digest(directory)}"
    if not _present(name):
        base = debian.base_image(_present)
        say(f"making the stand-in image {name}")
        # The host's network: an engine without working bridges or name service can still build.
        docker("build", "--network", "host", "--build-arg", f"DEBIAN={base}", "-t", name, str(directory))
    return name


def _digest(directory: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(directory.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]
