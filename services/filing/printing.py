"""The application form of a filing, as the printable document its matter describes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from contracts.labels import Labels
from contracts.matters.conditions import holds
from contracts.matters.form import Field, Section
from contracts.matters.route import Party
from contracts.matters.schema import Matter
from services.filing.domain.days import china_day
from services.filing.domain.drafting import commitment_text
from services.filing.domain.filing import Filing
from services.filing.domain.known import facts_with
from services.filing.domain.parties import party
from services.filing.form.labels import FormLabels
from services.filing.form.opinions import Said, opinions_of_authorities, opinions_of_parties
from services.filing.form.print import ApplicationPrint, AttachmentLine


def application_of(
    state: Filing, matter: Matter, labels: Labels, *, printed_at: datetime, submitted_at: datetime | None
) -> tuple[ApplicationPrint, str | None]:
    """What to print, and the SHA-256 of the portrait that goes on it, if there is one."""
    assert state.drafted is not None

    def words(key: str) -> str:
        return labels.label(key, matter=matter.code)

    facts = facts_with(matter, state.known, dict(state.form), china_day(printed_at))
    portrait = next((a.file.sha256 for a in state.attachments if a.attachment == "portrait"), None)
    handed_in_at = submitted_at or (state.asking.handed_in.submitted_at if _stands(state) and state.asking else None)
    form = ApplicationPrint(
        title=words("printed_form.title"),
        filing_number=state.number or "—",
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
            for section in _printed(matter)
        ),
        attachments=tuple(
            AttachmentLine(words(f"attachments.{a.attachment}"), a.file.name, a.file.size, a.file.sha256)
            for a in state.attachments
        )
        if matter.printed_form.attachments
        else (),
        lists_attachments=matter.printed_form.attachments,
        commitment=commitment_text(matter) if matter.printed_form.commitment else "",
        commitment_accepted_at=handed_in_at if state.commitment_sha256 else None,
        signatories=_signatories(matter),
        opinions=opinions_of_parties(matter, _said(state), _names(state), FormLabels()),
        authorities=opinions_of_authorities(matter, words, FormLabels()),
        printed_at=printed_at,
        submitted_at=handed_in_at if _stands(state) else None,
        portrait=portrait,
        portrait_box=matter.attachment("portrait") is not None,
        portrait_section=next((i for i, one in enumerate(_printed(matter)) if one.name == "person"), None),
    )
    return form, portrait


def _signatories(matter: Matter) -> tuple[str, ...]:
    """Who signs below the commitment. Whoever confirms has a box of their own; who is only told signs nothing."""
    if matter.filed_by == "person":
        return ("申请人（签字）",)
    apart = "person" in matter.informs or any(one.by == "person" for one in matter.confirmations)
    return ("申报单位（盖章）",) if apart else ("申报单位（盖章）", "申请人（签字）")


def _printed(matter: Matter) -> list[Section]:
    return [one for one in matter.form.sections if one.name in matter.printed_form.sections]


def _stands(state: Filing) -> bool:
    """Whether what is printed is as it was handed in."""
    return state.status not in ("draft", "returned")


def _said(state: Filing) -> dict[Party, Said]:
    """What the parties of the last hand-in answered; a draft that was taken back has no answers."""
    asking = state.asking
    if asking is None or asking.withdrawn:
        return {}
    return {
        one.ref.by: Said(one.status, one.at, one.account_id is None, (one.reason or "") if one.status == "declined" else "")
        for one in asking.answers
    }


def _names(state: Filing) -> dict[Party, str]:
    """What the parties are called, as far as that is on record."""
    filer = state.filer.name if state.filer is not None else ""
    named = (state.certificate.employer if state.certificate is not None else None) or ""
    person = state.subject.name if state.subject is not None else ""
    by = party("enterprise", state.drafted, state.known) if state.drafted is not None else None
    is_filer = by is None or (state.filer is not None and by.enterprise_id == state.filer.enterprise_id)
    enterprise = filer if is_filer else named
    return {"person": person, "enterprise": enterprise, "new_enterprise": filer, "former_enterprise": named}


def _shown(field: Field, value: Any, words: Any) -> str:
    if value is None or value == "":
        return ""
    if field.type == "boolean":
        return str(words("boolean.yes" if value else "boolean.no"))
    if field.type == "choice":
        return str(_option(field, str(value), words))
    if field.type == "multi_choice":
        return "、".join(_option(field, str(one), words) for one in value)
    if field.type == "date":
        return _day(str(value))
    return str(value)


def _day(value: str) -> str:
    """As the date of an official paper is written; a draft may hold what is no date."""
    try:
        return f"{date.fromisoformat(value):%Y年%m月%d日}"
    except ValueError:
        return value


def _option(field: Field, option: str, words: Any) -> str:
    """An option written in Chinese is its own label."""
    return option if any("一" <= c <= "鿿" for c in option) else str(words(f"options.{field.name}.{option}"))
