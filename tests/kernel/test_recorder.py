"""Our recorder keeps every promise of eventsourcing's own suites, on real PostgreSQL."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder, ProcessRecorder, TrackingRecorder
from eventsourcing.tests import persistence as suites

from services.kernel.database import Database
from services.kernel.recorder import PostgresRecorder


class _OnPostgres:
    INITIAL_VERSION = 1
    database_url: str

    @pytest.fixture(autouse=True)
    def _fresh(self, fresh_database: str) -> None:
        self.database_url = fresh_database

    def create_recorder(self) -> Any:
        recorder = PostgresRecorder(Database(self.database_url))
        recorder.create_tables()
        return recorder

    def new_originator_id(self) -> Any:
        return uuid4()


class TestApplicationRecorder(_OnPostgres, suites.ApplicationRecorderTestCase[ApplicationRecorder]):
    pass


class TestTrackingRecorder(_OnPostgres, suites.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return _OnPostgres.create_recorder(self)


class TestProcessRecorder(_OnPostgres, suites.ProcessRecorderTestCase):
    def create_recorder(self) -> ProcessRecorder:
        return _OnPostgres.create_recorder(self)


class TestPositionsDoNotInterleave(_OnPostgres, suites.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return _OnPostgres.create_recorder(self)
