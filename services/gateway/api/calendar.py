"""The working-day calendar: everybody may see by which days limits are counted; an operator publishes a year."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import Field

from contracts.message import Accepted, Model
from contracts.review import CalendarView, Days, PublishYear, ReadCalendar, Source, Year
from services.gateway.api.common import plain
from services.gateway.asking import give, here, meta
from services.gateway.routes import SIGNED_IN, only, route, section

api = section("calendar")


class YearPath(Model):
    """Which year."""

    year: Year


class YearBody(Model):
    """A year as the State Council's notice has it. Weekends need no mention, unless they are worked."""

    source: Source
    holidays: Annotated[Days, Field(min_length=7)]
    workdays: Days = ()


@route(api, "get", "/calendar", who=SIGNED_IN, gives=CalendarView)
def read_calendar() -> Response:
    return plain(here().rpc.send(ReadCalendar()))


@route(api, "put", "/calendar/<int:year>", who=only("operator"), gives=Accepted, changes=True)
def publish_year(path: YearPath, body: YearBody) -> Response:
    return give(PublishYear(year=path.year, **body.model_dump(), meta=meta()))
