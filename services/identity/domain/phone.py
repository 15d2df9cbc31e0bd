"""A code sent by SMS: known here only by its keyed hash, good for five minutes, used up by five wrong answers."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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


def may_send(phone: Phone, at: datetime) -> None:
    """Not within a minute of the last one, against flooding somebody's phone."""
    if phone.sent_at is not None and timedelta(0) <= at - phone.sent_at < BETWEEN:
        raise Refused("code_sent_recently", params={"seconds": int(BETWEEN.total_seconds())})


def is_right(phone: Phone, code_hash: str, at: datetime) -> bool:
    """Whether the code of this hash proves the phone. Refused when none was sent, or it is too old or used up."""
    # Nothing is a code's hash: an unfilled answer must never equal an unfilled question.
    if not phone.code_hash or phone.expires_at is None:
        raise Refused("code_not_sent")
    if at > phone.expires_at:
        raise Refused("code_expired")
    if phone.wrong >= WRONG_ANSWERS:
        raise Refused("code_used_up", params={"attempts": WRONG_ANSWERS})
    return hmac.compare_digest(code_hash.encode(), phone.code_hash.encode())
