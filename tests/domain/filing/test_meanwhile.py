"""What others do meanwhile: a second browser, another filing about the same certificate, a day that is kept for later."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts.decider import Claim, Release
from contracts.errors import Stale
from contracts.filing import ConfirmationsAsked, FilingReturned, FilingSubmitted, FormFilled, PickSubject, SubjectPicked
from contracts.matters.conditions import Before, Equals
from contracts.matters.schema import Matter, Rule, SubjectCertificate
from services.kernel.testing import NOON, given, meta
from tests.domain.filing.confirming import (
    CERTIFICATE,
    FILING,
    JOINT,
    READY,
    WAITING,
    WITHDRAWN,
    certified,
    filing_of,
    joint,
    picked_with,
    submit,
)
from tests.domain.filing.samples import DRAFTED, REASON, a_certificate, a_filer, asked, filled
from tests.samples import ENTERPRISE, FILING_ID, NAME, OTHER_PERSON_ID, PERSON_ID, RESIDENT_ID

NEXT_DAY = NOON + timedelta(days=1)
OTHER = certified(person_id=OTHER_PERSON_ID)
NEW_RULE = Rule(
    code="of_age", at="start", when=Equals(equals=("filer.authenticated", False)), effective_from=NEXT_DAY.date()
)
STRICTER = filing_of(joint(preconditions=(*JOINT.preconditions, NEW_RULE)))


def pick(at: Any = NOON, **changed: Any) -> PickSubject:
    usual: dict[str, Any] = {"name": NAME, "resident_id": RESIDENT_ID, "subject": OTHER, "filer": a_filer()}
    return PickSubject(filing_id=FILING_ID, meta=meta(ENTERPRISE, at), **{**usual, **changed})


class TestTwoBrowsers:
    def test_one_hands_in_what_was_looked_up_of_somebody_whom_the_other_has_replaced(self) -> None:
        """Otherwise the first person would stand in a filing with the form and the files of the second."""
        refused = given(FILING, *READY).when(submit(subject=OTHER)).then_refused("subject_changed", Stale)
        assert refused.problems == []

    def test_nobody_is_handed_in_whom_nobody_picked(self) -> None:
        given(FILING, DRAFTED).when(submit()).then_refused("subject_missing")


class TestOneCertificate:
    """DOMAIN 4.3: at most one open filing of a credential. By its number it can be somebody else's filing as well."""

    BY_NUMBER = filing_of(
        joint(subject=joint().subject.model_copy(update={"certificate": SubjectCertificate(by_number=True)}))
    )

    def test_is_taken_beside_the_person_and_given_back_with_it(self) -> None:
        history = [*READY[:1], picked_with(CERTIFICATE), *READY[2:]]
        claims = given(self.BY_NUMBER, *history).when(submit()).then_types(ConfirmationsAsked).claims
        keys = [one.key for one in claims if isinstance(one, Claim) and one.kind == "open_filing"]
        assert keys == [f"{PERSON_ID}/constructor-2", f"{CERTIFICATE.certificate_id}/constructor-2"]
        assert claims[0] == Release("open_filing"), "of both"

    def test_a_filing_about_none_takes_the_person_only(self) -> None:
        plain = joint(confirmations=(), subject=joint().subject.model_copy(update={"certificate": None}))
        claims = given(filing_of(plain), *READY).when(submit()).then_types(FilingSubmitted).claims
        keys = [one.key for one in claims if isinstance(one, Claim) and one.kind == "open_filing"]
        assert keys == [f"{PERSON_ID}/constructor-2"]


class TestAnotherPerson:
    def test_is_not_judged_by_the_rules_of_a_day_that_was_kept_for_them(self) -> None:
        """Handed in and taken back before a rule came, a filing would let in whomever it is about later."""
        history = [*WAITING, WITHDRAWN]
        given(STRICTER, *history).when(submit(at=NEXT_DAY)).then_types(ConfirmationsAsked)
        given(STRICTER, *history).when(pick(at=NEXT_DAY)).then_refused("of_age")
        anew = [*history, *given(FILING, *history).when(pick(at=NEXT_DAY)).events]
        refused = given(STRICTER, *anew).when(submit(at=NEXT_DAY, subject=OTHER)).then_refused("filing_incomplete")
        assert "of_age" in [one["code"] for one in refused.problems]


