"""The command that a line of a batch is: the same as if its officer had given it alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from contracts.message import Metadata, Recorded
from contracts.review import (
    AnnounceCase,
    BatchAction,
    BatchItem,
    BatchStarted,
    ClaimCase,
    PassStage,
    PubliciseCase,
)

Line = ClaimCase | PassStage | PubliciseCase | AnnounceCase

_COMMANDS: Mapping[BatchAction, Callable[..., Line]] = {
    "claim": lambda batch, **of: ClaimCase(stage=batch.stage, **of),
    "pass": lambda batch, **of: PassStage(stage=batch.stage, opinion=batch.opinion, **of),
    "publicise": lambda batch, **of: PubliciseCase(**of),
    "announce": lambda batch, **of: AnnounceCase(document_number=batch.document_number, **of),
}


def order_of(started: Recorded[BatchStarted], line: int, item: BatchItem, at: datetime) -> Line:
    """By the officer who ordered the batch, under an id that is the line's for ever."""
    cause = started.meta
    meta = Metadata(
        command_id=f"{started.event.batch_id}/{line}",
        actor=cause.actor,
        at=at,
        correlation_id=cause.correlation_id,
        causation_id=f"{started.source}:{started.position}",
        depth=cause.depth + 1,
        on_behalf_of=cause.on_behalf_of,
        reason=cause.reason,
        expected_version=item.version,
    )
    return _COMMANDS[started.event.action](started.event, case_id=item.case_id, meta=meta)
