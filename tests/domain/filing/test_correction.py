"""A returned filing: just what the authority named can be mended, and something of it must be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.errors import Refused
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    CorrectionItem,
    DetachFile,
    FileAttached,
    FileDetached,
    FilingSubmitted,
    FillForm,
    PickSubject,
    SubjectPicked,
    SubmitFiling,
)
from contracts.message import Command, Event
from services.kernel.testing import Outcome, given, meta
from tests.domain.filing.samples import (
    COMMITTED,
    DIPLOMA,
    FILING,
    HANDED_IN,
    LAPSED,
    LETTER,
    PORTRAIT,
    RETURNED,
    a_filer,
    a_qualification,
    a_subject,
    another_subject,
    asked,
    attached,
    filled,
    returned,
    submitted,
)
from tests.samples import ENTERPRISE, FILING_ID, file

NEW_DIPLOMA = file("毕业证书(清晰).pdf", "application/pdf", mark="7")
HOURS = file("继续教育证明.pdf", "application/pdf", mark="8")
SCHOOL, DIPLOMA_ITEM = asked("field", "school"), asked("attachment", "education_certificate")


def after(*items: CorrectionItem) -> tuple[Event, ...]:
    """Handed in, and sent back for these."""
    return (*HANDED_IN, returned(*items))


def when(history: tuple[Event, ...], command: Command) -> Outcome:
    return given(FILING, *history).when(command)


def fill(**typed: Any) -> FillForm:
    return FillForm(filing_id=FILING_ID, form=typed, meta=meta(ENTERPRISE))


def attach(name: str = "education_certificate", content: Any = NEW_DIPLOMA) -> AttachFile:
    return AttachFile(filing_id=FILING_ID, attachment=name, file=content, meta=meta(ENTERPRISE))


def detach(name: str, content: Any) -> DetachFile:
    return DetachFile(filing_id=FILING_ID, attachment=name, sha256=content.sha256, meta=meta(ENTERPRISE))


def pick(subject: Any = None, filer: Any = None) -> PickSubject:
    found = subject or a_subject()
    return PickSubject(
        filing_id=FILING_ID,
        name=found.name,
        resident_id=found.resident_id,
        subject=found,
        filer=filer or a_filer(),
        meta=meta(ENTERPRISE),
    )


def submit(subject: Any = None) -> SubmitFiling:
    found = subject or a_subject()
    return SubmitFiling(filing_id=FILING_ID, subject=found, filer=a_filer(), meta=meta(ENTERPRISE))


ACCEPT = AcceptCommitment(filing_id=FILING_ID, meta=meta(ENTERPRISE))


def refused_for(outcome: Outcome, *names: str) -> None:
    refusal = outcome.then_refused("not_asked_for", Refused)
    assert [(one["code"], one["field"]) for one in refusal.problems] == [("keep_as_handed_in", name) for name in names]


class TestHappens:
    def test_a_named_field_is_mended(self) -> None:
        when(after(SCHOOL), fill(school="中南大学")).then_types(type(filled()))

    def test_a_named_attachment_is_replaced(self) -> None:
        outcome = when(after(DIPLOMA_ITEM), detach("education_certificate", DIPLOMA)).then_types(FileDetached)
        when((*after(DIPLOMA_ITEM), *outcome.events), attach()).then(attached(content=NEW_DIPLOMA))

    def test_a_whole_form_that_changes_the_named_field_only(self) -> None:
        whole = {**submitted().form, "school": "中南大学"}
        when(after(SCHOOL), fill(**whole)).then_types(type(filled()))

    def test_the_named_person_is_another_and_everything_begins_anew(self) -> None:
        history = after(asked("subject"))
        outcome = when(history, pick(another_subject()))
        assert outcome.refusal is None and isinstance(outcome.events[-1], SubjectPicked)
        when((*history, *outcome.events), fill(specialty="highway", school="中南大学")).then_types(type(filled()))
        when((*history, *outcome.events), attach()).then_types(FileAttached)
        back = when((*history, *outcome.events), pick())
        assert back.refusal is None, "and the first one again"
        when((*history, *outcome.events, *back.events), fill(specialty="building")).then_types(type(filled()))

    def test_the_commitment_is_accepted_anew(self) -> None:
        history = after(asked("commitment"))
        when(history, submit()).then_refused("nothing_corrected")
        when(history, ACCEPT).then(COMMITTED)
        when((*history, COMMITTED), submit()).then_types(FilingSubmitted)

    def test_another_specialty_opens_what_it_asks_for(self) -> None:
        """Qualified in the other one long ago: hours and their proof are needed now, which nobody had to name."""
        long_ago = a_qualification(
            number="201843000009", specialty="highway", passed_year=2018, obtained_on=date(2018, 1, 1)
        )
        subject = a_subject(qualifications=(a_qualification(), long_ago))
        history = (
            *HANDED_IN[:-1],
            submitted(subject=subject),
            returned(asked("field", "specialty")),
        )
        when(history, fill(specialty="highway", compulsory_hours=60, elective_hours=60)).then_types(type(filled()))
        refused_for(when(history, fill(compulsory_hours=60)), "compulsory_hours")
        refused_for(
            when(history, attach("continuing_education_certificate", HOURS)), "continuing_education_certificate"
        )
        changed = when(history, fill(specialty="highway")).events
        when((*history, *changed), attach("continuing_education_certificate", HOURS)).then_types(FileAttached)
        refused_for(when((*history, *changed), fill(school="中南大学")), "school")

    def test_the_same_person_is_looked_up_afresh_into_fixed_fields_only(self) -> None:
        """The record was mended meanwhile: name and address are another's to say, the school was not asked about."""
        fresh = a_subject(name="张伟民", school="中南大学")
        outcome = when(after(DIPLOMA_ITEM), pick(fresh)).then_types(SubjectPicked)
        event = outcome.events[0]
        assert isinstance(event, SubjectPicked)
        assert (event.form["name"], event.form["school"], event.taken) == ("张伟民", "湖南大学", ())

    @pytest.mark.parametrize("items", [(asked("field", "name"),), (SCHOOL,)], ids=["named", "not named"])
    def test_a_record_that_was_mended_meanwhile_comes_in_by_picking_again(self, items: tuple[CorrectionItem]) -> None:
        fresh = a_subject(name="张伟民")
        mended = (filled(specialty="building", school="中南大学"),) if items == (SCHOOL,) else ()
        history = (*after(*items), *mended)
        if mended:
            when(history, submit(fresh)).then_refused("differs_from_record")
        afresh = when(history, pick(fresh)).then_types(SubjectPicked).events
        when((*history, *afresh), submit(fresh)).then_types(FilingSubmitted)

    def test_what_was_handed_in_can_be_put_back(self) -> None:
        """Whatever is not open can only become again what the authority has seen."""
        added = attached("education_certificate", NEW_DIPLOMA)
        history = (*after(DIPLOMA_ITEM), added)
        when(history, detach("education_certificate", NEW_DIPLOMA)).then_types(FileDetached)
        gone = FileDetached(filing_id=FILING_ID, attachment="portrait", sha256=PORTRAIT.sha256)
        when((*after(DIPLOMA_ITEM), gone), attach("portrait", PORTRAIT)).then_types(FileAttached)

    def test_without_named_items_everything_is_open_as_it_was(self) -> None:
        when((*HANDED_IN, RETURNED), fill(specialty="highway", school="中南大学")).then_types(type(filled()))
        when((*HANDED_IN, RETURNED), pick(another_subject())).then_types(*[FileDetached] * 6, SubjectPicked)
        when((*HANDED_IN, RETURNED), submit()).then_types(FilingSubmitted)

    @pytest.mark.parametrize(
        "item",
        [asked("field", "no_such_field"), asked("field", "compulsory_hours"), asked("attachment", "no_such_file")],
        ids=lambda item: str(item.name),
    )
    def test_a_slip_of_the_authority_shuts_nobody_out(self, item: CorrectionItem) -> None:
        """Not a field, not a file, or a field that this filing does not show."""
        when(after(item), fill(school="中南大学")).then_types(type(filled()))
        when(after(item), submit()).then_types(FilingSubmitted)

    def test_one_of_several_is_enough_for_the_filer_may_disagree(self) -> None:
        history = (*after(SCHOOL, DIPLOMA_ITEM), filled(specialty="building", school="中南大学"))
        outcome = when(history, submit()).then_types(FilingSubmitted)
        assert outcome.state.correction == () and outcome.state.round == 2

    def test_the_next_round_is_bound_by_its_own_items(self) -> None:
        mended = filled(specialty="building", school="中南大学")
        second = submitted(round=2, form=mended.form)
        again = returned(DIPLOMA_ITEM).model_copy(update={"round": 2})
        history = (*after(SCHOOL), mended, second, again)
        refused_for(when(history, fill(school="湖南大学")), "school")
        when(history, attach()).then_types(FileAttached)
        when(history, submit()).then_refused("nothing_corrected")


