"""Signed documents that a service makes after an event: made, or why not; those that wait are counted and tried again.

A document that cannot be made holds up nobody else's: that is recorded, and its claim is what finds it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from eventlet import tpool

from services.kernel.kernel import Ground
from services.kernel.observe import describe
from services.kernel.photo import PortraitUnreadable
from services.kernel.signed import NotMade, Signed
from services.kernel.typeset import CharactersMissing, TypesetError

log = logging.getLogger("zhuce.issuing")
TRIED_AGAIN_EVERY = 600
"""Seconds between two attempts at the documents that wait: a font that was added is found without a restart."""


def made(make: Callable[..., Signed], *arguments: Any, about: dict[str, Any]) -> Signed | NotMade:
    """Make it in a thread. ``about`` names the thing in the log, by ids only.

    Whatever else goes wrong (no key, no fonts at all, no disk) is not this document's own, and is raised.
    """
    try:
        return tpool.execute(make, *arguments)  # type: ignore[no-any-return]
    except CharactersMissing as missing:
        why, error = NotMade("character_not_printable", missing.characters), describe(missing)
    except TypesetError as failed:
        why, error = NotMade("document_not_typeset"), describe(failed)
    except PortraitUnreadable as unreadable:
        why, error = NotMade("portrait_unreadable"), describe(unreadable)
    log.warning("document not issued", extra={**about, "code": why.code, "error": error})
    return why


def try_waiting_again(ground: Ground, waiting: str, again: Callable[[Ground, str], None]) -> None:
    """Every stream that holds a claim of that kind. Replicas may all try: one document is recorded, whoever signed it."""
    for stream_id in dict.fromkeys(ground.log.holders(waiting, "")):
        try:
            again(ground, stream_id)
        except Exception as error:  # the next one must not wait for this one
            log.error("document not tried again", extra={"waiting": stream_id, "error": describe(error)})


def waiting_health(ground: Ground, waiting: str) -> dict[str, Any]:
    """How many documents there are not, because they cannot be made."""
    with ground.database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM claims WHERE kind = %s", [waiting])
        count: int = cursor.fetchone()[0]
    return {"ok": count == 0, "waiting": count, "degraded": True}
