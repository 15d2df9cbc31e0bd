"""Reads request bodies: JSON that is JSON, of a bounded size; files as a bounded stream."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

import eventlet
import eventlet.tpool
from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from contracts.errors import Refused
from contracts.files import FileRef
from services.gateway.asking import here
from services.kernel.filestore import MAX_BYTES

CHUNK = 64 * 1024
LARGE = 256 * 1024
MAX_DEPTH = 40
EVIDENCE_KEPT = 60.0
"""Seconds."""
FILE_LIMIT = MAX_BYTES + CHUNK
"""A file that is a little too large is refused by the store, which says so in its own words."""


class StrictRequest(Request):
    """JSON read once and strictly: UTF-8, an object, no NaN, no key twice, nothing a database refuses."""

    _object: dict[str, Any] | None = None

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body's object, or a refusal that says why there is none."""
        if self._object is None:
            if not self.is_json:
                raise Refused("content_type_not_json")
            self._object = read_object(self.get_data())
            if len(self.get_data()) > LARGE:
                eventlet.sleep(0)  # to read it took a while: others have their turn
        return self._object


def read_object(data: bytes) -> dict[str, Any]:
    """The JSON object of a body."""
    try:
        found = json.loads(data.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused("not_json") from None
    if not isinstance(found, dict):
        raise Refused("not_an_object")
    _printable(found, MAX_DEPTH)
    return found


def receive(
    chunks: Iterable[bytes], name: str, *, owner: str, claimed: str | None = None, only_to_judge: bool = False
) -> FileRef:
    """Take a file into the store.

    Reading from the client happens here, in small pieces. Opening and checking it happens in a thread of its
    own, because decoding a large image would hold up every other request. What is
    ``only_to_judge`` may be damaged, and is kept for a minute.
    """
    with tempfile.TemporaryFile() as spooled:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_BYTES:
                raise Refused("file_too_large", params={"max_bytes": MAX_BYTES})
            spooled.write(chunk)
        spooled.seek(0)
        store = here().evidence if only_to_judge else here().store
        if only_to_judge:
            eventlet.tpool.execute(store.sweep, EVIDENCE_KEPT)
        reference: FileRef = eventlet.tpool.execute(
            store.receive, pieces(spooled), name, owner=owner, claimed=claimed, opened=not only_to_judge
        )
        return reference


def body_pieces(request: Request) -> Iterator[bytes]:
    """The raw body as it arrives."""
    try:
        yield from pieces(request.stream)
    except RequestEntityTooLarge:
        raise Refused("file_too_large", params={"max_bytes": MAX_BYTES}) from None
    except (ClientDisconnected, OSError):
        raise Refused("upload_cut_short") from None


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in pieces, until it ends."""
    while chunk := stream.read(CHUNK):
        yield chunk


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is written twice")
    return found


def _encodable(text: str) -> bool:
    """Whether it has no half of a surrogate pair: that is all that UTF-8 cannot write."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _printable(value: Any, depth: int) -> None:
    if depth == 0:
        raise Refused("not_json")
    if isinstance(value, str):
        if "\x00" in value or not _encodable(value):
            raise Refused("unreadable_text")
    elif isinstance(value, float):
        if not math.isfinite(value):  # 1e999
            raise Refused("not_json")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _printable(key, depth - 1)
            _printable(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _printable(inner, depth - 1)
