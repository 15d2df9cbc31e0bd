"""Every event that touches a registrant, whatever service it comes from and whatever id it carries.

An event is kept under one key: its person, or the account, case, certificate, filing or ID number that it
names. Some events also say whose that key is (``said``), and the two meet when asked. So an event whose person is not
known yet (a qualification of somebody who has not registered, a draft without a subject) waits under its key
and is theirs the moment the link arrives, in whatever order logs are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from contracts import certificate, filing, identity, review
from contracts.certificate import CredentialEntered, CredentialGranted, CredentialReissued, GrantRefused, HolderMatched
from contracts.filing import ConfirmationsAsked, FilingDrafted, FilingSubmitted, SubjectPicked
from contracts.identity import (
    AccountOpened,
    AuthorityEstablished,
    PersonAmended,
    PersonRegistered,
    PhoneConfirmed,
    QualificationRecorded,
    QualificationWithdrawn,
)
from contracts.message import MESSAGES, Event, Recorded, in_order
from contracts.review import AbsenceRecorded, BatchStarted, CaseOpened, CaseResubmitted, ObjectionLodged, SpotCheckDrawn
from services.kernel.mapper import decode, encode
from services.kernel.rows import Rows
from services.kernel.view import Handler, View
from services.query.sql import together, writes

TABLES = """
CREATE TABLE IF NOT EXISTS event (
    source text COLLATE "C", position bigint, key text COLLATE "C" NOT NULL, said uuid, filing_id uuid,
    stream text NOT NULL, version int NOT NULL, name text NOT NULL, body text NOT NULL,
    PRIMARY KEY (source, position)
-- Bodies are read whole or not at all: to squeeze the larger ones costs more than it saves.
) WITH (toast_tuple_target = 8160);
-- Whose an ID number is: several may have begun to register with it, who proved their phone last has it.
CREATE TABLE IF NOT EXISTS claimant (person_id uuid PRIMARY KEY, resident_id text COLLATE "C", proven_at bigint);
-- Numbers that a filing has given them later, and which number a qualification is of: both are theirs for ever.
CREATE TABLE IF NOT EXISTS amended_number (person_id uuid, resident_id text COLLATE "C", PRIMARY KEY (person_id, resident_id));
CREATE TABLE IF NOT EXISTS qualified (qualification_id uuid PRIMARY KEY, resident_id text COLLATE "C" NOT NULL);
CREATE TABLE IF NOT EXISTS account (account_id text PRIMARY KEY, name text NOT NULL);
CREATE TABLE IF NOT EXISTS authority (authority_id uuid PRIMARY KEY, name text NOT NULL);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS event_by_key ON event (key);
CREATE INDEX IF NOT EXISTS event_by_filing ON event (filing_id) WHERE filing_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_by_said ON event (said) WHERE said IS NOT NULL;
CREATE INDEX IF NOT EXISTS claimant_by_resident_id ON claimant (resident_id);
CREATE INDEX IF NOT EXISTS qualified_by_resident_id ON qualified (resident_id);
"""
SOURCES = {module.__name__.removeprefix("contracts.") for module in (identity, filing, review, certificate)}
KEYS = ("case", "credential", "filing", "person", "account", "enterprise", "authority")
"""Of the ids that an event carries the first one counts: each case and certificate knows its own person,
so that a filing whose subject was changed between two rounds leaves each round with the person it was
about."""
SAID: dict[type[Event], Callable[[Any], UUID | None]] = {
    AccountOpened: lambda event: event.holder.person_id,
    FilingDrafted: lambda event: event.person_id,
    SubjectPicked: lambda event: event.subject.person_id,
    ConfirmationsAsked: lambda event: event.subject.person_id,
    FilingSubmitted: lambda event: event.subject.person_id,
    CaseOpened: lambda event: event.applicant.person_id,
    CaseResubmitted: lambda event: event.applicant.person_id,
    CredentialGranted: lambda event: event.holder.person_id,
    CredentialEntered: lambda event: event.holder.person_id,
    CredentialReissued: lambda event: event.holder.person_id,
    HolderMatched: lambda event: event.person_id,
    GrantRefused: lambda event: event.person_id,
}
"""Whose the key is from this event on, and until another of these says otherwise."""


OFFICE: set[type[Event]] = {
    *(AbsenceRecorded, BatchStarted, SpotCheckDrawn),
    *(identity.ImportBegun, certificate.ImportBegun),
}
"""How an authority works: of no registrant, though an authority is named. What came of it for a case is told there."""

LEFT_OUT: dict[type[Event], dict[str, Any]] = {ObjectionLodged: {"files": ()}}
"""What is not copied though others may read it: a file's name may say who objected."""


def keeper(cls: type[Event]) -> Handler:
    """Keeps every event of this kind whole, so that it can be replayed; hashes of secrets stay in their own log."""
    keys = [f"{key}_id" for key in KEYS if f"{key}_id" in cls.model_fields]
    said, filed, left_out = SAID.get(cls), "filing_id" in cls.model_fields, LEFT_OUT.get(cls)

    def keep(rows: Rows, one: Recorded[Any]) -> None:
        event = one.event
        if cls is QualificationRecorded:
            key = f"resident:{event.qualification.resident_id}"
        elif cls is QualificationWithdrawn:
            key = f"qualification:{event.qualification_id}"
        else:
            for field in keys:
                if (found := getattr(event, field)) is not None:
                    key = f"{field[:-3]}:{found}"
                    break
            else:
                return
        rows.put(
            "event",
            {"source": one.source, "position": one.position},
            key=key,
            said=said(event) if said else None,
            filing_id=event.filing_id if filed else None,
            stream=one.stream,
            version=one.version,
            name=cls.NAME,
            body=_body(one, left_out) if left_out or not one.text else one.text,
        )

    return keep


