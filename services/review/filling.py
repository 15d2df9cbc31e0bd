"""What a command to a case cannot know by itself: last days, days used, employers, whom one stands in for.

Filled in for many commands at once where there are many: identity is asked once, the cases are read in one go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from contracts.errors import NotFound, Refusal
from contracts.identity import Employers, EmployersOf, Session, WhoIs
from contracts.message import Actor, Command
from contracts.review import AnswerObjection, PubliciseCase, ReturnCase, SuspendClock
from contracts.working_days import CalendarEnds, WorkingDays
from services.kernel.kernel import Ground
from services.kernel.log import EventLog
from services.kernel.mapper import decode_event
from services.review.domain.absence import DESK
from services.review.domain.case import Case, Clock
from services.review.domain.days import china_day
from services.review.domain.decide import CASE

if TYPE_CHECKING:
    from services.review.service import ReviewService

C = TypeVar("C", bound=Command)
PEOPLE = 1000
"""Asked of identity at a time."""


def filled(service: ReviewService, command: C) -> C:
    """The command with every FILLED_IN field but ``meta`` looked up. Raises what cannot be filled in."""
    (outcome,) = filled_all(service, [command])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def filled_all(service: ReviewService, commands: Sequence[C]) -> list[C | Refusal]:
    """The same for many; a command that cannot be filled in becomes the refusal, and holds up no other."""
    facts = Facts.of(service.kernel, service.time.working_days, commands)
    outcomes: list[C | Refusal] = []
    for command in commands:
        try:
            update = facts.about(command)
        except Refusal as refusal:
            outcomes.append(refusal)
        else:
            outcomes.append(command.model_copy(update=update) if update else command)
    return outcomes


@dataclass
class Facts:
    """What was looked up for these commands."""

    kernel: Ground
    working_days: WorkingDays
    cases: Mapping[UUID, Case]
    people: dict[str, Actor | None] = field(default_factory=dict)
    employed: Mapping[UUID, UUID] = field(default_factory=dict)
    covered: dict[tuple[str, date], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, kernel: Ground, working_days: WorkingDays, commands: Sequence[Command]) -> Facts:
        """Asked once for all of them."""
        ids = {command.case_id for command in commands if hasattr(command, "case_id")}
        facts = cls(kernel, working_days, cases_of(kernel.log, sorted(ids)))
        actors = [command.meta.actor for command in commands if "employers" in command.FILLED_IN]
        actors += [actor for command in commands if (actor := facts._named(command)) is not None]
        facts.employed = employed(kernel, actors)
        return facts

    def about(self, command: Command) -> dict[str, Any]:
        """The values of the fields that this command has to be filled in."""
        wanted = command.FILLED_IN & set(type(command).model_fields)
        actor, today = command.meta.actor, china_day(command.meta.at)
        update: dict[str, Any] = {}
        if "employers" in wanted:
            update["employers"] = self.employers(actor)
        if "covers" in wanted:
            update["covers"] = self.covers(actor, today)
        if "assignee" in wanted:
            assignee = self._named(command)
            update["assignee"] = assignee
            if "assignee_employers" in wanted:
                update["assignee_employers"] = self.employers(assignee) if assignee is not None else ()
        case = self.cases.get(command.case_id) if hasattr(command, "case_id") else None
        if case is None or case.opened is None:
            return update
        if isinstance(command, PubliciseCase):
            return update | self._publicity(case, today)
        if isinstance(command, AnswerObjection):
            return update | {"due_on": self._answer_due_on(case, command.objection_id)}
        return update | self._clock(case, command, wanted, today)

    # -- people -----------------------------------------------------------------------------------------------

    def employers(self, actor: Actor) -> tuple[UUID, ...]:
        """The enterprises that this officer works for as a person."""
        found = self.employed.get(actor.person_id) if actor.person_id is not None else None
        return (found,) if found is not None else ()

    def covers(self, actor: Actor, today: date) -> tuple[str, ...]:
        """The absent officers for whom this one stands in on that day."""
        key = (actor.account_id, today)
        if key not in self.covered:
            self.covered[key] = covers(self.kernel.log, actor, today)
        return self.covered[key]

    def _named(self, command: Command) -> Actor | None:
        """The officer that is to get something; none when there is no such account."""
        if "assignee" not in command.FILLED_IN:
            return None
        account = str(getattr(command, "officer", ""))
        if account not in self.people:
            self.people[account] = who_is(self.kernel, account)
        return self.people[account]

    # -- days -------------------------------------------------------------------------------------------------

    def _clock(self, case: Case, command: Command, wanted: frozenset[str], today: date) -> dict[str, Any]:
        clock, update = case.clock, dict[str, Any]()
        if clock is None or clock.suspended is not None:
            return update
        if "due_on" in wanted:
            update["due_on"] = self._known(clock.began_on, clock.days_left)
        if "used_days" in wanted:
            update["used_days"] = self._used(clock, today, command)
        if "extended_to" in wanted and case.stage is not None and case.stage.extension is not None:
            update["extended_to"] = self._known(
                clock.began_on, clock.days_left + case.stage.extension.working_days
            )
        return update

    def _used(self, clock: Clock, today: date, command: Command) -> int:
        try:
            return self.working_days.between(clock.began_on, today)
        except CalendarEnds:
            # what is used is taken off what is left: without the year's notice nobody can say how much
            if isinstance(command, ReturnCase | SuspendClock):
                raise
            return 0

    def _known(self, began_on: date, count: int) -> date | None:
        """None beyond the published years: the officer may work on, and the day is told once it is known."""
        try:
            return self.working_days.add(began_on, count)
        except CalendarEnds:
            return None

    def _publicity(self, case: Case, today: date) -> dict[str, Any]:
        """Shown from today; refused beyond the published years, for the public must be told a day."""
        count = case.opened.publicity_working_days if case.opened is not None else None
        return {"starts_on": today, "ends_on": self.working_days.add(today, count)} if count else {}

    def _answer_due_on(self, case: Case, objection_id: UUID) -> date | None:
        for one in case.objections:
            if one.lodged.objection_id == objection_id and one.lodged.working_days:
                return self._known(one.lodged.lodged_on, one.lodged.working_days)
        return None


def covers(log: EventLog, actor: Actor, today: date) -> tuple[str, ...]:
    """By the claims, which are never behind; whether today, the absent officer's own desk says."""
    found = dict.fromkeys(log.holders("cover", f"{actor.account_id}/"))
    return tuple(
        account for account in found if log.load(DESK, account).state.stand_in(today) == actor.account_id
    )


