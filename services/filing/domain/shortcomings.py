"""What stands in the way of a hand-in, and of the last agreement to one: by what holds now, told all at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

from contracts.errors import Stale
from contracts.matters.checks import check_attachments, check_form, check_preconditions
from contracts.matters.facts import CertificateFacts, FilerFacts, SubjectFacts
from contracts.matters.schema import Matter
from services.filing.domain import certificates, parties
from services.filing.domain.days import china_day
from services.filing.domain.drafting import commitment_text
from services.filing.domain.eligibility import judged
from services.filing.domain.filing import Filing
from services.filing.domain.known import Known, facts_with
from services.filing.domain.rules import described, wire

NOBODY: list[dict[str, Any]] = [{"code": "subject_missing", "field": "subject"}]
"""Without whom it is about nothing can be judged."""


class LookedUp(Protocol):
    """A command that was filled in with what holds now; with nothing where nothing was looked up."""

    @property
    def subject(self) -> SubjectFacts | None: ...
    @property
    def filer(self) -> FilerFacts | None: ...
    @property
    def certificate(self) -> CertificateFacts | None: ...


def known_now(state: Filing, command: LookedUp, matter: Matter) -> Known:
    """What was looked up for this command; whoever files alone may have no employer any more."""
    if state.subject is None or state.drafted is None:
        return Known()
    subject = command.subject or state.subject
    if subject.person_id != state.subject.person_id:
        # picked in another browser since it was looked up: nobody stands in a filing with somebody else's form and files
        raise Stale("subject_changed")
    if command.subject is None:
        return state.known
    filer = command.filer if state.drafted.person_id is not None else command.filer or state.filer
    return Known(subject, filer, certificates.afresh(matter, subject, state.certificate, command.certificate))


def shortcomings(state: Filing, matter: Matter, known: Known, at: datetime) -> list[dict[str, Any]]:
    """Every reason why it could not be handed in at this moment; empty when it could."""
    problems = unmet(state, matter, known, at)
    if known.subject is None or problems == NOBODY:
        return problems
    facts = facts_with(matter, known, dict(state.form), application_day(state, known, at))
    found = [
        *check_form(matter, state.form, facts),
        *check_attachments(matter, [described(a) for a in state.attachments], facts),
    ]
    blank = {f"form.{one.field}" for one in found if one.code == "required"}
    problems = [one for one in problems if not _hangs_on(blank, matter, one, facts)]
    problems += [wire(p) for p in found]
    if matter.commitment is not None and not _committed(state, matter):
        problems.append({"code": "commitment_not_accepted", "field": "commitment"})
    return problems


def unmet(state: Filing, matter: Matter, known: Known, at: datetime) -> list[dict[str, Any]]:
    """Which rules do not hold of what is known now, whatever was typed and brought.

    The rules are those of the day of the first hand-in; the facts are those of now.
    """
    drafted = state.drafted
    if drafted is None or known.subject is None or (known.filer is None and drafted.enterprise_id is not None):
        return list(NOBODY)
    day = application_day(state, known, at)
    facts = facts_with(matter, known, dict(state.form), day)
    problems = [wire(p) for p in check_preconditions(matter, facts, on=state.judged_on or day)]
    problems += certificates.unfit(matter, known.certificate)
    problems += parties.nobody_is(matter, drafted, known)
    if known.subject.died_on is not None:
        problems.append({"code": "person_died", "field": "subject", "params": {"day": known.subject.died_on.isoformat()}})
    if drafted.enterprise_id is not None and known.filer is not None and known.filer.closed:
        problems.append({"code": "filer_closed", "field": "enterprise"})
    if matter.filed_by != ("person" if drafted.person_id is not None else "enterprise"):
        # the newest version gives it to the other side
        problems.append({"code": "wrong_filer", "field": "matter", "params": {"filed_by": matter.filed_by}})
    return problems


def unmet_since(state: Filing, matter: Matter, known: Known, at: datetime) -> list[dict[str, Any]]:
    """What of a hand-in that parties agree to is not so any more: weeks may have passed since it was looked at.

    What the form says of the record is as it was handed in: that is what they agree to.
    """
    problems = unmet(state, matter, known, at)
    if problems == NOBODY or state.drafted is None:
        return problems
    return problems + parties.changed(matter, state.drafted, state.known, known)


def application_day(state: Filing, known: Known, at: datetime) -> date:
    """The day that times are counted from in rules: today; of a correction that on which the authority got it first.

    It is the same application (行政许可法 art. 32): a window that closes while it is mended was not missed.
    """
    person_id = known.subject.person_id if known.subject is not None else None
    first = next((one for one in state.submissions if one.person_id == person_id), None)
    return china_day(first.submitted_at if first is not None else at)


def _hangs_on(blank: set[str], matter: Matter, problem: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether it is a rule about a field that is still to be filled in, which is told already: nothing is over, or reversed,
    of which nobody has said the day.
    """
    rule = next((one for one in matter.preconditions if one.code == problem.get("rule")), None)
    return rule is not None and judged(rule.when, facts, lambda path: path.removesuffix("[]") in blank) is None


def _committed(state: Filing, matter: Matter) -> bool:
    """To the words that stand there now; what was handed in with others stays accepted."""
    if state.matter_version is not None:
        return state.commitment_sha256 is not None
    return state.commitment_sha256 == hashlib.sha256(commitment_text(matter).encode()).hexdigest()
