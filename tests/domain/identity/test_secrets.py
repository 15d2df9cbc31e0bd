"""Hashes of passwords and codes are named as secrets wherever an event has one."""

from __future__ import annotations

import contracts.identity as published
from contracts.message import MESSAGES, Event

HASHES = {"password_hash", "code_hash"}


def test_every_event_with_a_hash_keeps_it_in_its_own_log() -> None:
    events = [cls for name, cls in MESSAGES.items() if name.startswith("identity.") and issubclass(cls, Event)]
    with_a_hash = {cls for cls in events if HASHES & cls.model_fields.keys()}
    assert {published.AccountOpened, published.PasswordChanged, published.PhoneCodeSent} < with_a_hash
    for cls in events:
        assert HASHES & cls.model_fields.keys() == cls.SECRET, cls.NAME


def test_a_secret_left_empty_can_still_be_read() -> None:
    told = published.PasswordChanged.model_validate(
        {"account_id": "a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c07", "password_hash": ""}
    )
    assert "SECRET" not in told.model_dump()
