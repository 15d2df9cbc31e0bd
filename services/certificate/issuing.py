"""Makes a credential's document, or says why it waits: one that cannot be made holds up nobody else's."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from eventlet import tpool

from contracts.certificate import CredentialGranted, RecordDocument, RecordDocumentNotIssued
from contracts.message import Command, Recorded
from services.certificate import reactions
from services.certificate.documents import Documents, documents_of
from services.certificate.domain.credential import CREDENTIAL, WAITING
from services.kernel.clock import clock
from services.kernel.kernel import Ground, Kernel
from services.kernel.observe import describe
from services.kernel.photo import PortraitUnreadable
from services.kernel.typeset import CharactersMissing, TypesetError

log = logging.getLogger("zhuce.certificate")
TRIED_AGAIN_EVERY = 600
"""Seconds between two attempts at the documents that wait: a font that was added is found without a restart."""


class CertificateKernel(Kernel):
    """Shows in health how many documents wait."""

    def setup(self) -> None:
        super().setup()
        self.ground.checks["documents"] = lambda: documents_health(self.ground)


def documents(ground: Ground) -> Documents:
    """The documents of this product's settings."""
    return documents_of(ground.config["DATA"], ground.config["PUBLIC_URL"])


def when_credential_granted_issue_document(
    recorded: Recorded[CredentialGranted], ground: Ground
) -> Iterable[Command]:
    """Print, seal and store, then record; nothing when that is done already."""
    loaded = ground.log.load(CREDENTIAL, recorded.event.credential_id)
    if loaded.state.document is None:
        yield attempt(ground, recorded, recorded.meta.at, loaded.version)


def attempt(
    ground: Ground, recorded: Recorded[CredentialGranted], at: datetime, version: int
) -> RecordDocument | RecordDocumentNotIssued:
    """What came of it: a document signed at that time, or what is wrong with what it was to say.

    Whatever else goes wrong (no key, no fonts at all, no disk) is not this credential's own, and is raised.
    """
    characters: tuple[str, ...] = ()
    try:
        signed = tpool.execute(documents(ground).issue, recorded.event, at)
        return reactions.when_credential_granted_record_document(recorded, signed, at)
    except CharactersMissing as missing:
        code, characters, error = "character_not_printable", missing.characters, describe(missing)
    except TypesetError as failed:
        code, error = "document_not_typeset", describe(failed)
    except PortraitUnreadable as unreadable:
        code, error = "portrait_unreadable", describe(unreadable)
    about = {"credential_id": str(recorded.event.credential_id), "code": code, "error": error}
    log.warning("document not issued", extra=about)
    return reactions.when_document_fails_record_it(recorded, code, characters, at, version)


def try_waiting_again(ground: Ground) -> None:
    """Every document that waits. Replicas may all try: one document is recorded, whoever signed it."""
    for credential_id in ground.log.holders(WAITING, ""):
        try:
            _try_again(ground, credential_id)
        except Exception as error:  # the next one must not wait for this one
            about = {"credential_id": credential_id, "error": describe(error)}
            log.error("document not tried again", extra=about)


def _try_again(ground: Ground, credential_id: str) -> None:
    history = ground.log.history(CREDENTIAL.stream(credential_id))
    if CREDENTIAL.fold(one.event for one in history).document is None:
        granted = next(one for one in history if isinstance(one.event, CredentialGranted))
        # signed when it is signed: the day of the grant may be weeks ago
        ground.execute(attempt(ground, granted, clock.now(), history[-1].version))


def documents_health(ground: Ground) -> dict[str, Any]:
    """How many credentials have no document because it cannot be made."""
    with ground.database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM claims WHERE kind = %s", [WAITING])
        waiting: int = cursor.fetchone()[0]
    return {"ok": waiting == 0, "waiting": waiting, "degraded": True}
