"""Reads logs page by page and folds each page for several views, one page ahead of whoever writes them."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.kernel.collecting import not_collecting
from services.kernel.follower import CannotApply
from services.kernel.rows import Rows
from services.kernel.view import Handler, View
from services.kernel.wire import from_wire


@dataclass
class Page:
    """What the events of one page, which ends at ``position``, do to each view that follows the source."""

    source: str
    messages: Sequence[dict[str, Any]]
    rows: list[tuple[View, Rows]]

    @property
    def position(self) -> int:
        """Where it ends."""
        return int(self.messages[-1]["position"])


def folded(
    read: Callable[[str, int], list[dict[str, Any]]], views: Sequence[View], positions: Mapping[str, int]
) -> Iterator[Page]:
    """Every page after these positions, up to where the logs end. One source after the other."""
    ahead: queue.Queue[Page | BaseException | None] = queue.Queue(maxsize=1)
    ended = threading.Event()

    def reads() -> None:
        try:
            for page in _pages(read, views, positions):
                ahead.put(page)
                if ended.is_set():
                    return
            ahead.put(None)
        except BaseException as error:
            ahead.put(error)

    reader = threading.Thread(target=reads, name="folding", daemon=True)
    reader.start()
    try:
        while (page := ahead.get()) is not None:
            if isinstance(page, BaseException):
                raise page
            yield page
    finally:
        ended.set()
        while reader.is_alive():
            try:
                ahead.get(timeout=0.01)
            except queue.Empty:
                continue


def _pages(
    read: Callable[[str, int], list[dict[str, Any]]], views: Sequence[View], positions: Mapping[str, int]
) -> Iterator[Page]:
    for source in sorted({source for view in views for source in view.sources()}):
        position = positions[source]
        while messages := read(source, position):
            with not_collecting():
                page = fold(source, messages, views)
            yield page
            position = messages[-1]["position"]
            time.sleep(0)  # the service that does this has questions to answer and other views to keep


def fold(source: str, messages: Sequence[dict[str, Any]], views: Sequence[View]) -> Page:
    """What these events do to each view; CannotApply names the one that no handler can take."""
    page = Page(source, messages, [(view, Rows()) for view in views if source in view.sources()])
    wanted: dict[str, list[tuple[Handler, Rows]]] = {}
    for message in messages:
        try:
            if (handlers := wanted.get(name := message["name"])) is None:
                found = [(view.handlers.get(name), rows) for view, rows in page.rows]
                handlers = wanted[name] = [(handler, rows) for handler, rows in found if handler is not None]
            if handlers:
                one = from_wire(message)
                for handler, rows in handlers:
                    handler(rows, one)
        except Exception as error:
            raise CannotApply(message, error) from error
    return page
