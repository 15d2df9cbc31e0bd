"""What people typed as a reason or a name, as the register keeps it."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from contracts.identity import Words

_WORDS: TypeAdapter[str] = TypeAdapter(Words)
LONGEST = 200


def words_of(said: Any) -> str | None:
    """The words, cut where they are too long; none where they cannot be kept: no certificate waits for them."""
    text = " ".join(str(said).split())[:LONGEST] if said is not None else ""
    try:
        return _WORDS.validate_python(text)
    except ValidationError:
        return None
