"""The development SMS provider, which can be out of order: what ZHUCE_SMS_PROVIDER names in a journey.

While the file ``no-sms`` lies in the product's data directory, no message can be sent.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.errors import Unavailable
from services.identity.providers import DevelopmentSms


class BreakableSms(DevelopmentSms):
    """Keeps messages in its file, or raises as a provider does that cannot be reached."""

    def send(self, phone: str, text: str, at: datetime) -> None:
        if (self.path.parent.parent / "no-sms").exists():
            raise Unavailable("service_unavailable", params={"service": "sms"})
        super().send(phone, text, at)


def sender(config: dict[str, Any]) -> BreakableSms:
    """The factory."""
    return BreakableSms(Path(config["DATA"]))
