"""From an approved case to the order to grant: what the matter says, or a refusal that is seen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.errors import Refusal
from contracts.message import Recorded
from contracts.review import CaseApproved
from services.certificate.reactions import when_case_approved_draw_number, when_case_approved_grant_credential
from services.kernel.testing import meta
from tests.domain.certificate.samples import (
    CASE,
    CREDENTIAL_ID,
    DECIDED,
    IDENTIFIER,
    approval,
    case,
    decision,
    filing,
    granted,
)
from tests.matters.samples import TRIALS


def approved(event: CaseApproved, position: int = 17) -> Recorded[CaseApproved]:
    return Recorded("review", position, f"case-{CASE}", 9, event, meta(command_id="announce"))


def order(**other: Any) -> Any:
    return approval(**other).order(meta(), registration_serial=1, identifier_serial=1)


def test_everything_on_the_credential_comes_from_matter_and_approval() -> None:
    made = order()
    wanted = granted(attributes=made.attributes)
    assert made.model_dump(exclude={"meta"}) == wanted.model_dump()
    assert made.credential_id == CREDENTIAL_ID
    assert made.identifier == IDENTIFIER


def test_the_matter_s_attributes_are_kept() -> None:
    assert order().attributes["qualification_number"] == "湘建考2021000123"
    assert order().attributes["employer"] == "湖南湘江建设工程有限公司"


@pytest.mark.parametrize(
    ("decided", "last"),
    [
        (date(2026, 11, 20), date(2029, 11, 19)),
        (date(2027, 1, 1), date(2029, 12, 31)),
        (date(2025, 3, 1), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2031, 2, 27)),
    ],
)
def test_three_years_count_the_day_of_the_decision(decided: date, last: date) -> None:
    made = order(decision=decision(decided_on=decided))
    assert (made.valid_from, made.valid_until) == (decided, last)
    assert [scope.expires_on for scope in made.scopes] == [last]


def test_the_form_that_was_approved_counts_not_what_the_filing_shows() -> None:
    made = order(filing=filing(form={"specialty": "mining"}, attachments=()))
    assert [scope.label for scope in made.scopes] == ["建筑工程"]


def test_what_the_law_s_silence_approved_is_granted_like_any_other() -> None:
    nobody = decision(authority_id=None, officer="system", legal_basis="《中华人民共和国行政许可法》第五十条")
    assert order(decision=nobody) == order()


def test_what_the_rules_approved_is_granted_by_the_matter_s_own_effect() -> None:
    matter = TRIALS.get("trial/automatic")
    about = {"matter": matter.code, "matter_version": matter.version}
    made = order(
        matter=matter,
        labels=TRIALS.labels,
        decision=decision(**about, authority_id=None, officer="system"),
        case=case(**about, automatic=True, passed=(), announcement=None),
        filing=filing(**about),
    )
    assert (made.kind, made.title, made.matter) == ("constructor-2-temp", "临时二级注册建造师", "trial/automatic")
    assert made.valid_until == date(DECIDED.year + 1, DECIDED.month, DECIDED.day) - timedelta(days=1)
    assert made.issuer.name == "湖南省住房和城乡建设厅", "whose certificate it is, whoever decided"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"case": case(attachments=())}, "portrait_missing"),
        ({"filing": filing(subject=None)}, "subject_missing"),
        ({"filing": filing(round=2)}, "filing_not_as_approved"),
        ({"case": case(round=2)}, "filing_not_as_approved"),
        ({"filing": filing(status="returned")}, "filing_not_as_approved"),
    ],
)
def test_what_cannot_be_granted_is_refused_and_so_stops_the_follower(
    other: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        order(**other)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "renew"}, "effect_not_supported"),
        ({"holder": "enterprise"}, "effect_not_supported"),
        ({"identifier": None}, "effect_incomplete"),
    ],
)
def test_an_effect_that_cannot_be_carried_out_is_never_passed_by(change: dict[str, Any], code: str) -> None:
    matter = approval().matter
    other = matter.model_copy(update={"effect": matter.effect.model_copy(update=change)})
    with pytest.raises(Refusal) as refused:
        approval(matter=other)
    assert refused.value.code == code


def test_the_orders_of_one_event_always_have_the_same_ids_and_say_what_caused_them() -> None:
    event = approved(decision())
    orders = [when_case_approved_draw_number(event, "a"), when_case_approved_draw_number(event, "b")]
    again = [when_case_approved_draw_number(event, "a"), when_case_approved_draw_number(event, "b")]
    grants = [when_case_approved_grant_credential(event, approval(), 1, 1) for _ in range(2)]
    assert orders == again
    assert grants[0] == grants[1]
    assert len({o.meta.command_id for o in (*orders, grants[0])}) == 3
    assert {o.meta.causation_id for o in (*orders, grants[0])} == {"review:17"}
    assert {o.meta.actor.kind for o in (*orders, grants[0])} == {"system"}
