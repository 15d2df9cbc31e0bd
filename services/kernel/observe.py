"""What operators see: one JSON line a record, with correlation ids and never a person's data."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode  # made once: there is a line or two a command
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Extras become keys. Exceptions are reduced by describe(), whose text holds no values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        line.update({k: v for k, v in vars(record).items() if k not in _STANDARD})
        if record.exc_info and isinstance(record.exc_info[1], Exception):
            line["error"] = describe(record.exc_info[1])
        return _encode(line)


def describe(error: BaseException) -> dict[str, Any]:
    """An error's type, where it came from, and its text where that cannot hold what somebody typed in."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    about: dict[str, Any] = {
        "type": type(error).__name__,
        "at": [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}:{f.name}" for f in frames],
    }
    if isinstance(error, ValidationError):
        about["fields"] = [".".join(map(str, e["loc"])) + ":" + e["type"] for e in error.errors(include_input=False)]
    elif (pgcode := getattr(error, "pgcode", None)) is not None:
        about["sqlstate"] = pgcode
    elif isinstance(error, OSError | TimeoutError | ImportError | AttributeError | TypeError | NameError):
        about["text"] = str(error)[:300]
    return about


def log_to(stream: Any = None, level: int = logging.INFO) -> None:
    """Send every log record of this process there, as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    # Where a record came from is not shown: finding out costs more than all the rest of a line.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("nameko", "amqp", "kombu", "fontTools", "pyhanko", "PIL", "eventlet"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
    # A call to a service that was never there is returned and confirmed while its channel closes: no news.
    logging.getLogger("amqp").setLevel(logging.ERROR)
    # It would write the whole body of a message that it cannot read.
    logging.getLogger("kombu.mixins").setLevel(logging.CRITICAL)
    logging.getLogger("kombu.connection").setLevel(logging.ERROR)
