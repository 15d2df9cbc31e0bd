"""What may happen to a case besides being passed: clocks, desks, silence, objections. Told into a story's logs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts import filing as f
from contracts import review as r
from contracts.message import SYSTEM, Actor, Event, derived_id
from tests.views.story import CITY, OPERATOR, PROVINCE, Story, officer

ARTICLE = "行政许可法第三十二条"
OPEN = {
    "stages": (
        {"name": "acceptance", "level": "city", "working_days": 5, "legal_basis": ARTICLE},
        {"name": "preliminary", "level": "city", "working_days": 10},
        {"name": "second", "level": "province", "working_days": 20},
    ),
    "correction": {"working_days": 30, "legal_basis": "《建造师管理规定》第九条"},
    "granted_by_silence": None,
    "decision": None,
    "automatic": False,
}
"""A route with limits, of which a story may replace parts."""


class Told:
    """One case of a story and what happened to it next."""

    def __init__(self, story: Story, n: int = 1, at: int = 1, **opening: Any) -> None:
        self.story, self.n, self.at = story, n, at
        story.opening = {**OPEN, **opening}
        self.filing_id = story.draft(n, at)
        self.case_id = story.submit(self.filing_id, n, at)
        self.objections = 0

    def say(self, cls: type[Event], actor: Actor = SYSTEM, **said: Any) -> Told:
        both = {"case_id": self.case_id, "filing_id": self.filing_id}
        self.story.say(cls, self.case_id, actor, **{**both, **said})
        return self

    def wait(self, days: int) -> Told:
        self.story.days_pass(days)
        return self

    # -- stages -----------------------------------------------------------------------------------------------

    def passed(self, stage: str = "acceptance", due_on: date | None = None, kept_by: str | None = None) -> Told:
        following = {
            "acceptance": ("preliminary", "city"),
            "preliminary": ("second", "province"),
            "second": (None, None),
        }
        authority = PROVINCE if stage == "second" else CITY
        on = {"authority_id": authority, "officer": officer(authority).account_id, "passed_on": self.story.today}
        then = {"next_stage": following[stage][0], "next_level": following[stage][1], "kept_by": kept_by}
        return self.say(r.StagePassed, officer(authority), stage=stage, due_on=due_on, opinion="同意", **on, **then)

    def deemed_passed(self, due_on: date) -> Told:
        then = {"passed_on": due_on, "next_stage": "preliminary", "next_level": "city"}
        return self.say(r.StageDeemedPassed, stage="acceptance", due_on=due_on, legal_basis=ARTICLE, **then)

    def returned(self, used_days: int, due_on: date | None = None) -> Told:
        by = {"authority_id": CITY, "officer": officer(CITY).account_id, "returned_on": self.story.today}
        said = {"stage": "acceptance", "reason": "照片不清晰", "used_days": used_days, "due_on": due_on, "round": 1}
        self.say(r.CaseReturned, officer(CITY), **by, **said)
        self.story.say(
            f.FilingReturned, self.filing_id, depth=1, filing_id=self.filing_id, round=1, reason="照片不清晰"
        )
        return self

    def resubmitted(self) -> Told:
        self.story.submit(self.filing_id, self.n, self.at, round=2)
        return self

    def lapsed(self) -> Told:
        self.story.lapse(self.filing_id, self.case_id)
        return self

    def granted(self, due_on: date) -> Told:
        """By silence, after the last day of the validity."""
        self.say(r.CaseDeemedGranted, deadline="validity", stage="acceptance", due_on=due_on, legal_basis=ARTICLE)
        nobody = {"authority_id": None, "officer": "system", "decided_on": due_on + timedelta(days=1)}
        return self.say(r.CaseApproved, round=1, legal_basis=ARTICLE, due_on=due_on, **nobody)

    # -- clock ------------------------------------------------------------------------------------------------

    def suspended(self, used_days: int, stage: str = "acceptance") -> Told:
        on = {"suspended_on": self.story.today, "used_days": used_days, "officer": officer(CITY).account_id}
        words = {"reason": "组织专家评审", "legal_basis": "行政许可法第四十五条"}
        return self.say(r.ClockSuspended, officer(CITY), stage=stage, why="expert_review", **on, **words)

    def resumed(self, stage: str = "acceptance") -> Told:
        on = {"resumed_on": self.story.today, "officer": officer(CITY).account_id, "reason": "评审结束"}
        return self.say(r.ClockResumed, officer(CITY), stage=stage, **on)

    def extended(self, working_days: int, stage: str = "acceptance") -> Told:
        by = {"approved_by": officer(CITY).account_id, "authority_id": CITY, "reason": "案情复杂"}
        days = {
            "working_days": working_days,
            "due_on": self.story.today,
            "extended_to": None,
            "extended_on": self.story.today,
        }
        return self.say(r.StageExtended, officer(CITY), stage=stage, legal_basis="行政许可法第四十二条", **by, **days)

    def missed(self, due_on: date, stage: str = "acceptance") -> Told:
        return self._noticed(r.DeadlineMissed, due_on, stage)

    def near(self, due_on: date, stage: str = "acceptance") -> Told:
        return self._noticed(r.DeadlineNear, due_on, stage)

    def _noticed(self, cls: type[Event], due_on: date, stage: str) -> Told:
        run = {"deadline": "stage", "key": stage, "stage": stage, "began_on": self.story.today}
        return self.say(cls, due_on=due_on, **run)

    # -- desks ------------------------------------------------------------------------------------------------

    def escalated(self, stage: str = "acceptance") -> Told:
        levels = {"from_level": "city", "to_level": "province"}
        return self.say(r.CaseEscalated, stage=stage, reason="deadline_over", officer=None, **levels)

    def handed_back(self, stage: str = "acceptance") -> Told:
        levels = {"from_level": "province", "to_level": "city"}
        by = officer(PROVINCE)
        return self.say(r.CaseHandedBack, by, stage=stage, reason="请尽快办结", officer=by.account_id, **levels)

    def assigned(self, stage: str = "acceptance", authority: UUID = CITY) -> Told:
        by = officer(authority).account_id
        how = {"how": "claimed", "former": None, "by": by, "reason": None, "assigned_on": self.story.today}
        return self.say(r.CaseAssigned, officer(authority), stage=stage, officer=by, authority_id=authority, **how)

    def released(self, stage: str = "acceptance") -> Told:
        by = officer(CITY).account_id
        return self.say(r.CaseReleased, officer(CITY), stage=stage, officer=by, by=by, reason=None)

    # -- in public --------------------------------------------------------------------------------------------

    def shown(self) -> Told:
        self.story.publicise(self.filing_id, self.case_id)
        return self

    def objected(self) -> Told:
        self.objections += 1
        anonymous = Actor(kind="anonymous", account_id="anonymous")
        return self.say(r.ObjectionLodged, anonymous, objection_id=self._objection())

    def answered(self, upheld: bool = False) -> Told:
        by = {"officer": officer(PROVINCE).account_id, "authority_id": PROVINCE, "objection_id": self._objection()}
        outcome = "upheld" if upheld else "dismissed"
        self.say(r.ObjectionAnswered, officer(PROVINCE), outcome=outcome, answered_on=self.story.today, **by)
        if upheld:
            on = {"objection_id": self._objection(), "reopened_on": self.story.today}
            self.say(r.StageReopened, officer(PROVINCE), stage="second", level="province", **on)
        return self

    def _objection(self) -> UUID:
        return derived_id("objection", self.case_id, self.objections)


def year_published(
    story: Story, year: int, holidays: tuple[date, ...], workdays: tuple[date, ...] = (), version: int = 1
) -> None:
    """A year of working days as review published it."""
    days = {"holidays": holidays, "workdays": workdays}
    said = {"year": year, "version": version, "source": "国办发明电〔2026〕1号"}
    story.say(r.YearPublished, f"calendar-{year}", OPERATOR, **said, **days)
