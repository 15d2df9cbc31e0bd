"""A code sent by SMS: kept only as a hash, good for five minutes, used up by five wrong answers."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from contracts.errors import Refused

GOOD_FOR = timedelta(minutes=5)
BETWEEN = timedelta(seconds=60)
WRONG_ANSWERS = 5


@dataclass(frozen=True)
class Phone:
    """What is known of a phone and the last code sent to it."""

    confirmed: bool = False
    code_hash: str | None = None
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    wrong: int = 0

    def sent(self, code_hash: str, sent_at: datetime, expires_at: datetime) -> Phone:
        """After a new code was sent."""
        return replace(self, code_hash=code_hash, sent_at=sent_at, expires_at=expires_at, wrong=0)

    def rejected(self) -> Phone:
        """After a wrong answer."""
        return replace(self, wrong=self.wrong + 1)

    def proven(self) -> Phone:
        """After the right answer: the code cannot be used again."""
        return replace(self, confirmed=True, code_hash=None)


def hash_code(holder: UUID, code: str) -> str:
    """What is kept of a code. Bound to its holder, so equal codes do not show as equal."""
    return hashlib.sha256(f"{holder}:{code}".encode()).hexdigest()


def may_send(phone: Phone, at: datetime) -> None:
    """Not within a minute of the last one, against flooding somebody's phone."""
    if phone.sent_at is not None and timedelta(0) <= at - phone.sent_at < BETWEEN:
        raise Refused("code_sent_recently", params={"seconds": int(BETWEEN.total_seconds())})


def is_right(phone: Phone, holder: UUID, code: str, at: datetime) -> bool:
    """Whether the code proves the phone. Refused when there is none to answer, or it is too old or used up."""
    if phone.code_hash is None or phone.expires_at is None:
        raise Refused("code_not_sent")
    if at > phone.expires_at:
        raise Refused("code_expired")
    if phone.wrong >= WRONG_ANSWERS:
        raise Refused("code_used_up", params={"attempts": WRONG_ANSWERS})
    return hmac.compare_digest(hash_code(holder, code), phone.code_hash)
