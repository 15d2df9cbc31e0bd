"""What review does when others' events happen: a submission opens a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.filing import FilingSubmitted
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from contracts.message import Command, Recorded, derived_id, follow
from contracts.review import Applicant, OpenCase, Stage


def when_filing_submitted_open_case(recorded: Recorded[Any]) -> Iterable[Command]:
    """The route is copied from the matter's version that the filing pinned: later rules leave it alone."""
    submitted: FilingSubmitted = recorded.event
    yield from open_case(recorded, default_registry().get(submitted.matter, submitted.matter_version))


def open_case(recorded: Recorded[FilingSubmitted], matter: Matter) -> Iterable[Command]:
    """A matter without stages needs no authority: nobody would ever look at its case, so there is none."""
    submitted = recorded.event
    if not matter.stages:
        return
    case_id = derived_id("case", submitted.filing_id, submitted.round)
    yield OpenCase(
        case_id=case_id,
        filing_id=submitted.filing_id,
        round=submitted.round,
        number=submitted.number,
        matter=submitted.matter,
        matter_version=submitted.matter_version,
        title=submitted.title,
        credential=submitted.credential,
        registration_type=submitted.registration_type,
        place=submitted.place,
        applicant=applicant(submitted),
        specialty=specialty(matter, submitted.form),
        form=submitted.form,
        attachments=submitted.attachments,
        stages=tuple(
            Stage(name=one.name, level=one.level, working_days=one.working_days, outcomes=one.outcomes)
            for one in matter.stages
        ),
        publicity_working_days=matter.publicity.working_days if matter.publicity is not None else None,
        announced=matter.announcement,
        submitted_at=submitted.submitted_at,
        meta=follow(recorded, f"open-case-{case_id}"),
    )


def applicant(submitted: FilingSubmitted) -> Applicant:
    """The person that the filing is about, and the enterprise that filed unless the person did."""
    by_enterprise = submitted.enterprise_id is not None
    return Applicant(
        person_id=submitted.person_id,
        person_name=submitted.subject.name,
        enterprise_id=submitted.enterprise_id,
        enterprise_name=submitted.filer.name if by_enterprise else None,
    )


def specialty(matter: Matter, form: dict[str, Any]) -> str | None:
    """What the form asks to be registered for, where the matter's qualification says which field that is."""
    asked = matter.subject.qualification
    field = asked.specialty.removeprefix("form.") if asked is not None else "specialty"
    value = form.get(field)
    return value if isinstance(value, str) and value else None
