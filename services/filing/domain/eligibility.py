"""May somebody be filed for, and why not: every rule of the day, judged before a form is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from contracts.filing import Eligibility, FilingDrafted, RuleAnswer
from contracts.labels import Labels
from contracts.matters.checks import rules_in_force
from contracts.matters.conditions import All, AnyOf, Condition, Not, holds, paths
from contracts.matters.facts import SubjectFacts
from contracts.matters.schema import Matter, Rule
from contracts.message import Actor
from services.filing.domain import certificates, parties
from services.filing.domain.known import Known, facts_with


def eligibility(
    matter: Matter, drafted: FilingDrafted, known: Known, on: date, labels: Labels, *, open_elsewhere: bool
) -> Eligibility:
    """By the rules in force on that day. ``drafted``: the draft as it would be begun by whoever asks.

    ``open_elsewhere``: the person has an open filing of a matter that excludes this one.
    """
    facts = facts_with(matter, known, {}, on)
    depends = _unknown(matter, known)
    answers = [_answer(rule, matter, judged(rule.when, facts, depends), labels) for rule in rules_in_force(matter, on)]
    answers += [
        _said(code, matter, held, labels) for code, held in _beside_rules(matter, drafted, known, open_elsewhere)
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
    )


def told_to(asker: Actor, subject: SubjectFacts, answer: Eligibility, open_filing: UUID | None) -> Eligibility:
    """The answer with what is the asker's to know besides what stands in the way.

    Of somebody whom it does not employ an enterprise learns no more; nor does anybody of a certificate that was found by
    its number, is not the subject's own, and is none that they may file about.
    """
    theirs = asker.kind == "person" or subject.employed_by == asker.enterprise_id
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


def _beside_rules(
    matter: Matter, drafted: FilingDrafted, known: Known, open_elsewhere: bool
) -> Iterator[tuple[str, bool | None]]:
    """What a hand-in would be refused for besides the matter's rules."""
    missing = certificates.is_about_one(matter) and known.certificate is None
    if certificates.is_about_one(matter):
        yield "certificate_found", not certificates.unfit(matter, known.certificate)
    if matter.confirmations:
        yield "parties_known", None if missing else not parties.nobody_is(matter, drafted, known)
    if matter.exclusion is not None:
        yield "no_open_filing", not open_elsewhere


def _answer(rule: Rule, matter: Matter, held: bool | None, labels: Labels) -> RuleAnswer:
    said = _said(rule.code, matter, held, labels)
    about = rule.model_dump(include={"legal_basis", "effective_from", "effective_until"})
    return said.model_copy(update=about)


def _said(code: str, matter: Matter, held: bool | None, labels: Labels) -> RuleAnswer:
    needs = labels.label(f"rules.{code}.needs", matter=matter.code)
    wrong = held is False
    return RuleAnswer(
        code=code,
        holds=held,
        needs=needs,
        says=labels.label(f"rules.{code}.says", matter=matter.code) if wrong else needs,
        remedy=labels.label(f"rules.{code}.remedy", matter=matter.code) if wrong else None,
        legal_basis=None,
        effective_from=None,
        effective_until=None,
    )
