"""A hundred enterprises hand in a filing for the same person at the same moment, from several processes: one wins."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.kernel.testing import meta
from tests.domain.filing.confirming import READY, submit, told
from tests.samples import PERSON_ID
from tests.services.filing_rush import FILING, enterprise, filing_id

ENTERPRISES, PROCESSES = 100, 4


def prepare(log: EventLog) -> None:
    """A draft that lacks nothing, for each of them."""
    for number in range(ENTERPRISES):
        who = enterprise(number)
        about = {"filing_id": filing_id(number)}
        drafted = READY[0].model_copy(update={**about, "enterprise_id": who.enterprise_id})
        history = [drafted, *(one.model_copy(update=about) for one in READY[1:])]
        order = submit(who).model_copy(update={**about, "meta": meta(who, command_id=f"prepared-{number}")})
        log.handle(told(FILING, *history), filing_id(number), order)


def test_one_of_a_hundred_wins(fresh_database: str) -> None:
    recorder = PostgresRecorder(Database(fresh_database))
    recorder.create_tables()
    log = EventLog("filing", recorder)
    prepare(log)
    share = ENTERPRISES // PROCESSES
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.services.filing_rush", fresh_database, str(n * share), str(share)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(PROCESSES)
    ]
    for one in processes:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    for one in processes:  # all of them stand at the line
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = Counter(line for one in processes for line in one.communicate(timeout=60)[0].splitlines())
    assert answers == {"awaiting_confirmation": 1, "open_filing_exists": ENTERPRISES - 1}
    (winner,) = log.holders("open_filing", f"{PERSON_ID}/")
    states = {number: log.load(FILING, filing_id(number)).state for number in range(ENTERPRISES)}
    asked = [str(filing_id(number)) for number, state in states.items() if state.status == "awaiting_confirmation"]
    assert asked == [winner]
    assert {state.status for state in states.values()} == {"awaiting_confirmation", "draft"}
    recorder.database.close()
