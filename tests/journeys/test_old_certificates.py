"""A file of old certificates is taken back as a whole: what was done to one of them since is kept, and told line by line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contracts.certificate import entered_id
from demo.client import wait_for
from tests.journeys.cast import HUNAN, Cast, Person, number_of
from tests.journeys.every_matter import Journey
from tests.journeys.replies import refusal

KIND = "constructor-2"


def line(cast: Cast, person: Person, number: str, **about: Any) -> dict[str, Any]:
    """As the old register has it."""
    today = cast.today()
    days = {"granted_on": today - timedelta(days=700), "valid_until": today + timedelta(days=300)}
    who = {"number": number, "name": person.name, "resident_id": person.resident_id, "scopes": [{"specialty": "building"}]}
    return {**who, **{name: day.isoformat() for name, day in days.items()}, **about}


def test_an_import_is_undone_but_for_what_was_changed_since(cast: Cast) -> None:
    firm = cast.firm(HUNAN)
    kept, gone = cast.person(), cast.person()
    cast.employ(kept, firm)
    numbers = [number_of(KIND), number_of(KIND)]
    begun = cast.imported(KIND, [line(cast, person, number) for person, number in zip((kept, gone), numbers, strict=True)])
    first, second = (str(entered_id(KIND, number)) for number in numbers)
    for person, certificate in ((kept, first), (gone, second)):
        wait_for("归集", lambda who=person, one=certificate: cast.held(who).get(one))  # type: ignore[misc]

    journey = Journey(cast, "hunan/constructor-2-person-cancellation")
    journey.person, journey.now, journey.before = kept, firm, firm
    journey.number, journey.credential_id = numbers[0], first
    journey.scope = journey.wanted = "building"
    assert journey.filed().confirmed().took_effect()["status"] == "cancelled"

    refusal(firm.api.send("POST", f"/imports/{begun}/undo", json={"reason": "错"}), 403, "not_for_this_actor")
    cast.operator.post(f"/imports/{begun}/undo", {"reason": "导入了错误的名单"})

    def undone() -> Any:
        view = cast.operator.get(f"/imports/{begun}")
        return view if view["status"] == "undone" else None

    view = wait_for("撤销导入", undone)
    assert (view["made"], view["withdrawn"], view["kept"]) == (2, 1, 1)
    (conflict,) = view["conflicts"]
    assert (conflict["line"], conflict["id"], conflict["code"]) == (1, first, "changed_since") and conflict["words"]
    assert gone.api.get(f"/certificates/{second}")["status"] == "withdrawn"
    assert kept.api.get(f"/certificates/{first}")["status"] == "cancelled"
    shown = [cast.anyone.get("/register", name=one.name, number=n)["certificates"] for one, n in zip((kept, gone), numbers, strict=True)]
    assert [[one["status"] for one in found] for found in shown] == [["cancelled"], []], "what was never one is not shown"
