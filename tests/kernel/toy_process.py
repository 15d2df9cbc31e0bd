"""A toy as a process of its own: started, ordered about, killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from tests.kernel.waiting import IN_TIME
from tests.nursery import KERNEL, Begun


class Toy:
    """One process of tests.kernel.toy, or of another module."""

    def __init__(self, which: str, environment: dict[str, str], log: Path, module: str = "tests.kernel.toy") -> None:
        self.log = log
        with log.open("ab") as errors:
            self.process = Begun(
                [module, which],
                KERNEL,
                {**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def ready(self) -> Toy:
        """Wait until every service in it listens."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line == "ready\n" or self.process.wait(5) == -9, f"did not start: {self.log.read_text()[-3000:]}"
        return self

    def order(self, **order: Any) -> Any:
        """Have tests.kernel.toy_control do something inside the process."""
        assert self.process.stdin is not None and self.process.stdout is not None
        print(json.dumps(order), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        assert answer, f"it has ended: {self.log.read_text()[-3000:]}"
        reply = json.loads(answer)
        assert "ok" in reply, reply
        return reply["ok"]

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def dies(self, timeout: float = IN_TIME) -> None:
        """Wait until it has killed itself at the step it was given."""
        try:
            assert self.process.wait(timeout) == -signal.SIGKILL, self.log.read_text()[-3000:]
        except subprocess.TimeoutExpired:
            raise AssertionError("it never came to the step at which it was to die") from None

    def kill(self) -> None:
        """As ``kill -9`` does."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
