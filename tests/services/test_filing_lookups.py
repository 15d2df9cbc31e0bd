"""What filing asks others before it decides: places, people, certificates; by fakes that answer as identity does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import NotAllowed, Refused, Unavailable
from contracts.filing import CheckEligibility
from contracts.matters.schema import Matter, SubjectCertificate
from contracts.message import Actor, Question
from services.filing.lookups import Lookups
from tests.domain.filing.confirming import CERTIFICATE, FILING, READY, joint
from tests.domain.filing.samples import CODE, DRAFTED, INITIAL, a_certificate, a_filer, a_subject
from tests.samples import AUDITOR, CITY_OFFICER, ENTERPRISE, OTHER_PERSON_ID, PERSON, PERSON_ID

TODAY = date(2026, 3, 2)
NATIONAL = INITIAL.model_copy(update={"province": "000000", "filed_by": "person"})
BY_NUMBER = joint(subject=joint().subject.model_copy(update={"certificate": SubjectCertificate(by_number=True)}))


class Others:
    """Ground and the other services at once: each question's answer by its name, and what was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers: Mapping[str, Any] = answers
        self.asked: list[Question] = []
        self.rpc = self

    def send(self, question: Question) -> Any:
        self.asked.append(question)
        answer = self.answers[type(question).__name__]
        if isinstance(answer, Exception):
            raise answer
        return answer


def found(filer: Any = None) -> dict[str, Any]:
    """As identity answers FindSubject."""
    subject = a_subject().model_dump(mode="json", exclude={"certificates"})
    return {"subject": subject, "filer": filer.model_dump(mode="json") if filer is not None else None}


def lookups(**answers: Any) -> tuple[Lookups, Others]:
    others = Others(**answers)
    return Lookups(others), others  # type: ignore[arg-type]


class TestWhereItGoes:
    def test_the_enterprise_s_own_place(self) -> None:
        ask, _ = lookups(GetEnterprise={"details": {"place": "430202"}, "closed_on": None})
        assert ask.seat_of(ENTERPRISE, INITIAL, TODAY) == {"place": "430202", "closed_on": None}

    def test_of_one_that_has_ended_the_day_too(self) -> None:
        ask, _ = lookups(GetEnterprise={"details": {"place": "430202"}, "closed_on": "2026-02-01"})
        assert ask.seat_of(ENTERPRISE, INITIAL, TODAY)["closed_on"] == date(2026, 2, 1)

    def test_the_place_of_the_person_s_employer(self) -> None:
        ask, others = lookups(FindSubject=found(a_filer(place="430202")))
        assert ask.seat_of(PERSON, NATIONAL, TODAY) == {"place": "430202"}
        (question,) = others.asked
        assert question.model_dump(exclude_defaults=True) == {"person_id": PERSON_ID, "of_employer": True}

    def test_without_an_employer_the_matter_s_province_and_nowhere_where_that_is_the_whole_country(self) -> None:
        ask, _ = lookups(FindSubject=found(), FindHeld=[])
        assert ask.seat_of(PERSON, INITIAL, TODAY) == {"place": "430000"}
        assert ask.seat_of(PERSON, NATIONAL, TODAY) == {"place": None}

    @pytest.mark.parametrize(
        ("certificate", "expected"),
        [
            ({}, "430202"),
            ({"employer_id": None}, None),
            ({"status": "cancelled"}, None),
            ({"credential": "constructor-1"}, None),
        ],
    )
    def test_else_of_the_enterprise_on_the_certificate(self, certificate: dict[str, Any], expected: str | None) -> None:
        held = [CERTIFICATE.model_copy(update=certificate).model_dump(mode="json")]
        firm = {"details": {"place": "430202"}, "closed_on": None}
        ask, _ = lookups(FindSubject=found(), FindHeld=held, GetEnterprise=firm)
        about_one = NATIONAL.model_copy(update={"subject": BY_NUMBER.subject})
        assert ask.seat_of(PERSON, about_one, TODAY) == {"place": expected}
        assert ask.seat_of(PERSON, NATIONAL, TODAY) == {"place": None}, "about none: nobody's certificate says where"


