"""What parties say to a hand-in, what their silence means, and taking it back while they are asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from contracts.errors import NotAllowed, NotFound, Refused, Stale
from contracts.filing import (
    ConfirmationDeclined,
    ConfirmationNear,
    ConfirmationTimedOut,
    ConfirmFiling,
    DeclineFiling,
    FilingConfirmed,
    FilingWithdrawn,
    HandedIn,
    KeepConfirmationTime,
    PartyRef,
    WithdrawFiling,
)
from contracts.labels import label
from contracts.matters.route import Party
from contracts.matters.schema import Matter
from contracts.message import Event
from services.filing.domain import parties
from services.filing.domain.asking import AnswerStatus, Asking, is_party
from services.filing.domain.days import china_day
from services.filing.domain.filing import Filing, owned
from services.filing.domain.handing_in import submitted
from services.filing.domain.known import Known
from services.filing.domain.shortcomings import known_now, unmet_since


def confirm(state: Filing, command: ConfirmFiling, matter: Matter) -> Sequence[Event]:
    """Agree. The last one's agreement hands it to the authority, or lets it take effect where there is none.

    Weeks may have passed since it was handed in: what does not hold any more is told to the last one, and nothing has
    happened. It may come to hold again; else the party refuses, or the filer takes it back.
    """
    asking = _whose_turn(state, command, "confirmed")
    if asking is None:
        return []
    if asking.next is None and (problems := unmet_since(state, matter, known_now(state, command, matter), command.meta.at)):
        raise Refused("no_longer_fulfilled", problems=problems)
    words = commitments(matter, state, asking)
    if words and not command.commitment_accepted:
        raise Refused("commitment_not_accepted", problems=[{"code": "commitment_not_accepted", "field": "commitment"}])
    sha256 = hashlib.sha256("\n".join(words).encode()).hexdigest() if words else None
    return _confirmed(state, asking, matter, command.meta.at, command.meta.actor.account_id, sha256)


def decline(state: Filing, command: DeclineFiling) -> Sequence[Event]:
    """Refuse, and say why: the filer may mend it and hand it in again."""
    asking = _whose_turn(state, command, "declined")
    if asking is None or asking.current is None:
        return []
    reason = (command.meta.reason or "").strip()
    if not reason:
        raise Refused("reason_missing")
    return [
        ConfirmationDeclined(
            filing_id=command.filing_id,
            round=state.round,
            by=asking.current.by,
            reason=reason,
            account_id=command.meta.actor.account_id,
            at=command.meta.at,
        )
    ]


def keep_time(state: Filing, command: KeepConfirmationTime, matter: Matter) -> Sequence[Event]:
    """By the timer, as often as it likes: what is no longer so leads to nothing."""
    if command.meta.actor.kind != "system":
        raise NotAllowed("only_by_timer")
    asking = state.asking
    if state.status != "awaiting_confirmation" or asking is None or asking.current is None:
        return []
    current = asking.current
    if (state.round, current.by, asking.due_on) != (command.round, command.by, command.due_on):
        return []
    confirmation = parties.confirmation_of(matter, current.by)
    limit = confirmation.time_out if confirmation is not None else None
    today = china_day(command.meta.at)
    if limit is None:
        return []
    if command.what == "near":
        is_near = command.due_on - timedelta(days=limit.remind_before) <= today <= command.due_on
        if asking.reminded or not limit.remind_before or not is_near:
            return []
        return [
            ConfirmationNear(filing_id=command.filing_id, round=state.round, by=_ref(current), due_on=command.due_on)
        ]
    if today <= command.due_on:
        return []
    over = ConfirmationTimedOut(
        filing_id=command.filing_id,
        round=state.round,
        by=current.by,
        due_on=command.due_on,
        means=limit.means,
        legal_basis=limit.legal_basis,
        at=command.meta.at,
    )
    if limit.means == "removed":
        return [over]
    problems: list[dict[str, Any]] = []
    if counts_as_last(state, matter):
        problems = unmet_since(state, matter, known_now(state, command, matter), command.meta.at)
    if limit.means == "agreed" and not problems:
        return [over, *_confirmed(state, asking, matter, command.meta.at, None, None)]
    # silence agrees to nothing that the rules do not allow any more: it is the filer's again
    declined = ConfirmationDeclined(
        filing_id=command.filing_id,
        round=state.round,
        by=current.by,
        reason=said(problems, matter) or limit.legal_basis or "",
        by_silence=True,
        at=command.meta.at,
    )
    return [over, declined]


def counts_as_last(state: Filing, matter: Matter) -> bool:
    """Whether the silence of the party whose turn it is would be the last agreement."""
    asking = state.asking
    if asking is None or asking.current is None or asking.next is not None:
        return False
    confirmation = parties.confirmation_of(matter, asking.current.by)
    return confirmation is not None and confirmation.time_out is not None and confirmation.time_out.means == "agreed"


_WORDS = {"certificate": "certificate_found", "party": "parties_known", "person": "person_not_dead"}
"""What is wrong besides the matter's rules has the words that eligibility tells beforehand."""


