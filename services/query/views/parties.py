"""Everybody on record: people and enterprises, where they belong, whether they are verified, under which user name."""

from __future__ import annotations

from typing import Any

from contracts.filing import FilingSubmitted
from contracts.identity import (
    AccountOpened,
    EmploymentAccepted,
    EmploymentEnded,
    EnterpriseAuthenticated,
    EnterpriseClosed,
    EnterprisePhoneConfirmed,
    EnterpriseQualificationLost,
    EnterpriseQualificationRegained,
    EnterpriseRegistered,
    PersonAmended,
    PersonRegistered,
    PhoneConfirmed,
    RealNameVerified,
)
from contracts.message import Event, Recorded
from contracts.places import area
from contracts.query import ListParties, Page, PartyRow
from services.kernel.rows import Rows
from services.kernel.view import Handler, View
from services.query.sql import Where, page, writes

TABLES = """
CREATE TABLE IF NOT EXISTS party (
    party_id uuid PRIMARY KEY, kind text NOT NULL, name text COLLATE "C", number text, place text COLLATE "C",
    phone_confirmed boolean NOT NULL DEFAULT false,
    verified boolean NOT NULL DEFAULT false, registered_at timestamptz,
    closed_on date, qualified boolean NOT NULL DEFAULT true,
    -- the last enterprise that they came to and the last that they left since then
    joined_id uuid, left_id uuid,
    employer_id uuid GENERATED ALWAYS AS (CASE WHEN left_id IS DISTINCT FROM joined_id THEN joined_id END) STORED
);
CREATE TABLE IF NOT EXISTS first_account (party_id uuid PRIMARY KEY, username text NOT NULL);
-- Where somebody's filings went: filing's own rows, so it does not matter which log is read first.
CREATE TABLE IF NOT EXISTS filed (
    filing_id uuid PRIMARY KEY, person_id uuid NOT NULL, place text COLLATE "C" NOT NULL
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS party_by_name ON party (name, party_id);
CREATE INDEX IF NOT EXISTS party_by_number ON party (number);
CREATE INDEX IF NOT EXISTS party_by_employer ON party (employer_id);
CREATE INDEX IF NOT EXISTS party_by_joined ON party (joined_id);
CREATE INDEX IF NOT EXISTS party_by_place ON party (place);
CREATE INDEX IF NOT EXISTS filed_by_person ON filed (person_id);
"""


def of(kind: str, *fields: str, **constants: Any) -> Handler:
    """Columns of the party that the event's person_id or enterprise_id names."""

    def handler(rows: Rows, one: Recorded[Any]) -> None:
        columns = {field: getattr(one.event, field) for field in fields}
        rows.put("party", {"party_id": getattr(one.event, f"{kind}_id")}, kind=kind, **columns, **constants)

    return handler


def person_registered(rows: Rows, one: Recorded[PersonRegistered]) -> None:
    of("person", "name", number=one.event.resident_id, registered_at=one.meta.at)(rows, one)


def enterprise_registered(rows: Rows, one: Recorded[EnterpriseRegistered]) -> None:
    details = {"name": one.event.details.name, "place": one.event.details.place}
    of("enterprise", number=one.event.uscc, registered_at=one.meta.at, **details)(rows, one)


def account_opened(rows: Rows, one: Recorded[AccountOpened]) -> None:
    """The first account is the party's own; sub-users of an enterprise come later."""
    holder = one.event.holder
    party = holder.person_id or holder.enterprise_id
    if party is not None:
        rows.add("first_account", {"party_id": party}, username=one.event.username)


def employment_ended(rows: Rows, one: Recorded[EmploymentEnded]) -> None:
    rows.change("party", {"party_id": one.event.person_id}, left_id=one.event.enterprise_id)


def employment_accepted(rows: Rows, one: Recorded[EmploymentAccepted]) -> None:
    of("person", joined_id=one.event.enterprise_id, left_id=None)(rows, one)


def person_amended(rows: Rows, one: Recorded[PersonAmended]) -> None:
    of("person", "name", number=one.event.resident_id)(rows, one)


HANDLERS: dict[type[Event], Handler] = {
    PersonRegistered: person_registered,
    PhoneConfirmed: of("person", phone_confirmed=True),
    RealNameVerified: of("person", verified=True),
    EnterpriseRegistered: enterprise_registered,
    EnterprisePhoneConfirmed: of("enterprise", phone_confirmed=True),
    EnterpriseAuthenticated: of("enterprise", verified=True),
    EnterpriseClosed: of("enterprise", "closed_on"),
    EnterpriseQualificationLost: of("enterprise", qualified=False),
    EnterpriseQualificationRegained: of("enterprise", qualified=True),
    PersonAmended: person_amended,
    AccountOpened: account_opened,
    EmploymentAccepted: employment_accepted,
    EmploymentEnded: employment_ended,
    FilingSubmitted: writes("filed", "filing_id", "person_id", "place"),
}
PARTIES = View("parties", TABLES, HANDLERS, INDEXES)


def visible(question: ListParties) -> Where:
    """Oneself; an enterprise also its employees; an authority whoever belongs to its places, by filing, or by the employer
    of now or, where there is none, the last: who has left, or has died, must be found to be mended.
    """
    viewer, where = question.viewer, Where().add("p.registered_at IS NOT NULL")
    if viewer.kind in ("officer", "auditor") and viewer.place:
        here = area(viewer.place)
        return where.add(
            "starts_with(coalesce(p.place, e.place), %s)"
            " OR EXISTS (SELECT FROM filed f WHERE f.person_id = p.party_id AND starts_with(f.place, %s))",
            *(here, here),
        )
    return where.seen_by(viewer, person="p.party_id = %s", enterprise="p.party_id = %s OR p.employer_id = %s")


def list_parties(cursor: Any, question: ListParties) -> Page[PartyRow]:
    where = visible(question).begins("p.name", question.name)
    where.equal(
        p__kind=question.kind,
        p__party_id=question.party_id,
        p__number=question.number,
        p__verified=question.verified,
    )
    columns = (
        "p.party_id, p.kind, p.name, p.number, a.username, coalesce(p.place, e.place) AS place,"
        " p.employer_id, CASE WHEN p.employer_id IS NOT NULL THEN e.name END AS employer_name,"
        " p.verified, p.registered_at, p.closed_on, p.qualified,"
        " CASE WHEN p.verified THEN 'verified'"
        " WHEN p.phone_confirmed THEN 'phone_confirmed' ELSE 'registered' END AS status"
    )
    tables = "party p LEFT JOIN party e ON e.party_id = p.joined_id LEFT JOIN first_account a ON a.party_id = p.party_id"
    return page(cursor, question, PartyRow, columns, tables, where, "p.name, p.party_id")
