"""A matter told plainly: who, about whom, under which rules, with which files, how long, what results."""

from __future__ import annotations

import re
from typing import Any

from contracts.labels import Labels, default_labels
from contracts.matters.attachments import Attachment
from contracts.matters.conditions import Condition
from contracts.matters.form import Field
from contracts.matters.route import Confirmation, Publicity, Stage
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
        "correction": words.correction(),
        "granted_by_silence": words.granted_by_silence(),
        "documents": words.documents(),
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
        told = [self.of("show.stage", stage=name, level=level, days=stage.working_days)]
        if stage.legal_basis is not None:
            told.append(self.of("show.legal_basis", legal_basis=stage.legal_basis))
        if stage.told_once:
            told.append(self.of("show.told_once"))
        if stage.silence is not None:
            silence = stage.silence
            told.append(self.of(f"show.silence_{silence.means}", legal_basis=silence.legal_basis))
            if silence.as_of == "receipt":
                told.append(self.of("show.as_of_receipt"))
        if stage.extension is not None:
            extension = stage.extension
            told.append(
                self.of("show.extension", days=extension.working_days, legal_basis=extension.legal_basis)
            )
        if stage.separate_from:
            apart = "、".join(self.of(f"stages.{one}") for one in stage.separate_from)
            told.append(self.of("show.separate_from", stages=apart))
        return ";".join(told)

    def correction(self) -> str | None:
        limit = self._matter.correction
        if limit is None:
            return None
        said = self.of("show.correction", days=limit.working_days)
        return f"{said};{self.of('show.legal_basis', legal_basis=limit.legal_basis)}" if limit.legal_basis else said

    def granted_by_silence(self) -> str | None:
        rule = self._matter.granted_by_silence
        if rule is None:
            return None
        said = self.of("show.granted_by_silence", on=self._fact(rule.on), legal_basis=rule.legal_basis)
        return f"{said};{self.of('show.asked_before', days=rule.asked_before)}" if rule.asked_before else said

    def documents(self) -> list[str]:
        kinds = self._matter.documents.model_dump(exclude_none=True)
        return [f"{self.of(f'documents.{kind}')}:{self._number(number)}" for kind, number in kinds.items()]

    def publication(self) -> list[str]:
        matter = self._matter
        steps = []
        if matter.review == "auto":
            steps.append(self.of("show.auto"))
        if matter.publicity is not None:
            steps.append(self._publicity(matter.publicity))
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

    def _publicity(self, publicity: Publicity) -> str:
        told = [self.of("show.publicity", days=publicity.working_days)]
        if publicity.anonymous_objections:
            told.append(self.of("show.anonymous_objections"))
        if publicity.objection_working_days is not None:
            told.append(self.of("show.objection_days", days=publicity.objection_working_days))
        return ";".join(told)

    def _fact(self, path: str) -> str:
        """A form field by its label; a fact by the words of the day that it is."""
        field = path.removeprefix("form.")
        return self.of(f"fields.{field}") if path.startswith("form.") else self.of(f"days.{path}")

    def _number(self, pattern: str) -> str:
        """The number as it reads, with dots where year and serial go."""
        return re.sub(r"\{[^}]*\}", "…", pattern)

    def _asked(self, required: bool | Condition) -> str:
        if isinstance(required, bool):
            return self.of("show.required") if required else ""
        return self.of("show.required_if")
