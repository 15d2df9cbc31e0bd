"""Every stage, what is shown in public, and the decision; or what the law says where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cli.trying.trial import CASE_ID, FILING_ID, Step, Trial
from contracts.filing import FilingSubmitted, FilingTookEffect, RecordOutcome
from contracts.message import SYSTEM, Recorded
from contracts.review import AnnounceCase, CaseApproved, EndPublicity, PassStage, PubliciseCase
from contracts.working_days import WorkingDays
from services.review.reactions import case_of


def reviewed(trial: Trial) -> Iterator[Step]:
    """Every stage, publicity and announcement; or what the law says where there is none."""
    took = next((one for one in trial.filing.events if isinstance(one, FilingTookEffect)), None)
    if took is not None:
        trial.approved = took
        yield Step("规则", "各方均已确认,无需主管部门审批,即时生效")
        return
    handed_in = next(one for one in trial.filing.events if isinstance(one, FilingSubmitted))
    recorded = Recorded("filing", 1, f"filing-{FILING_ID}", 1, handed_in, trial.meta(trial.filer()))
    for command in case_of(recorded, trial.matter):
        trial.case.give(command)
    for stage in trial.matter.stages:
        trial.day += timedelta(days=1)
        officer = trial.officer(stage.level, handed_in.place, stage.name)
        examined = PassStage(
            case_id=CASE_ID, stage=stage.name, opinion="试办:符合条件。", meta=trial.meta(officer)
        )
        trial.case.give(examined)
        passed = f"{trial.words(f'stages.{stage.name}')}通过"
        yield Step(trial.words(f"levels.{stage.level}"), passed, (f"时限 {stage.working_days} 个工作日",))
    yield from _made_public(trial, handed_in.place)
    trial.approved = next(one for one in trial.case.events if isinstance(one, CaseApproved))
    outcome = RecordOutcome(filing_id=FILING_ID, round=trial.state.round, outcome="approved", meta=trial.meta(SYSTEM))
    trial.filing.give(outcome)
    yield Step("规则", "准予", (f"{trial.approved.decided_on}",))


def _made_public(trial: Trial, place: str) -> Iterator[Step]:
    shown = trial.matter.publicity
    last = trial.matter.stages[-1].level if trial.matter.stages else "province"
    officer = trial.officer(last, place, "public")
    if shown is not None:
        until = WorkingDays(estimate=True).add(trial.day, shown.working_days)
        since = trial.day
        order = PubliciseCase(case_id=CASE_ID, starts_on=since, ends_on=until, meta=trial.meta(officer))
        trial.case.give(order)
        trial.day = until + timedelta(days=1)
        trial.case.give(EndPublicity(case_id=CASE_ID, meta=trial.meta(SYSTEM)))
        yield Step(trial.words(f"levels.{last}"), "公示", (f"{since} 至 {until},无异议",))
    if trial.matter.announcement:
        number = "试办公告〔1〕号"
        trial.case.give(AnnounceCase(case_id=CASE_ID, document_number=number, meta=trial.meta(officer)))
        yield Step(trial.words(f"levels.{last}"), "公告")
