"""The register of certificates: who holds which, for whom they work, until when, how it ended, and the signed document.

Questions are answered in ``certificate_lists.py``.
"""

from __future__ import annotations

from typing import Any

from contracts.certificate import (
    CredentialCancelled,
    CredentialEntered,
    CredentialExpired,
    CredentialGranted,
    CredentialLapsed,
    CredentialReinstated,
    CredentialReissued,
    CredentialWithdrawn,
    DocumentIssued,
    HolderMatched,
)
from contracts.filing import FilingSubmitted
from contracts.message import Recorded
from services.kernel.rows import Rows
from services.kernel.view import View
from services.query.sql import writes

# What a certificate counts as, leaving its last day aside: one that is over and was followed by another was replaced by it.
_STATUS = "CASE WHEN followed AND state NOT IN ('valid', 'withdrawn') THEN 'replaced' ELSE state END"
# Pages of whole places are read by these columns (services/query/paging.py).
TABLES = f"""
CREATE TABLE IF NOT EXISTS certificate (
    credential_id uuid PRIMARY KEY, filing_id uuid, kind text NOT NULL, title text NOT NULL,
    registration_number text COLLATE "C" NOT NULL, identifier text, person_id uuid,
    holder_name text COLLATE "C" NOT NULL, resident_id text NOT NULL, enterprise_id uuid, enterprise_name text,
    scopes jsonb NOT NULL, issuer_name text NOT NULL, issuer_place text COLLATE "C" NOT NULL,
    granted_on date NOT NULL, valid_from date NOT NULL, valid_until date NOT NULL,
    origin text NOT NULL DEFAULT 'granted', issues int NOT NULL DEFAULT 1, issued_on date, changed_by text,
    electronic boolean NOT NULL DEFAULT true, former_enterprise_id uuid, former_enterprise text,
    state text NOT NULL DEFAULT 'valid', followed boolean NOT NULL DEFAULT false,
    ended_on date, ended_because text, ended_reason text,
    -- what the filing of the last issue says; the issuer's place where there is none
    place text COLLATE "C", registration_type text,
    province text COLLATE "C" GENERATED ALWAYS AS (left(place, 2)) STORED,
    city text COLLATE "C" GENERATED ALWAYS AS (left(place, 4)) STORED,
    status text COLLATE "C" GENERATED ALWAYS AS ({_STATUS}) STORED,
    facet text COLLATE "C" GENERATED ALWAYS AS (
        {_STATUS} || '|' || kind || '|' || coalesce(registration_type, '') || '|'
        || CASE WHEN electronic THEN 'electronic' ELSE 'historical' END
    ) STORED
);
-- What the certificate's filing adds; filing's own rows, so it does not matter which log is read first.
CREATE TABLE IF NOT EXISTS origin (
    filing_id uuid PRIMARY KEY, registration_type text NOT NULL, place text COLLATE "C" NOT NULL
);
-- Each issue has its own.
CREATE TABLE IF NOT EXISTS document (identifier text PRIMARY KEY, document jsonb NOT NULL);
"""
# A place's own columns are needed to read its certificates in order, so they are copied from the filing's row: all at once
# where the view was filled before, and from then on with every row, whichever of the two comes first.
INDEXES = """
UPDATE certificate c SET place = coalesce(o.place, c.issuer_place), registration_type = o.registration_type
FROM certificate every LEFT JOIN origin o USING (filing_id)
WHERE c.credential_id = every.credential_id
AND (c.place, c.registration_type) IS DISTINCT FROM (coalesce(o.place, c.issuer_place), o.registration_type);
CREATE INDEX IF NOT EXISTS certificate_by_person ON certificate (person_id);
CREATE INDEX IF NOT EXISTS certificate_by_resident_id ON certificate (resident_id);
CREATE INDEX IF NOT EXISTS certificate_by_identifier ON certificate (identifier) WHERE identifier IS NOT NULL;
CREATE INDEX IF NOT EXISTS certificate_by_filing ON certificate (filing_id);
CREATE INDEX IF NOT EXISTS certificate_by_end ON certificate (valid_until) WHERE state = 'valid';
CREATE INDEX IF NOT EXISTS certificate_by_name ON certificate (holder_name, credential_id, facet, valid_until);
CREATE INDEX IF NOT EXISTS certificate_named_of_province
    ON certificate (province, holder_name, credential_id, facet, valid_until);
CREATE INDEX IF NOT EXISTS certificate_named_of_city
    ON certificate (city, holder_name, credential_id, facet, valid_until, place);
CREATE INDEX IF NOT EXISTS certificate_by_number ON certificate (registration_number, credential_id, facet, valid_until);
CREATE INDEX IF NOT EXISTS certificate_by_facet ON certificate (facet, granted_on, credential_id, valid_until);
CREATE INDEX IF NOT EXISTS certificate_by_enterprise
    ON certificate (enterprise_id, facet, granted_on, credential_id, valid_until, holder_name, registration_number);
-- All that an enterprise's figures, and the filters of its people, look at: its rows lie anywhere in the table.
CREATE INDEX IF NOT EXISTS certificate_registered ON certificate (enterprise_id, status, valid_until, credential_id)
    INCLUDE (followed, kind, holder_name, place, person_id, resident_id, scopes);
CREATE INDEX IF NOT EXISTS certificate_by_province ON certificate (province, facet, granted_on, credential_id, valid_until);
CREATE INDEX IF NOT EXISTS certificate_by_city ON certificate (city, facet, granted_on, credential_id, valid_until);
CREATE INDEX IF NOT EXISTS certificate_by_place ON certificate (place, facet, granted_on, credential_id, valid_until);
CREATE INDEX IF NOT EXISTS certificate_newest ON certificate (granted_on, credential_id, facet);
CREATE INDEX IF NOT EXISTS certificate_newest_of_province ON certificate (province, granted_on, credential_id, facet);
CREATE INDEX IF NOT EXISTS certificate_newest_of_place ON certificate (place, granted_on, credential_id, facet);
CREATE INDEX IF NOT EXISTS certificate_of_province
    ON certificate (province, registration_number, credential_id, facet, valid_until);
CREATE INDEX IF NOT EXISTS certificate_of_city
    ON certificate (city, registration_number, credential_id, facet, valid_until, place);
CREATE OR REPLACE FUNCTION certificate_has_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT o.place, o.registration_type INTO NEW.place, NEW.registration_type FROM origin o WHERE o.filing_id = NEW.filing_id;
    NEW.place := coalesce(NEW.place, NEW.issuer_place);
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION origin_gives_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE certificate c SET place = n.place, registration_type = n.registration_type FROM changed n
    WHERE c.filing_id = n.filing_id AND (c.place, c.registration_type) IS DISTINCT FROM (n.place, n.registration_type);
    RETURN NULL;
END $$;
-- Both logs are followed at once: each must see what the other has committed, or neither would copy the place. The lock is
-- taken before the first row of either table, so that nobody waits for it with rows that another needs.
CREATE OR REPLACE FUNCTION one_at_a_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('place of certificates'), hashtext(TG_TABLE_SCHEMA));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER one_at_a_time BEFORE INSERT OR UPDATE ON certificate
    FOR EACH STATEMENT EXECUTE FUNCTION one_at_a_time();
CREATE OR REPLACE TRIGGER one_at_a_time BEFORE INSERT OR UPDATE ON origin
    FOR EACH STATEMENT EXECUTE FUNCTION one_at_a_time();
CREATE OR REPLACE TRIGGER has_place BEFORE INSERT OR UPDATE OF filing_id, issuer_place ON certificate
    FOR EACH ROW EXECUTE FUNCTION certificate_has_place();
CREATE OR REPLACE TRIGGER gives_place_at_first AFTER INSERT ON origin REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION origin_gives_place();
CREATE OR REPLACE TRIGGER gives_place AFTER UPDATE ON origin REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION origin_gives_place();
"""
FACE = ("title", "registration_number", "identifier", "valid_from", "valid_until")
"""What granted and reissued ones say alike."""
STANDS = dict.fromkeys(("ended_on", "ended_because", "ended_reason"))
_LEAVES = """
    UPDATE certificate SET former_enterprise_id = enterprise_id, former_enterprise = enterprise_name
    WHERE credential_id = %s"""


