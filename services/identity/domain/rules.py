"""Who may do what in identity: named rules that every decider of this service shares."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from uuid import UUID

from contracts.errors import NotAllowed, Refused
from contracts.identifiers import birth_date
from contracts.message import Actor
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


def operator(actor: Actor) -> None:
    """The platform's operator."""
    if actor.kind not in ("operator", "system"):
        raise NotAllowed("operator_only")
