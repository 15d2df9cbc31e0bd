"""The label key of everything in a matter that people get to read, and where in the file it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.matters.schema import Matter

_CHINESE = re.compile(r"[一-鿿]")


def shown_names(matter: Matter) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Location and label key. A matter's own words, `matters.<code>.<key>`, go before the shared `<key>`."""
    yield ("code",), "title"
    yield ("credential",), f"credentials.{matter.credential}"
    if matter.registration_type is not None:
        yield ("registration_type",), f"registration_types.{matter.registration_type}"
    yield ("filed_by",), f"parties.{matter.filed_by}"
    yield ("subject", "picked_from"), f"picked_from.{matter.subject.picked_from}"
    for i, rule in enumerate(matter.preconditions):
        for words in ("needs", "says", "remedy"):
            yield ("preconditions", i, "code"), f"rules.{rule.code}.{words}"
    for s, section in enumerate(matter.form.sections):
        yield ("form", "sections", s, "name"), f"sections.{section.name}"
        for f, field in enumerate(section.fields):
            yield ("form", "sections", s, "fields", f, "name"), f"fields.{field.name}"
            for option in field.options:
                if not _CHINESE.search(option):
                    yield ("form", "sections", s, "fields", f, "name"), f"options.{field.name}.{option}"
    for i, attachment in enumerate(matter.attachments):
        yield ("attachments", i, "name"), f"attachments.{attachment.name}"
    if matter.commitment is not None:
        yield ("commitment",), "commitment.text"
    for i, confirmation in enumerate(matter.confirmations):
        yield ("confirmations", i, "by"), f"parties.{confirmation.by}"
        if confirmation.commitment:
            yield ("confirmations", i, "commitment"), f"confirmation_commitment.{confirmation.by}"
    for i, party in enumerate(matter.informs):
        yield ("informs", i), f"parties.{party}"
    for i, stage in enumerate(matter.stages):
        yield ("review", i, "name"), f"stages.{stage.name}"
        yield ("review", i, "level"), f"levels.{stage.level}"
        for outcome in stage.outcomes:
            yield ("review", i, "outcomes"), f"outcomes.{outcome}"
    granted = matter.granted_by_silence
    if granted is not None and not granted.on.startswith("form."):
        yield ("granted_by_silence", "on"), f"days.{granted.on}"
    for kind in matter.documents.model_dump(exclude_none=True):
        yield ("documents", kind), f"documents.{kind}"
    for i, column in enumerate(matter.list_columns):
        if not column.startswith("form."):
            yield ("list_columns", i), f"columns.{column}"
    yield ("effect", "kind"), f"effects.{matter.effect.kind}"
    for name in matter.effect.attributes:
        yield ("effect", "attributes", name), f"attributes.{name}"
    yield ("printed_form",), "printed_form.title"
