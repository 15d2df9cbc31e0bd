"""Secrets made on first run, kept in files that only their owner can read, and never made twice by two processes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """The secret in this file; made when there is none. Whoever comes first decides, everybody reads the same."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(make())
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):  # somebody else was first: then theirs is the secret
            os.link(draft, path)
        draft.unlink()
    return path.read_text("utf-8").strip()