class TestAWindowThatCloses:
    """A renewal is asked for so many days before the end: what is mended afterwards was asked for in time."""

    BY_TOMORROW = Rule(code="of_age", when=Before(before=("today", "certificate.valid_until")))
    RENEWAL = filing_of(joint(confirmations=(), preconditions=(BY_TOMORROW,)))
    ENDS = certified(certificates=(CERTIFICATE.model_copy(update={"valid_until": NEXT_DAY.date()}),))
    LATER = NOON + timedelta(days=5)

    def test_while_the_authority_waits_for_a_correction_was_not_missed(self) -> None:
        whole = given(self.RENEWAL, *READY).when(submit(subject=self.ENDS)).then_types(FilingSubmitted).events
        back = FilingReturned(filing_id=FILING_ID, round=1, reason=REASON, items=(asked("field", "penalties"),))
        mended = (*READY, *whole, back, filled(specialty="building", penalties="无"))
        given(self.RENEWAL, *mended).when(submit(at=self.LATER, subject=self.ENDS)).then_types(FilingSubmitted)

    def test_before_it_is_handed_in_was(self) -> None:
        refused = given(self.RENEWAL, *READY).when(submit(at=self.LATER, subject=self.ENDS)).then_refused("filing_incomplete")
        assert [one["code"] for one in refused.problems] == ["of_age"]


def with_record_of_certificate() -> Matter:
    """A form that says who the employer is by the certificate, and until when that is valid."""
    first, *sections = JOINT.form.sections
    model = next(one for one in JOINT.form.fields if one.name == "name")
    fields = [
        model.model_copy(update={"name": name, "type": kind, "required": False, "fixed": fixed, "prefill": path})
        for name, kind, fixed, path in (
            ("former_employer", "text", True, "certificate.employer"),
            ("former_valid_until", "date", False, "certificate.valid_until"),
        )
    ]
    section = first.model_copy(update={"fields": (*first.fields, *fields)})
    return joint(confirmations=(), form=JOINT.form.model_copy(update={"sections": (section, *sections)}))


class TestAnotherCertificate:
    """The second does not say who the employer is: nobody would see that the form still says the first one's."""

    FIRST = a_certificate(employer="长沙某建设有限公司")
    SECOND = a_certificate(certificate_id=UUID(int=22), number="湘2432025202600006", valid_until=date(2027, 5, 6))
    BOTH = certified(certificates=(FIRST, SECOND))
    FILING = filing_of(with_record_of_certificate())
    TO_FIRST = pick(subject=BOTH, certificate_id=FIRST.certificate_id)
    TO_SECOND = pick(subject=BOTH, certificate_id=SECOND.certificate_id)

    def test_leaves_nothing_of_the_first_one_in_the_form(self) -> None:
        first = given(self.FILING, DRAFTED).when(self.TO_FIRST)
        assert first.state.form["former_employer"] == "长沙某建设有限公司"
        second = given(self.FILING, DRAFTED, *first.events).when(self.TO_SECOND).then_types(SubjectPicked).state
        assert "former_employer" not in second.form
        assert (second.form["former_valid_until"], second.form["name"]) == ("2027-05-06", first.state.form["name"])

    def test_also_where_the_authority_asked_for_another_subject_and_named_no_field(self) -> None:
        history = [DRAFTED, *given(self.FILING, DRAFTED).when(self.TO_FIRST).events, filled(**self.typed()), *READY[3:]]
        handed_in = given(self.FILING, *history).when(submit(subject=self.BOTH)).then_types(FilingSubmitted).events
        back = FilingReturned(filing_id=FILING_ID, round=1, reason=REASON, items=(asked("subject"),))
        state = given(self.FILING, *history, *handed_in, back).when(self.TO_SECOND).then_types(SubjectPicked).state
        assert ("former_employer" in state.form, state.form["former_valid_until"]) == (False, "2027-05-06")
        assert state.form["specialty"] == "building", "what is not of the certificate stays"

    def typed(self) -> dict[str, Any]:
        state = given(self.FILING, DRAFTED).when(self.TO_FIRST).state
        return {**state.form, "specialty": "building"}

    def test_what_was_typed_before_any_was_chosen_stays(self) -> None:
        typed = FormFilled(filing_id=FILING_ID, form={"former_employer": "株洲某建设有限公司"})
        state = given(self.FILING, DRAFTED, typed).when(self.TO_SECOND).state
        assert state.form["former_employer"] == "株洲某建设有限公司"
