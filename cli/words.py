"""What people call the codes that the API answers with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from contracts.labels import Labels, default_labels


@cache
def _own() -> Labels:
    return Labels.load(Path(__file__).parent)


def called(kind: str, code: str) -> str:
    """``called("filing_status", "approved")`` → 已通过; a code that nobody named stays as it is."""
    key = f"{kind}.{code}"
    return _own().find(key) or default_labels().find(key) or code
