"""A filing of any matter as it would be printed: everything filled in, every file there, every party asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.files import FileRef
from contracts.filing import Asked, Attachment, ConfirmationsAsked, FilingDrafted, FilingSubmitted
from contracts.labels import default_labels, label
from contracts.matters.facts import Facts, gathered
from contracts.matters.form import Field
from contracts.matters.schema import Matter
from services.filing.domain.asking import Asking
from services.filing.domain.filing import Filing
from services.filing.form import ApplicationPrint
from services.filing.printing import application_of
from tests.documents.sample import CHINA
from tests.matters.scenes import fitting

FILING_ID = UUID("00000000-0000-4000-8000-000000000f11")
PARTY_ID = UUID("00000000-0000-4000-8000-0000000000aa")
NUMBER = "HN-2026-430100-000123"
HANDED_IN = datetime(2026, 11, 20, 9, 30, tzinfo=CHINA)
ANSWERED = HANDED_IN + timedelta(hours=5)
PORTRAIT = "9c" * 32


def filing_of(matter: Matter, **changed: Any) -> Filing:
    """As handed in: waiting for its parties where it has any, else with the authority."""
    facts = fitting(matter)
    assert facts.subject is not None and facts.filer is not None
    drafted = FilingDrafted(
        filing_id=FILING_ID,
        matter=matter.code,
        matter_version=matter.version,
        title=label("title", matter=matter.code),
        enterprise_id=facts.filer.enterprise_id if matter.filed_by == "enterprise" else None,
        person_id=None if matter.filed_by == "enterprise" else facts.subject.person_id,
        place="430102",
        drafted_at=HANDED_IN,
    )
    attachments = tuple(Attachment(attachment=one.name, file=_file(one.name)) for one in matter.attachments)
    whole = _handed_in(matter, drafted, facts, attachments)
    asked = tuple(Asked(by=one.by, person_id=PARTY_ID, days=90) for one in matter.confirmations)
    usual: dict[str, Any] = {
        "drafted": drafted,
        "status": "awaiting_confirmation" if asked else "submitted",
        "subject": facts.subject,
        "filer": facts.filer,
        "certificate": facts.certificate,
        "form": dict(facts.form),
        "attachments": attachments,
        "commitment_sha256": "ab" * 32 if matter.commitment is not None else None,
        "submissions": () if asked else (FilingSubmitted(**whole),),
        "round": 1,
        "number": NUMBER,
        "asking": Asking(ConfirmationsAsked(**whole, asked=asked), None) if asked else None,
    }
    return Filing(**{**usual, **changed})


def agreed_to(state: Filing) -> Filing:
    """The same, after every party has agreed."""
    asking = state.asking
    while asking is not None and asking.current is not None:
        asking = asking.answered("confirmed", "account-of-a-party", ANSWERED, None)
    return Filing(**{**vars(state), "asking": asking})


def print_of(matter: Matter, state: Filing) -> ApplicationPrint:
    at = state.submissions[-1].submitted_at if state.submissions else None
    printed, _ = application_of(state, matter, default_labels(), printed_at=ANSWERED, submitted_at=at)
    return printed


def shown(field: Field, value: Any, matter: Matter) -> str:
    """What a reader sees of one value."""
    if isinstance(value, bool):
        return label("boolean.yes" if value else "boolean.no")
    if field.type in ("choice", "multi_choice"):
        listed = value if isinstance(value, list | tuple) else [value]
        labels = default_labels()
        return "、".join(
            labels.find(f"options.{field.name}.{one}", matter=matter.code) or str(one) for one in listed
        )
    if field.type == "date":
        year, month, day = str(value).split("-")
        return f"{year}年{month}月{day}日"
    return str(value)


def known(matter: Matter, state: Filing) -> dict[str, Any]:
    assert state.subject is not None
    facts = Facts(
        today=HANDED_IN.date(), subject=state.subject, filer=state.filer, certificate=state.certificate, form=state.form
    )
    return gathered(matter, facts)


def _file(name: str) -> FileRef:
    digest = PORTRAIT if name == "portrait" else "0123456789abcdef" * 4
    return FileRef(sha256=digest, name=f"{label(f'attachments.{name}')}_李小明.png", content_type="image/png", size=345_678)


def _handed_in(matter: Matter, drafted: FilingDrafted, facts: Facts, attachments: tuple[Attachment, ...]) -> dict[str, Any]:
    assert facts.subject is not None
    return {
        "filing_id": FILING_ID,
        "round": 1,
        "number": NUMBER,
        "matter": matter.code,
        "matter_version": matter.version,
        "title": drafted.title,
        "credential": matter.credential,
        "registration_type": matter.registration_type or "",
        "place": drafted.place,
        "enterprise_id": drafted.enterprise_id,
        "person_id": facts.subject.person_id,
        "subject": facts.subject,
        "filer": facts.filer,
        "form": facts.form,
        "attachments": attachments,
        "submitted_at": HANDED_IN,
        "certificate": facts.certificate,
    }
