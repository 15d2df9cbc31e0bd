"""May somebody be filed for, and why not: every rule of the day, judged before a form is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.filing import Eligibility, FilingDrafted, NextStep, RuleAnswer
from contracts.labels import Labels
from contracts.matters.checks import rules_in_force
from contracts.matters.conditions import All, AnyOf, Condition, Not, holds, paths
from contracts.matters.facts import SubjectFacts
from contracts.matters.schema import Matter, Rule
from contracts.matters.show import confirmation_told
from contracts.message import Actor, derived_id
from contracts.places import NATION
from services.filing.domain import certificates, parties
from services.filing.domain.known import Known, facts_with


def as_drafted(matter: Matter, asker: Actor, known: Known, title: str, at: datetime) -> FilingDrafted:
    """The draft that would be begun: by the person, by the enterprise that asks, else by the person's employer."""
    employer = known.filer.enterprise_id if known.filer is not None else None
    by_person = matter.filed_by == "person"
    return FilingDrafted(
        filing_id=derived_id("eligibility"),
        matter=matter.code,
        matter_version=matter.version,
        title=title,
        enterprise_id=None if by_person else asker.enterprise_id or employer,
        person_id=known.subject.person_id if by_person and known.subject is not None else None,
        place=matter.province,
        drafted_at=at,
    )


def eligibility(
    matter: Matter, asker: Actor, drafted: FilingDrafted, known: Known, on: date, labels: Labels, *, open_elsewhere: bool
) -> Eligibility:
    """By the rules in force on that day; those of other days are told with their days, and do not count.

    ``drafted``: see ``as_drafted``. ``open_elsewhere``: the person has an open filing of a matter that excludes this one.
    """
    facts = facts_with(matter, known, {}, on)
    depends = _unknown(matter, known)

    def answered(rule: Rule) -> RuleAnswer:
        said = _said(rule.code, matter, judged(rule.when, facts, depends), labels, _waits_for(rule.when, matter, known))
        return said.model_copy(update=rule.model_dump(include={"legal_basis", "effective_from", "effective_until"}))

    judging = rules_in_force(matter, on)
    besides = _beside_rules(matter, asker, drafted, known, open_elsewhere)
    answers = [
        *(answered(rule) for rule in judging),
        *(_said(code, matter, held, labels, "certificate") for code, held in besides),
    ]
    found = [one.holds for one in answers]
    return Eligibility(
        matter=matter.code,
        matter_version=matter.version,
        title=drafted.title,
        on=on,
        eligible=False if False in found else None if None in found else True,
        rules=tuple(answers),
        certificate=known.certificate,
        not_in_force=tuple(answered(rule) for rule in matter.preconditions if rule not in judging),
        then=tuple(_then(matter, drafted, known, labels)),
    )


def told_to(asker: Actor, subject: SubjectFacts, answer: Eligibility, open_filing: UUID | None) -> Eligibility:
    """The answer with what is the asker's to know besides what stands in the way.

    Of somebody whom it does not employ an enterprise learns no more, nor an officer; nor does anybody of a certificate that was found by
    its number, is not the subject's own, and is none that they may file about.
    """
    theirs = asker.kind == "person" or (asker.kind == "enterprise" and subject.employed_by == asker.enterprise_id)
    own = any(certificates.same(one, answer.certificate) for one in subject.certificates)
    shown = answer.certificate if theirs and (own or answer.eligible is not False) else None
    return answer.model_copy(update={"certificate": shown, "open_filing": open_filing if theirs else None})


