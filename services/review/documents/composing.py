"""What a decision document says: the law's own parts (行政许可法 art. 32, 38) around the officer's and the matter's words.

The words are labels (``letters``), each line a paragraph; a matter may say it in its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.labels import label
from contracts.review import (
    CaseApproved,
    CaseRejected,
    CaseReturned,
    CorrectionItem,
    DocumentKind,
    StageDeemedPassed,
    StagePassed,
)
from contracts.working_days import CalendarEnds, WorkingDays
from services.review.documents.letter import Letter
from services.review.documents.telling import ACCEPTANCE, Authority, Telling, name_of_seat
from services.review.domain.days import china_day

Said = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Paragraphs, numbered items, and paragraphs after them."""


def compose(one: Telling, number: str, authority: Authority, working_days: WorkingDays) -> Letter:
    """The letter under its number."""
    words = Words(one, authority, working_days)
    before, items, after = _SAID[one.kind](words)
    return Letter(
        authority=authority.name,
        title=words.title,
        number=number,
        addressee=words.addressee,
        before=(words("opening"), *before),
        items=items,
        after=after,
        dated=one.on,
    )


@dataclass(frozen=True)
class Words:
    """The words of one letter, with everything filled in that every letter may name."""

    one: Telling
    authority: Authority
    working_days: WorkingDays

    def __call__(self, key: str, **more: Any) -> str:
        return self.label(f"letters.{key}", **self._common, **more)

    def lines(self, key: str, **more: Any) -> tuple[str, ...]:
        """The paragraphs."""
        return paragraphs(self(key, **more))

    def label(self, key: str, **params: Any) -> str:
        """The matter's own words before the shared ones."""
        return label(key, matter=self.one.opened.matter, **params)

    @property
    def title(self) -> str:
        """What the letter is called: turned away at the acceptance, an application was never judged."""
        return self(f"{self.one.kind}.title{self.at_acceptance}")

    @property
    def at_acceptance(self) -> str:
        """The ending of the words for a refusal that is one to accept."""
        event = self.one.event
        return "_at_acceptance" if isinstance(event, CaseRejected) and event.stage == ACCEPTANCE else ""

    @property
    def addressee(self) -> str:
        """Who filed: the enterprise, or the person."""
        applicant = self.one.case.applicant or self.one.opened.applicant
        return applicant.enterprise_name or applicant.person_name

    @property
    def _common(self) -> dict[str, Any]:
        one, applicant = self.one, self.one.case.applicant or self.one.opened.applicant
        by_enterprise = applicant.enterprise_name is not None
        about = label("letters.about", name=applicant.person_name) if by_enterprise else ""
        return {
            "you": label("letters.you_enterprise" if by_enterprise else "letters.you_person"),
            "about": about,
            "title": one.opened.title,
            "filing_number": one.opened.number,
            "submitted_on": day_of(china_day(one.case.submissions[-1].submitted_at)),
            "authority": self.authority.name,
        }


def acceptance(words: Words) -> Said:
    """受理: from which day on, and the limits that run then."""
    event = words.one.event
    assert isinstance(event, StagePassed | StageDeemedPassed)
    if isinstance(event, StageDeemedPassed):
        due_on, day = day_of(event.due_on), day_of(event.passed_on)
        body = words.lines("acceptance.body_deemed", due_on=due_on, legal_basis=event.legal_basis, day=day)
    else:
        body = words.lines("acceptance.body", day=day_of(event.passed_on or words.one.on))
    names = [stage.name for stage in words.one.opened.stages]
    following = words.one.opened.stages[names.index(event.stage) + 1 :]
    limits = [
        words("acceptance.limit", stage=words.label(f"stages.{stage.name}"), days=stage.working_days)
        for stage in following
        if stage.working_days
    ]
    return body, (), words.lines("acceptance.limits", limits="、".join(limits)) if limits else ()


def correction(words: Words) -> Said:
    """补正: everything that is missing, told once, and until when it can be mended."""
    event = words.one.event
    assert isinstance(event, CaseReturned)
    body = words.lines("correction.body", reason=event.reason)
    items = tuple(_item(words, one) for one in event.items)
    intro = "correction.items" if event.stage == ACCEPTANCE else "correction.items_later"
    return (*body, *(words.lines(intro) if items else ())), items, (_limit(words, event), words("correction.clock"))


def _item(words: Words, item: CorrectionItem) -> str:
    kinds = {"field": "fields", "attachment": "attachments"}
    name = words.label(f"{kinds[item.part]}.{item.name}") if item.part in kinds else ""
    return words(f"correction.parts.{item.part}", name=name, needs=" ".join(item.needs.split()))


def _limit(words: Words, event: CaseReturned) -> str:
    """By today's calendar; beyond its end the count of days is told, and no day that nobody knows."""
    limit, returned_on = words.one.opened.correction, event.returned_on or words.one.on
    if limit is None:
        return words("correction.without_limit")
    try:
        due_on = words.working_days.add(returned_on, limit.working_days)
    except CalendarEnds:
        return words("correction.within", day=day_of(returned_on), days=limit.working_days)
    return words("correction.until", due_on=day_of(due_on))


def refusal(words: Words) -> Said:
    """不予许可: facts, reasons, articles, and what can be done against it (art. 38(2))."""
    event = words.one.event
    assert isinstance(event, CaseRejected)
    level, place = words.authority.level, words.authority.place
    body = words.lines("refusal.body", stage=words.label(f"stages.{event.stage}"), reason=event.reason)
    legal_basis = event.legal_basis or words(f"refusal.legal_basis{words.at_acceptance}")
    body += words.lines(f"refusal.decision{words.at_acceptance}", legal_basis=legal_basis)
    above = label(f"letters.reconsiderations.{level}", place=name_of_seat(level, place))
    return body, (), words.lines("refusal.remedies", reconsideration=above)


def approval(words: Words) -> Said:
    """准予许可: by the authority, by published rules, or by the law itself where it was silent."""
    event = words.one.event
    assert isinstance(event, CaseApproved)
    day = day_of(event.decided_on)
    if event.authority_id is None and event.legal_basis is not None and event.due_on is not None:
        due_on = day_of(event.due_on)
        body = words.lines("approval.body_deemed", due_on=due_on, legal_basis=event.legal_basis, day=day)
    elif event.authority_id is None:
        body = words.lines("approval.body_automatic", day=day)
    else:
        body = words.lines("approval.body", day=day)
    return body, (), words.lines("approval.delivery")


def paragraphs(text: str) -> tuple[str, ...]:
    """Its lines, without those that are empty."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def day_of(day: date) -> str:
    """A day within a sentence."""
    return f"{day.year}年{day.month}月{day.day}日"


_SAID: dict[DocumentKind, Callable[[Words], Said]] = {
    "acceptance": acceptance,
    "correction": correction,
    "refusal": refusal,
    "approval": approval,
}
