"""The application form of a filing, as the printable document its matter describes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.labels import Labels
from contracts.matters.conditions import holds
from contracts.matters.form import Field
from contracts.matters.schema import Matter
from services.filing.domain.drafting import commitment_text
from services.filing.domain.filing import Filing, facts_of
from services.filing.form.print import ApplicationPrint, AttachmentLine


def application_of(
    state: Filing, matter: Matter, labels: Labels, *, printed_at: datetime, submitted_at: datetime | None
) -> tuple[ApplicationPrint, str | None]:
    """What to print, and the SHA-256 of the portrait that goes on it, if there is one."""
    assert state.drafted is not None

    def words(key: str) -> str:
        return labels.label(key, matter=matter.code)

    facts = facts_of(matter, state.subject, state.filer, dict(state.form), printed_at.date())
    portrait = next((a.file.sha256 for a in state.attachments if a.attachment == "portrait"), None)
    form = ApplicationPrint(
        title=words("printed_form.title"),
        filing_number=state.submissions[-1].number if state.submissions else "—",
        status=words(f"filing_status.{state.status}"),
        draft=state.status in ("draft", "returned"),
        sections=tuple(
            (
                words(f"sections.{section.name}"),
                tuple(
                    (words(f"fields.{one.name}"), _shown(one, state.form.get(one.name), words))
                    for one in section.fields
                    if one.visible_when is None or holds(one.visible_when, facts)
                ),
            )
            for section in matter.form.sections
            if section.name in matter.printed_form.sections
        ),
        attachments=tuple(
            AttachmentLine(words(f"attachments.{a.attachment}"), a.file.name, a.file.size, a.file.sha256)
            for a in state.attachments
        )
        if matter.printed_form.attachments
        else (),
        commitment=commitment_text(matter) if matter.printed_form.commitment else "",
        commitment_accepted_at=submitted_at if state.commitment_sha256 else None,
        printed_at=printed_at,
        portrait=portrait,
    )
    return form, portrait


def _shown(field: Field, value: Any, words: Any) -> str:
    if value is None or value == "":
        return ""
    if field.type == "boolean":
        return str(words("boolean.yes" if value else "boolean.no"))
    if field.type == "choice":
        return str(_option(field, str(value), words))
    if field.type == "multi_choice":
        return "、".join(_option(field, str(one), words) for one in value)
    return str(value)


def _option(field: Field, option: str, words: Any) -> str:
    """An option written in Chinese is its own label."""
    return option if any("一" <= c <= "鿿" for c in option) else str(words(f"options.{field.name}.{option}"))
