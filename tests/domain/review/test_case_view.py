"""What an officer sees of a case: every submission, what the last correction changed, and what they may do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from contracts.errors import NotFound
from contracts.files import FileRef
from contracts.filing import Attachment
from contracts.message import Actor, Event, Recorded
from contracts.review import CaseView, CorrectionItem, GetCase
from contracts.review.cases import Examining
from contracts.working_days import WorkingDays
from services.review.answers import case_view
from tests.domain.review import objected
from tests.domain.review.samples import (
    AUDITOR,
    CASE_ID,
    CHANGSHA_BUREAU,
    CITY,
    CLERK,
    COLLEAGUE,
    ENDED,
    FIRM,
    MONDAY,
    PROVINCE,
    PUBLICISED,
    STAGES,
    ZHUZHOU,
    approved,
    assigned,
    escalated,
    examined,
    meta,
    officer,
    opened,
    passed,
    resubmitted,
    returned,
)

CHIEF = officer("chief", CHANGSHA_BUREAU, "city", "430100", "accept", "assign", "extend")
SCHOOL = CorrectionItem(part="field", name="school", needs="应填写全称")
PICTURE = CorrectionItem(part="attachment", name="portrait", needs="照片不清晰")


def seen(
    history: Sequence[Event], viewer: Actor | None = None, stage: str = "acceptance", **filled_in: Any
) -> CaseView:
    recorded = [
        Recorded("review", number, f"case-{CASE_ID}", number, event, meta(CLERK))
        for number, event in enumerate(history, start=1)
    ]
    question = GetCase(case_id=CASE_ID, viewer=viewer)
    if viewer is None:
        return case_view(question, recorded, WorkingDays())
    asked = Examining(case_id=CASE_ID, stage=stage, meta=meta(viewer), **filled_in)
    return case_view(question, recorded, WorkingDays(), lambda case: asked)


def file(name: str, digit: str) -> Attachment:
    return Attachment(
        attachment=name, file=FileRef(sha256=digit * 64, name="a.png", content_type="image/png", size=1)
    )


class TestSubmissions:
    def test_the_newest_is_shown_and_the_earlier_ones_stay(self) -> None:
        history = [opened(), returned("acceptance", CLERK, items=(SCHOOL,)), resubmitted(specialty="highway")]
        view = seen(history)
        assert (view.round, view.form["school"], view.specialty) == (2, "湖南大学", "highway")
        assert [one.round for one in view.submissions] == [1, 2]
        assert view.submissions[0].form == {"specialty": "building"}

    def test_what_is_asked_is_told_while_it_is_waited_for(self) -> None:
        history = [opened(), returned("acceptance", CLERK, items=(SCHOOL,))]
        assert seen(history).correction == (SCHOOL,)
        assert seen([*history, resubmitted()]).correction == ()


class TestDifferences:
    def test_there_are_none_before_a_correction(self) -> None:
        assert seen([opened()]).differences == ()

    def test_field_by_field_and_file_by_file_and_whether_it_was_asked_for(self) -> None:
        first = opened(
            form={"specialty": "building", "school": "湖大", "tags": ["甲"]},
            attachments=(file("portrait", "a"), file("contract", "c")),
        )
        second = resubmitted(
            form={"specialty": "building", "school": "湖南大学", "tags": ["甲", "乙"]},
            attachments=(file("portrait", "b"), file("contract", "c"), file("diploma", "d")),
        )
        history = [first, returned("acceptance", CLERK, items=(SCHOOL, PICTURE)), second]
        found = {one.name: (one.part, one.before, one.after, one.asked) for one in seen(history).differences}
        assert found == {
            "school": ("field", "湖大", "湖南大学", True),
            "tags": ("field", ("甲",), ("甲", "乙"), False),
            "portrait": ("attachment", ("a" * 64,), ("b" * 64,), True),
            "diploma": ("attachment", None, ("d" * 64,), False),
        }

    def test_between_the_last_two_and_by_the_notice_between_them(self) -> None:
        history = [
            opened(),
            returned("acceptance", CLERK, items=(SCHOOL,)),
            resubmitted(),
            returned("acceptance", CLERK, items=(PICTURE,), round=2),
            resubmitted(3, form={"specialty": "building", "school": "湖南师范大学"}),
        ]
        (only,) = seen(history).differences
        assert (only.before, only.after, only.asked) == ("湖南大学", "湖南师范大学", False)

    def test_of_an_unlimited_return_everything_was_asked(self) -> None:
        (only,) = seen([opened(), returned("acceptance", CLERK), resubmitted()]).differences
        assert only.asked


class TestTime:
    def test_the_last_day_of_the_stage(self) -> None:
        view = seen([opened()])
        assert view.due_on == date(2026, 3, 9)
        assert [(one.deadline, one.due_on) for one in view.deadlines] == [("stage", date(2026, 3, 9))]

    def test_none_while_it_is_returned(self) -> None:
        assert seen([opened(), returned("acceptance", CLERK)]).due_on is None


class TestNextActions:
    DESK_AND_CLOCK = ("claim", "suspend", "escalate")

    def test_of_an_officer_who_may(self) -> None:
        assert seen([opened()], CLERK).next_actions == ("pass", "return", "reject", *self.DESK_AND_CLOCK)

    @pytest.mark.parametrize("viewer", [CITY, PROVINCE, ZHUZHOU, AUDITOR])
    def test_of_others_there_are_none(self, viewer: Actor) -> None:
        assert seen([opened()], viewer).next_actions == ()

    def test_when_nobody_asks_in_particular_they_are_anybodys(self) -> None:
        assert "assign" in seen([opened()]).next_actions

    def test_who_works_for_the_filer_has_none(self) -> None:
        assert seen([opened()], CLERK, employers=(FIRM,)).next_actions == ()

    def test_the_holder_examines_and_puts_it_back(self) -> None:
        history = [opened(), assigned("acceptance", CLERK)]
        actions = seen(history, CLERK).next_actions
        assert {"pass", "release", "assign"} <= set(actions)
        assert seen(history, COLLEAGUE).next_actions == ()
        assert "pass" in seen(history, COLLEAGUE, covers=("clerk",)).next_actions

    def test_who_assigns_moves_it(self) -> None:
        history = [opened(), assigned("acceptance", CLERK)]
        assert seen(history, CHIEF).next_actions == ("release", "assign")

    def test_who_works_for_the_filer_chooses_no_examiner(self) -> None:
        chief = officer("chief", CHANGSHA_BUREAU, "city", "430100", "assign")
        assert seen([opened()], chief).next_actions == ("assign",)
        assert seen([opened()], chief, employers=(FIRM,)).next_actions == ()

    def test_an_objection_on_anothers_desk_is_theirs_to_answer(self) -> None:
        history = [*objected.shown(), objected.lodged(), objected.assigned(objected.HEAD)]
        assert "answer_objection" in seen(history, objected.HEAD).next_actions
        assert "answer_objection" not in seen(history, objected.SECOND_HEAD).next_actions
        assert "answer_objection" in seen(history[:-1], objected.SECOND_HEAD).next_actions

    def test_an_extension_is_approved_by_another_than_the_holder(self) -> None:
        longer = {"working_days": 10, "legal_basis": "行政许可法第四十二条"}
        stage = STAGES[0].model_validate({**STAGES[0].model_dump(), "extension": longer})
        history = [opened(stages=(stage, *STAGES[1:])), assigned("acceptance", CHIEF)]
        assert "extend" not in seen(history, CHIEF).next_actions
        assert "extend" in seen([history[0], assigned("acceptance", CLERK)], CHIEF).next_actions

    def test_the_level_above_acts_on_what_was_escalated(self) -> None:
        history = [opened(), passed("acceptance", CLERK), escalated("preliminary", CITY)]
        view = seen(history, PROVINCE, stage="preliminary")
        assert (view.level, view.stage_level) == ("province", "city")
        assert "hand_back" in view.next_actions
        assert seen(history, CITY, stage="preliminary").next_actions == ()

    @pytest.mark.parametrize(("since", "action"), [([], "publicise"), ([PUBLICISED, ENDED], "announce")])
    def test_the_last_level_shows_and_announces(self, since: list[Any], action: str) -> None:
        history = [*examined(), *since]
        assert seen(history, PROVINCE, stage="none").next_actions == (action,)
        assert seen(history, CITY, stage="none").next_actions == ()

    def test_what_is_decided_leaves_nothing_to_do(self) -> None:
        history = [*examined(publicity_working_days=None, announced=False), approved()]
        assert seen(history, PROVINCE, stage="none").next_actions == ()


def test_there_is_no_such_case() -> None:
    with pytest.raises(NotFound):
        seen([])


def test_the_first_day_is_the_day_of_receipt() -> None:
    assert seen([opened()]).submissions[0].submitted_at == MONDAY


class TestWhoObjected:
    def test_is_for_those_who_answer_and_for_auditors(self) -> None:
        history = [*objected.shown(), objected.lodged()]
        assert objected.lodged().objector is not None
        known = {viewer.account_id: seen(history, viewer).objections[0].objector for viewer in (CITY, PROVINCE, AUDITOR)}
        assert [one is not None for one in known.values()] == ["publicise" in CITY.duties, True, True]
        assert "publicise" not in CITY.duties
