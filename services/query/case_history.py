"""One case's whole history, told from the timeline: every event in order, who did it, by when it had to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.errors import NotAllowed, NotFound
from contracts.message import Actor, Recorded
from contracts.places import within
from contracts.query import CaseHistory, CaseStep, GetCaseHistory, Who
from contracts.review import CaseOpened, DeadlineMissed
from services.query import words
from services.query.views import timeline

DAYS = ("passed_on", "returned_on", "rejected_on", "decided_on", "answered_on")
"""The day of an act that had a last day."""
WORDS = ("opinion", "reason", "answer")


def get_case_history(cursor: Any, question: GetCaseHistory) -> CaseHistory:
    """For officers and auditors of its place, and operators. What an objector gave stays in review's own log."""
    events = timeline.of_case(cursor, question.case_id)
    opened = next((one.event for one in events if isinstance(one.event, CaseOpened)), None)
    if opened is None or question.viewer.kind not in ("officer", "auditor", "operator"):
        raise NotFound.of("case", question.case_id)
    if not _of_the_place(question.viewer, opened.place):
        raise NotAllowed("outside_jurisdiction")
    acted = {account for one in events for account in (one.meta.actor.account_id, *words.officers(one.event).values())}
    names, authorities = timeline.names(cursor, acted), timeline.authorities(cursor)
    steps, round = [], opened.round
    for one in events:
        round = getattr(one.event, "round", round)
        steps.append(_step(one, round, names, authorities))
    return CaseHistory(case_id=question.case_id, filing_id=opened.filing_id, steps=tuple(steps))


def _of_the_place(viewer: Actor, place: str) -> bool:
    return viewer.kind == "operator" or (viewer.place is not None and within(place, viewer.place))


def _step(one: Recorded[Any], round: int, names: Mapping[str, str], authorities: Mapping[str, str]) -> CaseStep:
    event, actor = one.event, one.meta.actor
    by = getattr(event, "authority_id", None) or actor.authority_id
    said = next((text for name in WORDS if (text := getattr(event, name, None))), None)
    due_on: date | None = getattr(event, "due_on", None)
    done_on = next((day for name in DAYS if (day := getattr(event, name, None))), None)
    return CaseStep(
        at=one.meta.at,
        position=one.position,
        version=one.version,
        event=event.NAME,
        says=words.sentence(event, names),
        round=round,
        stage=getattr(event, "stage", None),
        who=Who(kind=actor.kind, account_id=actor.account_id, name=names.get(actor.account_id)),
        authority=authorities.get(str(by)) if by else None,
        words=words.opinion(said),
        legal_basis=getattr(event, "legal_basis", None),
        due_on=due_on,
        late=isinstance(event, DeadlineMissed) or (due_on is not None and done_on is not None and done_on > due_on),
    )
