"""The outside world that identity leans on: who sends an SMS, and who says that a face is a person's.

Production puts real providers here by setting; the development ones say plainly what they are and check nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from contracts.errors import Unavailable


class SmsSender(Protocol):
    """Sends one text message, or raises."""

    def send(self, phone: str, text: str, at: datetime) -> None: ...


@dataclass(frozen=True)
class VerificationResult:
    """What a provider found; ``reference`` is its own number for the check."""

    passed: bool
    provider: str
    reference: str
    development: bool


class RealNameVerifier(Protocol):
    """Checks name, ID number and evidence (a liveness clip, a counter clerk's note) against the authority's record."""

    def verify(self, name: str, resident_id: str, evidence: str, command_id: str) -> VerificationResult: ...


class DevelopmentSms:
    """Keeps messages in a file that only this user can read; nothing is sent."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "development" / "messages.jsonl"

    def send(self, phone: str, text: str, at: datetime) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(self.path, "a", encoding="utf-8", opener=_private) as opened:
            opened.write(json.dumps({"phone": phone, "text": text, "at": at.isoformat()}, ensure_ascii=False) + "\n")

    def read(self, phone: str) -> list[dict[str, Any]]:
        """The messages to a phone, oldest first."""
        if not self.path.exists():
            return []
        lines = self.path.read_text("utf-8").splitlines()
        return [message for message in map(json.loads, lines) if message["phone"] == phone]


class DevelopmentVerifier:
    """Passes everybody whose evidence does not say ``fail``, and says that it is no real check."""

    def verify(self, name: str, resident_id: str, evidence: str, command_id: str) -> VerificationResult:
        return VerificationResult("fail" not in evidence, "开发环境模拟核验(未做真实核验)", f"dev-{command_id}", True)


class NoProvider:
    """Stands where a production system has not been given a provider: refuses, and says what to set."""

    def __init__(self, setting: str) -> None:
        self.setting = setting

    def send(self, phone: str, text: str, at: datetime) -> None:
        raise Unavailable("provider_not_configured", params={"setting": self.setting})

    def verify(self, name: str, resident_id: str, evidence: str, command_id: str) -> VerificationResult:
        raise Unavailable("provider_not_configured", params={"setting": self.setting})


def sms_sender(config: dict[str, Any]) -> SmsSender:
    """``ZHUCE_SMS_PROVIDER`` names ``module:factory``; in development messages are kept, not sent."""
    return cast(SmsSender, _chosen(config, "SMS_PROVIDER", lambda: DevelopmentSms(Path(config["DATA"]))))


def verifier(config: dict[str, Any]) -> RealNameVerifier:
    """``ZHUCE_VERIFICATION_PROVIDER`` names ``module:factory``; in development nothing is checked."""
    return cast(RealNameVerifier, _chosen(config, "VERIFICATION_PROVIDER", DevelopmentVerifier))


def _chosen(config: dict[str, Any], setting: str, development: Callable[[], object]) -> object:
    if named := config.get(setting):
        module, factory = str(named).split(":")
        return getattr(import_module(module), factory)(config)
    return development() if config.get("DEVELOPMENT") else NoProvider(f"ZHUCE_{setting}")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
