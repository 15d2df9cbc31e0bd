"""What is stored is read as it is, whatever rules came later; what is said anew must follow the rules of today."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from contracts.examples import example
from contracts.golden import published
from contracts.identity import PersonRegistered
from contracts.message import read_event
from services.kernel.mapper import decode, decode_event
from services.kernel.testing import meta

published()
BODY = {**example(PersonRegistered.NAME).model_dump(mode="json"), "resident_id": "990102199003071235", "name": "??"}
"""As if the place had been struck off, the check digit been counted in another way, and names been free."""
STORED_TEXT = json.dumps({"event": BODY, "meta": meta().model_dump(mode="json")})


def test_an_event_that_todays_rules_would_refuse_is_read() -> None:
    for event in (
        decode("identity", 1, "person-1", 1, PersonRegistered.NAME, STORED_TEXT).event,
        decode("identity", 1, "person-1", 1, PersonRegistered.NAME, json.loads(STORED_TEXT)).event,
        decode_event(PersonRegistered.NAME, STORED_TEXT),
        read_event(PersonRegistered.NAME, BODY),
    ):
        assert isinstance(event, PersonRegistered)
        assert (event.resident_id, event.name) == ("990102199003071235", "??")


def test_the_same_cannot_be_said_anew() -> None:
    with pytest.raises(ValidationError) as refused:
        PersonRegistered.model_validate(BODY)
    assert {error["loc"][0] for error in refused.value.errors()} == {"resident_id", "name"}


def test_types_still_count() -> None:
    with pytest.raises(ValidationError):
        decode_event(PersonRegistered.NAME, STORED_TEXT.replace('"990102199003071235"', "7"))
