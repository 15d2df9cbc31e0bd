"""A peer: eventsourcing's ProjectionRunner on psycopg 3, the same events as the same classes into the same rows.

Its way is one transaction an event, which also records the position. A sample of the events is enough to know its rate.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner

from bench.common import serve
from bench.contestants.rebuild_story import LOGS
from contracts.certificate import CredentialGranted, DocumentIssued
from contracts.filing import FilingSubmitted
from contracts.message import Recorded
from services.kernel.mapper import NamedEventMapper
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.timeline import KEYS, SAID, TIMELINE

SCHEMA = "peer"
COPIED = (
    *("credential_id", "filing_id", "kind", "title", "registration_number", "identifier"),
    *("granted_on", "valid_from", "valid_until"),
)
Statement = tuple[str, Sequence[Any]]


class Upstream(Application[str]):
    """The log of both services."""

    def construct_mapper(self) -> Mapper[str]:
        return NamedEventMapper()


def rows(one: Recorded[Any]) -> list[Statement]:
    """What the event does to the two views."""
    event, own = one.event, []
    if isinstance(event, FilingSubmitted):
        told = {"registration_type": event.registration_type, "place": event.place}
        own.append(_put("origin", ("filing_id",), filing_id=event.filing_id, **told))
    elif isinstance(event, CredentialGranted):
        own.append(_put("certificate", ("credential_id",), **_certificate(event)))
    elif isinstance(event, DocumentIssued):
        own.append(_put("document", ("identifier",), identifier=event.identifier, document=event.document.model_dump_json()))
    said = SAID.get(type(event))
    kept = {
        "source": event.NAME.split(".")[0],
        "position": one.position,
        "key": next(f"{key}:{found}" for key in KEYS if (found := getattr(event, f"{key}_id", None))),
        "said": said(event) if said else None,
        "filing_id": getattr(event, "filing_id", None),
        "stream": one.stream,
        "version": one.version,
        "name": event.NAME,
        "body": one.text,
    }
    return [*own, _put("event", ("source", "position"), **kept)]


def _certificate(event: CredentialGranted) -> dict[str, Any]:
    holder, issuer = event.holder, event.issuer
    return {
        **{name: getattr(event, name) for name in COPIED},
        "person_id": holder.person_id,
        "holder_name": holder.name,
        "resident_id": holder.resident_id,
        "enterprise_id": holder.enterprise_id,
        "enterprise_name": holder.enterprise_name,
        "issuer_name": issuer.name,
        "issuer_place": issuer.place,
        "scopes": json.dumps([scope.model_dump(mode="json") for scope in event.scopes]),
    }


def _put(table: str, key: tuple[str, ...], /, **columns: Any) -> Statement:
    change = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    places = ", ".join(["%s"] * len(columns))
    conflict = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {change}"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) {conflict}", list(columns.values())


class View(PostgresTrackingRecorder):
    """Rows and position in one transaction."""

    def write(self, statements: Sequence[Statement], tracking: Tracking) -> None:
        """Both, or neither."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for statement, parameters in statements:
                cursor.execute(statement, parameters)


class Rows(Projection[View]):
    name = "rows"
    ended = 0.0

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.write(rows(domain_event), tracking)
        self.ended = time.perf_counter()


def sample(url: str, people: int) -> list[StoredEvent]:
    """The first events of both logs, for this many people."""
    connection = psycopg2.connect(url)
    found: list[StoredEvent] = []
    with connection, connection.cursor() as cursor:
        for source, names in LOGS.items():
            cursor.execute(
                f"SELECT stream, version, name, body FROM {source}.events ORDER BY position LIMIT %s", [people * len(names)]
            )
            found += [StoredEvent(stream, version, name, body.encode()) for stream, version, name, body in cursor.fetchall()]
    connection.close()
    return found


def main(url: str) -> None:
    parts = urlsplit(url)
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path[1:],
        "POSTGRES_HOST": parts.hostname or "",
        "POSTGRES_PORT": str(parts.port),
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": parts.password or "",
        "POSTGRES_SCHEMA": SCHEMA,
        "ORIGINATOR_ID_TYPE": "text",
    }

    def answer(people: int) -> dict[str, Any]:
        _prepare(url)
        events = sample(url, people)
        with Upstream(env) as upstream:
            for begin in range(0, len(events), 500):
                upstream.recorder.insert_events(events[begin : begin + 500])
        began = time.perf_counter()
        with ProjectionRunner(application_class=Upstream, projection_class=Rows, view_class=View, env=env) as runner:
            runner.wait(len(events), timeout=600)
            seconds = runner.projection.ended - began  # waiting looks only now and then
        return {"rate": len(events) / seconds, "events": len(events)}

    serve(answer)


def _prepare(url: str) -> None:
    """Empty tables, with their indexes as a live view has them; the runner's connections find them by the search path."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        cursor.execute(f"SET search_path TO {SCHEMA}")
        for view in (CERTIFICATE_REGISTER, TIMELINE):
            cursor.execute(view.tables)
            cursor.execute(view.indexes)
        database = urlsplit(url).path[1:]
        cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {database} SET search_path TO {SCHEMA}, public")
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1])


