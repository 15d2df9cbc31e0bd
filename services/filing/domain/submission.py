"""Handing a filing in, to the parties who must agree or to the authority; and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.errors import NotAllowed, NotFound, Refused, Stale
from contracts.filing import Agreed as Agreement
from contracts.filing import (
    Asked,
    ConfirmationsAsked,
    FilingApproved,
    FilingDrafted,
    FilingLapsed,
    FilingRejected,
    FilingReturned,
    RecordOutcome,
    SubmitFiling,
)
from contracts.matters.checks import check_attachments, check_form, check_preconditions
from contracts.matters.schema import Matter
from contracts.message import Event
from services.filing.domain import certificates, parties
from services.filing.domain.confirmation import due
from services.filing.domain.correction import uncorrected
from services.filing.domain.days import china_day
from services.filing.domain.filing import Filing, owned
from services.filing.domain.handing_in import submitted
from services.filing.domain.known import Known, facts_with
from services.filing.domain.rules import described, still_editable, wire


def submit(state: Filing, command: SubmitFiling, matter: Matter) -> Sequence[Event]:
    """Everything is checked against what holds now, and everything that is wrong is told at once."""
    drafted = owned(state, command.filing_id, command.meta.actor)
    if state.status in ("submitted", "awaiting_confirmation"):
        return []
    still_editable(state)
    today = china_day(command.meta.at)
    if left := uncorrected(state, matter, today):
        raise Refused("nothing_corrected", problems=left)
    known = _known_now(state, command, matter, drafted)
    problems = shortcomings(state, matter, known, command.meta.at)
    if problems:
        raise Refused("filing_incomplete", problems=problems)
    if matter.exclusion is not None and command.open_filing not in (None, command.filing_id):
        raise Refused("open_filing_exists")
    whole = _whole(state, command, matter, drafted, known)
    last = state.submissions[-1] if state.submissions else None
    if last is not None and parties.unchanged_since(last, known):
        return submitted(whole, matter, state, last.confirmed_by)
    asked = parties.to_ask(matter, drafted, known)
    if not asked:
        return submitted(whole, matter, state, _agreed_by_filing(matter, command))
    return [_ask(whole, asked, command.meta.at)]


def _ask(whole: Mapping[str, Any], asked: tuple[Asked, ...], at: datetime) -> ConfirmationsAsked:
    return ConfirmationsAsked(**whole, asked=asked, due_on=due(at, asked[0].days))


def _agreed_by_filing(matter: Matter, command: SubmitFiling) -> list[Agreement]:
    """Every party is the filer itself."""
    who = command.meta.actor.account_id
    return [Agreement(by=one.by, account_id=who, at=command.meta.at) for one in matter.confirmations]


def _known_now(state: Filing, command: SubmitFiling, matter: Matter, drafted: FilingDrafted) -> Known:
    """What was looked up for this hand-in; whoever files alone may have no employer any more."""
    if state.subject is None:
        return Known()
    subject = command.subject or state.subject
    if subject.person_id != state.subject.person_id:
        # picked in another browser since it was looked up: nobody stands in a filing with somebody else's form and files
        raise Stale("subject_changed")
    filer = command.filer or state.filer
    if drafted.person_id is not None and command.subject is not None:
        filer = command.filer
    certificate = certificates.afresh(matter, subject, state.certificate, command.certificate)
    return Known(subject, filer, certificate)


def _whole(
    state: Filing, command: SubmitFiling, matter: Matter, drafted: FilingDrafted, known: Known
) -> dict[str, Any]:
    """What whoever sees it needs to know. A person's filing goes where the employer of now is seated."""
    subject = known.subject
    assert subject is not None
    place = drafted.place
    if state.submissions:
        place = state.submissions[-1].place
    elif drafted.person_id is not None and known.filer is not None and known.filer.place is not None:
        place = known.filer.place
    return {
        "filing_id": command.filing_id,
        "round": state.round + 1,
        "number": state.number or number_of(command.filing_id, command.meta.at),
        "matter": matter.code,
        "matter_version": matter.version,
        "title": drafted.title,
        "credential": matter.credential,
        "registration_type": matter.registration_type or "",
        "place": place,
        "enterprise_id": drafted.enterprise_id,
        "person_id": subject.person_id,
        "subject": subject,
        "filer": known.filer,
        "form": state.form,
        "attachments": state.attachments,
        "submitted_at": command.meta.at,
        "certificate": known.certificate,
        "informs": parties.told(matter, drafted, known),
        "filed_by": command.meta.actor.account_id,
    }


def shortcomings(state: Filing, matter: Matter, known: Known, at: datetime) -> list[dict[str, Any]]:
    """Every reason why it could not be handed in at this moment; empty when it could.

    The rules are those of the day of the first hand-in; the facts are those of now.
    """
    drafted = state.drafted
    if drafted is None or known.subject is None or (known.filer is None and drafted.enterprise_id is not None):
        return [{"code": "subject_missing", "field": "subject"}]
    today = china_day(at)
    facts = facts_with(matter, known, dict(state.form), today)
    found = [
        *check_preconditions(matter, facts, on=state.judged_on or today),
        *check_form(matter, state.form, facts),
        *check_attachments(matter, [described(a) for a in state.attachments], facts),
    ]
    problems = [wire(p) for p in found]
    problems += certificates.unfit(matter, known.certificate)
    problems += parties.nobody_is(matter, drafted, known)
    if matter.commitment is not None and state.commitment_sha256 is None:
        problems.append({"code": "commitment_not_accepted", "field": "commitment"})
    return problems


def number_of(filing_id: UUID, at: datetime) -> str:
    """The filing number people quote on the phone: the day and ten digits of the filing's own id."""
    return f"{at:%Y%m%d}{filing_id.int % 10**10:010d}"


def record_outcome(state: Filing, command: RecordOutcome) -> Sequence[Event]:
    """What the review of a round came to. One of an earlier round says nothing about the present one: a correction that
    was handed in before its time was found to be over counts. One that waits for parties is not handed in yet.
    """
    if command.meta.actor.kind != "system":
        raise NotAllowed("review_decides")
    if state.drafted is None:
        raise NotFound.of("filing", command.filing_id)
    awaited = ("returned", "awaiting_confirmation") if command.outcome == "lapsed" else ("submitted",)
    last = state.submissions[-1] if state.submissions else None
    if last is None or command.round != last.round or state.status not in awaited:
        return []
    reason = command.reason or ""
    match command.outcome:
        case "approved":
            return [FilingApproved(filing_id=command.filing_id, round=command.round)]
        case "rejected":
            return [FilingRejected(filing_id=command.filing_id, round=command.round, reason=reason)]
        case "returned":
            return [
                FilingReturned(filing_id=command.filing_id, round=command.round, reason=reason, items=command.items)
            ]
        case "lapsed":
            return [FilingLapsed(filing_id=command.filing_id, round=command.round, reason=reason)]
