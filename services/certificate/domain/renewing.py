"""How long an issue is good for: a new period, or more scope until the old last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from contracts.certificate import Scope
from contracts.errors import Refused
from contracts.matters.effect import Validity
from services.certificate.domain.state import Face


@dataclass(frozen=True)
class Period:
    """What an issue is good for, from when to when."""

    scopes: tuple[Scope, ...]
    valid_from: date
    valid_until: date


def unchanged(face: Face) -> Period:
    """As the issue before."""
    return Period(face.scopes, face.valid_from, face.valid_until)


def renewed(face: Face, wanted: tuple[str, ...], validity: Validity, decided_on: date) -> Period:
    """A new period for what is wanted, for all of it where nothing is named.

    It continues the one that ends where the matter says so and that one is not over; then the certificate is valid from
    its old first day on, without a gap. Else it begins with the decision.
    """
    held = {one.specialty for one in face.scopes}
    if not set(wanted) <= held:
        raise Refused("scope_missing", params={"scope": ", ".join(sorted(set(wanted) - held))})
    chosen = set(wanted) or held
    scopes = tuple(
        one.model_copy(update={"expires_on": _last_day(one.expires_on, validity, decided_on)})
        if one.specialty in chosen
        else one
        for one in face.scopes
    )
    anew = chosen == held and not any(_continues(one.expires_on, validity, decided_on) for one in face.scopes)
    # over before: what was not renewed stays on it, and is over
    begins = anew or decided_on > face.valid_until
    return Period(scopes, decided_on if begins else face.valid_from, max(one.expires_on for one in scopes))


def extended(face: Face, more: tuple[Scope, ...], validity: Validity | None, decided_on: date) -> Period:
    """More scope: until the certificate's last day, or for so long. One whose own time is over may be added anew."""
    new = {one.specialty for one in more}
    if held := sorted(one.specialty for one in face.scopes if one.specialty in new and decided_on <= one.expires_on):
        raise Refused("scope_held", params={"scope": ", ".join(held)})
    last = validity.last_day(decided_on) if validity is not None else face.valid_until
    kept = tuple(one for one in face.scopes if one.specialty not in new)
    added = tuple(one.model_copy(update={"expires_on": last}) for one in more)
    return Period((*kept, *added), face.valid_from, max(face.valid_until, last))


def _last_day(expires_on: date, validity: Validity, decided_on: date) -> date:
    if _continues(expires_on, validity, decided_on):
        return validity.last_day(expires_on + timedelta(days=1))
    return validity.last_day(decided_on)


def _continues(expires_on: date, validity: Validity, decided_on: date) -> bool:
    return validity.from_ == "expiry" and decided_on <= expires_on
