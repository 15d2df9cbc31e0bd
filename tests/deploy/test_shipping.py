"""Set-up, secrets, locks and the compose file: what people meet before the product runs."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from deploy import healthcheck
from deploy.settings import SERVICES
from deploy.stack import debian, images

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-fonts.lock")


def test_secrets_are_random_private_and_never_written_over(tmp_path: Path) -> None:
    files = [tmp_path / "one", tmp_path / "two"]
    for file in files:
        subprocess.run([ROOT / "deploy" / "secrets.sh", file], check=True, capture_output=True)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first, second = (dict(line.split("=") for line in file.read_text().splitlines()) for file in files)
    assert first.keys() == second.keys()
    values = [*first.values(), *second.values()]
    assert len(set(values)) == len(values) and all(re.fullmatch("[0-9a-f]{48}", value) for value in values)
    before = files[0].read_text()
    subprocess.run([ROOT / "deploy" / "secrets.sh", files[0]], check=True, capture_output=True)
    assert files[0].read_text() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_the_compose_file_asks_for_nothing_that_the_secrets_lack(tmp_path: Path) -> None:
    subprocess.run([ROOT / "deploy" / "secrets.sh", tmp_path / "env"], check=True, capture_output=True)
    made = {line.split("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    asked = set(re.findall(r"\$\{(\w+)(?::\?[^}]*)?\}", (ROOT / "docker-compose.yml").read_text()))
    assert asked == made


def test_every_service_has_a_container_of_its_own_and_only_the_proxy_a_port() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for service in SERVICES:
        assert compose[service]["command"] == ["deploy.run", service]
        assert compose[service]["read_only"] is True and compose[service]["cap_drop"] == ["ALL"]
    assert [name for name, settings in compose.items() if "ports" in settings] == ["proxy"]
    assert "data" not in compose["gateway"]["networks"]
    secrets = {name: str(settings.get("environment", {})) for name, settings in compose.items()}
    for service in SERVICES[:-1]:
        holders = {name for name, text in secrets.items() if f"ZHUCE_{service.upper()}_PASSWORD" in text}
        assert holders == {service, "migrate"}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_exact_and_hashed_and_names_no_machine(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
    for entry in entries:
        assert re.match(r"[\w.\-]+==[\w.]+", entry), entry
        assert "--hash=sha256:" in entry, entry
    assert not re.search(r"https?://|file:|--index|--find-links|(^|\s)/", text)


def test_the_lock_of_the_product_is_part_of_the_developers() -> None:
    run, dev = (set(re.findall(r"^[\w.\-]+==[\w.]+", (ROOT / lock).read_text(), re.M)) for lock in LOCKS[:2])
    assert run < dev


def test_whatever_the_product_imports_is_in_its_lock() -> None:
    locked = {_normal(name) for name in re.findall(r"^([\w.\-]+)==", (ROOT / LOCKS[0]).read_text(), re.M)}
    owners = importlib.metadata.packages_distributions()
    ours = {"contracts", "services", "deploy", "cli", "demo"}
    missing = {
        f"{file.relative_to(ROOT)}: {module}"
        for package in ours
        for file in (ROOT / package).rglob("*.py")
        if file.name != "import_rules.py"  # a tool of `make check`
        for module in _imported(file) - sys.stdlib_module_names - ours
        if not locked & {_normal(owner) for owner in owners.get(module, [])}
    }
    assert not missing


def _imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_set_up_says_what_to_install_when_python_is_too_old(tmp_path: Path) -> None:
    _copy_set_up(tmp_path)
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = _set_up(tmp_path, PYTHON=str(old))
    assert result.returncode == 1
    assert "3.11" in result.stderr and not (tmp_path / ".venv").exists()


def test_set_up_that_cannot_fetch_says_where_the_log_is_and_leaves_no_stamp(tmp_path: Path) -> None:
    _copy_set_up(tmp_path)
    (tmp_path / "requirements.lock").write_text(
        "no-such-package-of-zhuce==1.0 --hash=sha256:" + "0" * 64 + "\n"
    )
    result = _set_up(tmp_path, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert result.returncode == 1
    assert "no-such-package-of-zhuce" in result.stderr and ".venv/setup.log" in result.stderr
    assert not (tmp_path / ".venv" / "ready-run").exists()


def _copy_set_up(target: Path) -> None:
    (target / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "setup.sh", target / "deploy")
    for file in (*LOCKS, "pyproject.toml"):
        shutil.copy(ROOT / file, target)


def _set_up(where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "deploy/setup.sh"],
        cwd=where,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def service() -> Iterator[tuple[str, list[int]]]:
    statuses = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(statuses[0] if self.path == "/health/ready" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"0.0.0.0:{server.server_port}", statuses
    server.shutdown()
    server.server_close()


def test_the_container_is_healthy_when_its_service_is_ready(
    service: tuple[str, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, statuses = service
    monkeypatch.delenv("ZHUCE_HTTP", raising=False)
    monkeypatch.setenv("ZHUCE_HEALTH", address)
    assert healthcheck.main() == 0
    statuses[0] = 503
    assert healthcheck.main() == 1


def test_the_container_is_unhealthy_when_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUCE_HTTP", "127.0.0.1:1")
    assert healthcheck.main() == 1


def test_the_images_are_those_that_the_compose_file_and_the_dockerfile_name() -> None:
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "deploy" / "Dockerfile").read_text()
    for image in images.IMAGES:
        assert f"${{{image.variable}:-{image.official}}}" in text
        assert (ROOT / "deploy" / "stand-in" / image.role / "Dockerfile").exists()
    assert f"ARG BASE={images.IMAGES[0].official}" in text


def test_a_stand_in_is_made_anew_when_its_files_change(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a")
    before = images._digest(tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM b")
    assert images._digest(tmp_path) != before


def test_only_what_reaches_the_mirror_is_taken_from_this_machines_apt() -> None:
    dump = (
        'Acquire::http::Proxy "http://proxy:3128";\nAcquire::Check-Valid-Until "false";\n'
        'DPkg::Post-Invoke:: "rm -f /x || true";\nAcquire::Languages "none";\nAcquire::http "";\n'
    )
    assert [found.group(0) for found in debian._TRANSPORT.finditer(dump)] == dump.splitlines()[:2]
