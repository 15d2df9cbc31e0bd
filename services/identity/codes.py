"""Codes sent by SMS: made, kept only as a keyed hash, and not sent too often to one phone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.errors import Refused
from services.kernel.secret_files import secret

HOUR = timedelta(hours=1)
PER_HOUR = 5
MANY = 10_000


def make_code() -> str:
    """A six-digit code to send by SMS."""
    return f"{secrets.randbelow(1_000_000):06d}"


def code_hash(config: dict[str, Any], holder: UUID, code: str) -> str:
    """What is kept of a code. Keyed, because a million codes are soon tried; bound to its holder, so that equal codes
    do not show as equal. The key is the setting CODE_KEY, or is made and left in ``keys/codes``."""
    key = config.get("CODE_KEY") or secret(Path(config["DATA"]) / "keys" / "codes")
    return hmac.new(str(key).encode(), f"{holder}:{code}".encode(), hashlib.sha256).hexdigest()


class Limit:
    """At most five codes an hour to one phone, whoever asks. Each process counts for itself and forgets when it ends."""

    def __init__(self) -> None:
        self._sent: dict[str, list[datetime]] = {}

    def check(self, phone: str, at: datetime) -> None:
        """Refused when the phone has had its codes for this hour."""
        within = self._within_the_hour(phone, at)
        if len(within) >= PER_HOUR:
            wait = min(within) + HOUR - at
            raise Refused("code_sent_recently", params={"seconds": int(wait.total_seconds()) + 1})

    @contextmanager
    def sending(self, phone: str, at: datetime) -> Iterator[None]:
        """Counts what is sent inside; what could not be sent does not count."""
        self.check(phone, at)
        if len(self._sent) >= MANY:
            self._sent = {one: kept for one in self._sent if (kept := self._within_the_hour(one, at))}
        # Counted before it is sent: sending takes a while, and others ask meanwhile.
        self._sent[phone] = [*self._within_the_hour(phone, at), at]
        try:
            yield
        except BaseException:
            self._sent[phone].remove(at)
            raise

    def _within_the_hour(self, phone: str, at: datetime) -> list[datetime]:
        return [one for one in self._sent.get(phone, []) if at - one < HOUR]
