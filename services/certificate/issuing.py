"""Makes the document of an issue, or says why it waits: one that cannot be made holds up nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from contracts.certificate import CredentialGranted, CredentialReissued, RecordDocument, RecordDocumentNotIssued
from contracts.message import Command, Recorded
from services.certificate import reactions
from services.certificate.documents import Documents, documents_of
from services.certificate.domain.claims import WAITING
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.state import Credential
from services.certificate.reactions import NewIssue
from services.kernel import issuing
from services.kernel.clock import clock
from services.kernel.issuing import made
from services.kernel.kernel import Ground
from services.kernel.signed import NotMade

TRIED_AGAIN_EVERY = issuing.TRIED_AGAIN_EVERY


def documents(ground: Ground) -> Documents:
    """The documents of this product's settings."""
    return documents_of(ground.config["DATA"], ground.config["PUBLIC_URL"])


def when_issued_issue_document(recorded: Recorded[NewIssue], ground: Ground) -> Iterable[Command]:
    """Print, seal and store, then record; nothing when that is done already, or when another issue has taken its place."""
    loaded = ground.log.load(CREDENTIAL, recorded.event.credential_id)
    if _needs_document(loaded.state, recorded.event):
        yield attempt(ground, recorded, loaded.state, recorded.meta.at, loaded.version)


def attempt(
    ground: Ground, recorded: Recorded[NewIssue], state: Credential, at: datetime, version: int
) -> RecordDocument | RecordDocumentNotIssued:
    """What came of it: a document signed at that time, or what is wrong with what it was to say."""
    about = {"credential_id": str(recorded.event.credential_id)}
    outcome = made(documents(ground).issue, state.kind, state.issue, at, state.issues[:-1], about=about)
    if isinstance(outcome, NotMade):
        return reactions.when_document_fails_record_it(recorded, outcome.code, outcome.characters, at, version)
    return reactions.when_issued_record_document(recorded, outcome, at)


def try_waiting_again(ground: Ground) -> None:
    """Every document that waits."""
    issuing.try_waiting_again(ground, WAITING, _try_again)


def _try_again(ground: Ground, credential_id: str) -> None:
    history = ground.log.history(CREDENTIAL.stream(credential_id))
    state = CREDENTIAL.fold(one.event for one in history)
    issues = [one for one in history if isinstance(one.event, CredentialGranted | CredentialReissued)]
    if issues and _needs_document(state, issues[-1].event):
        # signed when it is signed: the day of the issue may be weeks ago
        ground.execute(attempt(ground, issues[-1], state, clock.now(), history[-1].version))


def _needs_document(state: Credential, event: NewIssue) -> bool:
    return state.ended is None and state.identifier == event.identifier and state.document is None
