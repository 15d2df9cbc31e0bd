"""AttachFile: what the matter asks for, in the formats, sizes and numbers that it allows."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import NotAllowed
from contracts.files import FileRef
from contracts.filing import AttachFile, FileDetached
from contracts.message import Actor
from services.kernel.testing import given, meta
from tests.domain.filing.samples import (
    APPROVED,
    DIPLOMA,
    DRAFTED,
    FILING,
    HANDED_IN,
    PICKED,
    PORTRAIT,
    RETURNED,
    attached,
)
from tests.samples import CITY_OFFICER, ENTERPRISE, FILING_ID, OTHER_ENTERPRISE, PERSON, file

MB = 1024 * 1024


def attach(name: str = "education_certificate", content: FileRef = DIPLOMA, actor: Actor = ENTERPRISE) -> AttachFile:
    return AttachFile(filing_id=FILING_ID, attachment=name, file=content, meta=meta(actor))


def scan(mark: str, **more: Any) -> FileRef:
    return file(f"{mark}.jpg", mark=mark, **more)


class TestHappens:
    def test_one_that_the_matter_asks_for(self) -> None:
        given(FILING, DRAFTED).when(attach()).then(attached())

    def test_up_to_as_many_as_it_allows(self) -> None:
        history = [DRAFTED, attached(), attached(content=scan("7"))]
        outcome = given(FILING, *history).when(attach(content=scan("8"))).then(attached(content=scan("8")))
        assert len(outcome.state.attachments) == 3

    def test_where_one_is_asked_for_a_new_one_takes_its_place(self) -> None:
        outcome = given(FILING, *PICKED).when(attach("portrait", scan("9")))
        gone = FileDetached(filing_id=FILING_ID, attachment="portrait", sha256=PORTRAIT.sha256)
        outcome.then(gone, attached("portrait", scan("9")))
        assert [a.file for a in outcome.state.attachments if a.attachment == "portrait"] == [scan("9")]

    def test_the_largest_that_is_allowed(self) -> None:
        given(FILING, DRAFTED).when(attach(content=scan("7", size=5 * MB))).then(
            attached(content=scan("7", size=5 * MB))
        )

    def test_after_a_return(self) -> None:
        history = [*HANDED_IN, RETURNED]
        outcome = given(FILING, *history).when(attach(content=scan("7"))).then(attached(content=scan("7")))
        assert len(outcome.state.attachments) == len(outcome.state.submissions[0].attachments) + 1


class TestIgnoredTheSecondTime:
    def test_the_same_file_under_the_same_name(self) -> None:
        given(FILING, DRAFTED, attached()).when(attach()).then_nothing()

    def test_one_that_came_with_the_record(self) -> None:
        given(FILING, *PICKED).when(attach("portrait", PORTRAIT)).then_nothing()


class TestRefused:
    def test_a_name_that_the_matter_does_not_know(self) -> None:
        outcome = given(FILING, DRAFTED).when(attach("holiday_photo"))
        assert outcome.then_refused("attachment_invalid").problems == [
            {"code": "unknown_attachment", "attachment": "holiday_photo", "params": {}}
        ]

    def test_one_byte_too_large(self) -> None:
        outcome = given(FILING, DRAFTED).when(attach(content=scan("7", size=5 * MB + 1)))
        (problem,) = outcome.then_refused("attachment_invalid").problems
        assert (problem["code"], problem["params"]) == ("file_too_large", {"limit": "5 MB"})

    def test_a_format_that_it_does_not_take(self) -> None:
        document = file("照片.pdf", "application/pdf", mark="7")
        given(FILING, DRAFTED).when(attach("portrait", document)).then_refused("wrong_format")

    def test_one_too_many(self) -> None:
        history = [DRAFTED, attached(), *(attached(content=scan(mark)) for mark in "78")]
        (problem,) = given(FILING, *history).when(attach(content=scan("9"))).then_refused("too_many_files").problems
        assert problem["params"] == {"limit": 3}

    def test_a_refused_portrait_leaves_the_old_one_in_place(self) -> None:
        outcome = given(FILING, *PICKED).when(attach("portrait", scan("9", size=3 * MB)))
        outcome.then_refused("file_too_large")
        assert outcome.events == []

    @pytest.mark.parametrize("decision", [[], [APPROVED]], ids=["open", "approved"])
    def test_nothing_submitted_can_be_changed(self, decision: list[Any]) -> None:
        outcome = given(FILING, *HANDED_IN, *decision).when(attach(content=scan("7")))
        outcome.then_refused("already_submitted")

    @pytest.mark.parametrize("actor", [OTHER_ENTERPRISE, PERSON, CITY_OFFICER])
    def test_to_somebody_else_s_filing(self, actor: Actor) -> None:
        given(FILING, DRAFTED).when(attach(actor=actor)).then_refused("not_your_filing", NotAllowed)