def said(problems: Sequence[Mapping[str, Any]], matter: Matter) -> str:
    """What does not hold any more, in words."""
    codes = [str(one.get("rule") or _WORDS.get(str(one["code"]).partition("_")[0], "filer_not_closed")) for one in problems]
    return ";".join(dict.fromkeys(label(f"rules.{code}.says", matter=matter.code) for code in codes))


def withdraw(state: Filing, command: WithdrawFiling) -> Sequence[Event]:
    """Take it back while parties are asked. What the authority has, or had, is not taken back."""
    owned(state, command.filing_id, command.meta.actor)
    if state.status == "awaiting_confirmation":
        reason = command.meta.reason or ""
        return [FilingWithdrawn(filing_id=command.filing_id, round=state.round, reason=reason)]
    if state.asking is not None and state.asking.withdrawn and state.status in ("draft", "returned"):
        return []
    if state.status in ("draft", "returned", "lapsed"):
        raise Refused("not_awaiting_confirmation", params={"status": state.status})
    raise Refused("already_submitted", params={"status": state.status})


def commitments(matter: Matter, state: Filing, asking: Asking) -> list[str]:
    """What the party whose turn it is accepts by confirming."""
    if state.drafted is None or asking.current is None:
        return []
    handed_in = asking.handed_in
    known = Known(handed_in.subject, handed_in.filer, handed_in.certificate)
    asked = parties.roles(matter, state.drafted, known, asking.current)
    return [commitment_words(matter, one.by) for one in asked if one.commitment]


def commitment_words(matter: Matter, by: Party) -> str:
    """The words that a party accepts by confirming."""
    return label(f"confirmation_commitment.{by}", matter=matter.code)


def _whose_turn(state: Filing, command: ConfirmFiling | DeclineFiling, answer: AnswerStatus) -> Asking | None:
    """The hand-in, where it is the actor's turn; None where the actor has said the same already."""
    actor, asking = command.meta.actor, state.asking
    if state.drafted is None or state.status == "deleted":
        raise NotFound.of("filing", command.filing_id)
    if asking is None or not asking.asks(actor):
        raise NotAllowed("not_a_party")
    is_open = state.status == "awaiting_confirmation"
    if is_open and command.round not in (None, state.round):
        raise Stale("handed_in_anew")  # what the party saw is not what it would answer to
    if is_open and asking.current is not None and is_party(asking.current, actor):
        if asking.due_on is not None and china_day(command.meta.at) > asking.due_on:
            # what its silence means is so from midnight on, whenever the timer comes to say it
            raise Refused("confirmation_time_over", params={"due_on": asking.due_on.isoformat()})
        return asking
    given = asking.answers_of(actor)
    if given and not asking.withdrawn:
        if given[-1].status == answer:
            return None
        if given[-1].status == "timed_out" and asking.due_on is not None:
            raise Refused("confirmation_time_over", params={"due_on": asking.due_on.isoformat()})
        raise Refused("already_answered", params={"answer": given[-1].status})
    if is_open and asking.current is not None:
        raise Refused("not_your_turn", params={"by": asking.current.by})
    raise Refused("not_awaiting_confirmation", params={"status": state.status})


def _confirmed(
    state: Filing, asking: Asking, matter: Matter, at: datetime, account_id: str | None, sha256: str | None
) -> list[Event]:
    assert asking.current is not None and state.drafted is not None
    following = asking.next
    due_on = due(at, following.days) if following is not None else None
    said = FilingConfirmed(
        filing_id=state.drafted.filing_id,
        round=state.round,
        by=asking.current.by,
        next=_ref(following) if following is not None else None,
        due_on=due_on,
        commitment_sha256=sha256,
        account_id=account_id,
        at=at,
    )
    if following is not None:
        return [said]
    handed_in, answered = asking.handed_in, asking.answered("confirmed", account_id, at)
    whole = {name: getattr(handed_in, name) for name in HandedIn.model_fields}
    by = parties.agreed(matter, state.drafted, handed_in, answered)
    return [said, *submitted({**whole, "submitted_at": at}, matter, state, by)]


def due(at: datetime, days: int | None) -> date | None:
    """The last day of whoever is asked now; the day of asking does not count (民法典 art. 201)."""
    return china_day(at) + timedelta(days=days) if days is not None else None


def _ref(asked: PartyRef) -> PartyRef:
    return PartyRef(by=asked.by, person_id=asked.person_id, enterprise_id=asked.enterprise_id)
