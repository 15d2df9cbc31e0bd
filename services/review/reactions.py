"""What review does when others' events happen: a submission opens a case, a correction lets it go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts.filing import FilingSubmitted
from contracts.matters.facts import Facts, gathered
from contracts.matters.lookup import value_at
from contracts.matters.registry import default_registry
from contracts.matters.route import Party, Publicity
from contracts.matters.schema import Matter
from contracts.message import Command, Recorded, derived_id, follow
from contracts.review import Applicant, GrantedBySilence, Objections, OpenCase, ResubmitCase, Stage
from services.review.domain.days import china_day


def when_filing_submitted_open_case(recorded: Recorded[Any]) -> Iterable[Command]:
    """The route is copied from the matter's version that the filing pinned: later rules leave it alone."""
    submitted: FilingSubmitted = recorded.event
    yield from case_of(recorded, default_registry().get(submitted.matter, submitted.matter_version))


def case_of(recorded: Recorded[FilingSubmitted], matter: Matter) -> Iterable[Command]:
    """One case for a filing, whatever is handed in again. A matter that takes effect by confirmation has none."""
    if matter.review == "none":
        return
    submitted = recorded.event
    # rounds count hand-ins: one that a party sent back was never the authority's
    again = submitted.round > 1 if submitted.resubmitted is None else submitted.resubmitted
    if again:
        yield _resubmission(recorded, matter)
    else:
        yield _opening(recorded, matter)


def _opening(recorded: Recorded[FilingSubmitted], matter: Matter) -> OpenCase:
    submitted = recorded.event
    case_id = derived_id("case", submitted.filing_id, 1)
    return OpenCase(
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
        stages=tuple(Stage.model_validate(one.model_dump()) for one in matter.stages),
        publicity_working_days=matter.publicity.working_days if matter.publicity is not None else None,
        announced=matter.announcement,
        submitted_at=submitted.submitted_at,
        automatic=matter.review == "auto",
        correction=matter.correction,
        decision=matter.decision,
        objections=_objections(matter.publicity),
        granted_by_silence=granted_by_silence(matter, submitted),
        filed_by=filed_by(recorded),
        confirmed_by=confirmed_by(submitted),
        party_enterprises=party_enterprises(submitted),
        meta=follow(recorded, f"open-case-{case_id}"),
    )


def _resubmission(recorded: Recorded[FilingSubmitted], matter: Matter) -> ResubmitCase:
    submitted = recorded.event
    case_id = derived_id("case", submitted.filing_id, 1)
    return ResubmitCase(
        case_id=case_id,
        round=submitted.round,
        applicant=applicant(submitted),
        specialty=specialty(matter, submitted.form),
        form=submitted.form,
        attachments=submitted.attachments,
        submitted_at=submitted.submitted_at,
        filed_by=filed_by(recorded),
        confirmed_by=confirmed_by(submitted),
        party_enterprises=party_enterprises(submitted),
        meta=follow(recorded, f"resubmit-case-{case_id}-{submitted.round}"),
    )


def _objections(publicity: Publicity | None) -> Objections:
    if publicity is None:
        return Objections(allowed=False)
    return Objections(
        allowed=publicity.objections,
        anonymous=publicity.objections and publicity.anonymous_objections,
        working_days=publicity.objection_working_days if publicity.objections else None,
    )


def granted_by_silence(matter: Matter, submitted: FilingSubmitted) -> GrantedBySilence | None:
    """The day that the matter names, as it was when it was handed in.

    None where there is no such day, or it was asked for so late that there was no time in which to be silent.
    """
    rule = matter.granted_by_silence
    if rule is None:
        return None
    today = china_day(submitted.submitted_at)
    on = _day(value_at(_facts(matter, submitted, today), rule.on))
    if on is None or on - timedelta(days=rule.asked_before) < today:
        return None
    return GrantedBySilence(due_on=on, legal_basis=rule.legal_basis)


def _facts(matter: Matter, submitted: FilingSubmitted, today: date) -> Mapping[str, Any]:
    facts = Facts(
        today=today,
        subject=submitted.subject,
        filer=submitted.filer,
        form=submitted.form,
        certificate=submitted.certificate,
    )
    return gathered(matter, facts)


def _day(value: Any) -> date | None:
    """Facts hold dates as ISO text; a form may hold what its field's rules would not take today."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def applicant(submitted: FilingSubmitted) -> Applicant:
    """The person that the filing is about, and the enterprise that filed unless the person did."""
    filer = submitted.filer if submitted.enterprise_id is not None else None
    return Applicant(
        person_id=submitted.person_id,
        person_name=submitted.subject.name,
        enterprise_id=submitted.enterprise_id,
        enterprise_name=filer.name if filer is not None else None,
    )


def filed_by(recorded: Recorded[FilingSubmitted]) -> str:
    """The filer's account, also where the last party to agree, or its silence, handed it in."""
    return recorded.event.filed_by or recorded.meta.actor.account_id


def confirmed_by(submitted: FilingSubmitted) -> tuple[str, ...]:
    """The accounts that agreed: they had a hand in it. Silence has no account."""
    return tuple(dict.fromkeys(one.account_id for one in submitted.confirmed_by if one.account_id))


def party_enterprises(submitted: FilingSubmitted) -> tuple[UUID, ...]:
    """The enterprises that agreed, also by silence, and those that were told: what is decided concerns them."""
    employer = submitted.filer.enterprise_id if submitted.filer is not None else None
    who: dict[Party, UUID | None] = {
        "enterprise": employer,
        "new_enterprise": submitted.enterprise_id or employer,
        "former_enterprise": submitted.certificate.employer_id if submitted.certificate is not None else None,
    }
    # older events do not say who agreed, only as what
    agreed = (who.get(one.by) if one.enterprise_id is None else one.enterprise_id for one in submitted.confirmed_by)
    found = [*agreed, *(one.enterprise_id for one in submitted.informs)]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def specialty(matter: Matter, form: dict[str, Any]) -> str | None:
    """What the form asks to be registered for, where the matter's qualification says which field that is."""
    asked = matter.subject.qualification
    field = asked.specialty.removeprefix("form.") if asked is not None else "specialty"
    value = form.get(field)
    return value if isinstance(value, str) and value else None
