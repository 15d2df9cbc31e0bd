"""The time that parties have is kept by a timer: once, whoever comes second or after a kill, and not a second early."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.errors import Refused
from contracts.filing import KeepConfirmationTime
from contracts.message import Accepted, Command
from services.filing.domain.decide import make_filing
from services.filing.keeper import ConfirmationKeeper
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.kernel.testing import NOON, meta
from tests.domain.filing.confirming import CERTIFICATE, READY, certified, confirm, joint, picked_with, submit, told
from tests.samples import ENTERPRISE, PERSON

MATTER = joint()
FILING = make_filing(lambda code, version: MATTER)
OVER = datetime(2026, 3, 10, 0, 0, 5, tzinfo=NOON.tzinfo)
"""Seven days after 2 March, and the five seconds by which clocks may differ."""
NEAR = datetime(2026, 3, 7, 0, 0, 5, tzinfo=NOON.tzinfo)


class Ground:
    """A service's log and nothing else; ``fails`` is a filing whose orders cannot be carried out."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        recorder = PostgresRecorder(self.database)
        recorder.create_tables()
        self.log = EventLog("filing", recorder)
        self.fails: UUID | None = None

    def execute(self, command: Command) -> Accepted:
        assert isinstance(command, KeepConfirmationTime)
        if command.filing_id == self.fails:
            raise Refused("broken")
        return self.log.handle(FILING, command.filing_id, command)

    def hand_in(self, at: datetime = NOON) -> UUID:
        """A filing of a person and a certificate of its own that waits for its parties."""
        filing_id, certificate = uuid4(), CERTIFICATE.model_copy(update={"certificate_id": uuid4()})
        about = {"person_id": uuid4(), "certificates": (certificate,)}
        ready = (READY[0], picked_with(certificate, **about), *READY[2:])
        history = [one.model_copy(update={"filing_id": filing_id}) for one in ready]
        order = submit(at=at, subject=certified(**about)).model_copy(update={"filing_id": filing_id})
        for decider, name in ((told(FILING, *history), "prepare"), (FILING, "hand-in")):
            by = {"meta": meta(ENTERPRISE, at, command_id=f"{name}-{filing_id}")}
            self.log.handle(decider, filing_id, order.model_copy(update=by))
        return filing_id

    def told(self, filing_id: UUID) -> list[str]:
        """What became of it since it was handed in."""
        names = [one.event.NAME.split(".")[1] for one in self.log.history(f"filing-{filing_id}")]
        return names[names.index("ConfirmationsAsked") + 1 :]


@pytest.fixture
def ground(fresh_database: str) -> Iterator[Ground]:
    made = Ground(fresh_database)
    yield made
    made.database.close()


def keeper(ground: Any) -> ConfirmationKeeper:
    return ConfirmationKeeper(ground, FILING)


def test_reminded_and_removed_each_once_and_not_before_five_seconds_after_midnight(ground: Ground) -> None:
    filing_id = ground.hand_in()
    for second, expected in [
        (NEAR - timedelta(seconds=1), []),
        (NEAR, ["ConfirmationNear"]),
        (NEAR + timedelta(days=1), ["ConfirmationNear"]),
        (OVER - timedelta(seconds=1), ["ConfirmationNear"]),
        (OVER, ["ConfirmationNear", "ConfirmationTimedOut"]),
        (OVER + timedelta(days=400), ["ConfirmationNear", "ConfirmationTimedOut"]),
    ]:
        keeper(ground).tick(second)
        assert ground.told(filing_id) == expected, second
    for kind in ("confirmation_due", "confirmation_near", "open_filing"):
        assert ground.log.holders(kind, "") == []


def test_the_next_party_has_its_own_time_and_the_first_one_s_is_over_for_nobody(ground: Ground) -> None:
    filing_id = ground.hand_in()
    subject = ground.log.load(FILING, filing_id).state.subject
    agreed = confirm(PERSON.model_copy(update={"person_id": subject.person_id}), NEAR)
    agreed = agreed.model_copy(update={"filing_id": filing_id})
    ground.log.handle(FILING, filing_id, agreed)
    keeper(ground).tick(OVER)
    assert ground.told(filing_id) == ["FilingConfirmed"]
    keeper(ground).tick(NEAR + timedelta(days=11))
    assert ground.told(filing_id) == ["FilingConfirmed", "ConfirmationTimedOut", "ConfirmationDeclined"]


def test_replicas_and_restarts_do_it_once(ground: Ground) -> None:
    filings = [ground.hand_in() for _ in range(20)]
    replicas = [threading.Thread(target=keeper(ground).tick, args=(OVER,)) for _ in range(4)]
    for one in replicas:
        one.start()
    for one in replicas:
        one.join()
    keeper(ground).tick(OVER)
    assert {tuple(ground.told(one)) for one in filings} == {("ConfirmationTimedOut",)}


def test_one_that_fails_holds_up_no_other_and_is_seen_in_health(ground: Ground) -> None:
    first, second = ground.hand_in(), ground.hand_in()
    ground.fails = first
    kept = keeper(ground)
    assert kept.health()["degraded"] is False
    kept.tick(OVER)
    assert ground.told(second) == ["ConfirmationTimedOut"]
    said = kept.health()
    assert (said["degraded"], said["failing"], said["error"]) == (True, 2, {"type": "broken"}), (
        "its reminder and its end"
    )
    ground.fails = None
    keeper(ground).tick(OVER)
    assert ground.told(first) == ["ConfirmationTimedOut"]


def test_told_as_what_follows_from_the_question(ground: Ground) -> None:
    filing_id = ground.hand_in()
    keeper(ground).tick(OVER)
    *_, asked, over = ground.log.history(f"filing-{filing_id}")
    assert (over.meta.actor.kind, over.meta.at, over.meta.depth) == ("system", OVER, asked.meta.depth + 1)
    assert over.meta.causation_id == f"filing:{asked.position}"
