"""One decision's worth of changes, and what can stand in its way."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.decider import Claim


@dataclass(frozen=True, slots=True)
class Append:
    """Committed together or not at all; the writer commits many of them at once.

    rows: (stream, version, name, body). handled: (command id, fingerprint, reply stream, reply version).
    claims / releases: (stream, claim) / (stream, kind). followed: (source, position) reached by this work.
    stands: the position of the reply stream's last event, which is the reply of a command that made nothing happen.
    """

    rows: Sequence[tuple[str, int, str, str]]
    handled: tuple[str, str, str, int] | None = None
    claims: Sequence[tuple[str, Claim]] = ()
    releases: Sequence[tuple[str, str]] = ()
    followed: tuple[str, int] | None = None
    stands: int = 0

    def exclusive(self) -> Iterable[Hashable]:
        """What no two appends of one batch may both touch, besides streams."""
        if self.handled:
            yield "command", self.handled[0]
        if self.followed:
            yield "source", self.followed[0]
        for stream, claim in self.claims:
            yield "claim", claim.kind, claim.key
            yield "held", stream, claim.kind
        for stream, kind in self.releases:
            yield "held", stream, kind

    def plain(self) -> tuple[Any, ...] | None:
        """The parameters of append_one, for one event with no more than its command beside it."""
        if len(self.rows) != 1 or self.claims or self.releases or self.followed:
            return None
        stream, version, name, body = self.rows[0]
        if self.handled is None:
            return stream, version, name, body, None, None
        command, fingerprint, reply_stream, reply_version = self.handled
        if (reply_stream, reply_version) != (stream, version):
            return None
        return stream, version, name, body, command, fingerprint

    @property
    def size(self) -> int:
        """Characters of its events."""
        return sum(len(row[3] or "") for row in self.rows)


@dataclass
class AppendFailed(Exception):
    """Nothing was changed. ``reason``: conflict (``actual`` is the stream's version, where known), handled (the command
    was before), claimed (``detail`` is the refusal's code), followed (the position was before).
    """

    reason: str
    detail: str | None = field(default=None)

    @property
    def actual(self) -> int | None:
        """The version that the stream has, or is about to have."""
        return int(self.detail) if self.reason == "conflict" and self.detail is not None else None


def arguments(batch: Sequence[Append]) -> list[Any]:
    """The parameters of append_batch (append.sql), in its order."""
    rows = [(*row, of) for of, append in enumerate(batch) for row in append.rows]
    commands, claims, releases, followed, offset = [], [], [], [], 0
    for of, append in enumerate(batch):
        offset += len(append.rows)
        if append.handled:
            commands.append((*append.handled, offset if append.rows else None, append.stands, of))
        claims += [(claim.kind, claim.key, stream, claim.refusal, of) for stream, claim in append.claims]
        releases += [(kind, stream) for stream, kind in append.releases]
        if append.followed:
            followed.append((*append.followed, of))
    return [*_columns(rows, 5), *_columns(commands, 7), *_columns(claims, 5), *_columns(releases, 2), *_columns(followed, 3)]


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> Iterable[list[Any]]:
    return map(list, zip(*rows, strict=True)) if rows else ([] for _ in range(width))
