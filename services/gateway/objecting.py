"""Objections come from strangers: so many an hour from one address, few at a time, and files only while one may object.

Kept in memory and by each process for itself: it keeps a flood out, and is no record of who objected.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import eventlet.tpool
from flask import Flask, current_app, g, request

from contracts.errors import Refused, Unavailable
from contracts.files import FileRef
from contracts.message import Accepted
from contracts.review import GetObjection, GetPublicity, LodgeObjection, ObjectionReceipt, Objector, PublicityView
from services.gateway.asking import ANONYMOUS, ask, here, meta

FILES = 3
FILE_BYTES = 5 * 1024 * 1024
JSON_BYTES = FILES * (FILE_BYTES * 4 // 3 + 1024) + 64 * 1024
"""Of a request whose files are written in base64."""
FORM_BYTES = FILES * FILE_BYTES + 256 * 1024
AN_HOUR = 10
"""Objections to one case from one address."""
ALTOGETHER = 60
"""Objections to whatever cases from one address: thousands may be shown at a time."""
AT_ONCE = 6
"""Requests that are read at the same time: each may bring files, and whoever sends them is not known."""
FROM_ONE = 2
"""Of these from one address: whoever sends slowly must not keep everybody else out until the last day is over."""
KEPT = 20_000
ANY = ""
"""In the place of a case: whatever case it is."""
HOUR = 3600.0
ENDPOINTS = frozenset({"objections.lodge", "publicity_object"})

Upload = tuple[str, Iterable[bytes]]
"""A file's name and its content, piece by piece."""


class Door:
    """Counts objections by case and address; the oldest counts give way."""

    def __init__(
        self,
        an_hour: int = AN_HOUR,
        altogether: int = ALTOGETHER,
        at_once: int = AT_ONCE,
        from_one: int = FROM_ONE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.places = threading.BoundedSemaphore(at_once)
        self._inside: Counter[str] = Counter()
        self._from_one = from_one
        self._an_hour = an_hour
        self._altogether = altogether
        self._now = now
        self._lodged: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def check(self, case_id: str, address: str) -> None:
        """Refused when this address has objected too often within the hour, to this case or to all together."""
        for key, limit in (((case_id, address), self._an_hour), ((ANY, address), self._altogether)):
            lodged = self._lodged.get(key)
            while lodged and lodged[0] <= self._now() - HOUR:
                lodged.popleft()
            if lodged and len(lodged) >= limit:
                minutes = int((lodged[0] + HOUR - self._now()) // 60) + 1
                raise Refused("too_many_objections", params={"minutes": minutes})

    def count(self, case_id: str, address: str) -> None:
        """One more was lodged."""
        for key in ((case_id, address), (ANY, address)):
            self._lodged.setdefault(key, deque()).append(self._now())
            self._lodged.move_to_end(key)
        while len(self._lodged) > KEPT:
            self._lodged.popitem(last=False)

    def come_in(self, address: str) -> bool:
        """Whether there is a place for one more request of this address; it is taken then."""
        if self._inside[address] >= self._from_one or not self.places.acquire(blocking=False):
            return False
        self._inside[address] += 1
        return True

    def go(self, address: str) -> None:
        """Give a place back."""
        self.places.release()
        self._inside[address] -= 1
        self._inside += Counter()  # keeps those above zero


def install(app: Flask) -> None:
    """Watch the door of an application: before anything of a request is read."""
    app.extensions["zhuce.objections"] = Door()
    app.before_request(enter)
    app.teardown_request(leave)


def enter() -> None:
    """Before an objection's body is read: is there a place, and has this address not said enough?"""
    if request.endpoint not in ENDPOINTS or request.method != "POST":
        return
    caller = address()
    _door().check(str((request.view_args or {}).get("id")), caller)
    if not _door().come_in(caller):
        raise Unavailable("too_busy")
    g.objecting = caller


def leave(_: BaseException | None) -> None:
    """When the request is done, however it ended."""
    if (caller := g.pop("objecting", None)) is not None:
        _door().go(caller)


def lodge(
    case_id: UUID, objection_id: UUID, reasons: str, objector: Objector | None, uploads: Sequence[Upload]
) -> tuple[Accepted, ObjectionReceipt]:
    """Have it lodged. The moment that counts is now, when it was read; not when its files have been looked at.

    By nobody in particular, session or not: an event tells everybody who acted, and who objects is for the authority.
    """
    said = meta().model_copy(update={"actor": ANONYMOUS})
    ask(GetPublicity(case_id=case_id, at=said.at), PublicityView)
    if len(uploads) > FILES:
        raise Refused("too_many_files", params={"limit": FILES})
    files = tuple(_kept(objection_id, upload) for upload in uploads)
    command = LodgeObjection(
        objection_id=objection_id, case_id=case_id, reasons=reasons, files=files, objector=objector, meta=said
    )
    reply = Accepted.model_validate(here().rpc.send(command))
    _door().count(str(case_id), address())
    return reply, ask(GetObjection(objection_id=objection_id), ObjectionReceipt)


def address() -> str:
    """Whom to count. Behind the proxy, which alone is on a private address, it is whom the proxy names.

    Of an IPv6 address the network: one subscriber has a whole one.
    """
    named = request.remote_addr or ""
    if _is_private(named) and (said := request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()):
        named = said
    try:
        found = ipaddress.ip_address(named)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _is_private(named: str) -> bool:
    try:
        return ipaddress.ip_address(named).is_private
    except ValueError:
        return False


def _kept(objection_id: UUID, upload: Upload) -> FileRef:
    """Opened and checked in a thread of its own; kept as this objection's, so that nobody else can attach it."""
    name, chunks = upload
    reference: FileRef = eventlet.tpool.execute(
        here().store.receive, list(chunks), name, owner=f"objection-{objection_id}", max_bytes=FILE_BYTES
    )
    return reference


def _door() -> Door:
    door: Door = current_app.extensions["zhuce.objections"]
    return door
