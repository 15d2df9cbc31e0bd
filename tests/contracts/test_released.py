"""The shape of an event that was released does not change; and the guard that says so catches every way of changing it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AfterValidator, Field, create_model

from contracts.golden import DIRECTORY, published, released
from contracts.golden.checks import checks_of
from contracts.golden.shape import changes, shape_of
from contracts.message import MESSAGES, Event, Model
from contracts.personal import PERSONAL

published()
TODAY = {name: said for name, said in released.events().items() if name in published()}
LOCKED = released.read()


class Inner(Model):
    code: str
    size: Annotated[int, Field(ge=1, le=10)] = 1


class InnerWithMore(Inner):
    note: str | None = None


BEFORE: dict[str, Any] = {
    "number": (str, ...),
    "person_id": (UUID, ...),
    "name": (Annotated[str, PERSONAL, Field(min_length=2, max_length=40)], ...),
    "kind": (Literal["first", "again"], ...),
    "reason": (str | None, None),
    "inner": (Inner, Inner(code="x")),
    "many": (tuple[Inner, ...], ()),
    "pair": (tuple[str, int], ...),
    "form": (dict[str, str], ...),
}


def found(**now: Any) -> list[str]:
    """What the guard says when these fields become so; None takes a field out."""
    after = {name: kind for name, kind in {**BEFORE, **now}.items() if kind is not None}
    then, today = (create_model("Told", __base__=Event, **fields) for fields in (BEFORE, after))
    return changes(shape_of(then), shape_of(today))


class TestTheGuardCatches:
    @pytest.mark.parametrize(
        ("now", "what"),
        [
            ({"number": None}, "number: gone, or renamed"),
            ({"number": None, "serial": (str, ...)}, "serial: new and required"),
            ({"serial": (str, ...)}, "serial: new and required"),
            ({"number": (int, ...)}, "number: was string, is integer"),
            ({"number": (UUID, ...)}, "number: format was None, is uuid"),
            ({"number": (Annotated[str, Field(max_length=9)], ...)}, "number: maxLength was None, is 9"),
            ({"number": (Annotated[str, Field(pattern="^x")], ...)}, "number: pattern was None, is ^x"),
            ({"number": (Literal["1", "2"], ...)}, "number: was string, is one of ['1', '2']"),
            ({"person_id": (str, ...)}, "person_id: format was uuid, is None"),
            ({"person_id": (date, ...)}, "person_id: format was uuid, is date"),
            ({"name": (Annotated[str, PERSONAL, Field(min_length=3, max_length=40)], ...)}, "name: minLength was 2, is 3"),
            ({"name": (Annotated[str, PERSONAL, Field(min_length=2, max_length=30)], ...)}, "name: maxLength was 40, is 30"),
            ({"name": (Annotated[str, Field(min_length=2, max_length=40)], ...)}, "name: no longer marked as personal"),
            ({"kind": (Literal["first"], ...)}, "kind: ['again'] can no longer be read"),
            ({"kind": (Literal["first", "anew"], ...)}, "kind: ['again'] can no longer be read"),
            ({"reason": (str, ...)}, "reason: was optional, is required"),
            ({"reason": (str | None, ...)}, "reason: was optional, is required"),
            ({"reason": (str, "")}, "reason: was null, is string"),
            ({"reason": (str | None, "none given")}, "reason: another default"),
            ({"inner": (Inner, Inner(code="y"))}, "inner: another default"),
            ({"inner": (dict[str, str], {"code": "x"})}, "inner.code: gone, or renamed"),
            ({"many": (tuple[str, ...], ())}, "many[]: was object, is string"),
            ({"many": (Inner, ())}, "many: was array, is object"),
            ({"pair": (tuple[str, int, int], ...)}, "pair: 2 items before, 3 now"),
            ({"pair": (tuple[int, int], ...)}, "pair[0]: was string, is integer"),
            ({"form": (dict[str, int], ...)}, "form.*: was string, is integer"),
        ],
    )
    def test_what_breaks_stored_events(self, now: dict[str, Any], what: str) -> None:
        assert any(problem.startswith(what) for problem in found(**now)), found(**now)

    def test_what_breaks_them_deep_inside(self) -> None:
        class Narrow(Model):
            code: str
            size: Annotated[int, Field(ge=1, le=5)] = 1

        assert "many[].size: maximum was 10, is 5" in found(many=(tuple[Narrow, ...], ()))


    def test_a_check_that_stored_values_may_not_pass(self) -> None:
        assert checked(Annotated[str, AfterValidator(stricter)]) == [
            "filing.DraftDeleted.v1: number: stricter checks it now, and may refuse what is stored"
        ]
        assert checked(Annotated[str | None, AfterValidator(stricter)], field="remark") == []


def stricter(value: str) -> str:
    return value


def checked(kind: Any, field: str = "number") -> list[str]:
    """What the guard says when a field has this type in an event that had the number."""
    name = "filing.DraftDeleted.v1"
    told = [create_model("Told", __base__=Event, number=(str, ...))]
    told += [create_model("Told", __base__=told[0], **{field: (kind, ... if field == "number" else None)})]
    then, now = ({name: {"secret": [], "checks": checks_of(one), "shape": shape_of(one)}} for one in told)
    return released.problems(then, now)


class TestTheGuardAllows:
    @pytest.mark.parametrize(
        "now",
        [
            {},
            {"remark": (str | None, None)},
            {"kind": (Literal["first", "again", "third"], ...)},
            {"number": (str | None, ...)},
            {"number": (Annotated[str, PERSONAL], ...)},
            {"name": (Annotated[str, PERSONAL, Field(max_length=80)], ...)},
            {"person_id": (UUID | None, None)},
            {"inner": (InnerWithMore, InnerWithMore(code="x"))},
            {"many": (tuple[InnerWithMore, ...], ())},
            {"form": (dict[str, str | None], ...)},
        ],
    )
    def test_what_leaves_stored_events_as_they_are(self, now: dict[str, Any]) -> None:
        assert found(**now) == []

    def test_words_for_people_to_change(self) -> None:
        was = create_model("Told", __base__=Event, number=(Annotated[str, Field(description="one", title="a")], ...))
        now = create_model("Told", __base__=Event, number=(Annotated[str, Field(description="two", examples=["x"])], ...))
        assert changes(shape_of(was), shape_of(now)) == []


class TestTheLock:
    @pytest.mark.parametrize("name", TODAY)
    def test_holds_every_event_as_it_is(self, name: str) -> None:
        assert LOCKED.get(name) == TODAY[name], "python -m contracts.golden --release"

    def test_is_kept(self) -> None:
        assert released.problems(LOCKED, TODAY) == []

    def test_has_an_example_of_each(self) -> None:
        assert [name for name in LOCKED if not (DIRECTORY / f"{name}.json").exists()] == []

    def test_is_of_every_event_that_ever_had_an_example(self) -> None:
        events = {p.stem for p in DIRECTORY.glob("*.json") if not self.of_another_kind(p.stem)}
        assert events == LOCKED.keys()

    def of_another_kind(self, name: str) -> bool:
        """A command, question or answer of today: only events are stored."""
        return name in MESSAGES and not issubclass(MESSAGES[name], Event)

    def test_is_not_forgotten_with_the_class(self) -> None:
        """Taken out of the contract, an event stays in logs."""
        broken = released.problems({**LOCKED, "filing.FilingDreamt.v1": {"secret": [], "checks": [], "shape": {}}}, TODAY)
        assert broken == ["filing.FilingDreamt.v1: nothing reads it any more: an old event needs an upcaster"]

    def test_keeps_secrets_secret(self) -> None:
        name = "identity.PhoneCodeSent.v1"
        told = {**LOCKED[name], "secret": [*LOCKED[name]["secret"], "sent_at"]}
        assert released.problems({name: told}, TODAY) == [f"{name}: sent_at was secret, and would now be told to others"]


class TestReleasing:
    def test_adds_what_is_new_and_what_grew(self, tmp_path: Path) -> None:
        lock = tmp_path / "released.lock"
        name = "filing.DraftDeleted.v1"
        before = {name: json.loads(json.dumps(TODAY[name]))}
        assert released.release(before, lock) == [name]
        grown = json.loads(json.dumps(before))
        grown[name]["shape"]["properties"]["remark"] = {"default": None, "anyOf": [{"type": "string"}, {"type": "null"}]}
        assert released.release(grown, lock) == [name] and released.read(lock) == grown
        assert released.release(grown, lock) == []

    def test_refuses_what_breaks_a_promise_and_then_changes_nothing(self, tmp_path: Path) -> None:
        lock = tmp_path / "released.lock"
        released.release(TODAY, lock)
        text = lock.read_text("utf-8")
        broken = json.loads(json.dumps(TODAY))
        del broken["filing.DraftDeleted.v1"]["shape"]["properties"]["filing_id"]
        with pytest.raises(ValueError, match=r"filing\.DraftDeleted\.v1: filing_id: gone"):
            released.release(broken, lock)
        assert lock.read_text("utf-8") == text
