"""Who may do what in identity: named rules that every decider of this service shares."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from contracts.errors import NotAllowed, Refused
from contracts.identifiers import birth_date
from contracts.identity import Words
from contracts.message import Actor, Metadata
from contracts.places import within

CHINA = timezone(timedelta(hours=8))
"""One time for the whole country; no summer time since 1991."""


def china_day(at: datetime) -> date:
    """The date in China at this moment, wherever the server stands."""
    return at.astimezone(CHINA).date()


def born_already(resident_id: str, at: datetime) -> None:
    """A birth date that has not come is nobody's."""
    if birth_date(resident_id) > china_day(at):
        raise Refused("resident_id_birth_date")


def only_the_person(actor: Actor, person_id: UUID) -> None:
    """A person's record is changed by that person alone (DOMAIN 4.4)."""
    if actor.kind == "system" or (actor.kind == "person" and actor.person_id == person_id):
        return
    raise NotAllowed("not_your_record")


def only_the_enterprise(actor: Actor, enterprise_id: UUID) -> None:
    """An enterprise's record is changed by its own users alone."""
    if actor.kind == "system" or (actor.kind == "enterprise" and actor.enterprise_id == enterprise_id):
        return
    raise NotAllowed("not_your_record")


def officer_with(actor: Actor, duty: str, place: str) -> None:
    """An officer who was given the duty, of an authority whose jurisdiction contains the place."""
    if actor.kind != "officer" or not actor.may(duty):
        raise NotAllowed("duty_missing", params={"duty": duty})
    if actor.place is None or not within(place, actor.place):
        raise NotAllowed("outside_jurisdiction", params={"place": place})


def operator_or_officer_with(actor: Actor, duty: str, place: str) -> None:
    """What an authority finds out about a party of its place; the operator says it where no officer can."""
    if actor.kind not in ("operator", "system"):
        officer_with(actor, duty, place)


def has_come(day: date, at: datetime) -> None:
    """Nothing is said to have happened on a day that has not come."""
    if day > china_day(at):
        raise Refused("day_has_not_come", params={"day": day.isoformat()})


def said_why(meta: Metadata) -> str:
    """The reason, as it is kept: others rely on it, and the party may read it."""
    if not meta.reason or not meta.reason.strip():
        raise Refused("reason_missing")
    try:
        return _WORDS.validate_python(meta.reason)
    except ValidationError:
        raise Refused("reason_malformed", params={"most": 200}) from None


_WORDS: TypeAdapter[str] = TypeAdapter(Words)


def only_the_product_itself(actor: Actor) -> None:
    """What follows from something else that happened: nobody orders it."""
    if actor.kind != "system":
        raise NotAllowed("system_only")


def operator(actor: Actor) -> None:
    """The platform's operator."""
    if actor.kind not in ("operator", "system"):
        raise NotAllowed("operator_only")
