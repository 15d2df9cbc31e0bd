"""The logs that views are rebuilt from: every filing drafted, filled in, handed in, approved, and its certificate issued.

Ten real events of two streams for each person: eight of the filing's, two of the certificate's.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

import psycopg2
from stdnum.cn import ric

import contracts.certificate
import contracts.filing  # noqa: F401  events are named by their modules being imported
from contracts.examples import example
from contracts.identifiers import make_certificate_identifier
from contracts.message import Actor, Metadata, Recorded
from services.kernel.mapper import encode

LOGS = {
    "filing": (
        *("FilingDrafted", "SubjectPicked", "FormFilled", "FileAttached"),
        *("FormFilled", "CommitmentAccepted", "FilingSubmitted", "FilingApproved"),
    ),
    "certificate": ("CredentialGranted", "DocumentIssued"),
}
PER_PERSON = sum(map(len, LOGS.values()))
"""Events of one person, in one stream of each log."""
SPACE = UUID("5f0e9f0a-5a7b-5c55-9c5b-7a6875636500")
ACTOR = Actor(kind="enterprise", account_id="a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c07")
AT_ONCE = 2000
"""Rows sent to PostgreSQL at once."""


def fill(url: str, source: str, people: int) -> None:
    """A log of that many streams, with indexes made afterwards; who writes first when is as in a busy month: mixed."""
    with psycopg2.connect(at(url, source)) as connection, connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{source}"')
        cursor.execute("CREATE TABLE events (position bigint, stream text, version int, name text, body text)")
        rows = _rows(source, people)
        while page := list(itertools.islice(rows, AT_ONCE)):
            cursor.copy_expert("COPY events FROM STDIN", io.StringIO("".join(page)))
        cursor.execute("ALTER TABLE events ADD PRIMARY KEY (position); ALTER TABLE events ADD UNIQUE (stream, version)")
    connection.close()
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("COMMIT; CHECKPOINT")
    connection.close()


def at(url: str, source: str) -> str:
    """The address of that log: each is a schema of its own, so that the limit's SQL can read all."""
    return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{source}"


def _rows(source: str, people: int, together: int = 50) -> Iterator[str]:
    """As COPY reads them, position by position: so many people's steps alternate."""
    names = [f"{source}.{event}.v1" for event in LOGS[source]]
    bodies = [_template(source, name) for name in names]
    position = 0
    for begin in range(0, people, together):
        group = [_ids(n) for n in range(begin, min(begin + together, people))]
        for version, (name, body) in enumerate(zip(names, bodies, strict=True), start=1):
            for ids in group:
                position += 1
                told = body
                for placeholder, value in ids.items():
                    told = told.replace(placeholder, value)
                stream = f"{source}-{ids['@filing@' if source == 'filing' else '@credential@']}"
                yield f"{position}\t{stream}\t{version}\t{name}\t{told}\n"


def _ids(n: int) -> dict[str, str]:
    number = f"430102{19600101 + n % 20 * 10000 + n // 20 % 28}{n // 560 % 1000:03d}"
    named = {f"@{kind}@": str(uuid5(SPACE, f"{kind}/{n}")) for kind in ("filing", "credential", "person")}
    identifier = make_certificate_identifier("11100000000013338W011", "11430000006122244L", f"2023{n:07d}", 1)
    resident = number + str(ric.calc_check_digit(number + "0"))
    return {**named, "@resident@": resident, "@identifier@": identifier, "@serial@": f"{n:05d}"}


def _template(source: str, name: str) -> str:
    """The stored text of an example, with its ids left to be filled in."""
    event = example(name)
    meta = Metadata(
        command_id="@filing@", actor=ACTOR, at=example("filing.FilingDrafted.v1").drafted_at, correlation_id="@filing@"
    )
    text = encode(Recorded(source, 0, "", 0, event, meta))
    data: Any = event.model_dump(mode="json")
    subject = data.get("subject") or data.get("holder") or {}
    known = {
        "@person@": {subject.get("person_id"), data.get("person_id")},
        "@filing@": {data.get("filing_id")},
        "@credential@": {data.get("credential_id")},
        "@resident@": {subject.get("resident_id")},
        "@identifier@": {data.get("identifier")},
    }
    for placeholder, values in known.items():
        for value in values - {None}:
            text = text.replace(f'"{value}"', f'"{placeholder}"')
    return text.replace("\\", "\\\\")
