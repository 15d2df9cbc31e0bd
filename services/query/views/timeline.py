"""Every event that touches a registrant, whatever service it comes from and whatever id it carries.

An event is kept under one key: its person, or the account, case, certificate, filing or ID number that it
names. Links from keys to people are kept beside, and the two meet when asked. So an event whose person is not
known yet (a qualification of somebody who has not registered, a draft without a subject) waits under its key
and is theirs the moment the link arrives, in whatever order logs are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from contracts import certificate, filing, identity, review
from contracts.certificate import CredentialGranted, GrantRefused
from contracts.filing import FilingDrafted, FilingSubmitted, SubjectPicked
from contracts.identity import AccountOpened, PersonRegistered, PhoneConfirmed, QualificationRecorded
from contracts.message import MESSAGES, Event, Metadata, Recorded, in_order, read_event
from contracts.review import CaseOpened
from services.kernel.projection import Handler, View
from services.query.sql import put, together

TABLES = """
CREATE TABLE IF NOT EXISTS event (
    source text COLLATE "C", position bigint, key text COLLATE "C" NOT NULL, filing_id uuid, stream text NOT NULL,
    version int NOT NULL, name text NOT NULL, at timestamptz NOT NULL, depth int NOT NULL, actor jsonb NOT NULL,
    reason text, correlation text NOT NULL, meta jsonb NOT NULL, body jsonb NOT NULL, PRIMARY KEY (source, position)
);
CREATE INDEX IF NOT EXISTS event_by_key ON event (key);
CREATE INDEX IF NOT EXISTS event_by_filing ON event (filing_id);
CREATE TABLE IF NOT EXISTS link (key text COLLATE "C" PRIMARY KEY, person_id uuid NOT NULL);
CREATE INDEX IF NOT EXISTS link_by_person ON link (person_id);
CREATE TABLE IF NOT EXISTS account (account_id text PRIMARY KEY, name text NOT NULL);
"""
SOURCES = {module.__name__.removeprefix("contracts.") for module in (identity, filing, review, certificate)}
KEYS = ("case", "credential", "filing", "person", "account", "enterprise", "authority")
"""Of the ids that an event carries the first one counts: each case and certificate knows its own person,
so that a filing whose subject was changed between two rounds leaves each round with the person it was
about."""
SECRETS = ("password_hash", "code_hash")


def key_of(event: Event) -> str | None:
    """What the event is kept under; None when it is about nobody (a number was allocated)."""
    if isinstance(event, QualificationRecorded):
        return f"resident:{event.qualification.resident_id}"
    return next((f"{key}:{found}" for key in KEYS if (found := getattr(event, f"{key}_id", None))), None)


def keep(cursor: Any, one: Recorded[Any]) -> None:
    """The whole event, so that it can be replayed; hashes of secrets stay in their own log."""
    if (key := key_of(one.event)) is None:
        return
    body, meta = one.event.model_dump(mode="json"), one.meta.model_dump(mode="json", exclude_none=True)
    put(
        cursor,
        "event",
        {"source": one.source, "position": one.position},
        key=key,
        filing_id=getattr(one.event, "filing_id", None),
        stream=one.stream,
        version=one.version,
        name=one.event.NAME,
        at=one.meta.at,
        depth=one.meta.depth,
        actor=json.dumps(meta["actor"]),
        reason=one.meta.reason,
        correlation=one.meta.correlation_id,
        meta=json.dumps(meta),
        body=json.dumps({**body, **{name: "" for name in SECRETS if name in body}}),
    )


def link(cursor: Any, key: str, person_id: UUID | None) -> None:
    if person_id is not None:
        put(cursor, "link", {"key": key}, person_id=person_id)


def subject_known(cursor: Any, one: Recorded[SubjectPicked | FilingSubmitted]) -> None:
    """When another person is picked, what was done before stays with the one it was done for."""
    key, person = f"filing:{one.event.filing_id}", one.event.subject.person_id
    cursor.execute(
        "UPDATE event SET key = 'person:' || link.person_id FROM link"
        " WHERE event.key = link.key AND link.key = %s AND link.person_id <> %s"
        " AND event.source = %s AND event.position < %s",
        [key, str(person), one.source, one.position],
    )
    link(cursor, key, person)


def phone_confirmed(cursor: Any, one: Recorded[PhoneConfirmed]) -> None:
    """Only now does the ID number belong to this record: others may have been begun for it and never proven."""
    cursor.execute(
        "SELECT body ->> 'resident_id' FROM event WHERE key = %s AND name = %s",
        [f"person:{one.event.person_id}", PersonRegistered.NAME],
    )
    for (resident_id,) in cursor.fetchall():
        link(cursor, f"resident:{resident_id}", one.event.person_id)


LINKS: dict[type[Event], Handler] = {
    PhoneConfirmed: phone_confirmed,
    AccountOpened: lambda cursor, one: link(cursor, f"account:{one.event.account_id}", one.event.holder.person_id),
    FilingDrafted: lambda cursor, one: link(cursor, f"filing:{one.event.filing_id}", one.event.person_id),
    SubjectPicked: subject_known,
    FilingSubmitted: subject_known,
    CaseOpened: lambda cursor, one: link(cursor, f"case:{one.event.case_id}", one.event.applicant.person_id),
    CredentialGranted: lambda cursor, one: link(
        cursor, f"credential:{one.event.credential_id}", one.event.holder.person_id
    ),
    GrantRefused: lambda cursor, one: link(cursor, f"credential:{one.event.credential_id}", one.event.person_id),
}


def account_opened(cursor: Any, one: Recorded[AccountOpened]) -> None:
    put(cursor, "account", {"account_id": one.event.account_id}, name=one.event.name)


def about_somebody() -> list[type[Event]]:
    """Every event of the followed services that carries a key, also those that a later version adds."""
    keys = {f"{key}_id" for key in KEYS} | {"qualification_id"}
    return [
        message
        for name, message in sorted(MESSAGES.items())
        if name.split(".")[0] in SOURCES and issubclass(message, Event) and keys & set(message.model_fields)
    ]


TIMELINE = View(
    "timeline",
    TABLES,
    together(LINKS, dict.fromkeys(about_somebody(), keep), {AccountOpened: account_opened}),
)
_OWN = "(SELECT 'person:' || %s UNION ALL SELECT key FROM link WHERE person_id = %s)"


def told(cursor: Any, person_id: UUID) -> list[Recorded[Any]]:
    """Everything that happened to a person, in the order for telling."""
    return sorted(_read(cursor, f"key IN {_OWN}", [str(person_id)] * 2), key=in_order)


def around(cursor: Any, person_id: UUID, enterprises: Iterable[str]) -> list[Recorded[Any]]:
    """What their rows also rest on: their filings whole, their employers, the authorities. Not theirs to be told."""
    theirs = f"filing_id IN (SELECT filing_id FROM event WHERE key IN {_OWN})"
    return [
        *_read(cursor, theirs, [str(person_id)] * 2),
        *_read(cursor, "key = ANY(%s)", [[f"enterprise:{one}" for one in enterprises]]),
        *_read(cursor, "starts_with(key, 'authority:')", []),
    ]


def names(cursor: Any, accounts: Iterable[str]) -> dict[str, str]:
    """The names that accounts were opened with."""
    cursor.execute("SELECT account_id, name FROM account WHERE account_id = ANY(%s)", [list(accounts)])
    return dict(cursor.fetchall())


def _read(cursor: Any, condition: str, parameters: list[Any]) -> list[Recorded[Any]]:
    cursor.execute(
        f"SELECT source, position, stream, version, name, body, meta FROM event WHERE {condition}", parameters
    )
    return [
        Recorded(source, position, stream, version, read_event(name, body), Metadata.model_validate(meta))
        for source, position, stream, version, name, body, meta in cursor.fetchall()
    ]
