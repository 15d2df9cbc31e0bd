"""One decision's worth of changes, and what can stand in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from contracts.decider import Claim


@dataclass(frozen=True)
class Append:
    """Committed together or not at all. This is the unit that a group commit will take many of at once.

    rows: (stream, version, name, body). handled: (command id, fingerprint, reply stream, reply version).
    claims / releases: (stream, claim) / (stream, kind). followed: (source, position) reached by this work.
    """

    rows: Sequence[tuple[str, int, str, str]]
    handled: tuple[str, str, str, int] | None = None
    claims: Sequence[tuple[str, Claim]] = ()
    releases: Sequence[tuple[str, str]] = ()
    followed: tuple[str, int] | None = None

    def arguments(self) -> list[Any]:
        """The parameters of append_events, in its order."""
        command, fingerprint, stream, version = self.handled or (None, None, None, None)
        source, position = self.followed or (None, None)
        return [
            [r[0] for r in self.rows],
            [r[1] for r in self.rows],
            [r[2] for r in self.rows],
            [r[3] for r in self.rows],
            command,
            fingerprint,
            stream,
            version,
            [c.kind for _, c in self.claims],
            [c.key for _, c in self.claims],
            [s for s, _ in self.claims],
            [c.refusal for _, c in self.claims],
            [kind for _, kind in self.releases],
            [s for s, _ in self.releases],
            source,
            position,
        ]


@dataclass
class AppendFailed(Exception):
    """Nothing was changed. ``reason`` is one of REASONS' values; ``detail`` the refusal's code of a taken claim."""

    reason: str
    detail: str | None = field(default=None)

    REASONS: ClassVar[dict[str, str]] = {"ZH001": "conflict", "ZH002": "handled", "ZH003": "claimed", "ZH004": "followed"}
