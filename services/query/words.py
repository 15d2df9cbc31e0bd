"""Events and steps in words: views keep facts, ``labels/zh.yaml`` has the sentences, and they meet here."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from contracts.labels import Labels, default_labels
from contracts.message import Event
from contracts.query import ProgressStep

CHINA = ZoneInfo("Asia/Shanghai")
SHARED = {
    "stage": "stages",
    "next_stage": "stages",
    "level": "levels",
    "registration_type": "registration_types",
    "attachment": "attachments",
    "specialty": "options.specialty",
    "credential": "credentials",
}
"""Fields whose codes have words that matters share; every other code is looked for in our own file."""


@cache
def own_labels() -> Labels:
    """The words of this service."""
    return Labels.load(Path(__file__).parent)


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def sentence(event: Event) -> str:
    """What the event says, for people; its published name where nobody has written words for it yet."""
    words = own_labels().find(f"events.{event.NAME}")
    return event.NAME if words is None else words.format_map(_Facts(facts(event)))


def step(one: ProgressStep) -> str:
    """A step of a filing's progress in a few words."""
    words = own_labels().find(f"steps.{one.event}")
    said = {"stage": _word("stage", one.stage) if one.stage else "", "detail": one.detail or ""}
    return one.event if words is None else words.format_map({**said, "round": one.round})


def facts(event: BaseModel, above: str = "") -> dict[str, str]:
    """Every fact of an event as text by its path with underscores: ``subject_name``, ``holder_enterprise_name``."""
    found: dict[str, str] = {}
    for name in type(event).model_fields:
        value = getattr(event, name)
        if isinstance(value, BaseModel):
            found.update(facts(value, f"{above}{name}_"))
        elif isinstance(value, tuple) and value and all(isinstance(one, BaseModel) for one in value):
            found[f"{above}{name}"] = "、".join(getattr(one, "label", "") for one in value)
        elif value is not None and not isinstance(value, dict | tuple):
            found[f"{above}{name}"] = _text(name, value)
    return found


def _text(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(CHINA):%Y年%-m月%-d日 %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y年%-m月%-d日}"
    return _word(name, value) if isinstance(value, str) else str(value)


def _word(name: str, code: str) -> str:
    shared = default_labels().find(f"{SHARED[name]}.{code}") if name in SHARED else None
    return shared or own_labels().find(f"codes.{name}.{code}") or code
