"""Officers as persons: tied to who has proven to be that person, so that it is known whom they work for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.identity import (
    AnswerEmployment,
    AppointOfficer,
    Employers,
    EmployersOf,
    EndEmployment,
    ProposeEmployment,
    RegisterPerson,
    SignIn,
)
from contracts.message import Actor
from tests.kernel.harness import databases
from tests.samples import OPERATOR
from tests.services.identity_filing_stage import Stage


@pytest.fixture(scope="module")
def stage(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with databases(postgres, ["identity", "filing"]) as urls:
        made = Stage(urls, tmp_path_factory.mktemp("stage"))
        yield made
        made.stop()


def appointment(stage: Stage, person: RegisterPerson, **changed: Any) -> AppointOfficer:
    authority_id = stage.officer().authority_id
    usual: dict[str, Any] = {
        "account_id": uuid4(),
        "authority_id": authority_id,
        "username": f"officer-{uuid4().hex[:8]}",
        "password": "review with care",
        "name": person.name,
        "duties": ("accept",),
        "resident_id": person.resident_id,
        "meta": stage.meta(OPERATOR),
    }
    return AppointOfficer(**{**usual, **changed})


def employed(stage: Stage, *people: UUID) -> dict[UUID, UUID]:
    answer = Employers.model_validate(stage.send(EmployersOf(person_ids=people)))
    return {one.person_id: one.enterprise_id for one in answer.employed}


class TestAppointed:
    def test_with_the_number_of_a_verified_person_the_account_is_that_persons(self, stage: Stage) -> None:
        person = stage.ready_person()
        order = appointment(stage, person)
        stage.send(order)
        session = stage.send(SignIn(username=order.username, password=order.password, meta=stage.meta()))
        actor = Actor.model_validate(session["actor"])
        assert (actor.kind, actor.person_id) == ("officer", person.person_id)

    def test_without_a_number_nobody_is_said_to_be_behind_it(self, stage: Stage) -> None:
        assert stage.officer().person_id is None


class TestRefused:
    def test_of_somebody_who_has_not_proven_who_they_are(self, stage: Stage) -> None:
        unproven = appointment(stage, stage.reachable())
        assert stage.refused(unproven).code == "officer_not_verified"

    def test_under_another_name_than_the_number_s(self, stage: Stage) -> None:
        other = appointment(stage, stage.ready_person(), name="李小红")
        assert stage.refused(other).code == "officer_not_verified"

    def test_of_a_number_that_nobody_has_registered(self, stage: Stage) -> None:
        nobody = appointment(stage, stage.registration())
        assert stage.refused(nobody).code == "officer_not_verified"


def test_whom_somebody_works_for_is_known_from_the_agreement_to_the_end(stage: Stage) -> None:
    person, other, firm = stage.ready_person(), stage.ready_person(), stage.ready_firm()
    assert firm.enterprise_id is not None
    who = stage.person(person.person_id)
    proposal = ProposeEmployment(
        employment_id=uuid4(),
        person_id=person.person_id,
        enterprise_id=firm.enterprise_id,
        contract=stage.letter,
        starts_on=date(2026, 1, 1),
        meta=stage.meta(who),
    )
    stage.send(proposal)
    assert employed(stage, person.person_id, other.person_id) == {}
    stage.send(AnswerEmployment(employment_id=proposal.employment_id, accept=True, meta=stage.meta(firm)))
    assert employed(stage, person.person_id, other.person_id) == {person.person_id: firm.enterprise_id}
    stage.send(EndEmployment(employment_id=proposal.employment_id, meta=stage.meta(who, reason="合同到期")))
    assert employed(stage, person.person_id, other.person_id) == {}
