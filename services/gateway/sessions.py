"""Bearer tokens: who acts, signed by this product, good for some hours; no personal data inside.

A token is a snapshot of the actor: duties taken away meanwhile still stand in it until it expires.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import ValidationError

from contracts.errors import Refused
from contracts.message import Actor
from services.kernel.clock import CHINA, clock
from services.kernel.secret_files import secret

ISSUER = "zhuce"
ALGORITHM = "HS256"
HOURS = 8.0
KEPT = 10_000
"""Tokens whose signature need not be looked at again; the oldest give way."""


@dataclass(frozen=True)
class SessionToken:
    """A token and the moment it stops being good."""

    token: str
    expires_at: datetime


@dataclass(frozen=True)
class SignedIn:
    """Who a token speaks for, and until when."""

    actor: Actor
    expires_at: datetime


class Sessions:
    """Issues and reads tokens under one key. Replicas share it, so any of them reads what another issued."""

    def __init__(self, key: bytes, hours: float = HOURS, now: Callable[[], datetime] = clock.now) -> None:
        self._key = OctKey.import_key(key)
        self._good_for = timedelta(hours=hours)
        self._now = now
        self._known: OrderedDict[bytes, SignedIn] = OrderedDict()

    def issue(self, actor: Actor) -> SessionToken:
        """A token for this actor."""
        now = self._now().replace(microsecond=0)
        expires_at = now + self._good_for
        claims = {
            "iss": ISSUER,
            "sub": actor.account_id,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "actor": actor.model_dump(mode="json", exclude_defaults=True),
        }
        return SessionToken(jwt.encode({"alg": ALGORITHM}, claims, self._key), expires_at)

    def read(self, token: str) -> SignedIn:
        """Refused as session_invalid when it is not ours, as session_expired when its time is over.

        What a token says never changes, so its signature is looked at once; whether its time is over, every time.
        """
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        signed_in = self._known.get(digest)
        if signed_in is None:
            signed_in = self._known[digest] = self._opened(token)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        if self._now() >= signed_in.expires_at:
            self._known.pop(digest, None)
            raise Refused("session_expired")
        return signed_in

    def _opened(self, token: str) -> SignedIn:
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            actor = Actor.model_validate(claims["actor"])
            expires_at = datetime.fromtimestamp(int(claims["exp"]), CHINA)
            ours = claims["iss"] == ISSUER and claims["sub"] == actor.account_id
        except (JoseError, ValidationError, ValueError, KeyError, TypeError, OverflowError):
            raise Refused("session_invalid") from None
        if not ours or actor.kind in ("system", "anonymous"):
            raise Refused("session_invalid")
        return SignedIn(actor, expires_at)


def session_key(config: Mapping[str, Any]) -> bytes:
    """The setting SESSION_KEY, else the key file under the data directory, made on the first run."""
    key = config.get("SESSION_KEY") or secret(Path(config["DATA"]) / "keys" / "session")
    if len(key) < 32:
        raise ValueError("ZHUCE_SESSION_KEY must have at least 32 characters: e.g. `openssl rand -hex 32`")
    return str(key).encode()
