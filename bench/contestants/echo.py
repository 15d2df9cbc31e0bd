"""A service that says what it is told: ``echo`` is nameko as it comes, nothing of the product imported; ``echo_ours`` is
answered the way that the product's services are."""

import eventlet

eventlet.monkey_patch()

import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402


class EchoService:
    """Answers in the form that the kernel's callers expect."""

    name = sys.argv[1]

    @rpc
    def echo(self, payload: Any) -> Any:
        return {"ok": payload}


def main() -> int:
    if sys.argv[1] == "echo_ours":
        import services.kernel.rpc  # noqa: F401
    runner = ServiceRunner({"AMQP_URI": os.environ["AMQP_URI"], "max_workers": 32, "HEARTBEAT": 30})
    runner.add_service(EchoService)
    stopping = eventlet.event.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.send(None))
    runner.start()
    stopping.wait()
    with eventlet.Timeout(5, False):
        runner.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
