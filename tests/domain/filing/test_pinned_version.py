"""A draft is prepared by the newest version of its matter; its first hand-in pins that for ever: newer rules never change the past."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.decider import Claim
from contracts.errors import NotFound
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    CommitmentAccepted,
    ConfirmationsAsked,
    DetachFile,
    DraftFiling,
    FileAttached,
    FilingConfirmed,
    FilingReturned,
    FilingSubmitted,
    FillForm,
    FormFilled,
    PickSubject,
    SubmitFiling,
)
from contracts.matters.attachments import Attachment
from contracts.matters.route import TimeOut
from contracts.matters.schema import Matter
from contracts.message import Command, Event
from services.filing.domain.decide import make_filing
from services.kernel.testing import NOON, given, meta
from tests.domain.filing.confirming import (
    ARTICLE,
    BY_FORMER,
    BY_PERSON,
    READY,
    WAITING,
    WITHDRAWN,
    confirm,
    joint,
    submit,
    were_asked,
)
from tests.domain.filing.samples import (
    CODE,
    COMPLETE,
    DIPLOMA,
    DRAFTED,
    FILING,
    HANDED_IN,
    INITIAL,
    PLACE,
    REASON,
    TITLE,
    a_filer,
    a_subject,
    another_subject,
    asked,
    filled,
    picked,
    submitted,
)
from tests.samples import ENTERPRISE, FILING_ID, NAME, PERSON, PERSON_ID, RESIDENT_ID, file

# A stricter and a different second version: one more file, no diploma, no commitment, fewer fields, another group.
NEWER = INITIAL.model_copy(
    update={
        "version": 2,
        "exclusion": "constructors",
        "commitment": None,
        "preconditions": tuple(one for one in INITIAL.preconditions if one.code != "qualified_in_specialty"),
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


def one_to_come(code: str, version: int | None) -> Matter:
    """The second is there to be tried, and not released."""
    if version is None:
        raise NotFound.of("matter", code)
    return VERSIONS[version]


NOW = make_filing(both)
META, LATER = meta(ENTERPRISE), NOON + timedelta(days=1)
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


class TestADraft:
    @pytest.mark.parametrize(("version", "begun"), [(None, 2), (1, 1)])
    def test_tells_by_which_version_it_was_begun(self, version: int | None, begun: int) -> None:
        given(NOW).when(draft(version)).then(DRAFTED.model_copy(update={"matter_version": begun}))

    def test_begun_under_an_older_one_is_prepared_by_the_newest(self) -> None:
        health = AttachFile(filing_id=FILING_ID, attachment="health_certificate", file=file("体检.jpg"), meta=META)
        given(NOW, *COMPLETE).when(health).then_types(FileAttached)
        given(NOW, DRAFTED).when(WORK[1]).then_refused("unknown_field")
        given(NOW, DRAFTED).when(WORK[2]).then_refused("unknown_attachment")
        given(NOW, DRAFTED).when(WORK[3]).then_refused("no_commitment_asked")

    def test_is_not_handed_in_with_what_the_older_one_asked_for_and_loses_nothing(self) -> None:
        refused = given(NOW, *COMPLETE).when(WORK[-1]).then_refused("filing_incomplete")
        assert {"code": "unknown_field", "field": "specialty", "params": {}} in refused.problems
        assert {"code": "unknown_attachment", "attachment": "education_certificate", "params": {}} in refused.problems
        assert {"code": "attachment_missing", "attachment": "health_certificate", "params": {}} in refused.problems
        assert NOW.fold(COMPLETE).form["specialty"] == "building"

    def test_mended_as_told_is_handed_in_by_the_newest_and_pinned_to_it(self) -> None:
        outcome = given(NOW, *mended()).when(WORK[-1]).then_types(FilingSubmitted)
        (event,) = outcome.events
        assert (event.matter_version, outcome.state.matter_version) == (2, 2)
        assert Claim("open_filing", f"{PERSON_ID}/constructors", "open_filing_exists") in outcome.claims

    def test_what_an_older_one_asked_for_hinders_no_other_change(self) -> None:
        outcome = given(NOW, *COMPLETE).when(fill(penalties="无")).then_types(FormFilled)
        assert outcome.state.form["specialty"] == "building"
        given(NOW, *COMPLETE).when(fill(specialty="building")).then_refused("unknown_field")
        given(NOW, *COMPLETE).when(fill(**{"x" * 61: 1})).then_refused("unknown_field")

    def test_stands_by_the_words_that_are_asked_for_now(self) -> None:
        other = CommitmentAccepted(filing_id=FILING_ID, text_sha256="0" * 64)
        refused = given(FILING, *COMPLETE, other).when(WORK[-1]).then_refused("filing_incomplete")
        assert [one["code"] for one in refused.problems] == ["commitment_not_accepted"]
        given(FILING, *COMPLETE, other).when(WORK[3]).then_types(CommitmentAccepted)

    def test_is_not_handed_in_by_whom_the_newest_no_longer_lets_file(self) -> None:
        theirs = make_filing(lambda code, version: INITIAL if version else NEWER.model_copy(update={"filed_by": "person"}))
        refused = given(theirs, *mended()).when(WORK[-1]).then_refused("filing_incomplete")
        assert "wrong_filer" in [one["code"] for one in refused.problems]

    def test_of_a_version_that_is_tried_before_its_release_is_judged_by_it(self) -> None:
        tried = make_filing(one_to_come)
        given(tried, *COMPLETE).when(WORK[-1]).then(submitted())
        begun = DRAFTED.model_copy(update={"matter_version": 2})
        given(tried, begun).when(WORK[1]).then_refused("unknown_field")


class TestHandedIn:
    """Everything of it is judged by the version of the first hand-in, whatever came later."""

    RETURNED = FilingReturned(filing_id=FILING_ID, round=1, reason=REASON, items=(asked("field", "penalties"),))
    CORRECTION = filled(specialty="building", penalties="无")

    def test_its_correction_comes_to_the_same_under_a_newer_version(self) -> None:
        history = (*HANDED_IN, self.RETURNED, self.CORRECTION)
        under_newer, under_older = (given(one, *history).when(WORK[-1]) for one in (NOW, FILING))
        assert under_newer.refusal is None
        assert (under_newer.events, under_newer.claims) == (under_older.events, under_older.claims)

    def test_words_of_a_commitment_that_were_accepted_then_stay_accepted(self) -> None:
        other = CommitmentAccepted(filing_id=FILING_ID, text_sha256="0" * 64)
        history = (*COMPLETE, other, submitted(), self.RETURNED, self.CORRECTION)
        given(FILING, *history).when(WORK[-1]).then_types(FilingSubmitted)

    def test_replaying_it_changes_nothing(self) -> None:
        assert NOW.fold(HANDED_IN) == FILING.fold(HANDED_IN)

    @pytest.mark.parametrize("joint_version", [1, 2])
    def test_also_where_it_was_taken_back_before_anybody_agreed(self, joint_version: int) -> None:
        newest = joint(version=2, commitment=None)
        filing = make_filing(lambda code, version: newest if version != 1 else joint())
        handed_in = were_asked().model_copy(update={"matter_version": joint_version})
        history = (*READY[:-1], handed_in, WITHDRAWN)
        outcome = given(filing, *history).when(submit(at=LATER))
        if joint_version == 1:
            outcome.then_refused("filing_incomplete")
        else:
            (event,) = outcome.then_types(ConfirmationsAsked).events
            assert event.matter_version == 2

    def test_its_parties_have_the_times_of_the_version_that_judges_it(self) -> None:
        silent = TimeOut(days=10, means="declined", remind_before=4, legal_basis=ARTICLE)
        newer = joint(version=2, confirmations=(BY_PERSON, BY_FORMER.model_copy(update={"time_out": silent})))
        filing = make_filing(lambda code, version: newer if version == 2 else joint())
        handed_in = were_asked().model_copy(update={"matter_version": 2})
        claims = given(filing, *READY, handed_in).when(confirm(PERSON)).then_types(FilingConfirmed).claims
        assert Claim("confirmation_near", f"2026-03-08/{FILING_ID}", "confirmation_near") in claims

    def test_for_another_person_it_is_the_newest_s_again_unless_the_authority_has_a_case(self) -> None:
        another = picked(another_subject())
        assert state_version(*WAITING, WITHDRAWN) == 1
        assert state_version(*WAITING, WITHDRAWN, another) is None
        assert state_version(*HANDED_IN, self.RETURNED, another) == 1


def state_version(*history: Event) -> Any:
    return NOW.fold(history).matter_version


def fill(**form: Any) -> FillForm:
    return FillForm(filing_id=FILING_ID, form=form, meta=META)


def mended() -> list[Event]:
    """The older draft after what the newest asks for was done."""
    history: list[Event] = list(COMPLETE)
    sha256 = DIPLOMA.sha256
    unknown = {name: None for name in NOW.fold(history).form if NEWER.form.field(name) is None}
    for step in (
        fill(**unknown),
        DetachFile(filing_id=FILING_ID, attachment="education_certificate", sha256=sha256, meta=META),
        AttachFile(filing_id=FILING_ID, attachment="health_certificate", file=file("体检.jpg"), meta=META),
    ):
        history += given(NOW, *history).when(step).events
    return history
