"""The only errors that cross a service's border. Each has a code; words are found by the code at the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self


class Refusal(Exception):
    """Base: a request was understood and not carried out; nothing was changed."""

    KIND: ClassVar[str] = "refusal"

    def __init__(
        self, code: str, *, params: Mapping[str, Any] | None = None, problems: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})
        self.problems = [dict(p) for p in problems]

    def to_wire(self) -> dict[str, Any]:
        """JSON that crosses RPC; never a module path."""
        return {"kind": self.KIND, "code": self.code, "params": self.params, "problems": self.problems}

    @staticmethod
    def from_wire(data: Mapping[str, Any]) -> Refusal:
        """The error that was sent."""
        cls = _KINDS.get(str(data["kind"]), Refused)
        return cls(str(data["code"]), params=data.get("params"), problems=data.get("problems") or ())


class Refused(Refusal):
    """A rule says no. ``problems`` lists every single one, each with a code and a field, so all can be mended at once."""

    KIND = "refused"


class NotFound(Refusal):
    """There is no such thing, or the asker may not know that there is."""

    KIND = "not_found"

    @classmethod
    def of(cls, what: str, key: object) -> Self:
        return cls(f"{what}_not_found", params={"id": str(key)})


class Stale(Refusal):
    """The thing changed since the asker saw it: ``expected`` and ``actual`` are versions."""

    KIND = "stale"

    @classmethod
    def at(cls, expected: int, actual: int) -> Self:
        return cls("stale_version", params={"expected": expected, "actual": actual})


class NotAllowed(Refusal):
    """This actor may not do this: wrong role, duty or jurisdiction."""

    KIND = "not_allowed"


class Unavailable(Refusal):
    """A part is not reachable now; trying again later may work."""

    KIND = "unavailable"


_KINDS: dict[str, type[Refusal]] = {c.KIND: c for c in (Refused, NotFound, Stale, NotAllowed, Unavailable)}
