"""One filing's events, as many as are wanted: drafted, filled in, handed in, sent back, mended, for as long as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from uuid import UUID

import contracts.filing  # noqa: F401  its events are named by being imported
from contracts.examples import example
from contracts.message import Actor, Event, Metadata

ACTOR = Actor(kind="enterprise", account_id="a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c07")
PER_ROUND = (
    "FormFilled",
    "FormFilled",
    "FileAttached",
    "FormFilled",
    "FileDetached",
    "FileAttached",
    "CommitmentAccepted",
)


def story(filing_id: UUID, length: int) -> list[Event]:
    """The first ``length`` events of a filing that is returned again and again."""
    return list(islice(_endless(filing_id), length))


def _endless(filing_id: UUID) -> Iterator[Event]:
    def event(name: str, **more: object) -> Event:
        made = example(f"filing.{name}.v1")
        assert isinstance(made, Event)
        return made.model_copy(update={"filing_id": filing_id, **more})

    yield event("FilingDrafted")
    yield event("SubjectPicked")
    for round_ in count(1):
        for name in PER_ROUND:
            yield event(name)
        yield event("FilingSubmitted", round=round_)
        yield event("FilingReturned", round=round_)
        yield event("FileDetached")


def meta(filing_id: UUID, version: int) -> Metadata:
    """What every event carries: who, when, from what."""
    at = example("filing.FilingDrafted.v1").model_dump()["drafted_at"]
    return Metadata(command_id=f"{filing_id}-{version}", actor=ACTOR, at=at, correlation_id=f"{filing_id}")
