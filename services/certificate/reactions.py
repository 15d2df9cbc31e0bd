"""What follows of itself, from events to orders: metadata that is the same whenever an event is met again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.certificate import (
    AllocateNumber,
    CredentialGranted,
    CredentialReissued,
    ExpireCredential,
    LapseCredential,
    MatchHolder,
    RecordDocument,
    RecordDocumentNotIssued,
    ReinstateCredential,
)
from contracts.matters.credential import Lapse
from contracts.message import Metadata, Recorded, follow
from services.certificate.domain.kinds import kind_of
from services.certificate.domain.state import Credential
from services.kernel.signed import Signed

NewIssue = CredentialGranted | CredentialReissued


def meta_of(recorded: Recorded[Any], what: str) -> Metadata:
    """Of an order that this event leads to; ``what`` tells it from the others of the same event."""
    return follow(recorded, f"{what}-{recorded.source}-{recorded.position}")


def when_approved_draw_number(
    recorded: Recorded[Any], filing_id: UUID, series: str, again: int = 1
) -> AllocateNumber:
    """A number of the series for this filing: asked again after a crash, it is the same one. ``again``: the second one,
    where somebody else has the first.
    """
    more = "" if again == 1 else f"/{again}"
    meta = follow(recorded, f"number-{recorded.source}-{recorded.position}-{series}{more}")
    return AllocateNumber(series=series, purpose=f"{filing_id}{more}", meta=meta)


def when_place_is_needed_say_that_it_is_over(recorded: Recorded[Any], credential: Credential) -> ExpireCredential:
    """What is over gives its place to another before the timer has come to say so."""
    assert credential.credential_id is not None
    meta = meta_of(recorded, f"expire-{credential.credential_id}")
    return ExpireCredential(
        credential_id=credential.credential_id, valid_until=credential.face.valid_until, meta=meta
    )


def when_law_ends_it_lapse(
    recorded: Recorded[Any], held: Iterable[Credential], cause: Lapse, on: date, today: date
) -> Iterable[LapseCredential]:
    """Every one of these that is valid today and of a kind that lapses on this."""
    for one in held:
        kind = kind_of(one.kind)
        if kind is None or cause not in kind.lapses_on or not one.standing or one.status(today) != "valid":
            continue
        assert one.credential_id is not None
        yield LapseCredential(
            credential_id=one.credential_id,
            cause=cause,
            lapsed_on=max(on, one.issue.issued_on),  # what is told late ends nothing before it was issued
            legal_basis=kind.source,
            meta=meta_of(recorded, f"lapse-{one.credential_id}-{cause}"),
        )


def when_cause_was_none_reinstate(
    recorded: Recorded[Any], held: Iterable[Credential], cause: Lapse, on: date
) -> Iterable[ReinstateCredential]:
    """Every certificate that lapsed by it, and by nothing else."""
    for one in held:
        if one.ended is not None and (one.ended.how, one.ended.because) == ("lapsed", cause):
            assert one.credential_id is not None
            meta = meta_of(recorded, f"reinstate-{one.credential_id}")
            yield ReinstateCredential(credential_id=one.credential_id, cause=cause, reinstated_on=on, meta=meta)


def when_person_is_known_match(
    recorded: Recorded[Any], credential_id: UUID, person_id: UUID, beside: bool
) -> MatchHolder:
    """An old certificate finds its holder."""
    meta = meta_of(recorded, f"match-{credential_id}")
    return MatchHolder(credential_id=credential_id, person_id=person_id, beside=beside, meta=meta)


def when_issued_record_document(recorded: Recorded[NewIssue], signed: Signed, at: datetime) -> RecordDocument:
    """The document signed for this issue, at that time, is the document."""
    return RecordDocument(
        credential_id=recorded.event.credential_id,
        identifier=recorded.event.identifier,
        document=signed.document,
        algorithm=signed.algorithm,
        signer_sha256=signed.signer_sha256,
        signed_at=signed.signed_at,
        development_key=signed.development_key,
        meta=_at(recorded, "", at),
    )


def when_document_fails_record_it(
    recorded: Recorded[NewIssue], code: str, characters: tuple[str, ...], at: datetime, version: int
) -> RecordDocumentNotIssued:
    """The document waits. ``version`` is the credential's: what is wrong may be something else later."""
    return RecordDocumentNotIssued(
        credential_id=recorded.event.credential_id,
        identifier=recorded.event.identifier,
        code=code,
        characters=characters,
        meta=_at(recorded, f"-not-issued-{version}", at),
    )


def _at(recorded: Recorded[NewIssue], what: str, at: datetime) -> Metadata:
    """Of the issue, but at the time at which it was done: a document that had to wait is not of that day."""
    return meta_of(recorded, f"document{what}").model_copy(update={"at": at})
