"""What somebody answers to any field of any matter's form, so that its rules accept it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from contracts.matters.form import Field
from contracts.matters.schema import Matter
from demo import people
from tests.journeys.cast import Person, number_of

FAR = timedelta(days=300)


def scope_field(matter: Matter) -> str:
    """The field that says what the certificate is to be good for; none: an empty name."""
    return (matter.effect.scope or matter.effect.writes.scope or "").removeprefix("form.")


def answer(field: Field, matter: Matter, today: date, person: Person, wanted: str) -> Any:
    """``wanted``: the specialty or category that it is about."""
    if field.name == scope_field(matter):
        return [wanted] if field.type == "multi_choice" else wanted
    if (said := _limits(matter).get(f"form.{field.name}")) is not None:
        return said
    match field.type:
        case "choice":
            return field.options[0]
        case "multi_choice":
            return [field.options[0]]
        case "integer" | "decimal":
            return field.minimum or 0
        case "boolean":
            return True
        case "date":
            return (today + FAR if "until" in field.name else today - FAR).isoformat()
        case "resident_id":
            return people.resident_id(born=person.resident_id[6:14])
        case "phone" | "telephone":
            return people.phone()
        case "uscc":
            return people.enterprise_code()
    texts = {"certificate_number": number_of(matter.credential), "new_name": "张伟国"}
    return texts.get(field.name, "样本说明")


def _limits(matter: Matter) -> dict[str, Any]:
    """What the rules ask of single answers."""
    rules = (one.when.model_dump(mode="json", by_alias=True) for one in matter.preconditions)
    return {path: value for rule in rules for path, value in _asked(rule)}


def _asked(condition: Any) -> Iterator[tuple[str, Any]]:
    """Each fact that a condition compares with a value, and a value that fulfils it."""
    if isinstance(condition, Mapping):
        for operator, parts in condition.items():
            if operator in ("at_least", "at_most", "equals") and isinstance(parts, list):
                yield str(parts[0]), parts[1]
            elif operator != "not":
                yield from _asked(parts)
    elif isinstance(condition, list):
        for part in condition:
            yield from _asked(part)
