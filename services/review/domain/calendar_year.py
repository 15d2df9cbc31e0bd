"""One year of the working-day calendar: published as the State Council's notice has it, and again when it is changed."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, Refused
from contracts.message import Command, Event
from contracts.review import PublishYear, YearPublished
from contracts.working_days import problems_of

YEARS = "calendar_year"
"""The kind of claim by which the published years are found."""


def decide(newest: YearPublished | None, command: Command) -> Sequence[Event]:
    """By an operator only. A later version takes the former's place; what was decided by that one stands."""
    if not isinstance(command, PublishYear):
        raise Refused("unknown_command", params={"command": command.NAME})
    if command.meta.actor.kind != "operator":
        raise NotAllowed("operator_only")
    if problems := list(problems_of(command.year, command.holidays, command.workdays)):
        raise Refused("calendar_year_wrong", params={"year": command.year}, problems=problems)
    published = YearPublished(
        year=command.year,
        version=newest.version + 1 if newest is not None else 1,
        source=command.source,
        holidays=tuple(sorted(command.holidays)),
        workdays=tuple(sorted(command.workdays)),
    )
    if newest is not None and published.model_copy(update={"version": newest.version}) == newest:
        return []
    return [published]


def _evolve(newest: YearPublished | None, event: Event) -> YearPublished | None:
    return event if isinstance(event, YearPublished) else newest


def _claims(newest: YearPublished | None, event: Event) -> Sequence[Claim | Release]:
    if newest is None and isinstance(event, YearPublished):
        return [Claim(YEARS, str(event.year), "calendar_year_taken")]
    return []


CALENDAR: Decider[YearPublished | None, Command, Event] = Decider("calendar", None, decide, _evolve, _claims)