def _body(one: Recorded[Any], left_out: Mapping[str, Any] | None = None) -> str:
    """What a log would show to others, without what is left out."""
    shown = {**dict.fromkeys(type(one.event).SECRET, ""), **(left_out or {})}
    return encode(replace(one, event=one.event.model_copy(update=shown)))


def person_registered(rows: Rows, one: Recorded[PersonRegistered]) -> None:
    rows.put("claimant", {"person_id": one.event.person_id}, resident_id=one.event.resident_id)


def phone_confirmed(rows: Rows, one: Recorded[PhoneConfirmed]) -> None:
    """Only now does the ID number belong to this record."""
    rows.put("claimant", {"person_id": one.event.person_id}, proven_at=one.position)


def person_amended(rows: Rows, one: Recorded[PersonAmended]) -> None:
    """A filing proved that this is their number; what is on record under the former one stays theirs."""
    rows.add("amended_number", {"person_id": one.event.person_id, "resident_id": one.event.resident_id})


def qualification_recorded(rows: Rows, one: Recorded[QualificationRecorded]) -> None:
    e = one.event
    rows.put("qualified", {"qualification_id": e.qualification_id}, resident_id=e.qualification.resident_id)


def account_opened(rows: Rows, one: Recorded[AccountOpened]) -> None:
    rows.put("account", {"account_id": one.event.account_id}, name=one.event.name)


def about_somebody() -> list[type[Event]]:
    """Every event of the followed services that carries a key, also those that a later version adds."""
    keys = {f"{key}_id" for key in KEYS} | {"qualification_id"}
    return [
        message
        for name, message in sorted(MESSAGES.items())
        if name.split(".")[0] in SOURCES and issubclass(message, Event) and keys & set(message.model_fields)
        if message not in OFFICE
    ]


TIMELINE = View(
    "timeline",
    TABLES,
    indexes=INDEXES,
    on=together(
        {cls: keeper(cls) for cls in about_somebody()},
        {PersonRegistered: person_registered, PhoneConfirmed: phone_confirmed, AccountOpened: account_opened},
        {PersonAmended: person_amended, QualificationRecorded: qualification_recorded},
        {AuthorityEstablished: writes("authority", "authority_id", "name")},
    ),
)
_NUMBERS = """
    SELECT resident_id FROM claimant mine WHERE person_id = %(person)s AND NOT EXISTS (
        SELECT FROM claimant later WHERE later.resident_id = mine.resident_id AND later.proven_at > mine.proven_at
    ) AND proven_at IS NOT NULL
    UNION SELECT resident_id FROM amended_number WHERE person_id = %(person)s"""
_OWN = f"""
    key IN (
        SELECT 'person:' || %(person)s
        UNION ALL SELECT key FROM event WHERE said = %(person)s
        UNION ALL SELECT 'resident:' || resident_id FROM ({_NUMBERS}) AS numbers
        UNION ALL SELECT 'qualification:' || qualification_id FROM qualified WHERE resident_id IN ({_NUMBERS})
    ) AND coalesce((
        -- When another person is picked, what was done before stays with the one it was done for; what was done before
        -- anybody was picked belongs to the first. Other services' events under this key go with the last.
        SELECT link.said = %(person)s FROM event link CROSS JOIN LATERAL (
            SELECT link.source <> event.source OR link.position <= event.position
        ) AS so_far (counts)
        WHERE link.key = event.key AND link.said IS NOT NULL
        ORDER BY so_far.counts DESC, CASE WHEN so_far.counts THEN -link.position ELSE link.position END LIMIT 1
    ), true)"""


def told(cursor: Any, person_id: UUID) -> list[Recorded[Any]]:
    """Everything that happened to a person, in the order for telling."""
    return sorted(_read(cursor, _OWN, person=str(person_id)), key=in_order)


def around(cursor: Any, person_id: UUID, enterprises: Iterable[str]) -> list[Recorded[Any]]:
    """What their rows also rest on: their filings whole, their employers, the authorities. Not theirs to be told."""
    theirs = f"filing_id IN (SELECT filing_id FROM event WHERE {_OWN})"
    return [
        *_read(cursor, theirs, person=str(person_id)),
        *_read(cursor, "key = ANY(%(keys)s)", keys=[f"enterprise:{one}" for one in enterprises]),
        *_read(cursor, "starts_with(key, 'authority:')"),
    ]


def of_case(cursor: Any, case_id: UUID) -> list[Recorded[Any]]:
    """Everything that happened in a case, in the order of review's log."""
    return sorted(_read(cursor, "key = %(key)s", key=f"case:{case_id}"), key=lambda one: one.position)


def names(cursor: Any, accounts: Iterable[str]) -> dict[str, str]:
    """The names that accounts were opened with."""
    cursor.execute("SELECT account_id, name FROM account WHERE account_id = ANY(%s)", [list(accounts)])
    return dict(cursor.fetchall())


def authorities(cursor: Any) -> dict[str, str]:
    """What authorities are called, by id."""
    cursor.execute("SELECT authority_id::text, name FROM authority")
    return dict(cursor.fetchall())


def _read(cursor: Any, condition: str, **parameters: Any) -> list[Recorded[Any]]:
    cursor.execute(f"SELECT source, position, stream, version, name, body FROM event WHERE {condition}", parameters)
    return [decode(*row) for row in cursor.fetchall()]
