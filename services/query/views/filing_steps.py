"""The steps of every filing, round by round: when, who, with which opinion. The last part of filing_progress."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.certificate import (
    ChangeRefused,
    CredentialCancelled,
    CredentialEntered,
    CredentialGranted,
    CredentialReissued,
    DocumentIssued,
    DocumentNotIssued,
    GrantRefused,
)
from contracts.filing import (
    ConfirmationDeclined,
    ConfirmationNear,
    ConfirmationsAsked,
    ConfirmationTimedOut,
    DraftDeleted,
    FilingConfirmed,
    FilingDrafted,
    FilingSubmitted,
    FilingTookEffect,
    FilingWithdrawn,
)
from contracts.identity import AccountOpened, AuthorityEstablished
from contracts.message import Event, Recorded
from contracts.places import area
from contracts.query import FilingRow, ProgressStep
from contracts.review import (
    CaseAnnounced,
    CaseApproved,
    CaseDeemedGranted,
    CaseDocumentIssued,
    CaseEscalated,
    CaseHandedBack,
    CaseLapsed,
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseResubmitted,
    CaseReturned,
    ClockResumed,
    ClockSuspended,
    DeadlineMissed,
    DeadlineNear,
    PublicityEnded,
    StageDeemedPassed,
    StageExtended,
    StagePassed,
    StageReopened,
)
from services.kernel.rows import Rows
from services.kernel.view import Handler
from services.query import words
from services.query.sql import read, writes

TABLES = """
CREATE TABLE IF NOT EXISTS step (
    source text, position bigint, filing_id uuid, identifier text, at timestamptz NOT NULL, depth int NOT NULL,
    event text NOT NULL, round int, stage text, actor text NOT NULL, account_id text NOT NULL, authority_id uuid,
    opinion text, detail text, code text, due_on date, PRIMARY KEY (source, position)
);
CREATE TABLE IF NOT EXISTS authority (
    authority_id uuid PRIMARY KEY, name text NOT NULL, level text NOT NULL, area text COLLATE "C" NOT NULL
);
CREATE TABLE IF NOT EXISTS account (account_id text PRIMARY KEY, name text NOT NULL);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS step_by_filing ON step (filing_id);
CREATE INDEX IF NOT EXISTS step_by_identifier ON step (identifier) WHERE identifier IS NOT NULL;
"""
OPINIONS = ("opinion", "reason")
DETAILS = ("document_number", "registration_number", "number", "legal_basis")
CODES = ("why", "deadline", "means", "change", "party")
"""The fields of events whose words belong to the step."""


def step(rows: Rows, one: Recorded[Any]) -> None:
    said = {name: getattr(one.event, name) for name in type(one.event).model_fields}
    actor = one.meta.actor
    rows.put(
        "step",
        {"source": one.source, "position": one.position},
        **{name: said.get(name) for name in ("filing_id", "round", "stage")},
        # Of the issue of a certificate, where the event names no filing of its own.
        identifier=said.get("identifier") if said.get("filing_id") is None else None,
        at=one.meta.at,
        depth=one.meta.depth,
        event=one.event.NAME,
        actor=actor.kind,
        account_id=actor.account_id,
        authority_id=said.get("authority_id") or actor.authority_id,
        opinion=next((said[name] for name in OPINIONS if said.get(name)), None),
        detail=next((said[name] for name in DETAILS if said.get(name)), None),
        code=code_of(one.event, said),
        due_on=said["extended_to"] if "extended_to" in said else said.get("due_on"),
    )


def code_of(event: Event, said: dict[str, Any]) -> str | None:
    """Of a decision document its kind, of an answer or a question to a party which one it is."""
    if isinstance(event, CaseDocumentIssued):
        return f"kind.{event.kind}"
    if isinstance(event, ConfirmationsAsked):
        return f"party.{event.asked[0].by}"
    if (by := said.get("by")) is not None and event.NAME.startswith("filing."):
        return f"party.{getattr(by, 'by', by)}"
    return next((f"{name}.{said[name]}" for name in CODES if said.get(name)), None)


def entered(rows: Rows, one: Recorded[CredentialEntered]) -> None:
    """By a filing; what was imported is no step of any."""
    if one.event.filing_id is not None:
        step(rows, one)


def moved(rows: Rows, one: Recorded[CaseEscalated | CaseHandedBack]) -> None:
    """The filer is told that it went up or came back. What one officer wrote to another about it is not theirs."""
    if one.event.officer is not None:
        one = replace(one, event=one.event.model_copy(update={"reason": ""}))
    step(rows, one)


def of_the_filing(rows: Rows, one: Recorded[DeadlineMissed | DeadlineNear]) -> None:
    """The filer is told when a stage is late and when a correction is due soon. Objections are not theirs."""
    expected = ("stage", "validity") if isinstance(one.event, DeadlineMissed) else ("correction",)
    if one.event.deadline in expected:
        step(rows, one)


def authority_established(rows: Rows, one: Recorded[AuthorityEstablished]) -> None:
    writes("authority", "authority_id", "name", "level", area=area(one.event.place))(rows, one)


STEPS: tuple[type[Event], ...] = (
    FilingDrafted,
    ConfirmationsAsked,
    FilingConfirmed,
    ConfirmationDeclined,
    ConfirmationNear,
    ConfirmationTimedOut,
    FilingWithdrawn,
    FilingSubmitted,
    FilingTookEffect,
    DraftDeleted,
    CaseOpened,
    StagePassed,
    StageDeemedPassed,
    CaseReturned,
    CaseResubmitted,
    CaseLapsed,
    CaseRejected,
    ClockSuspended,
    ClockResumed,
    StageExtended,
    CasePublicised,
    PublicityEnded,
    StageReopened,
    CaseDeemedGranted,
    CaseDocumentIssued,
    CaseAnnounced,
    CaseApproved,
    CredentialGranted,
    CredentialReissued,
    CredentialCancelled,
    GrantRefused,
    ChangeRefused,
    DocumentNotIssued,
    DocumentIssued,
)
HANDLERS: dict[type[Event], Handler] = {
    **dict.fromkeys(STEPS, step),
    CredentialEntered: entered,
    CaseEscalated: moved,
    CaseHandedBack: moved,
    DeadlineMissed: of_the_filing,
    DeadlineNear: of_the_filing,
    AuthorityEstablished: authority_established,
    AccountOpened: writes("account", "account_id", "name"),
}


def steps_of(cursor: Any, filing: FilingRow) -> tuple[ProgressStep, ...]:
    """Every step, in the order in which contracts.message.in_order tells."""
    found = read(
        cursor,
        ProgressStep,
        "SELECT s.at, s.event, '' AS says, s.round, s.stage, a.name AS who, s.actor,"
        " d.name AS authority, s.opinion, s.detail, s.code, s.due_on FROM step s"
        " LEFT JOIN account a USING (account_id) LEFT JOIN authority d USING (authority_id)"
        " WHERE s.filing_id = %s OR s.identifier = (SELECT f.identifier FROM filing f WHERE f.filing_id = %s)"
        ' ORDER BY s.at, s.depth, s.source COLLATE "C", s.position',
        [str(filing.filing_id)] * 2,
    )
    return tuple(one.model_copy(update={"says": words.step(one), "opinion": words.opinion(one.opinion)}) for one in found)
