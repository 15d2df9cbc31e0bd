"""Where exported lists lie until they are fetched: by an id that nobody can guess, for an hour."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID, uuid4

from contracts.errors import NotFound

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = 3600.0
"""Seconds."""


class Exports:
    """``<directory>/exports/<id>.xlsx``. They hold personal data: readable by the product's own account only."""

    def __init__(self, directory: str | Path) -> None:
        self.root = Path(directory) / "exports"

    @contextmanager
    def new(self) -> Iterator[tuple[UUID, Path]]:
        """An id, and a path to write to; it is there for others once the block is left, and not at all when it fails."""
        self._sweep()
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        export_id = uuid4()
        draft = self.root / f"{export_id}.draft"
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL, 0o600))
        try:
            yield export_id, draft
            os.replace(draft, self._path(export_id))
        finally:
            draft.unlink(missing_ok=True)

    def path(self, export_id: UUID) -> Path:
        """Where it is. NotFound when it was never made, or is gone again."""
        path = self._path(export_id)
        if not path.is_file() or path.stat().st_mtime < time.time() - KEPT:
            raise NotFound.of("export", export_id)
        return path

    def discard(self, export_id: UUID) -> None:
        """It was fetched."""
        self._path(export_id).unlink(missing_ok=True)

    def _path(self, export_id: UUID) -> Path:
        return self.root / f"{export_id}.xlsx"

    def _sweep(self) -> None:
        limit = time.time() - KEPT
        for path in self.root.glob("*.*"):
            with suppress(FileNotFoundError):  # somebody else sweeps too
                if path.stat().st_mtime < limit:
                    path.unlink()
