"""WithdrawQualification: the import that recorded it is undone."""

from __future__ import annotations

from uuid import UUID

import pytest

from contracts.decider import Claim, Release
from contracts.errors import NotAllowed, NotFound
from contracts.identity import (
    QualificationRecorded,
    QualificationVouched,
    QualificationVouchEnded,
    QualificationWithdrawn,
    RecordQualification,
    WithdrawQualification,
)
from contracts.message import Actor, derived_id
from services.identity.domain.qualification import QUALIFICATION
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, qualification
from tests.samples import AUDITOR, ENTERPRISE, OPERATOR, PERSON, PROVINCE_OFFICER

ID = derived_id("qualification", "constructor-2", "202543000001")
IMPORT, OTHER = UUID("0d4e6b1e-5a0f-4b4e-9d4f-0a1b2c3d4e01"), UUID("0d4e6b1e-5a0f-4b4e-9d4f-0a1b2c3d4e02")
RECORDED = QualificationRecorded(qualification_id=ID, qualification=qualification(), import_id=IMPORT)
BY_HAND = RECORDED.model_copy(update={"import_id": None})
VOUCHED = QualificationVouched(qualification_id=ID, import_id=OTHER)
WITHDRAWN = QualificationWithdrawn(qualification_id=ID, import_id=IMPORT)


def withdraw(actor: Actor = OPERATOR, import_id: UUID = IMPORT) -> WithdrawQualification:
    return WithdrawQualification(qualification_id=ID, import_id=import_id, meta=meta(actor))


def record(import_id: UUID | None = OTHER, **changed: object) -> RecordQualification:
    return RecordQualification(
        qualification_id=ID, qualification=qualification(**changed), import_id=import_id, meta=meta(OPERATOR)
    )


class TestHappens:
    @pytest.mark.parametrize("actor", [OPERATOR, PROVINCE_OFFICER])
    def test_it_counts_for_nothing_any_more(self, actor: Actor) -> None:
        outcome = given(QUALIFICATION, RECORDED).when(withdraw(actor)).then(WITHDRAWN)
        assert not outcome.state.valid and outcome.claims == [], "still found, as not valid"

    def test_it_may_be_recorded_again_corrected_too(self) -> None:
        same = given(QUALIFICATION, RECORDED, WITHDRAWN).when(record())
        assert same.then_types(QualificationRecorded).state.valid
        corrected = given(QUALIFICATION, RECORDED, WITHDRAWN).when(record(resident_id="11010519491231002X"))
        assert corrected.then_types(QualificationRecorded).claims == [
            Release("qualified"),
            Claim("qualified", "11010519491231002X/202543000001", "qualification_exists"),
        ]


class TestVouchedFor:
    def test_another_list_with_the_same_row_vouches_for_it(self) -> None:
        given(QUALIFICATION, RECORDED).when(record()).then(VOUCHED)
        given(QUALIFICATION, RECORDED, VOUCHED).when(record()).then_nothing()

    def test_it_goes_with_the_last_list_that_has_it(self) -> None:
        ended = QualificationVouchEnded(qualification_id=ID, import_id=IMPORT)
        given(QUALIFICATION, RECORDED, VOUCHED).when(withdraw()).then(ended)
        last = given(QUALIFICATION, RECORDED, VOUCHED, ended).when(withdraw(import_id=OTHER))
        assert not last.then(QualificationWithdrawn(qualification_id=ID, import_id=OTHER)).state.valid

    def test_what_a_list_says_that_was_no_import_stays(self) -> None:
        loaded = QualificationVouched(qualification_id=ID)
        given(QUALIFICATION, RECORDED).when(record(import_id=None)).then(loaded)
        assert given(QUALIFICATION, RECORDED, loaded).when(withdraw()).then_types(QualificationVouchEnded).state.valid


class TestIgnoredTheSecondTime:
    def test_withdrawn_already(self) -> None:
        given(QUALIFICATION, RECORDED, WITHDRAWN).when(withdraw()).then_nothing()


    @pytest.mark.parametrize("history", [[BY_HAND], [RECORDED, WITHDRAWN, RECORDED.model_copy(update={"import_id": OTHER})]])
    def test_what_something_else_recorded(self, history: list[QualificationRecorded]) -> None:
        given(QUALIFICATION, *history).when(withdraw()).then_nothing()


class TestRefused:
    def test_what_was_never_recorded(self) -> None:
        given(QUALIFICATION).when(withdraw()).then_refused("qualification_not_found", NotFound)

    @pytest.mark.parametrize("actor", [AUDITOR, PERSON, ENTERPRISE, ANYBODY])
    def test_without_the_duty(self, actor: Actor) -> None:
        given(QUALIFICATION, RECORDED).when(withdraw(actor)).then_refused("duty_missing", NotAllowed)
