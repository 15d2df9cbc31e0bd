"""Drawing a number: whoever asks again, by whichever order, learns the number that the purpose has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from contracts.certificate import AllocateNumber
from contracts.message import Accepted
from services.certificate.approving import number_of
from services.certificate.domain.numbering import NUMBERING
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from tests.domain.certificate.samples import allocate


@pytest.fixture
def ground(fresh_database: str) -> Any:
    """A log that counts how often a whole series is read."""
    log = EventLog("certificate", PostgresRecorder(Database(fresh_database)))
    log.recorder.create_tables()
    made = SimpleNamespace(log=log, loads=0)
    load = log.load

    def counted(*args: Any) -> Any:
        made.loads += 1
        return load(*args)

    def execute(command: AllocateNumber) -> Accepted:
        return log.handle(NUMBERING, command.series, command)

    vars(log)["load"], made.execute = counted, execute
    return made


def test_a_long_series_is_read_once(ground: Any) -> None:
    numbers = [number_of(ground, allocate(f"filing-{n}", command_id=f"c{n}")) for n in range(1, 4)]
    assert (numbers, ground.loads) == ([1, 2, 3], 1)


def test_the_same_order_again_has_its_number_whatever_was_drawn_since(ground: Any) -> None:
    for n in (1, 2):
        number_of(ground, allocate(f"filing-{n}", command_id=f"c{n}"))
    number_of(ground, allocate("filing-1", series="other", command_id="o"))
    assert number_of(ground, allocate("filing-1", command_id="c1")) == 1


def test_another_order_for_the_same_purpose_too(ground: Any) -> None:
    for n in (1, 2, 3):
        number_of(ground, allocate(f"filing-{n}", command_id=f"c{n}"))
    for command_id in ("again", "again"):
        assert number_of(ground, allocate("filing-2", command_id=command_id)) == 2
