"""Only where config says DEVELOPMENT: SMS that would have been sent, and a clock that can be set ahead."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from flask import Response, jsonify
from pydantic import AwareDatetime, Field, RootModel

from contracts.errors import Refusal
from contracts.identifiers import Phone
from contracts.identity import ReadMessages
from contracts.message import Model
from contracts.personal import PERSONAL
from contracts.review import AdvanceClock, ClockOffset, ReadClock
from services.gateway.asking import Rpc, ask, here
from services.gateway.routes import EVERYONE, route, section
from services.kernel.clock import clock

api = section("development")


class MessagesQuery(Model):
    """Whose messages."""

    phone: Phone


class Message(Model):
    """One SMS."""

    phone: Phone
    text: Annotated[str, PERSONAL]
    at: AwareDatetime


class Messages(RootModel[tuple[Message, ...]]):
    """Oldest first."""


class ClockBody(Model):
    """How much ahead, counted on from where the clock is now."""

    advance_days: int = Field(default=0, ge=0, le=400)
    advance_seconds: int = Field(default=0, ge=0, le=86_400)


class ClockView(Model):
    """What time it is now in the product."""

    now: AwareDatetime
    offset_seconds: int


@route(api, "get", "/development/messages", who=EVERYONE, gives=Messages)
def read_messages(query: MessagesQuery) -> Response:
    found = here().rpc.send(ReadMessages(phone=query.phone))
    return jsonify(Messages(tuple(found)).model_dump(mode="json"))


@route(api, "post", "/development/clock", who=EVERYONE, gives=ClockView)
def advance_clock(body: ClockBody) -> Response:
    set_clock(ask(AdvanceClock(days=body.advance_days, seconds=body.advance_seconds), ClockOffset))
    view = ClockView(now=clock.now(), offset_seconds=int(clock.offset.total_seconds()))
    return jsonify(view.model_dump(mode="json"))


def set_clock(offset: ClockOffset) -> None:
    """Sessions and commands of this process now live at that time."""
    clock.offset = timedelta(seconds=offset.offset_seconds)


def read_clock(rpc: Rpc) -> bool:
    """Take over the offset that an earlier run or a replica has set; False when review cannot be asked."""
    try:
        set_clock(ClockOffset.model_validate(rpc.send(ReadClock(), 2.0)))
    except Refusal:
        return False
    return True
