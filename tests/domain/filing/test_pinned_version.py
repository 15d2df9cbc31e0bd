"""A filing is judged for good by the version of the matter that its draft pinned: newer rules never change the past."""

from __future__ import annotations

import pytest

from contracts.decider import Claim
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    DraftFiling,
    FillForm,
    PickSubject,
    SubmitFiling,
)
from contracts.matters.attachments import Attachment
from contracts.matters.schema import Matter
from contracts.message import Command
from services.filing.domain.decide import make_filing
from services.kernel.testing import given, meta
from tests.domain.filing.samples import (
    CODE,
    COMPLETE,
    DIPLOMA,
    DRAFTED,
    FILING,
    HANDED_IN,
    INITIAL,
    PLACE,
    TITLE,
    a_filer,
    a_subject,
    submitted,
)
from tests.samples import ENTERPRISE, FILING_ID, NAME, PERSON_ID, RESIDENT_ID, file

# A stricter and a different second version: one more file, no diploma, no commitment, fewer fields, another group.
NEWER = INITIAL.model_copy(
    update={
        "version": 2,
        "exclusion": "constructors",
        "commitment": None,
        "form": INITIAL.form.model_copy(update={"sections": INITIAL.form.sections[1:]}),
        "attachments": (
            *(one for one in INITIAL.attachments if one.name != "education_certificate"),
            Attachment(name="health_certificate", formats=("jpeg",), max_size="1 MB"),
        ),
    }
)
VERSIONS = {1: INITIAL, 2: NEWER}


def both(code: str, version: int | None) -> Matter:
    assert code == CODE
    return VERSIONS[version or 2]


NOW = make_filing(both)
META = meta(ENTERPRISE)
FOUND = {"subject": a_subject(), "filer": a_filer()}
WORK: list[Command] = [
    PickSubject(filing_id=FILING_ID, name=NAME, resident_id=RESIDENT_ID, meta=META, **FOUND),
    FillForm(filing_id=FILING_ID, form={"specialty": "building"}, meta=META),
    AttachFile(filing_id=FILING_ID, attachment="education_certificate", file=DIPLOMA, meta=META),
    AcceptCommitment(filing_id=FILING_ID, meta=META),
    SubmitFiling(filing_id=FILING_ID, meta=META, **FOUND),
]


def draft(version: int | None) -> DraftFiling:
    return DraftFiling(filing_id=FILING_ID, matter=CODE, version=version, place=PLACE, title=TITLE, meta=META)


class TestHappens:
    def test_a_draft_pins_the_newest_or_the_one_that_was_said(self) -> None:
        given(NOW).when(draft(None)).then(DRAFTED.model_copy(update={"matter_version": 2}))
        given(NOW).when(draft(1)).then(DRAFTED)

    @pytest.mark.parametrize("done", range(len(WORK)))
    def test_each_step_of_an_older_draft_comes_to_the_same_under_a_newer_version(self, done: int) -> None:
        step = WORK[done]
        history = COMPLETE[: done + 1]
        under_newer = given(NOW, *history).when(step)
        under_older = given(FILING, *history).when(step)
        assert under_newer.refusal is None
        assert (under_newer.events, under_newer.claims) == (under_older.events, under_older.claims)

    def test_replaying_an_older_filing_under_a_newer_version_changes_nothing(self) -> None:
        assert NOW.fold(HANDED_IN) == FILING.fold(HANDED_IN)

    def test_an_older_draft_is_submitted_as_what_it_is(self) -> None:
        outcome = given(NOW, *COMPLETE).when(WORK[-1]).then(submitted())
        assert Claim("open_filing", f"{PERSON_ID}/constructor-2", "open_filing_exists") in outcome.claims


class TestRefused:
    def test_a_newer_draft_is_held_to_the_newer_rules(self) -> None:
        begun = DRAFTED.model_copy(update={"matter_version": 2})
        given(NOW, begun).when(WORK[1]).then_refused("unknown_field")
        given(NOW, begun).when(WORK[2]).then_refused("unknown_attachment")
        given(NOW, begun).when(WORK[3]).then_refused("no_commitment_asked")
        refused = given(NOW, begun, COMPLETE[1]).when(WORK[-1]).then_refused("filing_incomplete")
        assert {"code": "attachment_missing", "attachment": "health_certificate", "params": {}} in refused.problems

    def test_an_older_draft_cannot_use_what_only_the_newer_version_asks_for(self) -> None:
        certificate = AttachFile(filing_id=FILING_ID, attachment="health_certificate", file=file("体检.jpg"), meta=META)
        given(NOW, *COMPLETE).when(certificate).then_refused("unknown_attachment")
