"""The working days of China beyond, or instead of, the packaged ones: published by an administrator, year by year."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from contracts.message import Command, Event, Model, Question, named

Year = Annotated[int, Field(ge=2000, le=2199)]
Source = Annotated[str, Field(min_length=4, max_length=200, description="the notice: 国办发明电〔2025〕7号")]
Days = Annotated[tuple[date, ...], Field(max_length=120)]


@named("review.PublishYear.v1")
class PublishYear(Command):
    """A year as the State Council's notice has it. Weekends need no mention, unless they are worked.

    Published again it is the next version of the year: what was decided by the former stands.
    """

    year: Year
    source: Source
    holidays: Annotated[Days, Field(min_length=7)]
    workdays: Days = ()


@named("review.YearPublished.v1")
class YearPublished(Event):
    year: Year
    version: int
    source: Source
    holidays: Days
    workdays: Days


@named("review.ReadCalendar.v1")
class ReadCalendar(Question):
    """The years that were published, and how far the days are known."""


class CalendarYear(Model):
    """One published year, newest version."""

    year: int
    version: int
    source: str
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]


class CalendarView(Model):
    """The answer to ReadCalendar. ``packaged``: first and last year of the package. ``then``: what happens beyond
    ``known_until``: limits are refused, or, in development only, estimated."""

    packaged: tuple[int, int]
    years: tuple[CalendarYear, ...]
    known_until: int
    then: str
