"""The register of certificates: who holds which, for whom they work, until when, and the signed document."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.certificate import CredentialGranted, DocumentIssued
from contracts.filing import FilingSubmitted
from contracts.message import Recorded
from contracts.query import CertificateRow, ListCertificates, Page
from services.kernel.rows import Rows
from services.kernel.view import View
from services.query.sql import Where, page, writes

TABLES = """
CREATE TABLE IF NOT EXISTS certificate (
    credential_id uuid PRIMARY KEY, filing_id uuid NOT NULL, kind text NOT NULL, title text NOT NULL,
    registration_number text COLLATE "C" NOT NULL, identifier text NOT NULL, person_id uuid NOT NULL,
    holder_name text COLLATE "C" NOT NULL, resident_id text NOT NULL, enterprise_id uuid, enterprise_name text,
    scopes jsonb NOT NULL, issuer_name text NOT NULL, issuer_place text COLLATE "C" NOT NULL,
    granted_on date NOT NULL, valid_from date NOT NULL, valid_until date NOT NULL,
    status text NOT NULL DEFAULT 'valid', document jsonb
);
-- What the certificate's filing adds; filing's own rows, so it does not matter which log is read first.
CREATE TABLE IF NOT EXISTS origin (
    filing_id uuid PRIMARY KEY, registration_type text NOT NULL, place text COLLATE "C" NOT NULL
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS certificate_by_person ON certificate (person_id);
CREATE INDEX IF NOT EXISTS certificate_by_enterprise ON certificate (enterprise_id);
CREATE INDEX IF NOT EXISTS certificate_by_name ON certificate (holder_name);
CREATE INDEX IF NOT EXISTS certificate_by_resident_id ON certificate (resident_id);
CREATE INDEX IF NOT EXISTS certificate_by_number ON certificate (registration_number);
CREATE INDEX IF NOT EXISTS certificate_by_identifier ON certificate (identifier);
CREATE INDEX IF NOT EXISTS certificate_by_grant ON certificate (granted_on, credential_id);
CREATE INDEX IF NOT EXISTS origin_by_place ON origin (place);
"""


def granted(rows: Rows, one: Recorded[CredentialGranted]) -> None:
    e = one.event
    copied = writes(
        "certificate",
        "credential_id",
        *("filing_id", "kind", "title", "registration_number", "identifier"),
        *("granted_on", "valid_from", "valid_until"),
        person_id=e.holder.person_id,
        holder_name=e.holder.name,
        resident_id=e.holder.resident_id,
        enterprise_id=e.holder.enterprise_id,
        enterprise_name=e.holder.enterprise_name,
        scopes=[scope.model_dump(mode="json") for scope in e.scopes],
        issuer_name=e.issuer.name,
        issuer_place=e.issuer.place,
    )
    copied(rows, one)


def document_issued(rows: Rows, one: Recorded[DocumentIssued]) -> None:
    rows.change("certificate", {"credential_id": one.event.credential_id}, document=one.event.document.model_dump_json())


CERTIFICATE_REGISTER = View(
    "certificate_register",
    TABLES,
    indexes=INDEXES,
    on={
        CredentialGranted: granted,
        DocumentIssued: document_issued,
        FilingSubmitted: writes("origin", "filing_id", "registration_type", "place"),
    },
)

PLACE = "coalesce(o.place, c.issuer_place)"
STATUS = "CASE WHEN c.status = 'valid' AND c.valid_until < %s THEN 'expired' ELSE c.status END"


def list_certificates(cursor: Any, question: ListCertificates, today: date) -> Page[CertificateRow]:
    """Holders see their own, enterprises their people's, authorities those of the place where they were filed."""
    on = question.on or today
    where = Where().seen_by(question.viewer, person="c.person_id = %s", enterprise="c.enterprise_id = %s", place=PLACE)
    where.begins("c.holder_name", question.name).begins("c.registration_number", question.number)
    where.equal(
        c__credential_id=question.credential_id,
        c__resident_id=question.resident_id,
        c__identifier=question.identifier,
        c__kind=question.kind,
        o__registration_type=question.registration_type,
        c__enterprise_id=question.enterprise_id,
        c__person_id=question.person_id,
    )
    if question.status is not None:
        where.add(f"{STATUS} = %s", on, question.status)
    quoted = f"'{on.isoformat()}'"
    columns = (
        "c.credential_id, c.filing_id, c.kind, c.title, o.registration_type, c.registration_number,"
        " c.identifier, c.person_id, c.holder_name, c.resident_id, c.enterprise_id, c.enterprise_name,"
        f" c.scopes, c.issuer_name, {PLACE} AS place, c.granted_on, c.valid_from, c.valid_until, c.document,"
        f" {STATUS % quoted} AS status"
    )
    tables = "certificate c LEFT JOIN origin o USING (filing_id)"
    newest = "c.granted_on DESC, c.credential_id"
    return page(cursor, question, CertificateRow, columns, tables, where, newest)