def _said(e: CredentialGranted | CredentialEntered | CredentialReissued) -> dict[str, Any]:
    return {
        "person_id": e.holder.person_id,
        "holder_name": e.holder.name,
        "resident_id": e.holder.resident_id,
        "enterprise_id": e.holder.enterprise_id,
        "enterprise_name": e.holder.enterprise_name,
        "scopes": [scope.model_dump(mode="json") for scope in e.scopes],
        "issuer_name": e.issuer.name,
        "issuer_place": e.issuer.place,
    }


def granted(rows: Rows, one: Recorded[CredentialGranted]) -> None:
    e = one.event
    writes("certificate", "credential_id", *FACE, "filing_id", "kind", "granted_on", **_said(e))(rows, one)
    if e.after is not None:
        rows.change("certificate", {"credential_id": e.after}, followed=True)


def entered(rows: Rows, one: Recorded[CredentialEntered]) -> None:
    """Also again, after it was withdrawn: it begins anew."""
    e = one.event
    begins: dict[str, Any] = {
        "identifier": None,
        "issues": 1,
        "issued_on": None,
        "changed_by": None,
        "electronic": False,
        "former_enterprise_id": None,
        "former_enterprise": None,
        "state": "lapsed" if e.ended_as == "lapsed" else e.status,
        **STANDS,
    }
    if e.status == "cancelled":
        begins["ended_because"] = e.ended_as or "cancelled"
    said = ("filing_id", "kind", "granted_on", "origin", "title", "registration_number", "valid_from", "valid_until")
    writes("certificate", "credential_id", *said, **_said(e), **begins)(rows, one)


