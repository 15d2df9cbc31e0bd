"""A private RabbitMQ node from the installed binaries: ports, data, cookie and name server of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from deploy.process import NotInstalled, Server, ends_with_us, free_port

INSTALL = "RabbitMQ is not installed. Debian: apt-get install rabbitmq-server   macOS: brew install rabbitmq"

# Debian's command in PATH changes to the account `rabbitmq` and its directories; the script behind it
# does not.
_SCRIPTS = (
    "/usr/lib/rabbitmq/bin",
    "/opt/rabbitmq/sbin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
)
_GREETING = b"AMQP\x00\x00\x09\x01"


def program() -> str:
    """The path of ``rabbitmq-server``; ``NotInstalled`` says how to get it."""
    path = os.pathsep.join([*_SCRIPTS, os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("rabbitmq-server", path=path)
    if found is None or shutil.which("erl", path=path) is None:
        raise NotInstalled(INSTALL)
    return found


class RabbitServer(Server):
    """``amqp_uri`` names it. ``kill`` loses what was not yet on disk, as a power cut would."""

    name = "rabbitmq"
    INSTALL = INSTALL

    @classmethod
    def installed(cls) -> bool:
        """Whether this machine has the binaries."""
        try:
            program()
        except NotInstalled:
            return False
        return True

    @property
    def origin(self) -> str:
        """In words, for people: where this RabbitMQ came from."""
        return f"RabbitMQ of our own on port {self.port}"

    def __init__(self, home: Path | None = None, port: int | None = None) -> None:
        super().__init__(home)
        self.port = port or free_port()
        self.node = f"zhuce-{self.port}@localhost"
        self._distribution_port = free_port()
        self._names_port = free_port()
        self._names: subprocess.Popen[bytes] | None = None

    @property
    def amqp_uri(self) -> str:
        """Where to connect. ``guest`` comes in from the loopback address, the only one listened on."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    @property
    def environment(self) -> dict[str, str]:
        """What the node, and ``rabbitmqctl`` for it, must see."""
        return {
            **os.environ,
            "HOME": str(self.home),
            "ERL_EPMD_PORT": str(self._names_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput -kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self.home / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.home / "data"),
            "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_LOGS": "-",
            # The script then becomes the node instead of waiting for it: the process id is the node's.
            "RABBITMQ_ALLOW_INPUT": "1",
        }

    def _prepare(self) -> None:
        program()
        cookie = self.home / ".erlang.cookie"
        if cookie.exists():
            return
        cookie.touch(0o600)
        cookie.write_text(secrets.token_hex(20))
        cookie.chmod(0o400)
        settings = "disk_free_limit.absolute = 50MB\nlog.console.level = warning\n"
        (self.home / "rabbitmq.conf").write_text(settings)
        (self.home / "rabbitmq-env.conf").write_text("")
        (self.home / "enabled_plugins").write_text("[].\n")

    def _spawn(self, log: int) -> subprocess.Popen[bytes]:
        # Erlang's name server would otherwise be started behind our back and stay after us.
        epmd = (
            shutil.which("epmd", path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/local/bin")
            or _bundled_epmd()
        )
        self._names = subprocess.Popen(
            [epmd, "-port", str(self._names_port), "-address", "127.0.0.1"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=ends_with_us(signal.SIGKILL),
        )
        return subprocess.Popen(
            [program()],
            env=self.environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=ends_with_us(self.farewell),
        )

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(_GREETING)
                connection.settimeout(5)
                # The first frame of AMQP 0-9-1: a method (1) on channel 0.
                return connection.recv(1) == b"\x01"
        except OSError:
            return False

    def _end(self, how: signal.Signals) -> None:
        super()._end(how)
        names, self._names = self._names, None
        if names is not None:
            with contextlib.suppress(ProcessLookupError):
                names.kill()
            names.wait()


def _bundled_epmd() -> str:
    for directory in sorted(Path("/usr/lib/erlang").glob("erts-*/bin")):
        if (directory / "epmd").exists():
            return str(directory / "epmd")
    raise NotInstalled(INSTALL)
