"""Handing a filing in, to the parties who must agree or to the authority; and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.errors import NotAllowed, NotFound, Refused
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
from contracts.matters.schema import Matter
from contracts.message import Event
from services.filing.domain import parties
from services.filing.domain.confirmation import due
from services.filing.domain.correction import uncorrected
from services.filing.domain.days import china_day
from services.filing.domain.filing import Filing, owned
from services.filing.domain.handing_in import submitted
from services.filing.domain.known import Known
from services.filing.domain.rules import still_editable
from services.filing.domain.shortcomings import known_now, shortcomings


def submit(state: Filing, command: SubmitFiling, matter: Matter) -> Sequence[Event]:
    """Everything is checked against what holds now, and everything that is wrong is told at once.

    Parties are asked about what they have not agreed to: also about a correction that changes what they did agree to.
    """
    drafted = owned(state, command.filing_id, command.meta.actor)
    if state.status in ("submitted", "awaiting_confirmation"):
        return []
    still_editable(state)
    today = china_day(command.meta.at)
    if left := uncorrected(state, matter, today):
        raise Refused("nothing_corrected", problems=left)
    known = known_now(state, command, matter)
    problems = shortcomings(state, matter, known, command.meta.at)
    if problems:
        raise Refused("filing_incomplete", problems=problems)
    if matter.exclusion is not None and command.open_filing not in (None, command.filing_id):
        raise Refused("open_filing_exists")
    whole = _whole(state, command, matter, drafted, known)
    last = state.submissions[-1] if state.submissions else None
    if last is not None and parties.unchanged_since(last, state.form, state.attachments, known):
        return submitted(whole, matter, state, last.confirmed_by)
    asked = parties.to_ask(matter, drafted, known)
    if not asked:
        return submitted(whole, matter, state, _agreed_by_filing(matter, command, drafted, known))
    return [_ask(whole, asked, command.meta.at)]


def _ask(whole: Mapping[str, Any], asked: tuple[Asked, ...], at: datetime) -> ConfirmationsAsked:
    return ConfirmationsAsked(**whole, asked=asked, due_on=due(at, asked[0].days))


def _agreed_by_filing(matter: Matter, command: SubmitFiling, drafted: FilingDrafted, known: Known) -> list[Agreement]:
    """Every party is the filer itself."""
    who, at = command.meta.actor.account_id, command.meta.at
    refs = [parties.party(one.by, drafted, known) for one in matter.confirmations]
    return [Agreement(**ref.model_dump(), account_id=who, at=at) for ref in refs if ref is not None]


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


def number_of(filing_id: UUID, at: datetime) -> str:
    """The filing number people quote on the phone: the day in China and ten digits of the filing's own id."""
    return f"{china_day(at):%Y%m%d}{filing_id.int % 10**10:010d}"


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
