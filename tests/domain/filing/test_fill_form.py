"""FillForm: fields are saved as typed; a wrong shape is refused whole, what is missing may still come."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.filing import DraftDeleted, FillForm
from contracts.message import Actor
from services.kernel.testing import given, meta
from tests.domain.filing.samples import (
    APPROVED,
    DRAFTED,
    FILING,
    HANDED_IN,
    PICKED,
    REJECTED,
    RETURNED,
    filled,
)
from tests.samples import CITY_OFFICER, ENTERPRISE, FILING_ID, OPERATOR, OTHER_ENTERPRISE, PERSON


def fill(actor: Actor = ENTERPRISE, **form: Any) -> FillForm:
    return FillForm(filing_id=FILING_ID, form=form, meta=meta(actor))


class TestHappens:
    def test_only_the_given_fields_change(self) -> None:
        given(FILING, *PICKED).when(fill(specialty="building")).then(filled(specialty="building"))
        history = [*PICKED, filled(specialty="building")]
        given(FILING, *history).when(fill(penalties="无")).then(filled(specialty="building", penalties="无"))

    def test_null_clears_a_field(self) -> None:
        history = [*PICKED, filled(specialty="building", penalties="无")]
        outcome = given(FILING, *history).when(fill(penalties=None)).then(filled(specialty="building"))
        assert "penalties" not in outcome.state.form

    def test_what_came_from_the_record_may_be_typed_over_where_the_matter_allows(self) -> None:
        given(FILING, *PICKED).when(fill(telephone="0731-88950000")).then(filled(telephone="0731-88950000"))

    def test_before_anybody_is_picked(self) -> None:
        outcome = given(FILING, DRAFTED).when(fill(specialty="municipal"))
        assert outcome.state.form == {"specialty": "municipal"}

    def test_after_a_return(self) -> None:
        outcome = given(FILING, *HANDED_IN, RETURNED).when(fill(specialty="municipal"))
        assert outcome.then(filled(specialty="municipal")).state.submissions[0].form["specialty"] == "building"


class TestIgnoredTheSecondTime:
    def test_the_same_values(self) -> None:
        history = [*PICKED, filled(specialty="building")]
        given(FILING, *history).when(fill(specialty="building")).then_nothing()
        given(FILING, *history).when(fill()).then_nothing()

    def test_clearing_what_is_empty(self) -> None:
        given(FILING, *PICKED).when(fill(penalties=None)).then_nothing()


WRONG = {
    "unknown_field": {"favourite_colour": "red"},
    "invalid_choice": {"specialty": "astronomy"},
    "wrong_type": {"compulsory_hours": "sixty"},
    "too_small": {"compulsory_hours": -1},
    "too_great": {"elective_hours": 1001},
    "too_long": {"penalties": "无" * 501},
    "unprintable": {"penalties": "无\x07"},
    "phone_form": {"phone": "12345678901"},
    "telephone_form": {"telephone": "nobody"},
    "invalid_date": {"graduated_on": "2012-02-30"},
    "resident_id_check_digit": {"document_number": "430102199003071235"},
}


class TestRefused:
    @pytest.mark.parametrize("code", WRONG)
    def test_an_unknown_field_or_a_wrong_shape(self, code: str) -> None:
        refused = given(FILING, *PICKED).when(fill(**WRONG[code])).then_refused("form_invalid")
        assert [(p["code"], p["field"]) for p in refused.problems] == [(code, next(iter(WRONG[code])))]

    @pytest.mark.parametrize("value", [True, 1.5, ["building"], {"a": 1}, ""], ids=repr)
    def test_a_value_of_another_kind_never_breaks_the_rules(self, value: Any) -> None:
        for field in ("specialty", "compulsory_hours", "employed_open_ended", "graduated_on", "penalties"):
            outcome = given(FILING, *PICKED).when(fill(**{field: value}))
            assert outcome.refusal is None or outcome.refusal.code == "form_invalid"

    def test_every_mistake_is_told_at_once_and_nothing_is_kept(self) -> None:
        outcome = given(FILING, *PICKED).when(fill(specialty="astronomy", penalties="无", nonsense=1))
        refused = outcome.then_refused("form_invalid")
        assert {p["code"] for p in refused.problems} == {"unknown_field", "invalid_choice"}
        assert outcome.events == []

    @pytest.mark.parametrize(
        "typed",
        [
            {"name": "张三"},
            {"sex": "female"},
            {"document_number": "11010519491231002X"},
            {"birth_date": "1991-03-07"},
            {"employed_from": "2025-01-01"},
            {"employed_open_ended": False},
            {"employer_name": "别的公司"},
        ],
        ids=lambda typed: next(iter(typed)),
    )
    def test_what_is_on_record_and_fixed_cannot_be_typed_over(self, typed: dict[str, Any]) -> None:
        given(FILING, *PICKED).when(fill(**typed)).then_refused("differs_from_record")

    def test_problems_never_repeat_what_was_typed(self) -> None:
        outcome = given(FILING, *PICKED).when(fill(name="张三", phone="1390000"))
        refused = outcome.then_refused("form_invalid")
        assert "张三" not in str(refused.problems)
        assert "1390000" not in str(refused.problems)

    @pytest.mark.parametrize("decision", [[], [APPROVED], [REJECTED]], ids=["open", "approved", "rejected"])
    def test_nothing_submitted_can_be_changed(self, decision: list[Any]) -> None:
        outcome = given(FILING, *HANDED_IN, *decision).when(fill(specialty="municipal"))
        outcome.then_refused("already_submitted")

    @pytest.mark.parametrize("actor", [OTHER_ENTERPRISE, PERSON, CITY_OFFICER, OPERATOR])
    def test_in_somebody_else_s_filing(self, actor: Actor) -> None:
        outcome = given(FILING, *PICKED).when(fill(actor, specialty="building"))
        outcome.then_refused("not_your_filing", NotAllowed)

    def test_a_deleted_draft_is_gone(self) -> None:
        deleted = DraftDeleted(filing_id=FILING_ID)
        outcome = given(FILING, *PICKED, deleted).when(fill(specialty="building"))
        outcome.then_refused("filing_not_found", NotFound)
