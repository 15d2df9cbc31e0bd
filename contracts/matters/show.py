"""A matter told plainly: who, about whom, under which rules, with which files, how long, what results."""

from __future__ import annotations

from typing import Any

from contracts.labels import Labels, default_labels
from contracts.matters.attachments import Attachment
from contracts.matters.conditions import Condition
from contracts.matters.form import Field
from contracts.matters.route import Confirmation, Stage
from contracts.matters.schema import Matter
from contracts.places import name_of


def describe(matter: Matter, labels: Labels | None = None) -> dict[str, Any]:
    """The summary as plain data in the order it should be shown; texts are words for people."""
    words = _Words(matter, labels or default_labels())
    return {
        "code": matter.code,
        "version": matter.version,
        "title": words.of("title"),
        "place": name_of(matter.province),
        "credential": words.of(f"credentials.{matter.credential}"),
        "filed_by": words.of(f"parties.{matter.filed_by}"),
        "subject": words.of(f"picked_from.{matter.subject.picked_from}"),
        "rules": [
            {"needs": words.of(f"rules.{rule.code}.needs"), "legal_basis": rule.legal_basis}
            for rule in matter.preconditions
        ],
        "form": [
            {
                "section": words.of(f"sections.{section.name}"),
                "fields": [words.field(one) for one in section.fields],
            }
            for section in matter.form.sections
        ],
        "files": [words.file(one) for one in matter.attachments],
        "commitment": words.of("commitment.text") if matter.commitment is not None else None,
        "route": [
            *(words.confirmation(one) for one in matter.confirmations),
            *(words.stage(one) for one in matter.stages),
            *words.publication(),
        ],
        "working_days": sum(stage.working_days for stage in matter.stages)
        + (matter.publicity.working_days if matter.publicity is not None else 0),
        "result": words.result(),
    }


class _Words:
    """The words of one matter."""

    def __init__(self, matter: Matter, labels: Labels) -> None:
        self._matter = matter
        self._labels = labels

    def of(self, key: str, **params: Any) -> str:
        return self._labels.label(key, matter=self._matter.code, **params)

    def field(self, field: Field) -> str:
        return f"{self.of(f'fields.{field.name}')}{self._asked(field.required)}"

    def file(self, file: Attachment) -> str:
        limits = self.of(
            "show.file_limits",
            formats="/".join(one.upper() for one in file.formats),
            size=file.max_size,
            count=file.max_count,
        )
        return f"{self.of(f'attachments.{file.name}')}{self._asked(file.required)}:{limits}"

    def confirmation(self, one: Confirmation) -> str:
        return self.of("show.confirmation", party=self.of(f"parties.{one.by}"))

    def stage(self, stage: Stage) -> str:
        name, level = self.of(f"stages.{stage.name}"), self.of(f"levels.{stage.level}")
        return self.of("show.stage", stage=name, level=level, days=stage.working_days)

    def publication(self) -> list[str]:
        matter = self._matter
        steps = []
        if matter.review == "auto":
            steps.append(self.of("show.auto"))
        if matter.publicity is not None:
            steps.append(self.of("show.publicity", days=matter.publicity.working_days))
        if matter.announcement:
            steps.append(self.of("show.announcement"))
        return steps

    def result(self) -> str:
        effect = self._matter.effect
        said = f"{self.of(f'effects.{effect.kind}')}{self.of(f'credentials.{effect.credential}')}"
        if effect.validity is not None:
            years, months = effect.validity.years, effect.validity.months
            said += self.of("show.years", years=years) if years else ""
            said += self.of("show.months", months=months) if months else ""
        return said

    def _asked(self, required: bool | Condition) -> str:
        if isinstance(required, bool):
            return self.of("show.required") if required else ""
        return self.of("show.required_if")
