"""A stolen log of passwords is slow to try, but where there are no people to protect."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from services.identity import passwords
from services.identity.service import IdentityService


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no hub here."""
    monkeypatch.setattr(passwords.tpool, "execute", lambda work, *given: work(*given))


def hashed_with(**config: Any) -> str:
    service: Any = SimpleNamespace(kernel=SimpleNamespace(config=config))
    return IdentityService._hashed(service, "correct horse")


@pytest.mark.parametrize("config", [{}, {"DEVELOPMENT": False}])
def test_outside_development_it_costs_what_is_recommended(config: dict[str, Any]) -> None:
    assert extract_parameters(hashed_with(**config)) == RFC_9106_LOW_MEMORY


@pytest.mark.parametrize(("stored_in", "signs_in", "anew"), [(True, {}, True), (False, {}, False), (True, {"DEVELOPMENT": True}, False)])
def test_a_hash_of_development_does_not_outlive_a_sign_in_in_production(
    stored_in: bool, signs_in: dict[str, Any], anew: bool
) -> None:
    service: Any = SimpleNamespace(kernel=SimpleNamespace(config=signs_in))
    service._hashed = lambda password: IdentityService._hashed(service, password)
    made = IdentityService._hashed_anew(service, hashed_with(DEVELOPMENT=stored_in), "correct horse")
    assert bool(made) == anew
    if anew:
        assert extract_parameters(made) == RFC_9106_LOW_MEMORY and passwords.matches(made, "correct horse")


@pytest.mark.parametrize("development", [True, False])
def test_either_knows_the_right_one_from_a_wrong_one(development: bool) -> None:
    stored = hashed_with(DEVELOPMENT=development)
    assert passwords.matches(stored, "correct horse") and not passwords.matches(stored, "correct house")
    assert not passwords.matches(None, "correct horse")
