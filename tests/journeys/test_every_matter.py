"""Every matter on offer, from the draft to its effect, over HTTP: made of the matter's own data, so a new one is tried as well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contracts.matters.registry import default_registry
from tests.journeys.cast import Cast
from tests.journeys.every_matter import Journey

CODES = sorted({matter.code for matter in default_registry().all()})
Ended = tuple[Journey, Any]


@pytest.fixture(scope="module")
def travelled(cast: Cast, request: pytest.FixtureRequest) -> dict[str, Ended | Exception]:
    """Those that were asked for, all at once: the clock is set ahead once for all that are shown publicly."""
    asked = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    codes = [one["code"] for one in asked if one.get("code") in CODES]
    journeys: dict[str, Journey] = {}
    ended: dict[str, Ended | Exception] = {}

    def step(code: str, take: Callable[[], Any]) -> Any:
        """What went wrong is its own test's to tell: the others go on."""
        try:
            return take()
        except Exception as wrong:
            ended[code] = wrong
            return None

    for code in dict.fromkeys(codes):
        if (made := step(code, lambda code=code: Journey(cast, code).set_scene().filed().confirmed().examined())) is not None:
            journeys[code] = made
    shown = [one.public_until() for one in journeys.values() if one.matter.publicity is not None]
    if shown:
        cast.province.days_pass((max(shown) - cast.today()).days + 1)
    for code, journey in journeys.items():
        if (found := step(code, lambda one=journey: one.announced().took_effect())) is not None:
            ended[code] = (journey, found)
    return ended


@pytest.fixture
def end(travelled: dict[str, Ended | Exception], code: str) -> Ended:
    """Where this one came to."""
    found = travelled[code]
    if isinstance(found, Exception):
        raise found
    return found


@pytest.mark.parametrize("code", CODES)
def test_it_goes_all_the_way(end: Ended, code: str) -> None:
    journey, certificate = end
    filing = journey.filing()
    assert (filing["status"], filing["problems"]) == ("approved", [])
    assert {one["status"] for one in filing["confirmations"]} <= {"confirmed"}
    EFFECTS[journey.matter.effect.kind](journey, certificate)
    if certificate["document"]:
        pdf = journey.person.api.download(f"/certificates/{certificate['credential_id']}/document")
        checked = journey.cast.province.checked(pdf)
        assert checked["genuine"] or "certificate_not_public" in checked["problems"], checked["problems"]


def _granted(journey: Journey, now: Any) -> None:
    assert now["status"] == "valid" and now["identifier"] and now["document"]
    assert [one["specialty"] for one in now["scopes"]] == [journey.wanted]
    if journey.old:
        assert now["after"] == journey.old["credential_id"]
        assert journey.before.api.get(f"/certificates/{journey.old['credential_id']}")["status"] == "replaced"


def _renewed(journey: Journey, now: Any) -> None:
    assert now["status"] == "valid" and date.fromisoformat(now["valid_until"]) > date.fromisoformat(journey.old["valid_until"])
    assert now["registration_number"] == journey.old["registration_number"]


def _extended(journey: Journey, now: Any) -> None:
    days = {one["specialty"]: one["expires_on"] for one in now["scopes"]}
    assert days.keys() == {journey.scope, journey.wanted}
    assert days[journey.scope] == journey.old["valid_until"], "each specialty keeps its own last day"


def _replaced(journey: Journey, now: Any) -> None:
    same = ("registration_number", "valid_until", "scopes", "holder")
    assert [now[name] for name in same] == [journey.old[name] for name in same]
    assert len(now["issues"]) == 2 and now["issues"][-1]["change"] == "replaced"


def _amended(journey: Journey, now: Any) -> None:
    changed = {name for name in ("name", "resident_id") if now["holder"][name] != journey.old["holder"][name]}
    assert changed and changed <= {"name", "resident_id"}
    assert now["valid_until"] == journey.old["valid_until"]


def _transferred(journey: Journey, now: Any) -> None:
    assert journey.old["holder"]["enterprise_id"] == journey.before.enterprise_id
    assert now["holder"]["enterprise_id"] == journey.now.enterprise_id
    assert now["valid_until"] == journey.old["valid_until"]


def _cancelled(journey: Journey, now: Any) -> None:
    assert now["status"] == "cancelled" and now["ended_on"] and now["ended_because"]


def _corrected(journey: Journey, now: Any) -> None:
    assert now["holder"]["resident_id"] == journey.person.resident_id != journey.old["holder"]["resident_id"]
    assert now["holder"]["person_id"] == journey.person.person_id


def _supplemented(journey: Journey, now: Any) -> None:
    assert now["origin"] == "supplemented" and now["identifier"] is None
    assert now["holder"]["person_id"] == journey.person.person_id


EFFECTS: dict[str, Callable[[Journey, Any], None]] = {
    "grant": _granted,
    "renew": _renewed,
    "extend": _extended,
    "replace": _replaced,
    "amend": _amended,
    "transfer": _transferred,
    "cancel": _cancelled,
    "force_cancel": _cancelled,
    "correct": _corrected,
    "supplement": _supplemented,
}
