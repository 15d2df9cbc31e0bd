"""The locked packages as files, for the Python of an image: so that it is built without a network.

pip fetches them here, with the settings it has here: an image in the making knows no proxies and mirrors.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys

from deploy.stack.compose import ROOT
from deploy.stack.engine import say

WHEELS = ROOT / "wheels"
LOCKS = ("requirements.lock", "requirements-fonts.lock")
# Debian 12 has glibc 2.36; every wheel made for that or for something older will do.
GLIBC_MINOR = 36


def fetch(python_version: str) -> None:
    """Fill ``wheels/`` for ``python_version`` ("3.11"), unless it holds just that."""
    locks = b"".join((ROOT / lock).read_bytes() for lock in LOCKS)
    wanted = f"{python_version} {platform.machine()} {hashlib.sha256(locks).hexdigest()}"
    stamp = WHEELS / "made-for"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"fetching wheels for Python {python_version}")
    shutil.rmtree(WHEELS, ignore_errors=True)
    WHEELS.mkdir(parents=True)
    machine = platform.machine()
    legacy = [f"{name}_{machine}" for name in ("manylinux1", "manylinux2010", "manylinux2014", "linux")]
    platforms = [*(f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC_MINOR, 4, -1)), *legacy]
    result = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-input",
            ),
            *("--no-deps", "--require-hashes", "--only-binary=:all:", "--implementation=cp"),
            *(f"--python-version={python_version}", f"--dest={WHEELS}"),
            *(f"--platform={name}" for name in platforms),
            *(part for lock in LOCKS for part in ("-r", str(ROOT / lock))),
        ],
        capture_output=True,
        text=True,
    )
    if result.returncode:
        shutil.rmtree(WHEELS, ignore_errors=True)
        raise RuntimeError(f"could not fetch the wheels:\n{result.stderr[-2000:]}")
    stamp.write_text(wanted)
