"""What was once published can always be read, and is written the same way still."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.golden import DIRECTORY, published, text_of
from contracts.golden.shape import kept
from contracts.message import MESSAGES, Event, read_event

FROZEN = sorted(DIRECTORY.glob("*.json"))


@pytest.mark.parametrize("name", published())
def test_every_message_is_frozen(name: str) -> None:
    assert (DIRECTORY / f"{name}.json").exists(), f"freeze {name}: python -m contracts.golden"


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_every_frozen_message_is_still_read_and_written_the_same(path: Path) -> None:
    name, frozen = path.stem, json.loads(path.read_text("utf-8"))
    published()
    if name in MESSAGES:
        read = MESSAGES[name].model_validate(frozen).model_dump(mode="json")
        assert kept(frozen, read), "a published shape changed: additions may be optional, all else is a new version"
    else:
        assert isinstance(read_event(name, frozen), Event), "an old event needs an upcaster"


@pytest.mark.parametrize("name", published())
def test_the_example_is_a_message_of_today(name: str) -> None:
    assert isinstance(json.loads(text_of(name)), dict)


def test_an_event_that_nobody_knows_is_not_read_as_another() -> None:
    with pytest.raises(KeyError):
        read_event("filing.FilingVanished.v1", {})


def test_a_command_is_not_an_event() -> None:
    with pytest.raises(KeyError):
        read_event("filing.SubmitFiling.v1", json.loads((DIRECTORY / "filing.SubmitFiling.v1.json").read_text("utf-8")))
