"""Spot checks: drawn by lot so that anybody can do it again, inspected once, by who has no part in it."""

from __future__ import annotations

import contextlib
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from contracts.errors import NotAllowed, NotFound
from contracts.message import Actor
from contracts.review import Applicant, DrawSpotCheck, InspectionRecorded, RecordInspection, SpotCheckDrawn
from services.kernel.testing import given
from services.review.domain import spot_check
from services.review.domain.spot_check import SPOT_CHECK, draw
from tests.domain.review.samples import (
    AUDITOR,
    CHANGSHA_BUREAU,
    DAY_AFTER,
    FIRM,
    MONDAY,
    PERSON,
    PROVINCE,
    meta,
    officer,
)

CHECK_ID = UUID("0b6f4bb0-0000-4000-8000-00000000cc01")
INSPECTOR = officer("inspector", CHANGSHA_BUREAU, "city", "430100", "inspect", person_id=UUID(int=99))
ELSEWHERE = officer("elsewhere", UUID(int=430200), "city", "430200", "inspect")
DUTYLESS = officer("dutyless", CHANGSHA_BUREAU, "city", "430100", "review")
POPULATION = tuple(UUID(int=n) for n in range(1, 31))
SEED = "20260302-073519"
FEBRUARY = {"from_on": date(2026, 2, 1), "until_on": date(2026, 2, 28)}
APPLICANT = Applicant(person_id=PERSON, person_name="李晓明", enterprise_id=FIRM, enterprise_name="长沙某建设有限公司")


def order(actor: Actor = INSPECTOR, **changes: Any) -> DrawSpotCheck:
    body: dict[str, Any] = {
        "spot_check_id": CHECK_ID,
        **FEBRUARY,
        "percent": 10,
        "seed": SEED,
        "drawn_seed": changes.get("seed", SEED),
        "population": tuple(reversed(POPULATION)),
        "meta": meta(actor),
    }
    return DrawSpotCheck(**{**body, **changes})


def drawn(**changes: Any) -> SpotCheckDrawn:
    body: dict[str, Any] = {
        "spot_check_id": CHECK_ID,
        "authority_id": CHANGSHA_BUREAU,
        "place": "430100",
        "matter": None,
        **FEBRUARY,
        "percent": 10,
        "seed": SEED,
        "seed_given": True,
        "algorithm": "sha256-order-1",
        "population": POPULATION,
        "drawn": draw(SEED, POPULATION, 10),
        "drawn_on": MONDAY.date(),
    }
    return SpotCheckDrawn(**{**body, **changes})


DRAWN = drawn().drawn[0]


def inspect(case_id: UUID = DRAWN, actor: Actor = INSPECTOR, **changes: Any) -> RecordInspection:
    body = {
        "spot_check_id": CHECK_ID,
        "case_id": case_id,
        "finding": "faulty",
        "opinion": "营业执照已过期",
        "applicant": APPLICANT,
        "meta": meta(actor),
    }
    return RecordInspection(**{**body, **changes})


INSPECTED = InspectionRecorded(
    spot_check_id=CHECK_ID,
    case_id=DRAWN,
    finding="faulty",
    opinion="营业执照已过期",
    officer="inspector",
    inspected_on=MONDAY.date(),
)