class TestIgnoredTheSecondTime:
    def test_what_is_there_already(self) -> None:
        when(after(SCHOOL), fill(specialty="building")).then_nothing()
        when(after(SCHOOL), attach(content=DIPLOMA)).then_nothing()
        when(after(SCHOOL), detach("education_certificate", NEW_DIPLOMA)).then_nothing()
        when(after(SCHOOL), ACCEPT).then_nothing()
        when(after(SCHOOL), pick()).then_nothing()


class TestRefused:
    def test_other_fields(self) -> None:
        outcome = when(after(SCHOOL), fill(school="中南大学", specialty="highway", penalties="无"))
        refused_for(outcome, "penalties", "specialty")

    def test_clearing_another_field(self) -> None:
        refused_for(when(after(SCHOOL), fill(specialty=None)), "specialty")

    def test_other_attachments(self) -> None:
        refused_for(when(after(SCHOOL), attach()), "education_certificate")
        refused_for(when(after(SCHOOL), detach("commitment_letter", LETTER)), "commitment_letter")

    def test_another_person(self) -> None:
        refused_for(when(after(SCHOOL), pick(another_subject())), "subject")

    def test_nothing_of_it_was_mended(self) -> None:
        outcome = when(after(SCHOOL, DIPLOMA_ITEM, asked("subject")), submit())
        refusal = outcome.then_refused("nothing_corrected")
        assert [one["field"] for one in refusal.problems] == ["school", "education_certificate", "subject"]

    def test_mended_and_put_back_is_nothing_mended(self) -> None:
        history = (*after(SCHOOL), filled(specialty="building", school="中南大学"), filled(specialty="building"))
        when(history, submit()).then_refused("nothing_corrected")

    def test_whatever_is_asked_of_a_lapsed_one(self) -> None:
        history = (*after(SCHOOL), LAPSED)
        commands = [fill(school="中南大学"), attach(), detach("portrait", PORTRAIT), pick(), ACCEPT, submit()]
        for command in commands:
            when(history, command).then_refused("already_lapsed")

    def test_what_lacks_something_else_too(self) -> None:
        """Corrected, but the employment has ended since: told as at any submission."""
        history = (*after(SCHOOL), filled(specialty="building", school="中南大学"))
        outcome = when(history, submit(a_subject(employed_by=None)))
        outcome.then_refused("filing_incomplete")
