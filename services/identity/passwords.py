"""Passwords: hashed with argon2id off the hub, because hashing is meant to be slow."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from eventlet import tpool

_hasher = PasswordHasher()
_quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
_ABSENT = _hasher.hash("nobody has this password")
# No letters or digits that people mistake for one another when they read an SMS.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def hashed(password: str, quickly: bool = False) -> str:
    """The argon2id hash, with its parameters and salt. ``quickly``, for made-up people, it is no protection."""
    return str(tpool.execute((_quick if quickly else _hasher).hash, password))


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long for an account that does not exist (outside development)."""
    return bool(tpool.execute(_matches, stored or _ABSENT, password)) and stored is not None


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether it was hashed otherwise than it would be today: in development, or by an older release."""
    return _hasher.check_needs_rehash(stored)


def make_password() -> str:
    """A first password to send by SMS."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))
