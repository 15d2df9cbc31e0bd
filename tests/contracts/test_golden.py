"""What was once published can always be read, and is written the same way still."""

from __future__ import annotations

import json

import pytest

from contracts.golden import DIRECTORY, published, text_of
from contracts.message import MESSAGES, Event, read_event

FROZEN = sorted(DIRECTORY.glob("*.json"))


@pytest.mark.parametrize("name", published())
def test_every_message_is_frozen(name: str) -> None:
    assert (DIRECTORY / f"{name}.json").exists(), f"freeze {name}: python -m contracts.golden"


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_every_frozen_message_is_still_read_and_written_the_same(path) -> None:
    name, frozen = path.stem, json.loads(path.read_text("utf-8"))
    published()
    if name in MESSAGES:
        read = MESSAGES[name].model_validate(frozen)
        assert read.model_dump(mode="json") == frozen
        assert text_of(name) == path.read_text("utf-8"), "a published shape changed: make a new version instead"
    else:
        assert isinstance(read_event(name, frozen), Event), "an old event needs an upcaster"


def test_an_event_that_nobody_knows_is_not_read_as_another() -> None:
    with pytest.raises(KeyError):
        read_event("filing.FilingVanished.v1", {})


def test_a_command_is_not_an_event() -> None:
    with pytest.raises(KeyError):
        read_event("filing.SubmitFiling.v1", json.loads((DIRECTORY / "filing.SubmitFiling.v1.json").read_text("utf-8")))
