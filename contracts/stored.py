"""Rules for what is said anew, which what is stored passed in its day: it is read as it is, for ever.

A rule that is tightened later, or a place that is struck off a table, must not make an old event unreadable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pydantic import AfterValidator, ValidationInfo

STORED: Final = {"stored": True}
"""Validation context of whoever reads events from a log: ``model_validate(body, context=STORED)``."""


def rule(check: Callable[[str], str]) -> AfterValidator:
    """The check (and written form) of a text that somebody gives; passed over when an event is read."""

    def said(value: str, info: ValidationInfo) -> str:
        return value if info.context is STORED else check(value)

    said.__qualname__ = check.__qualname__  # by which released.lock knows it
    return AfterValidator(said)
