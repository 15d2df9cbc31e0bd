"""PickSubject: only somebody whom the matter allows; what is on record fills the form and brings its files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.filing import FileDetached, PickSubject, SubjectPicked
from contracts.matters.facts import FilerFacts, PersonFiles, SubjectFacts
from contracts.message import Actor
from services.kernel.testing import NOON, given, meta
from tests.domain.filing.samples import (
    COMPLETE,
    DRAFTED,
    FILING,
    HANDED_IN,
    PICKED,
    RETURNED,
    a_certificate,
    a_filer,
    a_qualification,
    a_subject,
    an_employment,
    another_subject,
    attached,
    filled,
    kept_with,
    on_record,
    picked,
)
from tests.samples import (
    CITY_OFFICER,
    ENTERPRISE,
    FILING_ID,
    OTHER_ENTERPRISE,
    OTHER_ENTERPRISE_ID,
    PERSON,
    file,
)


def pick(
    subject: SubjectFacts | None = None,
    filer: FilerFacts | None = None,
    actor: Actor = ENTERPRISE,
    **more: Any,
) -> PickSubject:
    subject, filer = subject or a_subject(), filer or a_filer()
    return PickSubject(
        filing_id=FILING_ID,
        name=subject.name,
        resident_id=subject.resident_id,
        meta=meta(actor, **more),
        subject=subject,
        filer=filer,
    )


class TestHappens:
    def test_the_record_fills_the_form_and_brings_its_files(self) -> None:
        outcome = given(FILING, DRAFTED).when(pick()).then(picked())
        assert outcome.state.form["school"] == "湖南大学"
        assert outcome.state.form["employer_place"] == "湖南省长沙市芙蓉区"
        assert outcome.state.form["employed_open_ended"] is True
        assert "specialty" not in outcome.state.form
        assert {a.attachment for a in outcome.state.attachments} == {
            "portrait",
            "id_card_front",
            "id_card_back",
            "employment_contract",
            "commitment_letter",
        }

    def test_what_is_not_on_record_is_simply_left_to_be_typed(self) -> None:
        bare = another_subject()
        outcome = given(FILING, DRAFTED).when(pick(bare))
        assert not {"school", "major", "degree"} & set(outcome.then_types(SubjectPicked).state.form)

    def test_again_when_the_record_was_completed_meanwhile(self) -> None:
        before, after = a_subject(school=None), a_subject()
        outcome = given(FILING, DRAFTED, picked(before)).when(pick(after)).then(picked(after))
        assert outcome.state.form["school"] == "湖南大学"

    def test_again_keeps_what_the_filer_typed_and_attached(self) -> None:
        history = [*PICKED, filled(specialty="building", penalties="无"), attached()]
        renewed = file("新照片.jpg", mark="7")
        changed = a_subject(files=a_subject().files.model_copy(update={"portrait": renewed}))
        state = given(FILING, *history).when(pick(changed)).then_types(SubjectPicked).state
        assert (state.form["specialty"], state.form["penalties"]) == ("building", "无")
        names = [a.attachment for a in state.attachments]
        assert names.count("portrait") == names.count("education_certificate") == 1
        assert next(a.file for a in state.attachments if a.attachment == "portrait") == renewed

    def test_after_a_return(self) -> None:
        given(FILING, *HANDED_IN, RETURNED).when(pick(a_subject(major="工程管理"))).then_types(SubjectPicked)


class TestAnotherPersonBeginsAnew:
    def test_nothing_of_the_first_one_stands_in_the_second_one_s_filing(self) -> None:
        other = another_subject()
        outcome = given(FILING, *COMPLETE).when(pick(other))
        gone = [*kept_with(a_subject()), attached()]
        outcome.then(
            *(FileDetached(filing_id=FILING_ID, attachment=a.attachment, sha256=a.file.sha256) for a in gone),
            picked(other),
        )
        assert outcome.state.form == on_record(other, a_filer())
        assert outcome.state.attachments == kept_with(other)

    def test_not_even_a_portrait_that_the_second_one_lacks(self) -> None:
        outcome = given(FILING, *PICKED).when(pick(another_subject(employment=None)))
        assert outcome.state.attachments == ()

    @pytest.mark.parametrize("ends_on", [NOON.date(), NOON.date() + timedelta(days=1), None])
    def test_the_employment_counts_through_its_last_day(self, ends_on: date | None) -> None:
        employed = a_subject(employment=an_employment(ends_on=ends_on))
        given(FILING, DRAFTED).when(pick(employed)).then_types(SubjectPicked)

    @pytest.mark.parametrize("changed", [{"status": "expired"}, {"credential": "constructor-1"}], ids=lambda c: str(c))
    def test_a_certificate_that_does_not_count(self, changed: dict[str, Any]) -> None:
        certified = a_subject(certificates=(a_certificate(**changed),))
        given(FILING, DRAFTED).when(pick(certified)).then(picked(certified))


class TestIgnoredTheSecondTime:
    def test_the_same_person_with_the_same_record(self) -> None:
        given(FILING, *PICKED).when(pick()).then_nothing()

    def test_also_when_the_form_was_filled_since(self) -> None:
        given(FILING, *COMPLETE).when(pick()).then_nothing()


NOT_ELIGIBLE = {
    "verified": a_subject(verified=False),
    "qualified": a_subject(qualifications=()),
    "employed_by_filer": a_subject(employed_by=None, employment=None),
    "employment_in_force": a_subject(employment=an_employment(ends_on=NOON.date() - timedelta(days=1))),
    "not_registered": a_subject(certificates=(a_certificate(),)),
    "of_age": a_subject(birth_date=NOON.date() - timedelta(days=17 * 366)),
    "not_over_65": a_subject(birth_date=date(1961, 3, 1)),
}


class TestRefused:
    @pytest.mark.parametrize("rule", NOT_ELIGIBLE)
    def test_somebody_whom_the_matter_does_not_allow(self, rule: str) -> None:
        refused = given(FILING, DRAFTED).when(pick(NOT_ELIGIBLE[rule])).then_refused("subject_not_eligible")
        assert refused.problems == [{"code": rule, "rule": rule, "params": {}}]

    @pytest.mark.parametrize(
        "qualification",
        [a_qualification(credential="constructor-1"), a_qualification(valid=False)],
        ids=["of another credential", "withdrawn"],
    )
    def test_a_qualification_that_does_not_count(self, qualification: Any) -> None:
        outcome = given(FILING, DRAFTED).when(pick(a_subject(qualifications=(qualification,))))
        outcome.then_refused("qualified")

    def test_somebody_registered_in_another_specialty(self) -> None:
        registered = a_subject(certificates=(a_certificate(scope=("highway",)),))
        given(FILING, DRAFTED).when(pick(registered)).then_refused("not_registered")

    def test_somebody_employed_by_another_enterprise(self) -> None:
        elsewhere = a_subject(employed_by=OTHER_ENTERPRISE_ID)
        given(FILING, DRAFTED).when(pick(elsewhere)).then_refused("employed_by_filer")

    def test_on_the_65th_birthday_not_yet_the_day_after_it_is(self) -> None:
        given(FILING, DRAFTED).when(pick(a_subject(birth_date=date(1961, 3, 2)))).then_types(SubjectPicked)
        given(FILING, DRAFTED).when(pick(a_subject(birth_date=date(1961, 3, 1)))).then_refused("not_over_65")

    def test_by_an_enterprise_that_is_not_authenticated(self) -> None:
        outcome = given(FILING, DRAFTED).when(pick(filer=a_filer(authenticated=False)))
        outcome.then_refused("filer_authenticated")

    def test_every_reason_is_told_at_once(self) -> None:
        nobody = a_subject(verified=False, qualifications=(), employed_by=None)
        refused = given(FILING, DRAFTED).when(pick(nobody)).then_refused("subject_not_eligible")
        assert [p["code"] for p in refused.problems] == ["verified", "qualified", "employed_by_filer"]

    def test_refusing_another_person_leaves_the_first_one_in_place(self) -> None:
        outcome = given(FILING, *COMPLETE).when(pick(another_subject(verified=False)))
        outcome.then_refused("verified")
        assert outcome.events == []

    @pytest.mark.parametrize("missing", ["subject", "filer"])
    def test_identity_found_nobody(self, missing: str) -> None:
        command = pick().model_copy(update={missing: None})
        given(FILING, DRAFTED).when(command).then_refused("subject_not_found")

    def test_once_submitted(self) -> None:
        given(FILING, *HANDED_IN).when(pick(another_subject())).then_refused("already_submitted")

    @pytest.mark.parametrize("actor", [OTHER_ENTERPRISE, PERSON, CITY_OFFICER])
    def test_in_somebody_else_s_filing(self, actor: Actor) -> None:
        outcome = given(FILING, DRAFTED).when(pick(actor=actor))
        outcome.then_refused("not_your_filing", NotAllowed)

    def test_there_is_no_such_filing(self) -> None:
        given(FILING).when(pick()).then_refused("filing_not_found", NotFound)


def test_a_record_without_files_brings_none() -> None:
    outcome = given(FILING, DRAFTED).when(pick(a_subject(files=PersonFiles(), employment=None)))
    assert outcome.state.attachments == ()
