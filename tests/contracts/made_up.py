"""Messages and versions that a test makes up are gone after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.message import MESSAGES, UPCASTERS


@contextmanager
def forgotten_afterwards() -> Iterator[None]:
    """Both registries are again what they were."""
    messages, upcasters = dict(MESSAGES), dict(UPCASTERS)
    try:
        yield
    finally:
        MESSAGES.clear()
        MESSAGES.update(messages)
        UPCASTERS.clear()
        UPCASTERS.update(upcasters)
