"""A server program that is ours alone: our child, stopped by its own process id, and never left behind."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

_PR_SET_PDEATHSIG = 1


class NotInstalled(Exception):
    """The program that a server needs is not on this machine; the message says what to install."""


class DidNotStart(Exception):
    """The server was started and did not become ready; the message ends with the last of its log."""


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def ends_with_us(how: signal.Signals) -> Callable[[], None] | None:
    """For ``Popen(preexec_fn=…)``: Linux sends the child ``how`` when we end, even if we are killed outright.

    Linux means the thread that started it, so this is for the main thread only, which lives as long as we do.
    """
    if not sys.platform.startswith("linux") or threading.get_native_id() != os.getpid():
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, int(how))


class Server(ABC):
    """One private server with a directory of its own. Data survive ``stop``, ``kill`` and ``restart``.

    Without a ``home`` the directory is a temporary one: ``discard`` and leaving a ``with`` block delete it.
    """

    name = "server"
    patience = 60.0
    farewell = signal.SIGTERM

    def __init__(self, home: Path | None) -> None:
        self._temporary = home is None
        self.home = home or Path(tempfile.mkdtemp(prefix=f"zhuce-{self.name}-"))
        self.log = self.home / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process we started is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and return when the server answers; nothing to do when it runs already."""
        if self.running:
            return
        self.home.mkdir(parents=True, exist_ok=True)
        self._prepare()
        self.log.touch(mode=0o600)
        with self.log.open("ab") as log:
            self._process = self._spawn(log.fileno())
        atexit.register(self.discard)
        until = time.monotonic() + self.patience
        while not self._answers():
            ended = self._process.poll() is not None
            if ended or time.monotonic() > until:
                what = "ended at once" if ended else f"did not answer within {self.patience:.0f} s"
                self.kill()
                raise DidNotStart(f"{self.name} {what}. The last of {self.log}:\n{self._last_words()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end, wait, insist if it does not."""
        self._end(self.farewell)

    def kill(self) -> None:
        """End it as a power cut would: no shutdown, no last words."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start again on the same port with the same data."""
        self.stop()
        self.start()

    def discard(self) -> None:
        """Stop, and delete the data if the home was a temporary one."""
        self.stop()
        if self._temporary:
            shutil.rmtree(self.home, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        atexit.unregister(self.discard)
        family = _family(process.pid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, how)
        try:
            process.wait(0 if how is signal.SIGKILL else 20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # Children that outlive their parent hold the port and the shared memory: the next start would fail.
        for child in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                if how is signal.SIGKILL:
                    child.kill()
        for child in psutil.wait_procs(family, timeout=5)[1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-15:])

    @abstractmethod
    def _prepare(self) -> None:
        """Make the data directory and settings, the first time."""

    @abstractmethod
    def _spawn(self, log: int) -> subprocess.Popen[bytes]:
        """Start the program, its output going to the file descriptor ``log``."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether the server speaks its protocol yet."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def _family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
