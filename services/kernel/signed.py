"""What came of making a signed document: the document and how it was signed, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.files import FileRef


@dataclass(frozen=True)
class Signed:
    """A document that was printed, sealed and stored, and how."""

    document: FileRef
    algorithm: str
    signer_sha256: str
    signed_at: datetime
    development_key: bool


@dataclass(frozen=True)
class NotMade:
    """What is wrong with what the document was to say; ``characters`` that no font has."""

    code: str
    characters: tuple[str, ...] = ()
