"""Reactions: a submission opens one case, on the route of the matter's version that the filing pinned."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.matters.registry import UnknownMatter, default_registry
from contracts.message import SYSTEM, Recorded, derived_id
from contracts.review import CaseOpened, OpenCase
from services.kernel.testing import given
from services.review.domain.decide import CASE
from services.review.reactions import open_case, when_filing_submitted_open_case
from tests.domain.review.samples import FILING, MONDAY, meta, submission


def submitted(**changes: Any) -> Recorded[Any]:
    return Recorded("filing", 7, f"filing-{FILING}", 5, submission(**changes), meta(SYSTEM))


def reaction(recorded: Recorded[Any]) -> OpenCase:
    (command,) = when_filing_submitted_open_case(recorded)
    assert isinstance(command, OpenCase)
    return command


def test_the_route_comes_from_the_pinned_matter() -> None:
    command = reaction(submitted())
    matter = default_registry().get("hunan/constructor-2-initial", 1)
    assert [(one.name, one.level, one.working_days) for one in command.stages] == [
        (one.name, one.level, one.working_days) for one in matter.stages
    ]
    assert [one.name for one in command.stages] == ["acceptance", "preliminary", "second"]
    assert command.publicity_working_days == 10
    assert command.announced is True
    given(CASE).when(command).then_types(CaseOpened)


def test_the_officer_sees_what_was_submitted() -> None:
    command = reaction(submitted())
    assert command.applicant.person_name == "李晓明"
    assert command.applicant.enterprise_name == "长沙某建设有限公司"
    assert command.specialty == "building"
    assert command.form == {"specialty": "building"}
    assert command.submitted_at == MONDAY


def test_a_person_who_files_alone_has_no_enterprise() -> None:
    applicant = reaction(submitted(enterprise_id=None)).applicant
    assert applicant.enterprise_id is None
    assert applicant.enterprise_name is None


def test_the_same_submission_gives_the_same_order() -> None:
    assert reaction(submitted()) == reaction(submitted())
    assert reaction(submitted()).case_id == derived_id("case", FILING, 1)


def test_a_second_round_is_another_case() -> None:
    first, second = reaction(submitted()), reaction(submitted(round=2))
    assert first.case_id != second.case_id
    assert first.meta.command_id != second.meta.command_id


def test_the_story_goes_on_where_the_submission_left_it() -> None:
    made = reaction(submitted()).meta
    assert (made.correlation_id, made.causation_id, made.depth) == ("test", "filing:7", 1)
    assert made.actor == SYSTEM
    assert made.at == MONDAY


def test_a_version_that_does_not_exist_stops_the_follower_rather_than_lose_the_filing() -> None:
    with pytest.raises(UnknownMatter):
        reaction(submitted(matter_version=999))


def test_a_matter_without_stages_has_no_case() -> None:
    matter = default_registry().get("hunan/constructor-2-initial", 1).model_copy(update={"review": "auto"})
    assert list(open_case(submitted(), matter)) == []
