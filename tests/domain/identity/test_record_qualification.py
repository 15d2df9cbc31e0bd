"""RecordQualification: a line of the authority's list, recorded once and never overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.decider import Claim
from contracts.errors import NotAllowed
from contracts.identity import QualificationRecorded, RecordQualification
from contracts.message import SYSTEM, Actor, derived_id
from services.identity.domain.qualification import QUALIFICATION
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, qualification
from tests.samples import AUDITOR, CITY_OFFICER, ENTERPRISE, OPERATOR, PERSON, PROVINCE_OFFICER, RESIDENT_ID

ID = derived_id("qualification", "constructor-2", "202543000001")
RECORDED = QualificationRecorded(qualification_id=ID, qualification=qualification())


def record(actor: Actor = OPERATOR, **changed: Any) -> RecordQualification:
    return RecordQualification(qualification_id=ID, qualification=qualification(**changed), meta=meta(actor))


class TestHappens:
    @pytest.mark.parametrize("actor", [OPERATOR, PROVINCE_OFFICER, SYSTEM])
    def test_by_the_operator_or_an_officer_with_the_duty(self, actor: Actor) -> None:
        given(QUALIFICATION).when(record(actor)).then(RECORDED)

    def test_it_can_be_found_by_its_holder_s_number(self) -> None:
        assert given(QUALIFICATION).when(record()).claims == [
            Claim("qualified", f"{RESIDENT_ID}/202543000001", "qualification_exists")
        ]


class TestIgnoredTheSecondTime:
    def test_the_same_list_loaded_again(self) -> None:
        given(QUALIFICATION, RECORDED).when(record()).then_nothing()
        given(QUALIFICATION, RECORDED).when(record(PROVINCE_OFFICER)).then_nothing()


class TestRefused:
    @pytest.mark.parametrize(
        "changed",
        [
            {"name": "张伟民"},
            {"resident_id": "11010519491231002X"},
            {"specialty": "municipal"},
            {"passed_year": 2024},
            {"obtained_on": date(2025, 1, 2)},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_the_same_number_with_other_facts_is_told_not_swallowed(self, changed: dict[str, Any]) -> None:
        given(QUALIFICATION, RECORDED).when(record(**changed)).then_refused("qualification_differs")

    @pytest.mark.parametrize(
        "actor",
        [AUDITOR, PERSON, ENTERPRISE, ANYBODY, CITY_OFFICER.model_copy(update={"duties": ("review",)})],
    )
    def test_without_the_duty(self, actor: Actor) -> None:
        given(QUALIFICATION).when(record(actor)).then_refused("duty_missing", NotAllowed)
        given(QUALIFICATION, RECORDED).when(record(actor)).then_refused("duty_missing", NotAllowed)
