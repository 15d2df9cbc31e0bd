"""A batch: one order for many cases, how far it was carried out, and which lines were not done, with the reason.

What may be done to a case is asked of the case, line by line; here is only what is true of the batch as a whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.message import Actor, Command, Event
from contracts.review import (
    BatchAction,
    BatchEnded,
    BatchFailure,
    BatchItem,
    BatchProgressed,
    BatchStarted,
    RecordBatchProgress,
    StartBatch,
)
from services.review.domain import rules

ASKED: dict[BatchAction, frozenset[str]] = {
    "claim": frozenset({"stage"}),
    "pass": frozenset({"stage", "opinion"}),
    "publicise": frozenset(),
    "announce": frozenset({"document_number"}),
}
"""What each action needs to be told; what another one needs has no place in it."""
OPEN = "open_batch"
"""Held from the start of a batch to its end: what is open is found in the log itself, never behind."""


@dataclass(frozen=True)
class Batch:
    """``upto``: the last line that was carried out; ``failures`` are those up to there that were refused.

    ``started`` without its items, of which only number and digest are remembered: a state is kept in memory, they are long.
    """

    started: BatchStarted | None = None
    total: int = 0
    items_sha256: str = ""
    upto: int = 0
    failures: tuple[BatchFailure, ...] = ()
    ended: BatchEnded | None = None

    @property
    def done(self) -> int:
        """Lines carried out and not refused."""
        return self.upto - len(self.failures)


def evolve(batch: Batch, event: Event) -> Batch:
    """The batch after one event."""
    match event:
        case BatchStarted():
            without = event.model_copy(update={"items": ()})
            return replace(batch, started=without, total=len(event.items), items_sha256=_digest(event.items))
        case BatchProgressed():
            return replace(batch, upto=event.upto, failures=(*batch.failures, *event.failures))
        case BatchEnded():
            return replace(batch, ended=event)
    return batch


def decide(batch: Batch, command: Command) -> Sequence[Event]:
    """What happens, nothing when it is done already, or a refusal."""
    match command:
        case StartBatch():
            return start_batch(batch, command)
        case RecordBatchProgress():
            return record_progress(batch, command)
    raise Refused("unknown_command", params={"command": command.NAME})


def start_batch(batch: Batch, command: StartBatch) -> Sequence[Event]:
    """Ordered whole: nothing of it is carried out before all of it is known."""
    actor = command.meta.actor
    authority_id = an_officer(actor)
    said_what_the_action_asks(command)
    each_case_once(command)
    started = BatchStarted(
        batch_id=command.batch_id,
        officer=actor.account_id,
        authority_id=authority_id,
        started_at=command.meta.at,
        action=command.action,
        items=command.items,
        stage=command.stage,
        opinion=command.opinion,
        document_number=command.document_number,
    )
    if batch.started is None:
        return [started]
    same = started.model_copy(update={"items": (), "started_at": batch.started.started_at})
    if batch.started == same and batch.items_sha256 == _digest(command.items):
        return []
    raise Refused("batch_exists")


def record_progress(batch: Batch, command: RecordBatchProgress) -> Sequence[Event]:
    """The next lines are done. Told twice, by two replicas or after a crash, it counts once."""
    rules.only_the_product_itself(command.meta.actor)
    batch_is_started(batch, command.batch_id)
    if command.after != batch.upto or batch.ended is not None:
        return []
    total = batch.total
    lines = range(command.after + 1, command.upto + 1)
    if not lines or command.upto > total or any(one.line not in lines for one in command.failures):
        raise Refused("batch_progress_wrong", params={"after": command.after, "upto": command.upto})
    progressed = BatchProgressed(
        batch_id=command.batch_id, after=command.after, upto=command.upto, failures=command.failures
    )
    if command.upto < total:
        return [progressed]
    failed = len(batch.failures) + len(command.failures)
    return [progressed, BatchEnded(batch_id=command.batch_id, done=total - failed, failed=failed)]


def batch_is_started(batch: Batch, batch_id: UUID) -> BatchStarted:
    """There is such a batch."""
    if batch.started is None:
        raise NotFound.of("batch", batch_id)
    return batch.started


def an_officer(actor: Actor) -> UUID:
    """Batches are for who examines cases; duty, place and level are asked for by each case."""
    if actor.kind != "officer" or actor.authority_id is None:
        raise NotAllowed("officers_only")
    return actor.authority_id


def said_what_the_action_asks(command: StartBatch) -> None:
    """Everything that the action needs and nothing that it would silently leave out."""
    asked, problems = ASKED[command.action], []
    for field in ("stage", "opinion", "document_number"):
        said = getattr(command, field) is not None
        if said != (field in asked):
            problems.append({"code": "batch_field_not_asked" if said else "required", "field": field})
    if problems:
        raise Refused("batch_fields_wrong", params={"action": command.action}, problems=problems)


def each_case_once(command: StartBatch) -> None:
    """A case named twice would be done once and refused once: more likely a slip than meant."""
    first: dict[UUID, int] = {}
    problems: list[dict[str, Any]] = []
    for line, item in enumerate(command.items, start=1):
        if (before := first.setdefault(item.case_id, line)) != line:
            params, field = {"line": line, "first": before}, f"items.{line - 1}.case_id"
            problems.append({"code": "case_named_twice", "field": field, "params": params})
    if problems:
        raise Refused("batch_names_case_twice", params={"count": len(problems)}, problems=problems)


def _digest(items: Sequence[BatchItem]) -> str:
    said = "\n".join(f"{item.case_id} {item.version}" for item in items)
    return hashlib.sha256(said.encode()).hexdigest()


def claims(batch: Batch, event: Event) -> Sequence[Claim | Release]:
    """Open from start to end."""
    match event:
        case BatchStarted():
            return [Claim(OPEN, str(event.batch_id), "batch_exists")]
        case BatchEnded():
            return [Release(OPEN)]
    return ()


BATCH: Decider[Batch, Command, Event] = Decider("batch", Batch(), decide, evolve, claims)
