"""A process that hands in filings which wait ready in the log: ``python -m tests.services.filing_rush URL FIRST COUNT``.

Says "ready", waits for a line, then prints for each what it was told: how it stands, or the refusal's code.
"""

from __future__ import annotations

import sys
from uuid import UUID, uuid5

from contracts.errors import Refusal
from contracts.message import NAMESPACE, Actor
from services.filing.domain.decide import make_filing
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.kernel.testing import meta
from tests.domain.filing.confirming import certified, joint, submit
from tests.domain.filing.samples import a_filer

MATTER = joint(preconditions=())
FILING = make_filing(lambda code, version: MATTER)


def filing_id(number: int) -> UUID:
    """Of the filing that this enterprise prepared."""
    return uuid5(NAMESPACE, f"rush-filing-{number}")


def enterprise(number: int) -> Actor:
    """One of those that file for the same person."""
    found = uuid5(NAMESPACE, f"rush-enterprise-{number}")
    return Actor(kind="enterprise", account_id=f"rush-{number}", enterprise_id=found)


def main(url: str, first: int, count: int) -> None:
    log = EventLog("filing", PostgresRecorder(Database(url)))
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(first, first + count):
        who = enterprise(number)
        order = submit(who, subject=certified(), filer=a_filer(enterprise_id=who.enterprise_id))
        order = order.model_copy(
            update={"filing_id": filing_id(number), "meta": meta(who, command_id=f"hand-in-{number}")}
        )
        try:
            log.handle(FILING, order.filing_id, order)
        except Refusal as refusal:
            print(refusal.code)
        else:
            print(log.load(FILING, order.filing_id).state.status)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
