"""For every rule that a matter may have, what must be different in the facts so that just this rule does not hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts.matters.facts import Facts, ScopeFacts
from contracts.matters.schema import Matter
from tests.matters.conftest import a_certificate, an_employment
from tests.matters.scenes import SOON, TODAY

Change = Callable[[Matter, Facts], Facts]
NOBODY_KNOWN = UUID("00000000-0000-4000-8000-0000000000ff")
THIRD = "mining"
"""A specialty of every constructor's credential that the scenes' people neither passed nor hold."""


def subject(**changed: Any) -> Change:
    return lambda _, facts: facts.model_copy(
        update={"subject": facts.subject.model_copy(update=changed) if facts.subject else None}
    )


def filer(**changed: Any) -> Change:
    return lambda _, facts: facts.model_copy(update={"filer": facts.filer.model_copy(update=changed) if facts.filer else None})


def certificate(**changed: Any) -> Change:
    return lambda _, facts: facts.model_copy(
        update={"certificate": facts.certificate.model_copy(update=changed) if facts.certificate else None}
    )


def form(**changed: Any) -> Change:
    return lambda _, facts: facts.model_copy(update={"form": {**facts.form, **changed}})


def both(*changes: Change) -> Change:
    def changed(matter: Matter, facts: Facts) -> Facts:
        for change in changes:
            facts = change(matter, facts)
        return facts

    return changed


def qualifications(**changed: Any) -> Change:
    def with_others(_: Matter, facts: Facts) -> Facts:
        assert facts.subject is not None
        changed_ones = tuple(one.model_copy(update=changed) for one in facts.subject.qualifications)
        return subject(qualifications=changed_ones)(_, facts)

    return with_others


def another_valid_one(matter: Matter, facts: Facts) -> Facts:
    assert facts.subject is not None
    one = a_certificate(credential=matter.credential, certificate_id=NOBODY_KNOWN, number="湘2432024202500099")
    return subject(certificates=(*facts.subject.certificates, one))(matter, facts)


def held(matter: Matter, facts: Facts) -> str:
    """What the certificate of the scene is good for."""
    assert facts.certificate is not None
    return facts.certificate.scope[0]


def another_scope_too_early(matter: Matter, facts: Facts) -> Facts:
    """A second specialty that has 200 days to go is chosen."""
    late = TODAY + timedelta(days=200)
    first = held(matter, facts)
    scopes = (ScopeFacts(specialty=first, expires_on=SOON), ScopeFacts(specialty=THIRD, expires_on=late))
    changed = certificate(scopes=scopes, scope=(first, THIRD), in_force=(first, THIRD), valid_until=late)
    return form(specialties=[THIRD])(matter, changed(matter, facts))


def ending(day: date) -> Change:
    """The whole certificate ends on that day."""
    return lambda matter, facts: certificate(
        valid_until=day, scopes=(ScopeFacts(specialty=held(matter, facts), expires_on=day),)
    )(matter, facts)


def _asked_for(facts: Facts) -> tuple[str, ...]:
    asked = facts.form["category"]
    return (asked,) if isinstance(asked, str) else tuple(asked)


def held_already(matter: Matter, facts: Facts) -> Facts:
    return form(specialty=held(matter, facts))(matter, facts)


BREAKS: Mapping[str, Change] = {
    "filer_authenticated": filer(authenticated=False),
    "filer_fit": filer(qualified=False),
    "verified": subject(verified=False),
    "qualified": qualifications(valid=False),
    "employed_by_filer": subject(employed_by=NOBODY_KNOWN),
    "employed": subject(employed_by=None),
    "confirmer_known": both(subject(employed_by=None), certificate(employer_id=None)),
    "employment_in_force": subject(employment=an_employment(ends_on=TODAY - timedelta(days=1))),
    "not_registered": another_valid_one,
    "none_valid": another_valid_one,
    "of_age": subject(birth_date=date(2008, 11, 21)),
    "not_over_65": subject(birth_date=date(1961, 11, 19)),
    "not_near_65": subject(birth_date=date(1962, 1, 1)),
    "qualified_in_specialty": form(specialty=THIRD),
    "continuing_education": both(
        qualifications(obtained_on=date(2020, 1, 1)), form(compulsory_hours=60, elective_hours=59)
    ),
    "continuing_education_done": form(compulsory_hours=59),
    "portrait_on_record": lambda matter, facts: subject(
        files=facts.subject.files.model_copy(update={"portrait": None}) if facts.subject else None
    )(matter, facts),
    "certificate_valid": certificate(status="cancelled"),
    "certificate_in_force": ending(TODAY - timedelta(days=1)),
    "certificate_of_filer": certificate(employer_id=NOBODY_KNOWN),
    "not_in_last_days": ending(TODAY + timedelta(days=29)),
    "renewal_window_open": ending(TODAY + timedelta(days=91)),
    "specialties_in_window": another_scope_too_early,
    "scope_held": form(specialties=[THIRD]),
    "scope_not_held": held_already,
    "former_certificate": certificate(status="valid"),
    "no_refusal_ground": form(refusal_ground="serious_accident"),
    "numbers_differ": certificate(holder_resident_id="11010519491231002X"),
    "names_agree": certificate(holder_name="王五"),
    "not_anothers": certificate(holder_id=NOBODY_KNOWN),
    "former_employer_known": certificate(employer_id=None),
    "employer_changes": lambda matter, facts: certificate(
        employer_id=facts.filer.enterprise_id if facts.filer else None
    )(matter, facts),
    "extension_window_open": ending(date(2027, 2, 21)),
    "trained_every_year": form(training_hours_second_year=23),
    "few_violations": form(violations=3),
    "no_accident": form(responsible_for_accident=True),
    "fit_for_work": form(medically_fit=False),
    "dates_in_order": form(first_issued_on="2026-11-21"),
    "paper_in_date": form(valid_until="2026-11-19"),
    "one_detail_agrees": certificate(holder_name="王五", holder_resident_id="110105491231002"),
    "new_number_differs": lambda matter, facts: form(
        new_resident_id=facts.subject.resident_id if facts.subject else None
    )(matter, facts),
    "names_differ": lambda matter, facts: form(new_name=facts.subject.name if facts.subject else None)(matter, facts),
    "number_not_on_record": lambda matter, facts: subject(
        certificates=(a_certificate(status="expired", number=str(facts.form["certificate_number"])),)
    )(matter, facts),
    "category_not_held": lambda matter, facts: subject(
        certificates=(a_certificate(credential=matter.credential, scope=_asked_for(facts)),)
    )(matter, facts),
}
"""By the rule's code. A rule whose code means another thing in one matter has its own entry there, in ``OF_MATTER``."""

OF_MATTER: Mapping[tuple[str, str], Change] = {}


def broken(matter: Matter, code: str, facts: Facts) -> Facts:
    """The facts, changed so that this rule does not hold."""
    change = OF_MATTER.get((matter.code, code)) or BREAKS[code]
    return change(matter, facts)
