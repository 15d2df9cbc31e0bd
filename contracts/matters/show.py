"""A matter told plainly: who, about whom, under which rules, with which files, how long, what results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from contracts.labels import Labels, default_labels
from contracts.matters.attachments import Attachment
from contracts.matters.coherence_effect import ENDS, REISSUES
from contracts.matters.conditions import Condition
from contracts.matters.facts import ABOUT_CERTIFICATES
from contracts.matters.form import Field
from contracts.matters.route import Confirmation, Publicity, Stage
from contracts.matters.schema import Matter, Rule
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
        "subject": words.subject(),
        "exclusion": words.exclusion(),
        "rules": [
            {
                "needs": words.of(f"rules.{rule.code}.needs"),
                "legal_basis": rule.legal_basis,
                "in_force": words.in_force(rule),
            }
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
        "informs": [words.of(f"parties.{party}") for party in matter.informs],
        "correction": words.correction(),
        "granted_by_silence": words.granted_by_silence(),
        "documents": words.documents(),
        "working_days": sum(stage.working_days for stage in matter.stages)
        + (matter.publicity.working_days if matter.publicity is not None else 0),
        "result": words.result(),
    }


def confirmation_told(matter: Matter, confirmation: Confirmation, labels: Labels) -> str:
    """Who confirms, until when, and what silence means, in words."""
    return _Words(matter, labels).confirmation(confirmation)


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

    def subject(self) -> str:
        """Whom it may be about; where it is about a certificate, in which state that may be."""
        subject = self._matter.subject
        oneself = subject.picked_from == "self" and self._matter.filed_by == "person"
        told = [self.of("show.oneself") if oneself else self.of(f"picked_from.{subject.picked_from}")]
        if subject.picked_from in ABOUT_CERTIFICATES:
            statuses = subject.certificate.statuses if subject.certificate is not None else ("valid",)
            told.append(self.of("show.statuses", statuses="、".join(self.of(f"certificate_status.{one}") for one in statuses)))
        if subject.certificate is not None and subject.certificate.by_number:
            told.append(self.of("show.by_number"))
        return ";".join(told)

    def exclusion(self) -> str | None:
        """Of which filings a person, or a certificate, can have only one open: the group, mostly a credential's name."""
        group = self._matter.exclusion
        if group is None:
            return None
        name = self._label_of(f"exclusions.{group}", self._label_of(f"credentials.{group}", group))
        return self.of("show.exclusion", group=name)

    def in_force(self, rule: Rule) -> str | None:
        """From which day to which day the rule judges what is submitted."""
        since, until = rule.effective_from, rule.effective_until
        told = [
            *([self.of("show.effective_from", day=since)] if since is not None else []),
            *([self.of("show.effective_until", day=until)] if until is not None else []),
        ]
        return ",".join(told) or None

    def confirmation(self, one: Confirmation) -> str:
        told = [self.of("show.confirmation", party=self.of(f"parties.{one.by}"))]
        if one.commitment:
            told.append(self.of("show.accepts_commitment", text=self.of(f"confirmation_commitment.{one.by}").rstrip("。")))
        if one.time_out is not None:
            told.append(self.of(f"show.time_out_{one.time_out.means}", days=one.time_out.days))
            if one.time_out.remind_before:
                told.append(self.of("show.reminded", days=one.time_out.remind_before))
            if one.time_out.legal_basis is not None:
                told.append(self.of("show.legal_basis", legal_basis=one.time_out.legal_basis))
        return ";".join(told)

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
        if matter.review == "none":
            steps.append(self.of("show.no_review" if matter.confirmations else "show.at_once"))
        if matter.review == "auto":
            steps.append(self.of("show.auto"))
        if matter.publicity is not None:
            steps.append(self._publicity(matter.publicity))
        if matter.announcement:
            steps.append(self.of("show.announcement"))
        if (limit := matter.decision) is not None:
            steps.append(self.of("show.decision", days=limit.working_days))
        return steps

    def result(self) -> str:
        """What comes of it, and what becomes of the certificate's days, number, scope and former issue."""
        effect = self._matter.effect
        said = f"{self.of(f'effects.{effect.kind}')}{self.of(f'credentials.{effect.credential}')}"
        if effect.validity is not None:
            years, months = effect.validity.years, effect.validity.months
            said += self.of("show.years", years=years) if years else ""
            said += self.of("show.months", months=months) if months else ""
        return ";".join([said, *self._consequences()])

    def _consequences(self) -> Iterator[str]:
        effect, about = self._matter.effect, self._matter.subject.picked_from in ABOUT_CERTIFICATES
        if effect.kind == "grant" and about:
            yield self.of("show.granted_anew")
        if effect.kind in ("renew", "extend", "grant") and effect.scope is not None:
            field = effect.scope.removeprefix("form.")
            yield self.of(f"show.scope_{effect.kind}", scope=self._label_of(f"fields.{field}", effect.scope))
        if effect.validity is not None and effect.validity.from_ == "expiry":
            yield self.of("show.from_expiry")
        if effect.kind == "extend" and effect.validity is None:
            yield self.of("show.until_own_end")
        if effect.kind in ("replace", "amend", "transfer", "correct"):
            yield self.of("show.keeps_days" if effect.writes.valid_until is None else "show.new_days")
        written = effect.writes.model_dump(exclude_none=True)
        if written:
            key = "show.enters" if effect.kind == "supplement" else "show.writes"
            yield self.of(key, parts="、".join(self.of(f"writes.{part}") for part in written))
        if effect.person is not None:
            yield self.of("show.amends_person")
        if effect.kind in REISSUES:
            yield self.of("show.reissued")
        if effect.kind in ENDS:
            yield self.of("show.void")

    def _label_of(self, key: str, otherwise: str) -> str:
        return self._labels.find(key, matter=self._matter.code) or otherwise

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
