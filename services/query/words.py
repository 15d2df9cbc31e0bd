"""Events and steps in words: views keep facts, ``labels/zh.yaml`` has the sentences, and they meet here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from contracts.labels import Labels, default_labels
from contracts.message import Event
from contracts.query import FilingDeadline, ProgressStep

CHINA = ZoneInfo("Asia/Shanghai")
SHARED = {
    "stage": "stages",
    "next_stage": "stages",
    "level": "levels",
    "from_level": "levels",
    "to_level": "levels",
    "next_level": "levels",
    "registration_type": "registration_types",
    "attachment": "attachments",
    "specialty": "options.specialty",
    "credential": "credentials",
    "party": "parties",
    "by": "parties",
    "by_by": "parties",
    "next_by": "parties",
}
"""Fields whose codes have words that matters share; every other code is looked for in our own file."""


@cache
def own_labels() -> Labels:
    """The words of this service."""
    return Labels.load(Path(__file__).parent)


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


OFFICERS = ("officer", "former", "by", "approved_by", "cover", "kept_by")
"""Fields of review's events that hold officers' accounts: people read names."""


def sentence(event: Event, names: Mapping[str, str] | None = None) -> str:
    """What the event says, for people; its published name where nobody has written words for it yet. ``names``: of
    accounts."""
    words = own_labels().find(f"events.{event.NAME}")
    if words is None:
        return event.NAME
    somebody = str(own_labels().find("somebody"))
    acted = {field: (names or {}).get(account, somebody) for field, account in officers(event).items()}
    return words.format_map(_Facts({**facts(event), **acted}))


def officers(event: Event) -> dict[str, str]:
    """The accounts of officers that an event names, by field."""
    if not event.NAME.startswith("review."):
        return {}
    named = {field: getattr(event, field, None) for field in OFFICERS}
    return {field: account for field, account in named.items() if account is not None}


def step(one: ProgressStep) -> str:
    """A step of a filing's progress in a few words."""
    undated = own_labels().find(f"steps_undated.{one.event}") if one.due_on is None else None
    words = undated or own_labels().find(f"steps.{one.event}")
    said = {"stage": _word("stage", one.stage) if one.stage else "", "detail": one.detail or "", "round": one.round}
    code = _word(*one.code.split(".", 1)) if one.code else ""
    due_on = _text("due_on", one.due_on) if one.due_on else ""
    return one.event if words is None else words.format_map({**said, "code": code, "due_on": due_on})


def opinion(given: str | None) -> str | None:
    """An officer's own words as they are; a reason that the product itself gave has a code."""
    return given if given is None else own_labels().find(f"codes.reason.{given}") or given


def deadline(one: FilingDeadline) -> str:
    """By when, what happens then, and by which article."""
    labels = own_labels()
    known = _Facts(facts(one))
    kind = "suspended" if one.suspended else "beyond_calendar" if one.beyond_calendar else one.deadline
    parts = [labels.find(f"deadlines.{kind}")]
    if not one.suspended and one.deadline in ("stage", "correction"):
        parts.append(labels.find(f"effects.{one.effect}"))
    if one.legal_basis:
        parts.append(labels.find("deadlines.basis"))
    return "".join(part.format_map(known) for part in parts if part)


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
    other = own_labels().find("codes.code.other") if name == "code" else None
    return shared or own_labels().find(f"codes.{name}.{code}") or other or code
