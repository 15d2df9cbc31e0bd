"""A Debian image from Debian's own packages: no registry. It reaches its mirror as this machine does."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from deploy.stack.engine import install_missing, say

DEFAULT_MIRROR = "http://deb.debian.org/debian"
DEFAULT_SUITE = "bookworm"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# How apt gets through to its mirror. Not taken: hooks, which call programs that the image has not.
_TRANSPORT = re.compile(
    r'^Acquire::(http|https|Check-Valid-Until|Check-Date|Retries|Proxy)\b.*"[^"]+";$', re.I | re.M
)


def suite() -> str:
    """This machine's Debian release, whose mirror is known to answer; elsewhere Debian 12."""
    os_release = Path("/etc/os-release")
    settings = dict(
        line.split("=", 1)
        for line in (os_release.read_text() if os_release.exists() else "").splitlines()
        if "=" in line
    )
    if settings.get("ID") == "debian":
        return settings.get("VERSION_CODENAME", DEFAULT_SUITE).strip('"')
    return DEFAULT_SUITE


def mirror() -> str:
    """The Debian mirror that this machine's apt uses."""
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for place in places:
        if place.suffix in (".list", ".sources") and place.is_file():
            found = re.search(
                r"^(?:deb\s.*?|URIs:\s*)(https?://\S+/debian)/?(?=\s|$)", place.read_text(), re.M
            )
            if found:
                return found.group(1)
    return DEFAULT_MIRROR


def base_image(present: Callable[[str], bool]) -> str:
    """The name of a minimal Debian image in the engine, made now if it is not there."""
    name = f"zhuce-stand-in-debian:{suite()}"
    if present(name):
        return name
    if shutil.which("debootstrap") is None:
        install_missing(("debootstrap",))
    with tempfile.TemporaryDirectory(prefix="zhuce-debian-") as directory:
        root = Path(directory) / "root"
        say(f"making a minimal Debian ({suite()}) from {mirror()}")
        result = subprocess.run(
            ["debootstrap", "--variant=minbase", suite(), str(root), mirror()], capture_output=True, text=True
        )
        if result.returncode:
            raise RuntimeError(f"debootstrap failed:\n{(result.stdout + result.stderr)[-2000:]}")
        _take_transport(root)
        archive = subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE)
        imported = subprocess.run(
            ["docker", "import", "-", name], stdin=archive.stdout, capture_output=True, text=True
        )
        if archive.wait() or imported.returncode:
            raise RuntimeError(f"docker import failed:\n{imported.stderr[-2000:]}")
    return name


def _take_transport(root: Path) -> None:
    """This machine's proxies, time-outs and certificate authorities, without which nothing may be reached."""
    if shutil.which("apt-config"):
        dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True).stdout
        lines = [found.group(0) for found in _TRANSPORT.finditer(dump)]
        (root / "etc/apt/apt.conf.d/90host").write_text("\n".join(lines) + "\n")
    if CERTIFICATES.exists():
        target = root / "etc/ssl/certs"
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(CERTIFICATES, target / CERTIFICATES.name)
    (root / "var/cache/apt/archives").mkdir(parents=True, exist_ok=True)
    for package in (root / "var/cache/apt/archives").glob("*.deb"):
        package.unlink()
