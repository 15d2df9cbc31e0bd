"""The streams that a process used last, as it last saw them: another process may have written to them since.

Whoever uses one must find out: an append at its version fails when it is old, and nothing else is said by it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from contracts.decider import Decider

S = TypeVar("S")
STREAMS = 2048
"""How many are kept; a state is small, a stream may be long."""


@dataclass(frozen=True)
class Loaded(Generic[S]):
    """A stream's state, the version it has, and where its last event stands in the log."""

    state: S
    version: int
    position: int


class Memory:
    """Safe for threads. States are never changed in place, so they can be handed out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Any, Loaded[Any]]] = OrderedDict()

    def get(self, decider: Decider[S, Any, Any], stream: str) -> Loaded[S] | None:
        """The stream under these rules; None when it is not kept."""
        with self._lock:
            found = self._kept.get(stream)
            if found is None or found[0] is not decider:
                return None
            self._kept.move_to_end(stream)
            return found[1]

    def keep(self, decider: Decider[S, Any, Any], stream: str, loaded: Loaded[S]) -> Loaded[S]:
        """Keep it, unless a later version is kept already."""
        with self._lock:
            found = self._kept.get(stream)
            if found is None or found[0] is not decider or found[1].version < loaded.version:
                self._kept[stream] = (decider, loaded)
                self._kept.move_to_end(stream)
                if len(self._kept) > STREAMS:
                    self._kept.popitem(last=False)
        return loaded

    def drop(self, stream: str) -> None:
        """Keep it no longer."""
        with self._lock:
            self._kept.pop(stream, None)
