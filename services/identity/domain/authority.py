"""An authority: one department for a level and a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.decider import Claim, Decider, Release
from contracts.errors import Refused
from contracts.identity import AuthorityEstablished, EstablishAuthority
from contracts.message import Event
from contracts.places import is_known
from services.identity.domain import rules


@dataclass(frozen=True)
class Authority:
    """None before it is established."""

    established: AuthorityEstablished | None = None


def evolve(state: Authority, event: Event) -> Authority:
    """The authority after one event."""
    match event:
        case AuthorityEstablished():
            return Authority(event)
    return state


def decide(state: Authority, command: EstablishAuthority) -> Sequence[Event]:
    """Set up by the operator; a province's code ends in 0000, a city's in 00."""
    rules.operator(command.meta.actor)
    if state.established is not None:
        return []
    place_fits_level(command)
    return [
        AuthorityEstablished(
            authority_id=command.authority_id,
            name=command.name,
            level=command.level,
            place=command.place,
            uscc=command.uscc,
        )
    ]


def place_fits_level(command: EstablishAuthority) -> None:
    """GB/T 2260: two digits for the province, two for the city, two for the county."""
    place = command.place
    depth = "ministry" if place == "000000" else "province" if place[2:] == "0000" else "city" if place[4:] == "00" else "county"
    if depth != command.level or (depth != "ministry" and not is_known(place)):
        raise Refused("place_does_not_fit_level", params={"place": place, "level": command.level})


def claims(state: Authority, event: Event) -> Sequence[Claim | Release]:
    """One authority for a level and place."""
    match event:
        case AuthorityEstablished():
            return [Claim("authority", f"{event.level}:{event.place}", "authority_exists")]
    return []


AUTHORITY: Decider[Authority, EstablishAuthority, Event] = Decider("authority", Authority(), decide, evolve, claims)