class TestTheDraw:
    def test_is_the_same_for_ever(self) -> None:
        """Found with sha256sum and sort. Whoever changes it gives the algorithm another name."""
        assert [case_id.int for case_id in draw(SEED, POPULATION, 10)] == [22, 9, 6]

    @for_all(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=80),
             st.lists(st.uuids(), min_size=1, max_size=60, unique=True), st.integers(1, 100))  # fmt: skip
    def test_takes_its_share_whatever_the_order_of_the_list(self, seed: str, ids: list[UUID], percent: int) -> None:
        found = draw(seed, ids, percent)
        assert found == draw(seed, sorted(ids), percent)
        assert set(found) <= set(ids) and len(set(found)) == len(found)
        assert len(found) * 100 >= len(ids) * percent > (len(found) - 1) * 100

    def test_falls_on_everybody_alike(self) -> None:
        times = dict.fromkeys(POPULATION, 0)
        for n in range(3000):
            for case_id in draw(f"seed-{n:05}", POPULATION, 10):
                times[case_id] += 1
        assert all(230 < count < 375 for count in times.values()), times

    def test_can_be_repeated_by_what_the_documentation_says(self, tmp_path: Path, monkeypatch: Any) -> None:
        text = (Path(__file__).parents[3] / "docs" / "spot-check.md").read_text("utf-8")
        (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        check = {"seed": SEED, "percent": 17, "population": [str(one) for one in POPULATION]}
        (tmp_path / "spot-check.json").write_text(json.dumps(check), "utf-8")
        monkeypatch.chdir(tmp_path)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(program, {})
        assert said.getvalue().split() == [str(one) for one in draw(SEED, POPULATION, 17)]


class TestHappens:
    def test_drawn_with_everything_that_repeats_it(self) -> None:
        given(SPOT_CHECK).when(order()).then(drawn())

    def test_by_the_machines_seed_where_none_was_brought(self) -> None:
        other = "0f4b7c1d9e2a68350f4b7c1d9e2a6835"
        expected = drawn(seed=other, seed_given=False, drawn=draw(other, POPULATION, 10))
        given(SPOT_CHECK).when(order(seed=None, drawn_seed=other)).then(expected)

    def test_at_least_one_of_any(self) -> None:
        (event,) = given(SPOT_CHECK).when(order(population=POPULATION[:1], percent=1)).events
        assert event.drawn == POPULATION[:1]  # type: ignore[attr-defined]

    def test_an_inspection_of_a_drawn_case(self) -> None:
        given(SPOT_CHECK, drawn()).when(inspect()).then(INSPECTED)


class TestIgnoredTheSecondTime:
    def test_the_same_draw_whatever_was_approved_since(self) -> None:
        again = order(population=(*POPULATION, UUID(int=77)), meta=meta(INSPECTOR, DAY_AFTER))
        given(SPOT_CHECK, drawn()).when(again).then_nothing()

    def test_the_same_draw_by_the_machines_seed(self) -> None:
        before = drawn(seed="0f4b7c1d9e2a68350f4b7c1d9e2a6835", seed_given=False)
        given(SPOT_CHECK, before).when(order(seed=None, drawn_seed="another-one")).then_nothing()

    def test_the_same_finding(self) -> None:
        given(SPOT_CHECK, drawn(), INSPECTED).when(inspect(meta=meta(INSPECTOR, DAY_AFTER))).then_nothing()


class TestRefused:
    @pytest.mark.parametrize(
        ("actor", "code"), [(AUDITOR, "officers_only"), (DUTYLESS, "duty_missing"), (PROVINCE, "duty_missing")]
    )
    def test_a_draw_or_an_inspection_without_the_duty(self, actor: Actor, code: str) -> None:
        given(SPOT_CHECK).when(order(actor)).then_refused(code, NotAllowed)
        given(SPOT_CHECK, drawn()).when(inspect(actor=actor)).then_refused(code, NotAllowed)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"population": ()}, "nothing_to_draw"),
            ({"from_on": date(2026, 3, 1)}, "period_reversed"),
            ({"until_on": date(2026, 3, 3)}, "period_not_over"),
            ({"drawn_seed": None}, "seed_not_drawn"),
            ({"drawn_seed": "another-one"}, "seed_not_drawn"),
        ],
    )
    def test_a_draw_from_nothing_or_of_what_is_to_come(self, changes: dict[str, Any], code: str) -> None:
        given(SPOT_CHECK).when(order(**changes)).then_refused(code)

    def test_a_draw_from_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spot_check, "LARGEST", 29)
        given(SPOT_CHECK).when(order()).then_refused("population_too_large")

    @pytest.mark.parametrize("changes", [{"seed": "20260302-073520"}, {"percent": 20}, {"matter": "hunan/x"}])
    def test_another_draw_under_the_same_id(self, changes: dict[str, Any]) -> None:
        given(SPOT_CHECK, drawn()).when(order(**changes)).then_refused("spot_check_exists")

    def test_an_inspection_of_no_spot_check(self) -> None:
        given(SPOT_CHECK).when(inspect()).then_refused("spot_check_not_found", NotFound)

    def test_an_inspection_by_another_authority(self) -> None:
        given(SPOT_CHECK, drawn()).when(inspect(actor=ELSEWHERE)).then_refused("not_your_spot_check", NotAllowed)

    def test_an_inspection_of_what_was_not_drawn(self) -> None:
        other = next(one for one in POPULATION if one not in drawn().drawn)
        given(SPOT_CHECK, drawn()).when(inspect(other)).then_refused("not_drawn")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"filed_by": ("someone", "inspector")}, "had_a_hand_in_filing"),
            ({"employers": (FIRM,)}, "works_for_the_filer"),
            ({"party_enterprises": (UUID(int=98),), "employers": (UUID(int=98),)}, "works_for_a_party"),
            ({"applicant": APPLICANT.model_copy(update={"person_id": UUID(int=99)})}, "own_case"),
        ],
    )
    def test_an_inspection_of_ones_own_affair(self, changes: dict[str, Any], code: str) -> None:
        given(SPOT_CHECK, drawn()).when(inspect(**changes)).then_refused(code, NotAllowed)

    def test_a_second_finding(self) -> None:
        given(SPOT_CHECK, drawn(), INSPECTED).when(inspect(finding="in_order")).then_refused("already_inspected")
