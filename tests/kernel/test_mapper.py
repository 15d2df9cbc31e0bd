"""eventsourcing's own event store works on our log, with our names in it and nothing of Python's."""

from __future__ import annotations

import pytest
from eventsourcing.persistence import EventStore, IntegrityError

from contracts.filing import CommitmentAccepted, DraftDeleted
from contracts.message import Recorded
from services.kernel.database import Database
from services.kernel.mapper import NamedEventMapper
from services.kernel.recorder import PostgresRecorder
from services.kernel.testing import meta
from tests.samples import FILING_ID

STREAM = f"filing-{FILING_ID}"
EVENTS = [CommitmentAccepted(filing_id=FILING_ID, text_sha256="a" * 64), DraftDeleted(filing_id=FILING_ID)]


def test_the_librarys_event_store_reads_what_it_wrote(fresh_database: str) -> None:
    recorder = PostgresRecorder(Database(fresh_database))
    recorder.create_tables()
    store: EventStore[str] = EventStore(NamedEventMapper("filing"), recorder)
    recorded = [Recorded("filing", 0, STREAM, version, event, meta()) for version, event in enumerate(EVENTS, 1)]
    store.put(recorded)
    assert [one.event for one in store.get(STREAM)] == EVENTS
    assert [name for _, _, name, _ in recorder.load(STREAM)] == ["filing.CommitmentAccepted.v1", "filing.DraftDeleted.v1"]
    with pytest.raises(IntegrityError):
        store.put(recorded)
