"""Time: the calendar, the clock of the development product, deadlines and what stops or lengthens them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nameko.extensions import DependencyProvider
from nameko.timer import timer

from contracts.message import Accepted, Command
from contracts.review import (
    AdvanceClock,
    CalendarView,
    ClockOffset,
    Deadlines,
    ExtendStage,
    KeepDeadline,
    PublishYear,
    ReadCalendar,
    ReadClock,
    ReadDeadlines,
    ResumeClock,
    SuspendClock,
)
from contracts.working_days import WorkingDays
from services.kernel.clock import clock
from services.kernel.kernel import Ground
from services.kernel.rpc import handles
from services.review.calendar import Calendar
from services.review.development_clock import DevelopmentClock
from services.review.domain.calendar_year import CALENDAR
from services.review.domain.decide import CASE
from services.review.filling import filled
from services.review.keeper import DeadlineKeeper

if TYPE_CHECKING:
    from services.review.service import ReviewService

COMMANDS: dict[type[Command], Any] = {
    SuspendClock: (CASE, "case_id"),
    ResumeClock: (CASE, "case_id"),
    ExtendStage: (CASE, "case_id"),
    KeepDeadline: (CASE, "case_id"),
    PublishYear: (CALENDAR, "year"),
}


class Time:
    """What review knows about time: the calendar, the clock, the deadlines. Opens nothing by itself."""

    def __init__(self, ground: Ground) -> None:
        self.calendar = Calendar(ground, estimate=bool(ground.config.get("DEVELOPMENT")))
        self.clock = DevelopmentClock(ground)
        self.deadlines = DeadlineKeeper(ground, lambda: self.working_days)

    @property
    def working_days(self) -> WorkingDays:
        """As published up to now: asked for anew each time, never kept."""
        return self.calendar.working_days

    def tick(self) -> None:
        """Do what is due. The offset is read anew: another replica may have been told to set it."""
        self.clock.read()
        self.deadlines.tick(clock.now())


class Timekeeper(DependencyProvider):
    """One Time for a container, and its health."""

    ground = Ground()

    def setup(self) -> None:
        self.kept = Time(self.ground)
        self.ground.checks["deadlines"] = self.kept.deadlines.health
        self.ground.checks["calendar"] = self.kept.calendar.health

    def get_dependency(self, worker_ctx: Any) -> Time:
        return self.kept


class Clocks:
    """KeepDeadline has no entrypoint: only the timer gives it."""

    @handles(SuspendClock)
    def suspend_clock(self: ReviewService, command: SuspendClock) -> Accepted:
        """For a hearing, inspection or expert review."""
        return self.kernel.execute(filled(self, command))

    @handles(ResumeClock)
    def resume_clock(self: ReviewService, command: ResumeClock) -> Accepted:
        """It is over."""
        return self.kernel.execute(filled(self, command))

    @handles(ExtendStage)
    def extend_stage(self: ReviewService, command: ExtendStage) -> Accepted:
        """The one extension, approved."""
        return self.kernel.execute(filled(self, command))

    @handles(PublishYear)
    def publish_year(self: ReviewService, command: PublishYear) -> Accepted:
        """In force here at once, in other replicas within a second."""
        accepted = self.kernel.execute(command)
        self.time.calendar.read()
        return accepted

    @handles(ReadCalendar)
    def read_calendar(self: ReviewService, question: ReadCalendar) -> CalendarView:
        """The published years, and how far the days are known."""
        return self.time.calendar.view()

    @handles(ReadDeadlines)
    def read_deadlines(self: ReviewService, question: ReadDeadlines) -> Deadlines:
        """What runs in these cases, and until when."""
        return Deadlines(deadlines=self.time.deadlines.of_cases(question.case_ids))

    @timer(interval=1, eager=True)
    def keep_deadlines(self: ReviewService) -> None:
        """At start and every second, in every replica: whoever comes second finds it done."""
        self.time.tick()

    @handles(AdvanceClock)
    def advance_clock(self: ReviewService, question: AdvanceClock) -> ClockOffset:
        """Set the clock ahead, and do at once what became due."""
        offset = self.time.clock.advance(question.days, question.seconds)
        self.time.tick()
        return ClockOffset(offset_seconds=offset)

    @handles(ReadClock)
    def read_clock(self: ReviewService, question: ReadClock) -> ClockOffset:
        """How far it is ahead."""
        return ClockOffset(offset_seconds=self.time.clock.read())