class TestWhoItIsAbout:
    def test_an_enterprise_names_somebody(self) -> None:
        held = [CERTIFICATE.model_dump(mode="json")]
        ask, others = lookups(FindSubject=found(a_filer()), FindHeld=held)
        known = ask.of_filer(DRAFTED, a_subject().name, a_subject().resident_id, TODAY)
        assert known.subject == a_subject(certificates=(CERTIFICATE,)) and known.filer == a_filer()
        assert known.certificate is None, "which one is for the decider to say"
        assert others.asked[0].model_dump(exclude_none=True)["enterprise_id"] == DRAFTED.enterprise_id

    def test_an_enterprise_that_names_nobody_is_told_what_is_missing(self) -> None:
        ask, others = lookups()
        with pytest.raises(Refused, match="invalid_request") as refused:
            ask.of_filer(DRAFTED, None, a_subject().resident_id, TODAY)
        assert refused.value.problems == [{"code": "required", "field": "name"}]
        with pytest.raises(Refused, match="invalid_request"):
            ask.of_asker(CheckEligibility(matter=CODE, asker=ENTERPRISE, on=TODAY), INITIAL)
        assert others.asked == []

    def test_a_person_is_who_files_whatever_name_was_given(self) -> None:
        begun = DRAFTED.model_copy(update={"enterprise_id": None, "person_id": PERSON_ID})
        ask, others = lookups(FindSubject=found(), FindHeld=[])
        assert ask.of_filer(begun, "别人", "430102199003079999", TODAY).filer is None
        assert others.asked[0].model_dump(exclude_defaults=True) == {"person_id": PERSON_ID, "of_employer": True}

    def test_nothing_is_filed_for_who_has_died(self) -> None:
        told = {**found(a_filer()), "subject": {**found()["subject"], "died_on": "2026-02-01"}}
        ask, _ = lookups(FindSubject=told, FindHeld=[])
        with pytest.raises(Refused, match="person_died") as refused:
            ask.of_filer(DRAFTED, a_subject().name, a_subject().resident_id, TODAY)
        assert refused.value.params == {"day": "2026-02-01"}

    def test_nothing_is_taken_for_granted_while_nobody_answers(self) -> None:
        ask, _ = lookups(FindSubject=found(), FindHeld=Unavailable("service_unavailable"))
        with pytest.raises(Unavailable):
            ask.of_filer(DRAFTED, a_subject().name, a_subject().resident_id, TODAY)


class TestByNumber:
    SAME_NUMBER = a_certificate(certificate_id=UUID(int=30), status="cancelled")

    def test_the_one_that_the_matter_may_be_about_before_others_of_the_number(self) -> None:
        ask, _ = lookups(FindByNumber=[one.model_dump(mode="json") for one in (self.SAME_NUMBER, CERTIFICATE)])
        assert ask.by_number(BY_NUMBER, CERTIFICATE.number, TODAY) == CERTIFICATE

    def test_the_very_one_where_it_was_chosen_already(self) -> None:
        ask, _ = lookups(FindByNumber=[one.model_dump(mode="json") for one in (self.SAME_NUMBER, CERTIFICATE)])
        again = ask.by_number(BY_NUMBER, CERTIFICATE.number, TODAY, self.SAME_NUMBER.certificate_id)
        assert again == self.SAME_NUMBER
        assert ask.by_number(BY_NUMBER, CERTIFICATE.number, TODAY, OTHER_PERSON_ID) is None

    def test_nobody_is_asked_where_the_matter_finds_it_otherwise(self) -> None:
        ask, others = lookups()
        assert ask.by_number(joint(), CERTIFICATE.number, TODAY) is None
        assert ask.by_number(BY_NUMBER, None, TODAY) is None
        assert others.asked == []


NAMED = {"name": a_subject().name, "resident_id": a_subject().resident_id}


@pytest.mark.parametrize(
    ("asker", "matter", "filer"),
    [
        (ENTERPRISE, INITIAL, {"enterprise_id": ENTERPRISE.enterprise_id}),
        (ENTERPRISE, NATIONAL, {"of_employer": True}),
        (CITY_OFFICER, INITIAL, {"of_employer": True}),
        (CITY_OFFICER, NATIONAL, {"of_employer": True}),
    ],
)
def test_who_may_file_is_asked_of_whom_the_matter_lets_file_whoever_asks(
    asker: Actor, matter: Matter, filer: dict[str, Any]
) -> None:
    ask, others = lookups(FindSubject=found(a_filer()), FindHeld=[])
    assert ask.of_asker(CheckEligibility(matter=CODE, asker=asker, on=TODAY, **NAMED), matter).filer == a_filer()
    assert others.asked[0].model_dump(exclude_defaults=True) == {**NAMED, **filer}


def test_that_somebody_died_is_an_answer_to_whoever_asks_and_nothing_is_filed_of_them() -> None:
    dead = found(a_filer())
    dead["subject"]["died_on"] = "2026-01-01"
    ask, _ = lookups(FindSubject=dead, FindHeld=[])
    asked = ask.of_asker(CheckEligibility(matter=CODE, asker=ENTERPRISE, on=TODAY, **NAMED), INITIAL)
    assert asked.subject is not None and asked.subject.died_on == date(2026, 1, 1)
    with pytest.raises(Refused, match="person_died"):
        ask.of_filer(DRAFTED, a_subject().name, a_subject().resident_id, TODAY)
    state = FILING.fold(READY)
    with pytest.raises(Refused, match="person_died"):
        ask.again(state, joint(), TODAY)
    silence = ask.again(state, joint(), TODAY, alive=False)
    assert silence["subject"].died_on == date(2026, 1, 1), "nobody is there to be told"


@pytest.mark.parametrize("asker", [AUDITOR, Actor(kind="anonymous", account_id="anonymous")])
def test_who_may_file_is_told_to_those_who_would_file(asker: Actor) -> None:
    ask, others = lookups()
    with pytest.raises(NotAllowed, match="wrong_filer"):
        ask.of_asker(CheckEligibility(matter=CODE, asker=asker, on=TODAY), INITIAL)
    assert others.asked == []
