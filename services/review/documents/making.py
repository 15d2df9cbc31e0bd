"""Prints, seals and keeps a decision document. Slow: for a thread pool."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

from contracts.places import full_name_of
from services.kernel.filestore import FileStore
from services.kernel.seal import Seals
from services.kernel.signed import Signed
from services.review.documents.letter import Letter, sign_letter


class Documents:
    """The file store and the seals, which are those that certificates are signed with."""

    def __init__(self, data: str) -> None:
        self.files = FileStore(data)
        self.seals = Seals(Path(data) / "keys" / "seal")

    def issue(self, letter: Letter, place: str, at: datetime) -> Signed:
        """The signed PDF in the file store.

        A crash before it is recorded leaves a file that no case names; the next run signs another one.
        """
        at = at.replace(microsecond=0)  # a PDF's dates have no fractions
        seal = self.seals.of(letter.authority)
        pdf = sign_letter(letter, seal, at=at, location=full_name_of(place))
        document = self.files.put(pdf, f"{letter.number}.pdf")
        return Signed(document, seal.algorithm, seal.certificate_sha256, at, seal.is_development)


_made: dict[str, Documents] = {}
_making = threading.Lock()


def documents_of(data: str) -> Documents:
    """One for each directory in a process, so that the seal is read once."""
    with _making:
        return _made.setdefault(data, Documents(data))
