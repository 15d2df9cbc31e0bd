"""SubmitFiling: everything is checked against what holds now, everything wrong is told at once, and it is whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.decider import Claim, Release
from contracts.errors import NotAllowed, NotFound
from contracts.filing import FileDetached, FilingSubmitted, SubmitFiling
from contracts.matters.conditions import Equals
from contracts.matters.facts import EmploymentFacts, FilerFacts, SubjectFacts
from contracts.matters.schema import Rule
from contracts.message import Actor, Event
from services.filing.domain.decide import make_filing
from services.filing.domain.submission import number_of
from services.kernel.testing import NOON, given, meta
from tests.domain.filing.samples import (
    APPROVED,
    COMMITTED,
    COMPLETE,
    DRAFTED,
    FILING,
    HANDED_IN,
    INITIAL,
    PICKED,
    PORTRAIT,
    REJECTED,
    RETURNED,
    a_filer,
    a_qualification,
    a_subject,
    another_subject,
    attached,
    filled,
    picked,
    submitted,
)
from tests.samples import (
    CITY_OFFICER,
    EMPLOYMENT_ID,
    ENTERPRISE,
    FILING_ID,
    OTHER_ENTERPRISE,
    OTHER_ENTERPRISE_ID,
    OTHER_PERSON_ID,
    PERSON,
    PERSON_ID,
    file,
)

NEXT_DAY = NOON + timedelta(days=1)


def submit(
    subject: SubjectFacts | None = None,
    filer: FilerFacts | None = None,
    actor: Actor = ENTERPRISE,
    at: datetime = NOON,
) -> SubmitFiling:
    """As the service gives it: with what identity knows at this moment."""
    return SubmitFiling(
        filing_id=FILING_ID, subject=subject or a_subject(), filer=filer or a_filer(), meta=meta(actor, at)
    )


def refused_for(*history: Event, command: SubmitFiling | None = None) -> list[tuple[str, str | None]]:
    refused = given(FILING, *history).when(command or submit()).then_refused("filing_incomplete")
    return [(p["code"], p.get("field") or p.get("attachment")) for p in refused.problems]


def without(kind: type[Event]) -> list[Event]:
    return [event for event in COMPLETE if not isinstance(event, kind)]


class TestHappens:
    def test_the_authority_sees_everything_whole(self) -> None:
        outcome = given(FILING, *COMPLETE).when(submit()).then(submitted())
        assert (outcome.state.status, outcome.state.round) == ("submitted", 1)

    def test_what_holds_now_is_submitted_not_what_held_when_the_draft_was_begun(self) -> None:
        renewed = a_subject(phone="13911111111")
        (event,) = given(FILING, *COMPLETE).when(submit(renewed)).then_types(FilingSubmitted).events
        assert isinstance(event, FilingSubmitted)
        assert event.subject.phone == "13911111111"

    def test_the_number_is_the_day_s_and_the_filing_s_own(self) -> None:
        assert submitted().number == f"20260302{FILING_ID.int % 10**10:010d}"
        early = datetime(2026, 3, 2, 0, 30, tzinfo=NOON.tzinfo).astimezone(UTC)
        assert number_of(FILING_ID, early).startswith("20260302"), "the day in China, wherever it was counted"

    def test_the_person_is_taken_for_this_group_of_matters(self) -> None:
        claims = given(FILING, *COMPLETE).when(submit()).claims
        assert Claim("open_filing", f"{PERSON_ID}/constructor-2", "open_filing_exists") in claims
        assert Claim("filing_number", submitted().number, "filing_number_taken") in claims

    def test_a_matter_that_excludes_none_takes_nobody(self) -> None:
        alone = make_filing(lambda code, version: INITIAL.model_copy(update={"exclusion": None}))
        claims = given(alone, *COMPLETE).when(submit()).claims
        assert [c.kind for c in claims if isinstance(c, Claim)] == ["filing_number"]

    def test_again_after_a_return_as_the_next_round_under_the_same_number(self) -> None:
        history = [*HANDED_IN, RETURNED, filled(specialty="building", penalties="无")]
        outcome = given(FILING, *history).when(submit(at=NEXT_DAY)).then_types(FilingSubmitted)
        first, second = outcome.state.submissions
        assert first == submitted()
        assert (second.round, second.number, second.submitted_at) == (2, first.number, NEXT_DAY)
        assert second.form["penalties"] == "无"
        assert outcome.state.reason is None

    def test_after_a_return_for_another_person_the_first_one_is_free_again(self) -> None:
        files = a_subject().files
        other = another_subject(
            **a_subject().model_dump(include={"ethnicity", "school", "major", "education", "degree"}), files=files
        )
        form = {**picked(other).form, "specialty": "building"}
        filled_again = filled().model_copy(update={"form": form})
        history = [*HANDED_IN, RETURNED, picked(other), filled_again, attached(content=file("b.pdf", mark="8"))]
        claims = given(FILING, *history).when(submit(other)).claims
        assert claims.index(Release("open_filing")) < claims.index(
            Claim("open_filing", f"{OTHER_PERSON_ID}/constructor-2", "open_filing_exists")
        )

    def test_older_qualifications_need_continuing_education(self) -> None:
        older = a_subject(qualifications=(a_qualification(obtained_on=date(2020, 1, 1), passed_year=2019),))
        learnt = {"specialty": "building", "compulsory_hours": 60, "elective_hours": 60}
        proof = attached("continuing_education_certificate", file("继续教育.jpg", mark="8"))
        history = [DRAFTED, picked(older), filled(**learnt), attached(), proof, COMMITTED]
        given(FILING, *history).when(submit(older)).then_types(FilingSubmitted)
        too_few = [DRAFTED, picked(older), filled(**{**learnt, "elective_hours": 59}), attached(), proof, COMMITTED]
        assert refused_for(*too_few, command=submit(older)) == [("continuing_education", None)]


class TestIgnoredTheSecondTime:
    def test_submitted_twice_is_silence(self) -> None:
        given(FILING, *HANDED_IN).when(submit()).then_nothing()
        given(FILING, *HANDED_IN).when(submit(a_subject(verified=False), at=NEXT_DAY)).then_nothing()


class TestRefused:
    def test_everything_that_is_missing_is_told_at_once(self) -> None:
        found = refused_for(*PICKED)
        assert ("required", "specialty") in found
        assert ("attachment_missing", "education_certificate") in found
        assert ("commitment_not_accepted", "commitment") in found
        assert ("qualified_in_specialty", None) in found

    def test_nobody_is_picked(self) -> None:
        command = submit().model_copy(update={"subject": None, "filer": None})
        assert refused_for(DRAFTED, command=command) == [("subject_missing", "subject")]

    def test_the_commitment_is_not_accepted(self) -> None:
        assert refused_for(*COMPLETE[:-1]) == [("commitment_not_accepted", "commitment")]

    def test_an_attachment_is_missing(self) -> None:
        gone = FileDetached(filing_id=FILING_ID, attachment="portrait", sha256=PORTRAIT.sha256)
        assert refused_for(*COMPLETE, gone) == [("attachment_missing", "portrait")]

    def test_an_attachment_that_came_with_the_record_is_too_large_or_of_a_wrong_format(self) -> None:
        for poor, code in (
            (file("大.jpg", size=2 * 1024 * 1024 + 1, mark="9"), "file_too_large"),
            (file("照片.pdf", "application/pdf", mark="9"), "wrong_format"),
        ):
            subject = a_subject(files=a_subject().files.model_copy(update={"portrait": poor}))
            history = [DRAFTED, picked(subject), *COMPLETE[2:]]
            assert refused_for(*history, command=submit(subject)) == [(code, "portrait")]

    def test_a_specialty_in_which_nobody_is_qualified(self) -> None:
        history = [*COMPLETE, filled(specialty="municipal")]
        assert refused_for(*history) == [("qualified_in_specialty", None)]

    @pytest.mark.parametrize(
        ("rule", "now"),
        [
            ("verified", a_subject(verified=False)),
            ("employed_by_filer", a_subject(employed_by=OTHER_ENTERPRISE_ID)),
            ("qualified", a_subject(qualifications=(a_qualification(valid=False),))),
        ],
    )
    def test_what_held_when_the_person_was_picked_holds_no_more(self, rule: str, now: SubjectFacts) -> None:
        assert (rule, None) in refused_for(*COMPLETE, command=submit(now))

    def test_the_person_grew_too_old_meanwhile(self) -> None:
        nearly = a_subject(birth_date=date(1961, 3, 2))
        history = [DRAFTED, picked(nearly), filled(specialty="building", birth_date="1961-03-02"), *COMPLETE[3:]]
        given(FILING, *history).when(submit(nearly)).then_types(FilingSubmitted)
        assert refused_for(*history, command=submit(nearly, at=NEXT_DAY)) == [("not_over_65", None)]

    def test_what_the_form_says_is_no_longer_on_record(self) -> None:
        ends = EmploymentFacts(id=EMPLOYMENT_ID, starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1))
        changed = a_subject(employment=ends)
        assert ("differs_from_record", "employed_open_ended") in refused_for(*COMPLETE, command=submit(changed))

    @pytest.mark.parametrize("decision", [APPROVED, REJECTED], ids=["approved", "rejected"])
    def test_what_was_decided_is_not_submitted_again(self, decision: Event) -> None:
        given(FILING, *HANDED_IN, decision).when(submit()).then_refused("already_submitted")

    @pytest.mark.parametrize("actor", [OTHER_ENTERPRISE, PERSON, CITY_OFFICER])
    def test_somebody_else_s_filing(self, actor: Actor) -> None:
        for history in (COMPLETE, HANDED_IN):
            given(FILING, *history).when(submit(actor=actor)).then_refused("not_your_filing", NotAllowed)

    def test_there_is_no_such_filing(self) -> None:
        given(FILING).when(submit()).then_refused("filing_not_found", NotFound)

    def test_a_rule_about_what_is_still_blank_is_not_told_as_broken(self) -> None:
        rule = Rule(code="paper_in_date", when=Equals(equals=("form.specialty", "building")), effective_from=date(2020, 1, 1))
        matter = INITIAL.model_copy(update={"preconditions": (*INITIAL.preconditions, rule)})
        filing = make_filing(lambda code, version: matter)

        def told(*history: Event) -> set[str]:
            refused = given(filing, *history).when(submit()).then_refused("filing_incomplete")
            return {str(one.get("rule") or one.get("field")) for one in refused.problems}

        assert "specialty" in (said := told(*PICKED)) and "paper_in_date" not in said
        assert "paper_in_date" in told(*PICKED, filled(specialty="highway"))

    def test_problems_name_no_person(self) -> None:
        refused = given(FILING, *PICKED).when(submit(a_subject(verified=False))).then_refused("verified")
        said: list[Any] = refused.problems
        assert not any(value in str(said) for value in (a_subject().name, a_subject().resident_id))
