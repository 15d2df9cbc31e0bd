"""Whatever was stored in a released shape is read, and what was read is stored again without a change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.golden import published, released
from contracts.message import MESSAGES, read_event
from tests.contracts.instances import bodies

published()
LOCKED = released.read()


@pytest.mark.parametrize("name", LOCKED)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_stored_event_survives_being_read(name: str, data: st.DataObject) -> None:
    body: dict[str, Any] = data.draw(bodies(LOCKED[name]))
    read = read_event(name, json.loads(json.dumps(body)))
    again = read_event(read.NAME, json.loads(read.model_dump_json()))
    assert again == read and again.model_dump_json() == read.model_dump_json()
    if name in MESSAGES:
        said = json.loads(read.model_dump_json(exclude_unset=True))
        assert said.keys() == body.keys()
