"""The limit: the same rows, made by PostgreSQL alone from the logs' text, one statement a table; then the same indexes."""

from __future__ import annotations

import time
from typing import Any

import psycopg2

from bench.contestants.rebuild_story import LOGS
from services.kernel.view import View, entering
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.timeline import TIMELINE

_EVENTS = " UNION ALL ".join(
    f"SELECT '{source}' AS source, position, stream, version, name, body, (body::json -> 'event') AS e FROM {source}.events"
    for source in LOGS
)
_OF = {name: f"{source}.{name}.v1" for source, names in LOGS.items() for name in names}
STATEMENTS = {
    "timeline": [
        f"""INSERT INTO event (source, position, key, said, filing_id, stream, version, name, body)
        SELECT source, position,
               CASE source WHEN 'filing' THEN 'filing:' || (e ->> 'filing_id')
                           ELSE 'credential:' || (e ->> 'credential_id') END,
               CASE name WHEN '{_OF["FilingDrafted"]}' THEN e ->> 'person_id'
                         WHEN '{_OF["SubjectPicked"]}' THEN e -> 'subject' ->> 'person_id'
                         WHEN '{_OF["FilingSubmitted"]}' THEN e -> 'subject' ->> 'person_id'
                         WHEN '{_OF["CredentialGranted"]}' THEN e -> 'holder' ->> 'person_id' END::uuid,
               (e ->> 'filing_id')::uuid, stream, version, name, body
        FROM ({_EVENTS}) AS events"""
    ],
    "certificate_register": [
        f"""INSERT INTO origin (filing_id, registration_type, place)
        SELECT (e ->> 'filing_id')::uuid, e ->> 'registration_type', e ->> 'place'
        FROM (SELECT body::json -> 'event' AS e FROM filing.events WHERE name = '{_OF["FilingSubmitted"]}') AS submitted""",
        f"""INSERT INTO certificate (credential_id, filing_id, kind, title, registration_number, identifier, granted_on,
            valid_from, valid_until, person_id, holder_name, resident_id, enterprise_id, enterprise_name, scopes,
            issuer_name, issuer_place)
        SELECT (g ->> 'credential_id')::uuid, (g ->> 'filing_id')::uuid, g ->> 'kind', g ->> 'title',
               g ->> 'registration_number', g ->> 'identifier', (g ->> 'granted_on')::date, (g ->> 'valid_from')::date,
               (g ->> 'valid_until')::date, (g -> 'holder' ->> 'person_id')::uuid, g -> 'holder' ->> 'name',
               g -> 'holder' ->> 'resident_id', (g -> 'holder' ->> 'enterprise_id')::uuid,
               g -> 'holder' ->> 'enterprise_name', (g ->> 'scopes')::jsonb, g -> 'issuer' ->> 'name',
               g -> 'issuer' ->> 'place'
        FROM (SELECT body::json -> 'event' AS g FROM certificate.events WHERE name = '{_OF["CredentialGranted"]}') AS granted""",
        f"""INSERT INTO document (identifier, document) SELECT e ->> 'identifier', (e ->> 'document')::jsonb
        FROM (SELECT body::json -> 'event' AS e FROM certificate.events WHERE name = '{_OF["DocumentIssued"]}') AS issued""",
    ],
}
VIEWS = (CERTIFICATE_REGISTER, TIMELINE)


def schema(view: View) -> str:
    """Where the limit makes its tables."""
    return f"sql_{view.name}"


def measure(url: str) -> dict[str, Any]:
    """Events a second."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for view in VIEWS:
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema(view)} CASCADE")
        began = time.perf_counter()
        for view in VIEWS:
            cursor.execute("BEGIN")
            cursor.execute(f"CREATE SCHEMA {schema(view)}")
            cursor.execute(entering(schema(view)))
            cursor.execute(view.tables)
            for statement in STATEMENTS[view.name]:
                cursor.execute(statement)
            cursor.execute(view.indexes)
            cursor.execute("COMMIT")
        seconds = time.perf_counter() - began
        events = 0
        for source in LOGS:
            cursor.execute(f"SELECT count(*) FROM {source}.events")
            events += cursor.fetchone()[0]
    connection.close()
    return {"rate": events / seconds}


def hashes(url: str, schemas: list[str]) -> list[dict[str, str]]:
    """Each table's rows as one hash."""
    connection = psycopg2.connect(url)
    found = []
    with connection, connection.cursor() as cursor:
        for one in schemas:
            tables: dict[str, str] = {}
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'position'", [one])
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {one}.{table} AS t")
                tables[table] = cursor.fetchone()[0]
            found.append(tables)
    connection.close()
    return found
