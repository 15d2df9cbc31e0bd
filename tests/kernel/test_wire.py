"""A stored event as a message: the text as it is stored, without its secrets, read once by all who share it."""

from __future__ import annotations

import json

import pytest

import contracts.golden
from contracts.identity import PhoneCodeSent
from contracts.message import MESSAGES, Event, Recorded
from services.kernel.mapper import decode, encode
from services.kernel.testing import meta
from services.kernel.wire import Delivered, from_wire, to_wire
from tests.kernel.toy_domain import Incremented

EVENTS = sorted(name for name in contracts.golden.published() if issubclass(MESSAGES[name], Event))
BODY = encode(Recorded("counter", 7, "counter-c", 3, Incremented(counter_id="c", by=5, label="红"), meta()))


def test_a_body_without_secrets_travels_as_it_is_stored() -> None:
    assert to_wire("counter", 7, "counter-c", 3, Incremented.NAME, BODY)["body"] is BODY


def test_secrets_stay_in_their_log() -> None:
    name = PhoneCodeSent.NAME
    event = json.loads((contracts.golden.DIRECTORY / f"{name}.json").read_text())
    stored = json.dumps({"event": {**event, "code_hash": "a-hash"}, "meta": {"at": "…"}})
    told = to_wire("identity", 1, "person-1", 1, name, stored)["body"]
    assert json.loads(told) == {"event": {**event, "code_hash": ""}, "meta": {"at": "…"}}


def test_an_event_that_nobody_knows_is_not_told() -> None:
    """What may be secret in it cannot be known."""
    with pytest.raises(KeyError):
        to_wire("counter", 7, "counter-c", 3, "counter.FromTheFuture.v1", BODY)


def test_followers_that_share_a_message_read_it_once() -> None:
    message = Delivered(to_wire("counter", 7, "counter-c", 3, Incremented.NAME, BODY))
    assert from_wire(message) is from_wire(message)
    assert from_wire(message) == from_wire(dict(message)) == from_wire({**message, "body": json.loads(BODY)})
    assert json.loads(json.dumps(message)) == message


@pytest.mark.parametrize("name", EVENTS)
def test_text_reads_as_what_a_parser_makes_of_it(name: str) -> None:
    event = (contracts.golden.DIRECTORY / f"{name}.json").read_text()
    body = f'{{"event": {event}, "meta": {meta().model_dump_json(exclude_none=True)}}}'
    from_text = decode("x", 1, "s-1", 1, name, body)
    assert from_text == decode("x", 1, "s-1", 1, name, body.encode()) == decode("x", 1, "s-1", 1, name, json.loads(body))
    assert from_text.event == MESSAGES[name].model_validate_json(event)
