"""Makes a credential's document, or says why it waits: one that cannot be made holds up nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from contracts.certificate import CredentialGranted, RecordDocument, RecordDocumentNotIssued
from contracts.message import Command, Recorded
from services.certificate import reactions
from services.certificate.documents import Documents, documents_of
from services.certificate.domain.credential import CREDENTIAL, WAITING
from services.kernel import issuing
from services.kernel.clock import clock
from services.kernel.issuing import made, waiting_health
from services.kernel.kernel import Ground, Kernel
from services.kernel.signed import NotMade

TRIED_AGAIN_EVERY = issuing.TRIED_AGAIN_EVERY


class CertificateKernel(Kernel):
    """Shows in health how many documents wait."""

    def setup(self) -> None:
        super().setup()
        self.ground.checks["documents"] = lambda: waiting_health(self.ground, WAITING)


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
    """What came of it: a document signed at that time, or what is wrong with what it was to say."""
    about = {"credential_id": str(recorded.event.credential_id)}
    outcome = made(documents(ground).issue, recorded.event, at, about=about)
    if isinstance(outcome, NotMade):
        return reactions.when_document_fails_record_it(recorded, outcome.code, outcome.characters, at, version)
    return reactions.when_credential_granted_record_document(recorded, outcome, at)


def try_waiting_again(ground: Ground) -> None:
    """Every document that waits."""
    issuing.try_waiting_again(ground, WAITING, _try_again)


def _try_again(ground: Ground, credential_id: str) -> None:
    history = ground.log.history(CREDENTIAL.stream(credential_id))
    if CREDENTIAL.fold(one.event for one in history).document is None:
        granted = next(one for one in history if isinstance(one.event, CredentialGranted))
        # signed when it is signed: the day of the grant may be weeks ago
        ground.execute(attempt(ground, granted, clock.now(), history[-1].version))