def employed(kernel: Ground, actors: Sequence[Actor | None]) -> dict[UUID, UUID]:
    """Whom these people work for. Without a person behind the account identity need not be asked."""
    people = sorted({actor.person_id for actor in actors if actor is not None and actor.person_id is not None})
    found: dict[UUID, UUID] = {}
    for start in range(0, len(people), PEOPLE):
        asked = EmployersOf(person_ids=tuple(people[start : start + PEOPLE]))
        answer = Employers.model_validate(kernel.rpc.send(asked))
        found.update({one.person_id: one.enterprise_id for one in answer.employed})
    return found


def employers_of(service: ReviewService, actor: Actor) -> tuple[UUID, ...]:
    """The enterprises that this officer works for as a person."""
    return tuple(employed(service.kernel, [actor]).values())


def who_is(kernel: Ground, account: str) -> Actor | None:
    """The actor behind an account; none when there is none."""
    try:
        account_id = UUID(account)
        return Session.model_validate(kernel.rpc.send(WhoIs(account_id=account_id))).actor
    except (ValueError, NotFound):
        return None


def cases_of(log: EventLog, case_ids: Sequence[UUID]) -> dict[UUID, Case]:
    """The cases as the log has them now, many read in one go. Of one it is remembered what it was."""
    if len(case_ids) == 1:
        return {case_ids[0]: log.load(CASE, case_ids[0]).state}
    streams = {CASE.stream(case_id): case_id for case_id in case_ids}
    cases: dict[UUID, Case] = {}
    for stream, _, _, name, body in log.recorder.load_all(list(streams)) if streams else ():
        case_id = streams[stream]
        cases[case_id] = CASE.evolve(cases.get(case_id, CASE.initial), decode_event(name, body))
    return cases
