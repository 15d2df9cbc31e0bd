"""After an event that is told in a document: draw its number, make it, record it, each exactly once.

Killed in between, the same event finds the number that it drew, and the first document that is recorded is the one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contracts.message import Command, Metadata, Recorded, follow
from contracts.review import (
    AllocateDocumentNumber,
    DocumentNumberAllocated,
    RecordCaseDocument,
    RecordCaseDocumentNotIssued,
)
from services.kernel import issuing
from services.kernel.clock import clock
from services.kernel.issuing import made
from services.kernel.kernel import Ground
from services.kernel.numbers import drawn
from services.kernel.signed import NotMade
from services.review.calendar import Calendar
from services.review.documents.composing import compose
from services.review.documents.making import documents_of
from services.review.documents.telling import TOLD, Telling, authority_of, number_of, telling
from services.review.domain.decide import CASE
from services.review.domain.document_numbers import DOCUMENT_NUMBERS, purpose_of, series_of
from services.review.domain.filed_documents import FILED, WAITING


def when_decided_issue_document(recorded: Recorded[Any], ground: Ground) -> Iterable[Command]:
    """The order to keep what was made, or to say why there is none; nothing when that is done already."""
    history = ground.log.history(CASE.stream(recorded.event.case_id))
    one = telling(recorded, history)
    if one is None:
        return
    filed = ground.log.load(FILED, recorded.event.case_id)
    if not filed.state.has(one.kind, one.cause):
        yield attempt(ground, recorded, one, recorded.meta.at, filed.version)


def attempt(
    ground: Ground, recorded: Recorded[Any], one: Telling, at: datetime, version: int
) -> RecordCaseDocument | RecordCaseDocumentNotIssued:
    """``version`` is that of the case's documents: what is wrong may be something else later."""
    number = number_of(one, _serial(ground, recorded, one))
    authority = authority_of(one, ground.rpc)
    working_days = Calendar(ground, estimate=bool(ground.config.get("DEVELOPMENT"))).working_days
    letter = compose(one, number, authority, working_days)
    about = {"case_id": str(one.opened.case_id), "kind": one.kind, "cause": one.cause}
    outcome = made(documents_of(ground.config["DATA"]).issue, letter, authority.place, at, about=about)
    told: dict[str, Any] = {
        "case_id": one.opened.case_id,
        "filing_id": one.opened.filing_id,
        "kind": one.kind,
        "cause": one.cause,
    }
    if isinstance(outcome, NotMade):
        meta = _meta(recorded, f"document-not-issued-{version}", at)
        return RecordCaseDocumentNotIssued(**told, code=outcome.code, meta=meta)
    return RecordCaseDocument(
        **told,
        round=one.case.round,
        number=number,
        document=outcome.document,
        algorithm=outcome.algorithm,
        signer_sha256=outcome.signer_sha256,
        signed_at=outcome.signed_at,
        development_key=outcome.development_key,
        meta=_meta(recorded, "document", at),
    )


def try_waiting_again(ground: Ground) -> None:
    """Every document that waits."""
    issuing.try_waiting_again(ground, WAITING, _try_again)


def _try_again(ground: Ground, case_id: str) -> None:
    history, filed = ground.log.history(CASE.stream(case_id)), ground.log.load(FILED, case_id)
    waiting = {one.cause for one in filed.state.waiting}
    for recorded in history:
        one = telling(recorded, history) if recorded.position in waiting and isinstance(recorded.event, TOLD) else None
        if one is not None:
            # signed when it is signed: the day that it tells of may be weeks ago
            ground.execute(attempt(ground, recorded, one, clock.now(), filed.version))


def _serial(ground: Ground, recorded: Recorded[Any], one: Telling) -> int:
    series = series_of(one.pattern, one.opened.place, one.on)
    purpose = purpose_of(one.opened.case_id, one.cause)
    order = AllocateDocumentNumber(series=series, purpose=purpose, meta=_meta(recorded, "document-number"))
    return drawn(ground, DOCUMENT_NUMBERS, DocumentNumberAllocated, order, series, purpose)


def _meta(recorded: Recorded[Any], what: str, at: datetime | None = None) -> Metadata:
    """Of the event; at the time at which it was done, where it had to wait."""
    meta = follow(recorded, f"{what}-{recorded.source}-{recorded.position}")
    return meta.model_copy(update={"at": at}) if at is not None else meta
