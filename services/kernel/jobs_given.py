"""A follower whose effects are jobs: its position is recorded only when the broker has confirmed them.

A crash between the two gives a job a second time, under the same id: doubled, never lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.message import Event, Recorded
from contracts.versions import ByName
from services.kernel.append import AppendFailed
from services.kernel.follower import CannotApply, Follower
from services.kernel.jobs import publish_job
from services.kernel.wire import from_wire


@dataclass(frozen=True)
class JobOrder:
    """A job to give. ``body`` holds ids, never a person's data: it lies in queues, and operators read it."""

    name: str
    body: Any
    job_id: str


Giving = Callable[[Recorded[Any]], Iterable[JobOrder]]
"""``when_notice_ordered_send_it``: pure, from an event to the jobs it leads to."""


class GivesJobs(Follower):
    """``gives_notices = GivesJobs("identity", "identity", {NoticeOrdered: when_notice_ordered_send_it})``."""

    def __init__(self, follower: str, source: str, table: Mapping[type[Event], Giving]) -> None:
        super().__init__(follower, source)
        self.name = f"{follower}.gives_jobs_of.{source}"  # beside a follower whose effects are commands
        self.table = ByName(table)

    def recorded_position(self) -> int:
        return self.ground.log.recorder.max_tracking_id(self.name) or 0

    def apply(self, messages: Sequence[dict[str, Any]]) -> int:
        position = self.position
        for message in messages:
            if message["position"] <= position:
                continue
            for order in self._orders(message):
                publish_job(self.ground.config["AMQP_URI"], order.name, order.body, order.job_id)
            position = message["position"]
        try:
            if self.recorded_position() < position:
                self.ground.log.mark((self.name, position))
        except AppendFailed:  # another replica was here first: go on from where it is
            return self.recorded_position()
        return position

    def _orders(self, message: dict[str, Any]) -> list[JobOrder]:
        try:
            giving = self.table.get(message["name"])
            return list(giving(from_wire(message))) if giving else []
        except Exception as error:
            raise CannotApply(message, error) from error