def judged(condition: Condition, facts: Mapping[str, Any], unknown: Callable[[str], bool]) -> bool | None:
    """Whether it holds whatever the unknown facts will be; None where it depends on them."""
    match condition:
        case All(all=parts):
            found = [judged(part, facts, unknown) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(any=parts):
            found = [judged(part, facts, unknown) for part in parts]
            return True if True in found else None if None in found else False
        case Not(not_=part):
            inner = judged(part, facts, unknown)
            return None if inner is None else not inner
    return None if any(unknown(path) for path in paths(condition)) else holds(condition, facts)


def _unknown(matter: Matter, known: Known) -> Callable[[str], bool]:
    """What the form decides; and everything of a certificate that was not found."""
    roots = {"form"}
    if matter.subject.qualification is not None:
        roots.add("qualification")
    if certificates.is_about_one(matter) and known.certificate is None:
        roots.add("certificate")
    several = known.certificate is not None and len(known.certificate.scopes) > 1
    chosen = several and matter.effect.scope is not None and matter.effect.scope.startswith("form.")

    def unknown(path: str) -> bool:
        # when something of it is over depends on what of it the filing is about
        return path.split(".")[0].removesuffix("[]") in roots or (chosen and path == "certificate.first_over")

    return unknown


def _waits_for(condition: Condition, matter: Matter, known: Known) -> str:
    """What has to be known before it can be judged."""
    missing = certificates.is_about_one(matter) and known.certificate is None
    about_it = any(path.startswith("certificate") for path in paths(condition))
    return "certificate" if missing and about_it else "form"


def _beside_rules(
    matter: Matter, asker: Actor, drafted: FilingDrafted, known: Known, open_elsewhere: bool
) -> Iterator[tuple[str, bool | None]]:
    """What a draft, or a hand-in, would be refused for besides the matter's rules."""
    if matter.filed_by == "person":
        yield "filed_by_person", asker.kind != "enterprise"
        if matter.province == NATION:
            # where the authority of a nation-wide matter is, the employer's seat says, or that of whom the certificate names
            seated = known.filer is not None and known.filer.place is not None
            yield "place_known", seated or parties.registered_with(known.certificate) is not None
    else:
        yield "filed_by_enterprise", drafted.enterprise_id is not None
    if known.subject is not None and known.subject.died_on is not None:
        yield "person_not_dead", False  # of the living it is not said
    if known.filer is not None and matter.filed_by == "enterprise":
        yield "filer_not_closed", not known.filer.closed
    missing = certificates.is_about_one(matter) and known.certificate is None
    if certificates.is_about_one(matter):
        yield "certificate_found", not certificates.unfit(matter, known.certificate)
    if matter.confirmations:
        yield "parties_known", None if missing else not parties.nobody_is(matter, drafted, known)
    if matter.exclusion is not None:
        yield "no_open_filing", not open_elsewhere


def _then(matter: Matter, drafted: FilingDrafted, known: Known, labels: Labels) -> Iterator[NextStep]:
    """What else a hand-in asks for, in the order in which it is done; who files is not asked to confirm."""
    yield NextStep(step="form", says=labels.label("eligibility.form", matter=matter.code))
    for file in matter.attachments:
        if file.required is not False:
            name = labels.label(f"attachments.{file.name}", matter=matter.code)
            key = "eligibility.file" if file.required is True else "eligibility.file_if"
            yield NextStep(step="attachment", name=file.name, says=labels.label(key, matter=matter.code, name=name))
    if matter.commitment is not None:
        yield NextStep(step="commitment", says=labels.label("eligibility.commitment", matter=matter.code))
    for one in matter.confirmations:
        ref = parties.party(one.by, drafted, known)
        if ref is None or not parties.is_filer(ref, drafted):
            yield NextStep(step="confirmation", name=one.by, says=confirmation_told(matter, one, labels))


def _said(code: str, matter: Matter, held: bool | None, labels: Labels, waits_for: str) -> RuleAnswer:
    needs = labels.label(f"rules.{code}.needs", matter=matter.code)
    wrong = held is False
    says = needs if held else labels.label(f"eligibility.by_{waits_for}", matter=matter.code, needs=needs)
    return RuleAnswer(
        code=code,
        holds=held,
        needs=needs,
        says=labels.label(f"rules.{code}.says", matter=matter.code) if wrong else says,
        remedy=labels.label(f"rules.{code}.remedy", matter=matter.code) if wrong else None,
        legal_basis=None,
        effective_from=None,
        effective_until=None,
    )
