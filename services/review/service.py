"""review over RPC: stages in order, publicity, announcement, decision; and the timer that keeps deadlines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nameko.extensions import DependencyProvider
from nameko.timer import timer

from contracts.filing import FilingSubmitted
from contracts.message import Accepted
from contracts.review import (
    AdvanceClock,
    AnnounceCase,
    CaseView,
    ClockOffset,
    Deadlines,
    EndPublicity,
    GetCase,
    OpenCase,
    PassStage,
    PubliciseCase,
    ReadClock,
    ReadDeadlines,
    RejectCase,
    ReturnCase,
)
from services.kernel.clock import clock
from services.kernel.kernel import Ground, Kernel
from services.kernel.projection import Projects
from services.kernel.reactions import Reactions
from services.kernel.rebuilds import Rebuilds
from services.kernel.rpc import executes, handles
from services.kernel.service import LogService
from services.review.answers import case_view
from services.review.calendar import WorkingDays
from services.review.deadlines import DEADLINES, DeadlineKeeper
from services.review.development_clock import DevelopmentClock
from services.review.domain.decide import CASE
from services.review.domain.rules import china_day
from services.review.reactions import when_filing_submitted_open_case


class Time:
    """What review knows about time: the calendar, the clock, the deadlines. Opens nothing by itself."""

    def __init__(self, ground: Ground) -> None:
        estimate = bool(ground.config.get("DEVELOPMENT"))
        self.working_days = WorkingDays(Path(ground.config["DATA"]) / "calendar", estimate=estimate)
        self.clock = DevelopmentClock(ground)
        self.deadlines = DeadlineKeeper(ground, self.working_days)

    def tick(self) -> None:
        """Do what is due. The offset is read anew: another replica may have been told to set it."""
        self.clock.read()
        self.deadlines.end_due_publicities(clock.now())


class Timekeeper(DependencyProvider):
    """One Time for a container, and its health."""

    ground = Ground()

    def setup(self) -> None:
        self.kept = Time(self.ground)
        self.ground.checks["deadlines"] = self.kept.deadlines.health
        self.ground.checks["calendar"] = self.kept.working_days.health

    def get_dependency(self, worker_ctx: Any) -> Time:
        return self.kept


class ReviewService(LogService):
    """OpenCase and EndPublicity have no entrypoint: only the reaction and the timer give them."""

    name = "review"
    kernel = Kernel(
        {
            OpenCase: (CASE, "case_id"),
            PassStage: (CASE, "case_id"),
            ReturnCase: (CASE, "case_id"),
            RejectCase: (CASE, "case_id"),
            PubliciseCase: (CASE, "case_id"),
            EndPublicity: (CASE, "case_id"),
            AnnounceCase: (CASE, "case_id"),
        }
    )
    time = Timekeeper()
    follows_filing = Reactions("review", "filing", {FilingSubmitted: when_filing_submitted_open_case})
    keeps_deadlines = Projects(DEADLINES, "review", owner="review")
    rebuilds = Rebuilds(DEADLINES)

    pass_stage = executes(PassStage)
    return_case = executes(ReturnCase)
    reject_case = executes(RejectCase)
    announce_case = executes(AnnounceCase)

    @handles(PubliciseCase)
    def publicise_case(self, command: PubliciseCase) -> Accepted:
        """Count the working days, then publicise."""
        opened = self.kernel.log.load(CASE, command.case_id).state.opened
        if opened is not None and opened.publicity_working_days is not None:
            today = china_day(command.meta.at)
            last_day = self.time.working_days.add(today, opened.publicity_working_days)
            command = command.model_copy(update={"starts_on": today, "ends_on": last_day})
        return self.kernel.execute(command)

    @handles(GetCase)
    def get_case(self, question: GetCase) -> CaseView:
        """The case as its log has it now."""
        history = self.kernel.log.history(CASE.stream(question.case_id))
        return case_view(question.case_id, history, self.time.working_days)

    @handles(ReadDeadlines)
    def read_deadlines(self, question: ReadDeadlines) -> Deadlines:
        """By when these cases' present stages are to be done."""
        return Deadlines(deadlines=self.time.deadlines.of_stages(question.case_ids))

    @timer(interval=1, eager=True)
    def keep_deadlines(self) -> None:
        """At start and every second, in every replica: whoever comes second finds it done."""
        self.time.tick()

    @handles(AdvanceClock)
    def advance_clock(self, question: AdvanceClock) -> ClockOffset:
        """Set the clock ahead, and do at once what became due."""
        offset = self.time.clock.advance(question.days)
        self.time.tick()
        return ClockOffset(offset_seconds=offset)

    @handles(ReadClock)
    def read_clock(self, question: ReadClock) -> ClockOffset:
        """How far it is ahead."""
        return ClockOffset(offset_seconds=self.time.clock.read())
