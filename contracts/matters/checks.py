"""What is wrong with a filing, by its matter's rules: pure, so that drafts, submission and the browser agree.

A draft is checked for shape only (`complete=False`); submission asks for everything. Findings carry codes and
numbers, never what was typed: it may be personal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import Field

from contracts.labels import Labels
from contracts.matters.attachments import CONTENT_TYPES, Attachment
from contracts.matters.conditions import Condition, holds
from contracts.matters.lookup import is_present, value_at
from contracts.matters.names import Part
from contracts.matters.schema import Matter, Rule
from contracts.matters.values import canonical, shape_problem


class Problem(Part):
    """One finding: its code, what it is about, and the numbers its words need."""

    code: str
    field: str | None = None
    attachment: str | None = None
    rule: str | None = None
    params: dict[str, str | int] = Field(default_factory=dict)


def check_form(
    matter: Matter, form: Mapping[str, Any], facts: Mapping[str, Any], *, complete: bool = True
) -> list[Problem]:
    """Every field that is unknown, of the wrong shape or, when `complete`, missing or not asked for."""
    return list(_form_problems(matter, form, {**facts, "form": form}, complete))


def check_preconditions(
    matter: Matter, facts: Mapping[str, Any], *, at: Literal["start", "submit"] = "submit", on: date | None = None
) -> list[Problem]:
    """Every named rule that does not hold: those `at: start` when a draft is begun, all of them at
    submission. `on`: by the rules in force on that day (of the first hand-in); by default on the facts' own day.
    """
    return [
        Problem(code=rule.code, rule=rule.code)
        for rule in rules_in_force(matter, on or _today(facts))
        if (at == "submit" or rule.at == "start") and not holds(rule.when, facts)
    ]


def rules_in_force(matter: Matter, on: date | None) -> tuple[Rule, ...]:
    """The rules that judge what is handed in on that day; all, where no day is said."""
    return tuple(rule for rule in matter.preconditions if on is None or rule.in_force(on))


def check_attachments(
    matter: Matter,
    attachments: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any] | None = None,
    *,
    complete: bool = True,
) -> list[Problem]:
    """Every file (`name`, `content_type` as found in its content, `size`) that the matter does not want, and
    every one it lacks.
    """
    wanted = {one.name for one in matter.attachments}
    unknown = sorted({str(one["name"]) for one in attachments} - wanted)
    found = [Problem(code="unknown_attachment", attachment=name) for name in unknown]
    for one in matter.attachments:
        files = [file for file in attachments if file["name"] == one.name]
        found += _attachment_problems(one, files, facts or {}, complete)
    return found


def prefilled(matter: Matter, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The form as a new draft starts with it: what is on record, where it fits the field."""
    known = {
        field: value_at(facts, field.prefill) for field in matter.form.fields if field.prefill is not None
    }
    return {
        field.name: canonical(field, value)
        for field, value in known.items()
        if is_present(value) and shape_problem(field, value) is None
    }


def in_words(problem: Problem, matter: Matter, labels: Labels) -> str:
    """The finding for people: what is wrong and what to do."""
    if problem.rule is not None:
        says = labels.label(f"rules.{problem.rule}.says", matter=matter.code)
        return f"{says}。{labels.label(f'rules.{problem.rule}.remedy', matter=matter.code)}"
    about = ("fields", problem.field) if problem.field is not None else ("attachments", problem.attachment)
    name = labels.find(f"{about[0]}.{about[1]}", matter=matter.code) or str(about[1])
    values: dict[str, Any] = {"name": name, **problem.params}
    return labels.label(f"problems.{problem.code}", matter=matter.code, **values)


def _form_problems(
    matter: Matter, form: Mapping[str, Any], facts: Mapping[str, Any], complete: bool
) -> Iterator[Problem]:
    for name in form:
        if matter.form.field(name) is None:
            yield Problem(code="unknown_field", field=str(name)[:60])
    for field in matter.form.fields:
        value = form.get(field.name)
        visible = field.visible_when is None or holds(field.visible_when, facts)
        if value is None or value == "" or value == []:
            if complete and visible and _asked(field.required, facts):
                yield Problem(code="required", field=field.name)
            continue
        finding = shape_problem(field, value)
        if finding is not None:
            yield Problem(code=finding[0], field=field.name, params=finding[1])
        elif not visible and complete:
            yield Problem(code="not_asked", field=field.name)
        elif complete and _asked(field.required, facts) and not is_present(value):
            yield Problem(code="required", field=field.name)
        elif field.fixed and field.prefill is not None:
            recorded = value_at(facts, field.prefill)
            if is_present(recorded) and canonical(field, value) != canonical(field, recorded):
                yield Problem(code="differs_from_record", field=field.name)


def _attachment_problems(
    wanted: Attachment, files: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], complete: bool
) -> Iterator[Problem]:
    if complete and not files and _asked(wanted.required, facts):
        yield Problem(code="attachment_missing", attachment=wanted.name)
    elif complete and files and len(files) < wanted.min_count:
        yield Problem(code="too_few_files", attachment=wanted.name, params={"limit": wanted.min_count})
    if len(files) > wanted.max_count:
        yield Problem(code="too_many_files", attachment=wanted.name, params={"limit": wanted.max_count})
    for file in files:
        if CONTENT_TYPES.get(str(file["content_type"])) not in wanted.formats:
            formats = "、".join(one.upper() for one in wanted.formats)
            yield Problem(code="wrong_format", attachment=wanted.name, params={"formats": formats})
        if file["size"] > wanted.max_bytes:
            yield Problem(code="file_too_large", attachment=wanted.name, params={"limit": wanted.max_size})
        if file["size"] == 0:
            yield Problem(code="file_empty", attachment=wanted.name)


def _today(facts: Mapping[str, Any]) -> date | None:
    found = facts.get("today")
    return date.fromisoformat(found) if isinstance(found, str) else found


def _asked(required: bool | Condition, facts: Mapping[str, Any]) -> bool:
    return required if isinstance(required, bool) else holds(required, facts)
