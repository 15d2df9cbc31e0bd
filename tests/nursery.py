"""Python processes that begin at once: forks of one that has imported what they need, which alone takes most of a start.

``Begun([module, …], …)`` is a ``subprocess.Popen`` of ``python -m module …``: our child, with an environment, arguments
and streams of its own. The nursery runs as ``python -m tests.nursery DESCRIPTOR module…``; these it has imported.
"""

from __future__ import annotations

import ctypes
import json
import os
import runpy
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

KERNEL = ("services.kernel.service", "services.kernel.rebuilds", "services.kernel.jobs_given", "nameko.runners")
"""What the toys of the kernel's tests have in common."""
PRODUCT = tuple(f"services.{name}.service" for name in ("identity", "filing", "review", "query", "gateway"))
"""What processes of the product have in common. Without certificate, before whose import some tests set a clock."""

_PR_SET_CHILD_SUBREAPER = 36


class Begun(subprocess.Popen[str]):
    """Forked where the system is Linux; elsewhere started as any other."""

    def __init__(self, run: Sequence[str], imported: tuple[str, ...], env: Mapping[str, str], **streams: Any) -> None:
        self._imported = imported
        command = [sys.executable, "-W", "ignore", "-m", *run]
        super().__init__(command, env=dict(env), text=True, **streams)

    if sys.platform == "linux":

        def _execute_child(self, args: Any, *more: Any) -> None:
            """In place of fork and exec. What comes after ``args`` is in the order that Python 3.11 to 3.13 give it."""
            cwd, env, (p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite) = more[4], more[5], more[9:15]
            streams = [ours if theirs == -1 else theirs for ours, theirs in enumerate((p2cread, c2pwrite, errwrite))]
            order = {"run": args[4:], "env": env, "cwd": str(cwd or os.getcwd())}
            with _one_at_a_time:
                self.pid = _nursery(self._imported).fork(order, streams)
            self._child_created = True
            self._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)  # type: ignore[attr-defined]


class _Nursery:
    """Our end of it. It ends when we do."""

    def __init__(self, imported: tuple[str, ...]) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-W", "ignore", "-m", "tests.nursery", str(theirs.fileno()), *imported]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()

    def fork(self, order: dict[str, Any], streams: list[int]) -> int:
        """The number of the process that begins; it is our child, as its parent has ended."""
        prctl = ctypes.CDLL(None).prctl
        prctl(_PR_SET_CHILD_SUBREAPER, 1)
        try:
            socket.send_fds(self._ours, [json.dumps(order).encode()], streams)
            reply = self._ours.recv(100)
        finally:
            prctl(_PR_SET_CHILD_SUBREAPER, 0)  # nobody else's orphans
        assert reply, f"the nursery ended with {self._process.wait()}"
        return int(reply)


_nurseries: dict[tuple[str, ...], _Nursery] = {}
_one_at_a_time = threading.Lock()


def _nursery(imported: tuple[str, ...]) -> _Nursery:
    if imported not in _nurseries:
        _nurseries[imported] = _Nursery(imported)
    return _nurseries[imported]


def main() -> None:
    """Fork when told to; a fork goes on as the module that it is to be."""
    orders = socket.socket(fileno=int(sys.argv[1]))
    recv_fds, fork, waitpid, pipe, read, write = socket.recv_fds, os.fork, os.waitpid, os.pipe, os.read, os.write
    import gc
    from importlib import import_module

    green = not any(module.startswith("cli.") for module in sys.argv[2:])
    if green:
        import eventlet

        eventlet.monkey_patch()
    for module in sys.argv[2:]:
        import_module(module)
    if green:  # with one epoll among them, every fork would be woken by whatever comes for another
        eventlet.hubs.get_hub().poll.close()
        eventlet.hubs.use_hub()
    gc.collect()
    gc.freeze()
    assert len(os.listdir("/proc/self/task")) == 1, "threads do not survive a fork"
    opened = [os.path.realpath(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd")]
    assert not any("eventpoll" in one for one in opened), "forks would share it"
    while True:
        order, streams, _, _ = recv_fds(orders, 1_000_000, 3)
        if not order:
            os._exit(0)
        heard, tell = pipe()
        if (between := fork()) == 0:
            if (child := fork()) == 0:
                break
            write(tell, b"%d" % child)
            os._exit(0)
        waitpid(between, 0)  # from now on the child's parent is whoever ordered it
        orders.send(read(heard, 100))
        for end in (*streams, heard, tell):
            os.close(end)
    for ours, theirs in enumerate(streams):
        os.dup2(theirs, ours)
    for end in (*streams, heard, tell):
        os.close(end)
    orders.close()
    told = json.loads(order)
    os.environ.clear()
    os.environ.update(told["env"])
    os.chdir(told["cwd"])
    sys.argv = list(told["run"])
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
