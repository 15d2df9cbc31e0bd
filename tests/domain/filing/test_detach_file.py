"""DetachFile: takes a file from a draft; what was submitted keeps it."""

from __future__ import annotations

import pytest

from contracts.errors import NotAllowed
from contracts.filing import DetachFile, FileDetached
from contracts.message import Actor
from services.kernel.testing import given, meta
from tests.domain.filing.samples import DIPLOMA, DRAFTED, FILING, HANDED_IN, PORTRAIT, RETURNED, attached
from tests.samples import CITY_OFFICER, ENTERPRISE, FILING_ID, OTHER_ENTERPRISE

DETACHED = FileDetached(filing_id=FILING_ID, attachment="education_certificate", sha256=DIPLOMA.sha256)


def detach(name: str = "education_certificate", sha256: str = DIPLOMA.sha256, actor: Actor = ENTERPRISE) -> DetachFile:
    return DetachFile(filing_id=FILING_ID, attachment=name, sha256=sha256, meta=meta(actor))


class TestHappens:
    def test_from_a_draft(self) -> None:
        outcome = given(FILING, DRAFTED, attached()).when(detach()).then(DETACHED)
        assert outcome.state.attachments == ()

    def test_only_under_the_name_that_was_said(self) -> None:
        twice = [DRAFTED, attached(), attached("employment_contract")]
        outcome = given(FILING, *twice).when(detach()).then(DETACHED)
        assert [a.attachment for a in outcome.state.attachments] == ["employment_contract"]

    def test_after_a_return_the_earlier_submission_keeps_it(self) -> None:
        outcome = given(FILING, *HANDED_IN, RETURNED).when(detach()).then(DETACHED)
        assert DIPLOMA not in [a.file for a in outcome.state.attachments]
        assert DIPLOMA in [a.file for a in outcome.state.submissions[0].attachments]


class TestIgnoredTheSecondTime:
    def test_what_is_not_there(self) -> None:
        given(FILING, DRAFTED, attached(), DETACHED).when(detach()).then_nothing()
        given(FILING, DRAFTED, attached()).when(detach(sha256=PORTRAIT.sha256)).then_nothing()


class TestRefused:
    def test_nothing_submitted_can_be_changed(self) -> None:
        given(FILING, *HANDED_IN).when(detach()).then_refused("already_submitted")

    @pytest.mark.parametrize("actor", [OTHER_ENTERPRISE, CITY_OFFICER])
    def test_from_somebody_else_s_filing(self, actor: Actor) -> None:
        given(FILING, DRAFTED, attached()).when(detach(actor=actor)).then_refused("not_your_filing", NotAllowed)
