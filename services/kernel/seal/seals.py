"""The seals of every authority that one product issues for: each signs what is issued in its own name.

A seal that is configured is the only one. In development each authority has a key of its own, made when it first issues;
whoever shares the directory uses the same ones.
"""

from __future__ import annotations

from pathlib import Path

from services.kernel.seal.development_key import ROOTS, keys_in
from services.kernel.seal.sealing import Seal, configured


class Seals:
    """Loaded when first needed. Two that load one at once load the same one."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._loaded: dict[str, Seal] = {}

    def of(self, authority: str) -> Seal:
        """The seal of this authority."""
        if authority not in self._loaded:
            self._loaded[authority] = Seal.load(self._directory, authority=authority)
        return self._loaded[authority]

    @property
    def roots(self) -> tuple[bytes, ...]:
        """As PEM, of all of them: looked up each time, because another process may have made a key meanwhile."""
        if configured():
            return self.of("").roots
        return tuple((place / ROOTS).read_bytes() for place in keys_in(self._directory))
