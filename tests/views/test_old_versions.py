"""A person's timeline holds rows that an earlier version of the program wrote: they are told and replayed as today's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.identity import PersonRegistered
from contracts.message import Recorded
from contracts.versions import upcasts
from services.kernel.wire import from_wire
from services.query.service import VIEWS
from services.query.views.timeline import TIMELINE, told
from tests.contracts.made_up import forgotten_afterwards
from tests.views.story import Story, messages, person_id

ENTERED = "identity.PersonEntered.v1"


@pytest.fixture(autouse=True)
def _made_up() -> Iterator[None]:
    """As if the registration of a person once had another name, and the person's name another field."""
    with forgotten_afterwards():

        @upcasts(ENTERED, to=PersonRegistered.NAME)
        def _(body: dict[str, Any]) -> dict[str, Any]:
            body["name"] = body.pop("full_name")
            return body

        yield


def earlier(message: dict[str, Any]) -> dict[str, Any]:
    """The message as it was before the change."""
    if message["name"] != PersonRegistered.NAME:
        return message
    body = message["body"] if isinstance(message["body"], dict) else json.loads(message["body"])
    event = {**body["event"], "full_name": body["event"]["name"]}
    del event["name"]
    return {**message, "name": ENTERED, "body": {**body, "event": event}}


def in_every_view(cursor: Any, read: list[Recorded[Any]]) -> dict[str, list[Any]]:
    """The rows of all tables of all views."""
    found = {}
    for view in VIEWS.values():
        view.create(cursor)
        view.enter(cursor)
        view.apply(cursor, read)
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")
            found[f"{view.name}.{table}"] = [row[0] for row in cursor.fetchall()]
    return found


def test_every_view_shows_an_old_event_like_a_new_one(database: Any) -> None:
    sent = messages(Story().authorities().enterprise(1).qualification(1).person(1).employment(1, 1).all())
    rows = []
    for version in (sent, [earlier(message) for message in sent]):
        with pytest.raises(ZeroDivisionError), database.transaction() as cursor:
            rows.append(in_every_view(cursor, [from_wire(message) for message in version]))
            raise ZeroDivisionError  # the next begins anew
    assert rows[0] == rows[1] and any(rows[0].values())


def test_rows_that_an_earlier_version_kept_are_told_as_today_s(database: Any) -> None:
    read = [from_wire(message) for message in messages(Story().qualification(1).person(1).all())]
    number = next(n for n, one in enumerate(read) if isinstance(one.event, PersonRegistered)) + 1
    with database.transaction() as cursor:
        TIMELINE.create(cursor)
        TIMELINE.enter(cursor)
        TIMELINE.apply(cursor, read[:number])
        cursor.execute("SELECT position, body FROM event WHERE name = %s", [PersonRegistered.NAME])
        ((position, kept),) = cursor.fetchall()
        before = earlier({"name": PersonRegistered.NAME, "body": kept})
        cursor.execute(
            "UPDATE event SET name = %s, body = %s WHERE source = 'identity' AND position = %s",
            [ENTERED, json.dumps(before["body"]), position],
        )
        TIMELINE.apply(cursor, read[number:])  # the phone is proven: now the ID number, and what it passed, are theirs
        found = {one.position: one.event for one in told(cursor, person_id(1))}
    assert list(map(type, found.values())) == [type(one.event) for one in read]
    assert found[position] == read[number - 1].event
