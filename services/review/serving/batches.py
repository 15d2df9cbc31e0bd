"""Batches: up to 5,000 cases in one order, carried out in the background, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nameko.extensions import DependencyProvider
from nameko.timer import timer

from contracts.message import Accepted, Command
from contracts.review import BatchView, GetBatch, RecordBatchProgress, StartBatch
from services.kernel.kernel import Ground
from services.kernel.rpc import handles
from services.review.batching import BatchWorker
from services.review.domain.batch import BATCH, batch_is_started
from services.review.serving.publicity import reserve_number

if TYPE_CHECKING:
    from services.review.service import ReviewService

COMMANDS: dict[type[Command], Any] = {
    StartBatch: (BATCH, "batch_id"),
    RecordBatchProgress: (BATCH, "batch_id"),
}


class Batching(DependencyProvider):
    """The container's worker, and its health."""

    ground = Ground()

    def setup(self) -> None:
        spawn = self.container.spawn_managed_thread
        self.worker = BatchWorker(self.ground, lambda work: spawn(work, identifier="batches"))
        self.ground.checks["batches"] = self.worker.health

    def get_dependency(self, worker_ctx: Any) -> BatchWorker:
        return self.worker


class Batches:
    """RecordBatchProgress has no entrypoint: only the worker gives it."""

    batches = Batching()

    @handles(StartBatch)
    def start_batch(self: ReviewService, command: StartBatch) -> Accepted:
        """Accepted as a whole; carried out from now on."""
        if command.action == "announce" and command.document_number is not None:
            # What would be refused takes no number.
            BATCH.decide(self.kernel.log.load(BATCH, command.batch_id).state, command)
            reserve_number(self, command.document_number, command.meta)
        accepted = self.kernel.execute(command)
        self.batches.begin(self)
        return accepted

    @timer(interval=1, eager=True)
    def carry_out_batches(self: ReviewService) -> None:
        """At start and every second: what another process left, or was ordered of another replica."""
        self.batches.begin(self)

    @handles(GetBatch)
    def get_batch(self: ReviewService, question: GetBatch) -> BatchView:
        """How far it is, and what was not done."""
        found = self.kernel.log.load(BATCH, question.batch_id)
        batch, started = found.state, batch_is_started(found.state, question.batch_id)
        return BatchView(
            batch_id=question.batch_id,
            version=found.version,
            action=started.action,
            total=batch.total,
            upto=batch.upto,
            done=batch.done,
            failures=batch.failures,
            ended=batch.ended is not None,
            started_at=started.started_at,
            started_by=started.officer,
            authority_id=started.authority_id,
        )
