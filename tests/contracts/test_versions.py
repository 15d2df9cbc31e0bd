"""An older version of an event is read as today's, found by its old name, and kept as secret as it was; gaps are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from contracts.golden import published
from contracts.message import UPCASTERS, Command, Event, named, read_event
from contracts.versions import (
    ByName,
    UnknownEvent,
    VersionProblem,
    check_versions,
    current_name,
    names_of,
    secret_fields,
    upcasts,
)
from tests.contracts.made_up import forgotten_afterwards


@pytest.fixture(autouse=True)
def _made_up() -> Iterator[None]:
    with forgotten_afterwards():
        yield


def opened() -> type[Event]:
    """Version 3 of an event, and how 1 and 2 are read as it."""

    @named("toy.Opened.v3")
    class Opened(Event):
        SECRET: ClassVar[frozenset[str]] = frozenset({"hash"})

        title: str
        place: str
        hash: str = ""

    @upcasts("toy.Opened.v2", to="toy.Opened.v3")
    def placed(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "place": "430000"}

    @upcasts("toy.Opened.v1", to="toy.Opened.v2", secret={"password"})
    def titled(body: dict[str, Any]) -> dict[str, Any]:
        return {"title": body["names"].pop(), "hash": body.get("password", "")}

    return Opened


def same(body: dict[str, Any]) -> dict[str, Any]:
    return body


class TestAnOlderVersion:
    def test_is_read_as_today_s_step_by_step(self) -> None:
        cls = opened()
        assert read_event("toy.Opened.v1", {"names": ["a"], "password": "p"}) == cls(title="a", place="430000", hash="p")  # type: ignore[call-arg]
        assert read_event("toy.Opened.v2", {"title": "b"}) == cls(title="b", place="430000")  # type: ignore[call-arg]
        assert read_event("toy.Opened.v3", {"title": "c", "place": "d"}) == cls(title="c", place="d")  # type: ignore[call-arg]

    def test_is_left_as_it_was_stored(self) -> None:
        opened()
        body = {"names": ["a"]}
        read_event("toy.Opened.v1", body)
        read_event("toy.Opened.v1", body)
        assert body == {"names": ["a"]}

    def test_has_today_s_name_and_today_s_has_all(self) -> None:
        cls = opened()
        assert {current_name(f"toy.Opened.v{n}") for n in (1, 2, 3)} == {"toy.Opened.v3"}
        assert names_of(cls) == {"toy.Opened.v1", "toy.Opened.v2", "toy.Opened.v3"}
        assert current_name("toy.Other.v1") == "toy.Other.v1"

    def test_is_as_secret_as_any_version_after_it(self) -> None:
        opened()
        assert secret_fields("toy.Opened.v1") == {"password", "hash"}
        assert secret_fields("toy.Opened.v3") == {"hash"}
        with pytest.raises(KeyError):
            secret_fields("toy.Opened.v4")

    def test_may_have_had_another_name(self) -> None:
        cls = opened()
        upcasts("toy.Begun.v1", to="toy.Opened.v1")(same)
        assert "toy.Begun.v1" in names_of(cls)
        check_versions()


class TestWhatIsHadForAnEvent:
    def test_is_found_by_every_name(self) -> None:
        had = ByName({opened(): "it"})
        assert [had.get(f"toy.Opened.v{n}") for n in (1, 2, 3)] == ["it"] * 3

    def test_is_nothing_for_an_event_of_no_concern(self) -> None:
        opened()
        had = ByName({named("toy.Shut.v1")(type("Shut", (Event,), {})): "it"})
        assert had.get("toy.Opened.v3") is None and had.get("toy.Opened.v1") is None

    def test_cannot_be_told_for_an_event_of_a_later_version(self) -> None:
        with pytest.raises(UnknownEvent, match=r"toy\.Opened\.v4"):
            ByName({opened(): "it"}).get("toy.Opened.v4")


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "to", "why"),
        [
            ("toy.Opened.v3", "toy.Opened.v4", "is what .*Opened is called today"),
            ("toy.Opened.v2", "toy.Opened.v3", "is read as toy.Opened.v3 already"),
            ("toy.Shut.v1", "toy.Shut.v2", "nothing is called toy.Shut.v2"),
            ("toy.Shut.v1", "toy.Shut.v1", "nothing is called toy.Shut.v1"),
            ("toy.Shut.v1", "toy.Shut", "not of the form"),
            ("toy.Shut.v1", "toy.Shout.v1", "is not an event"),
            ("other.Opened.v1", "toy.Opened.v1", "another service"),
        ],
    )
    def test_what_cannot_be_right(self, name: str, to: str, why: str) -> None:
        opened()
        named("toy.Shout.v1")(type("Shout", (Command,), {}))
        with pytest.raises(VersionProblem, match=why):
            upcasts(name, to=to)(same)
        assert "toy.Shut.v1" not in UPCASTERS

    def test_a_step_over_a_version(self) -> None:
        named("toy.Shut.v3")(type("Shut", (Event,), {}))
        with pytest.raises(VersionProblem, match=r"toy\.Shut\.v1: the next version is v2"):
            upcasts("toy.Shut.v1", to="toy.Shut.v3")

    def test_a_class_with_the_name_of_an_older_version(self) -> None:
        opened()
        with pytest.raises(ValueError, match=r"toy\.Opened\.v1 is an older version"):
            named("toy.Opened.v1")(type("Opened", (Event,), {}))

    def test_a_version_that_nothing_reads(self) -> None:
        named("toy.Shut.v3")(type("Shut", (Event,), {}))
        upcasts("toy.Shut.v2", to="toy.Shut.v3")(same)
        with pytest.raises(VersionProblem, match=r"toy\.Shut\.v1 is in logs"):
            check_versions()


def test_the_product_reads_all_its_versions() -> None:
    published()
    check_versions()
