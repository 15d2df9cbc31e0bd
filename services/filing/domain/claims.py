"""What only one filing may hold at a time, and the index of times that run: committed with the events, never behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from contracts.decider import Claim, Release
from contracts.filing import (
    ConfirmationDeclined,
    ConfirmationNear,
    ConfirmationsAsked,
    ConfirmationTimedOut,
    FilingApproved,
    FilingConfirmed,
    FilingLapsed,
    FilingRejected,
    FilingSubmitted,
    FilingTookEffect,
    FilingWithdrawn,
)
from contracts.matters.route import Party
from contracts.matters.schema import Matter
from contracts.message import Event
from services.filing.domain.filing import Filing, MatterOf
from services.filing.domain.parties import confirmation_of
from services.filing.domain.version import matter_by

DUE, NEAR = "confirmation_due", "confirmation_near"
"""``<due_on>/<filing_id>``, and the day of the reminder likewise: whose day has come is found by one range."""
EFFECT = "effect"
"""``<certificate_id>/<identifier>``, for ever: this issue of it was changed, or ended, by a filing that nobody else decides.
``/<n>`` follows where n filings came to nothing on it: what the register refused stands in nobody's way.
"""


def claims(matter_of: MatterOf, state: Filing, event: Event) -> Sequence[Claim | Release]:
    """At most one open filing of a person, and of a certificate, by matters that exclude each other (DOMAIN 4.3), until
    it is closed.

    What a party sent back is closed, unless the authority has the case. Releases of a commit come before its claims, so
    what takes effect at once only gives back: whether somebody else holds the person was looked up (``open_filing``), and
    of two at the same moment ``effect`` lets one.
    """
    match event:
        case ConfirmationsAsked():
            matter = matter_of(event.matter, event.matter_version)
            return [*_taken(matter, event), *_time(matter, event.asked[0].by, event.due_on, event.filing_id)]
        case FilingConfirmed():
            time: list[Claim | Release] = [Release(DUE), Release(NEAR)]
            if event.next is not None and state.drafted is not None:
                time += _time(matter_by(matter_of, state), event.next.by, event.due_on, event.filing_id)
            return time
        case ConfirmationNear():
            return [Release(NEAR)]
        case ConfirmationDeclined() | FilingWithdrawn():
            return [Release(DUE), Release(NEAR), *([] if state.submissions else [Release("open_filing")])]
        case ConfirmationTimedOut(means="removed"):
            return [Release(DUE), Release(NEAR), Release("open_filing")]
        case FilingSubmitted():
            if state.status == "awaiting_confirmation":
                return []  # taken when the parties were asked
            return _taken(matter_of(event.matter, event.matter_version), event)
        case FilingLapsed() if state.status == "awaiting_confirmation":
            return [Release(DUE), Release(NEAR), Release("open_filing")]
        case FilingTookEffect():
            return [Release("open_filing"), *_effect(state)]
        case FilingApproved() | FilingRejected() | FilingLapsed():
            return [Release("open_filing")]
    return []


def _effect(state: Filing) -> list[Claim | Release]:
    """What takes effect without an authority does so once on an issue of a certificate, however many are handed in until
    the register has carried it out: the next issue has another identifier, and one that ended has none.
    """
    one = state.certificate
    if one is None:
        return []
    refused = f"/{one.came_to_nothing}" if one.came_to_nothing else ""
    return [Claim(EFFECT, f"{one.certificate_id}/{one.identifier or '-'}{refused}", "already_taking_effect")]


def open_filing_key(about: UUID, matter: Matter) -> str | None:
    """What a filing about this person, or certificate, takes; None where the matter excludes no other."""
    return f"{about}/{matter.exclusion}" if matter.exclusion is not None else None


def _taken(matter: Matter, event: ConfirmationsAsked | FilingSubmitted) -> list[Claim | Release]:
    # The release is for a returned filing that is handed in again for another person.
    taken: list[Claim | Release] = [Release("open_filing")]
    taken.append(Claim("filing_number", event.number, "filing_number_taken"))
    if isinstance(event, FilingSubmitted) and matter.review == "none":
        return taken
    # Found by its number, a certificate may be in the filings of two people.
    certificate = (event.certificate.certificate_id,) if event.certificate is not None else ()
    for about in (event.person_id, *certificate):
        if (key := open_filing_key(about, matter)) is not None:
            taken.append(Claim("open_filing", key, "open_filing_exists"))
    return taken


def _time(matter: Matter, by: Party, due_on: date | None, filing_id: UUID) -> list[Claim | Release]:
    if due_on is None:
        return []
    found: list[Claim | Release] = [Claim(DUE, f"{due_on}/{filing_id}", DUE)]
    confirmation = confirmation_of(matter, by)
    limit = confirmation.time_out if confirmation is not None else None
    if limit is not None and limit.remind_before:
        found.append(Claim(NEAR, f"{due_on - timedelta(days=limit.remind_before)}/{filing_id}", NEAR))
    return found