def reissued(rows: Rows, one: Recorded[CredentialReissued]) -> None:
    """Everything that it says is new; ``expired`` too is over where the new issue is good again."""
    e = one.event
    if e.change == "transferred":
        rows.sql(_LEAVES, [str(e.credential_id)])
    new: dict[str, Any] = {name: getattr(e, name) for name in (*FACE, "filing_id", "issued_on")}
    if e.granted_on is not None:
        new["granted_on"] = e.granted_on
    key = {"credential_id": e.credential_id}
    rows.change(
        "certificate", key, **new, **_said(e), issues=e.issue, changed_by=e.change, electronic=True, state="valid", **STANDS
    )


def ends(rows: Rows, one: Recorded[Any], state: str, on: Any, because: str, reason: str | None = None) -> None:
    key = {"credential_id": one.event.credential_id}
    rows.change("certificate", key, state=state, ended_on=on, ended_because=because, ended_reason=reason)


def cancelled(rows: Rows, one: Recorded[CredentialCancelled]) -> None:
    e = one.event
    ends(rows, one, "cancelled", e.cancelled_on, "force_cancelled" if e.forced else "cancelled", e.reason)


def lapsed(rows: Rows, one: Recorded[CredentialLapsed]) -> None:
    ends(rows, one, "lapsed", one.event.lapsed_on, one.event.cause, one.event.legal_basis)


def reinstated(rows: Rows, one: Recorded[CredentialReinstated]) -> None:
    rows.change("certificate", {"credential_id": one.event.credential_id}, state="valid", **STANDS)


def expired(rows: Rows, one: Recorded[CredentialExpired]) -> None:
    ends(rows, one, "expired", one.event.valid_until, "expired")


def withdrawn(rows: Rows, one: Recorded[CredentialWithdrawn]) -> None:
    ends(rows, one, "withdrawn", None, "withdrawn")


def matched(rows: Rows, one: Recorded[HolderMatched]) -> None:
    rows.change("certificate", {"credential_id": one.event.credential_id}, person_id=one.event.person_id)


def document_issued(rows: Rows, one: Recorded[DocumentIssued]) -> None:
    rows.put("document", {"identifier": one.event.identifier}, document=one.event.document.model_dump_json())


CERTIFICATE_REGISTER = View(
    "certificate_register",
    TABLES,
    indexes=INDEXES,
    on={
        CredentialGranted: granted,
        CredentialEntered: entered,
        HolderMatched: matched,
        CredentialReissued: reissued,
        CredentialCancelled: cancelled,
        CredentialLapsed: lapsed,
        CredentialReinstated: reinstated,
        CredentialExpired: expired,
        CredentialWithdrawn: withdrawn,
        DocumentIssued: document_issued,
        FilingSubmitted: writes("origin", "filing_id", "registration_type", "place"),
    },
)
