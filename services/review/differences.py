"""What a correction changed: the last two submissions of a case side by side, field by field and file by file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.review import CorrectionItem, Difference, Submission
from services.review.domain.case import Case

Value = str | int | float | bool | tuple[str, ...] | None


def differences(case: Case) -> tuple[Difference, ...]:
    """Between the last submission and the one before it; ``asked``: the return in between had named it, or all."""
    if len(case.submissions) < 2:
        return ()
    before, after = case.submissions[-2:]
    returned = next((one for one in reversed(case.returns) if one.round == before.round), None)
    items = returned.items if returned is not None else ()
    return tuple((*_fields(before, after, items), *_attachments(before, after, items)))


def _fields(before: Submission, after: Submission, items: tuple[CorrectionItem, ...]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before.form, *after.form)):
        old, new = _plain(before.form.get(name)), _plain(after.form.get(name))
        if old != new:
            asked = _asked(items, "field", name)
            yield Difference(part="field", name=name, before=old, after=new, asked=asked)


def _attachments(
    before: Submission, after: Submission, items: tuple[CorrectionItem, ...]
) -> Iterator[Difference]:
    old, new = _digests(before), _digests(after)
    for name in dict.fromkeys((*old, *new)):
        if set(old.get(name, ())) != set(new.get(name, ())):
            yield Difference(
                part="attachment",
                name=name,
                before=old.get(name),
                after=new.get(name),
                asked=_asked(items, "attachment", name),
            )


def _digests(submission: Submission) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in submission.attachments:
        found[one.attachment] = (*found.get(one.attachment, ()), one.file.sha256)
    return found


def _asked(items: tuple[CorrectionItem, ...], part: str, name: str) -> bool:
    return not items or any(item.part == part and item.name == name for item in items)


def _plain(value: Any) -> Value:
    """A form's value as it can be shown beside another; what is neither a word nor a list of words, as JSON."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
