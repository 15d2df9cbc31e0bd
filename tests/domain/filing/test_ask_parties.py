"""SubmitFiling where parties must agree: they are asked first, the authority sees nothing yet."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.decider import Claim, Release
from contracts.filing import (
    Agreed,
    ConfirmationsAsked,
    FilingReturned,
    FilingSubmitted,
    FilingTookEffect,
    PartyRef,
)
from contracts.matters.conditions import Equals
from contracts.matters.route import Confirmation
from contracts.matters.schema import Rule
from contracts.message import Event
from services.kernel.testing import NOON, given
from tests.domain.filing.confirming import (
    BY_FORMER,
    BY_PERSON,
    CERTIFICATE,
    FILING,
    FORMER_REF,
    HALF_WAY,
    JOINT,
    PERSON_REF,
    READY,
    WAITING,
    WITHDRAWN,
    certified,
    confirm,
    decline,
    filing_of,
    former_agreed,
    handed_in,
    joint,
    person_agreed,
    picked_with,
    refused_by,
    submit,
    were_asked,
)
from tests.domain.filing.samples import COMMITTED, REASON, a_certificate, a_filer, asked, attached, filled, submitted
from tests.domain.filing.test_fill_form import fill
from tests.domain.filing.test_record_outcome import record
from tests.samples import (
    ENTERPRISE,
    ENTERPRISE_ID,
    FILING_ID,
    OTHER_ENTERPRISE,
    OTHER_PERSON_ID,
    PERSON,
    PERSON_ID,
    file,
)

NEXT_DAY = NOON + timedelta(days=1)
AGREED = (
    Agreed(**PERSON_REF.model_dump(), account_id=PERSON.account_id, at=NOON),
    Agreed(**FORMER_REF.model_dump(), account_id=OTHER_ENTERPRISE.account_id, at=NOON),
)


def problems_of(matter: Any, *history: Event, **changed: Any) -> list[tuple[str, Any]]:
    refused = given(filing_of(matter), *(history or READY)).when(submit(**changed)).then_refused("filing_incomplete")
    return [(p["code"], p.get("params")) for p in refused.problems]


class TestHappens:
    def test_the_parties_are_asked_in_the_matter_s_order(self) -> None:
        outcome = given(FILING, *READY).when(submit()).then(were_asked())
        assert (outcome.state.status, outcome.state.round) == ("awaiting_confirmation", 1)
        assert outcome.state.submissions == (), "the authority has nothing"

    def test_person_number_and_time_are_taken_at_once(self) -> None:
        claims = given(FILING, *READY).when(submit()).claims
        assert claims == [
            Release("open_filing"),
            Claim("filing_number", were_asked().number, "filing_number_taken"),
            Claim("open_filing", f"{PERSON_ID}/constructor-2", "open_filing_exists"),
            Claim("open_filing", f"{CERTIFICATE.certificate_id}/constructor-2", "open_filing_exists"),
            Claim("confirmation_due", f"2026-03-09/{FILING_ID}", "confirmation_due"),
            Claim("confirmation_near", f"2026-03-07/{FILING_ID}", "confirmation_near"),
        ]

    def test_who_files_has_agreed_and_is_not_asked(self) -> None:
        matter = joint(confirmations=(Confirmation(by="new_enterprise"), BY_PERSON))
        (event,) = given(filing_of(matter), *READY).when(submit()).then_types(ConfirmationsAsked).events
        assert [one.by for one in event.asked] == ["person"]

    def test_where_all_parties_are_the_filer_the_authority_has_it_at_once(self) -> None:
        matter = joint(confirmations=(Confirmation(by="enterprise"),))
        (event,) = given(filing_of(matter), *READY).when(submit()).then_types(FilingSubmitted).events
        who = {"by": "enterprise", "enterprise_id": ENTERPRISE_ID, "account_id": ENTERPRISE.account_id, "at": NOON}
        assert event.confirmed_by == (Agreed.model_validate(who),)

    def test_nobody_is_asked_twice_who_is_two_of_the_parties(self) -> None:
        matter = joint(confirmations=(BY_PERSON, BY_FORMER, Confirmation(by="former_enterprise")))
        (event,) = given(filing_of(matter), *READY).when(submit()).then_types(ConfirmationsAsked).events
        assert [one.by for one in event.asked] == ["person", "former_enterprise"]

    def test_without_an_authority_and_without_parties_it_takes_effect_with_the_hand_in(self) -> None:
        alone = filing_of(joint(confirmations=(), review="none"))
        outcome = given(alone, *READY).when(submit()).then_types(FilingSubmitted, FilingTookEffect)
        assert outcome.state.status == "approved"
        assert Claim("open_filing", f"{PERSON_ID}/constructor-2", "open_filing_exists") not in outcome.claims

    def test_who_is_told_without_a_say(self) -> None:
        matter = joint(confirmations=(), informs=("person", "former_enterprise", "new_enterprise"))
        (event,) = given(filing_of(matter), *READY).when(submit()).then_types(FilingSubmitted).events
        assert event.informs == (PartyRef(by="person", person_id=PERSON_ID), FORMER_REF), "the filer knows"

    def test_after_a_refusal_or_a_withdrawal_all_are_asked_again_under_the_same_number(self) -> None:
        for came in (refused_by("person", PERSON), WITHDRAWN):
            outcome = given(FILING, *WAITING, came).when(submit(at=NEXT_DAY)).then_types(ConfirmationsAsked)
            (event,) = outcome.events
            assert (event.round, event.number) == (2, were_asked().number)
            assert event.due_on == date(2026, 3, 10)

    def test_by_the_rules_of_the_day_of_the_first_hand_in_for_ever(self) -> None:
        needs = Equals(equals=("filer.authenticated", False))
        stricter = Rule(code="of_age", when=needs, effective_from=NEXT_DAY.date())
        later = filing_of(joint(preconditions=(*JOINT.preconditions, stricter)))
        given(later, *READY).when(submit(at=NEXT_DAY)).then_refused("of_age")
        given(later, *READY).when(submit(at=NOON)).then_types(ConfirmationsAsked)
        given(later, *WAITING, WITHDRAWN).when(submit(at=NEXT_DAY)).then_types(ConfirmationsAsked)


class TestACorrection:
    """Sent back by the authority after the parties had agreed."""

    HISTORY = (
        *HALF_WAY,
        former_agreed(),
        submitted(subject=certified(), certificate=CERTIFICATE, confirmed_by=AGREED, resubmitted=False),
        FilingReturned(filing_id=FILING_ID, round=1, reason=REASON, items=(asked("commitment"),)),
        COMMITTED,
    )

    def test_that_changes_nothing_of_what_they_agreed_to_does_not_ask_the_parties_again(self) -> None:
        (event,) = given(FILING, *self.HISTORY).when(submit(at=NEXT_DAY)).then_types(FilingSubmitted).events
        assert (event.round, event.confirmed_by, event.resubmitted) == (2, AGREED, True)

    @pytest.mark.parametrize(
        "mended",
        [filled(specialty="building", penalties="无"), attached(content=file("另一份.pdf", "application/pdf", mark="7"))],
    )
    def test_of_the_form_or_a_file_asks_them_all_again_in_their_order(self, mended: Event) -> None:
        history = (*self.HISTORY, mended)
        asked_again = given(FILING, *history).when(submit(at=NEXT_DAY)).then_types(ConfirmationsAsked)
        (event,) = asked_again.events
        assert (event.round, [one.by for one in event.asked]) == (2, ["person", "former_enterprise"])
        history = (*history, event, person_agreed(2, NEXT_DAY))
        outcome = given(FILING, *history).when(confirm(OTHER_ENTERPRISE, NEXT_DAY))
        said = outcome.events[-1]
        assert isinstance(said, FilingSubmitted)
        assert (said.round, said.resubmitted, said.form) == (2, True, event.form)
        assert [one.at for one in said.confirmed_by] == [NEXT_DAY, NEXT_DAY]

    def test_that_a_party_refuses_is_the_filer_s_again_while_the_authority_waits(self) -> None:
        history = (*self.HISTORY, filled(specialty="building", penalties="无"), were_asked(2))
        outcome = given(FILING, *history).when(decline(PERSON))
        assert (outcome.state.status, outcome.state.correction) == ("returned", (asked("commitment"),))
        assert Release("open_filing") not in outcome.claims

    def test_does_where_another_would_have_to_agree(self) -> None:
        other = CERTIFICATE.model_copy(update={"employer_id": OTHER_PERSON_ID})
        command = submit(at=NEXT_DAY, subject=certified(certificates=(other,)))
        outcome = given(FILING, *self.HISTORY).when(command).then_types(ConfirmationsAsked)
        assert outcome.state.round == 2
        assert len(outcome.state.submissions) == 1

    def test_that_waits_for_parties_is_given_up_with_the_case(self) -> None:
        other = CERTIFICATE.model_copy(update={"employer_id": OTHER_PERSON_ID})
        asked_again = given(FILING, *self.HISTORY).when(submit(at=NEXT_DAY, subject=certified(certificates=(other,))))
        history = [*self.HISTORY, *asked_again.events]
        given(FILING, *history).when(record("approved")).then_nothing()
        outcome = given(FILING, *history).when(record("lapsed"))
        assert outcome.state.status == "lapsed"
        assert {one.kind for one in outcome.claims} == {"open_filing", "confirmation_due", "confirmation_near"}
        assert outcome.state.certificate == CERTIFICATE, "it stands as the authority had it"


class TestIgnoredTheSecondTime:
    def test_while_it_waits(self) -> None:
        given(FILING, *WAITING).when(submit(at=NEXT_DAY)).then_nothing()
        given(FILING, *HALF_WAY).when(submit(at=NEXT_DAY)).then_nothing()


class TestRefused:
    def test_where_nobody_is_the_party_that_must_agree(self) -> None:
        old = a_certificate(employer_id=None)
        history = [READY[0], picked_with(old), *READY[2:]]
        found = problems_of(JOINT, *history, subject=certified(certificates=(old,)))
        assert found == [("party_unknown", {"by": "former_enterprise"})]

    def test_where_the_certificate_is_gone_or_over(self) -> None:
        assert ("certificate_missing", None) in problems_of(JOINT, subject=certified(certificates=()))
        over = CERTIFICATE.model_copy(update={"status": "cancelled"})
        found = problems_of(JOINT, subject=certified(certificates=(over,)))
        assert found == [("certificate_not_suitable", {"status": "cancelled"})]

    def test_where_the_person_is_taken_by_another_filing(self) -> None:
        given(FILING, *READY).when(submit(open_filing=OTHER_PERSON_ID)).then_refused("open_filing_exists")
        given(FILING, *READY).when(submit(open_filing=FILING_ID)).then_types(ConfirmationsAsked)

    def test_nothing_can_be_changed_meanwhile(self) -> None:
        given(FILING, *WAITING).when(fill(penalties="无")).then_refused("awaiting_confirmation")


def test_the_whole_way() -> None:
    """Asked, agreed, agreed: what the authority sees is what was handed in, at the moment of the last agreement."""
    later: datetime = NEXT_DAY
    outcome = given(FILING, *WAITING, person_agreed()).when(confirm(OTHER_ENTERPRISE, later))
    said, event = outcome.events
    assert said == former_agreed(at=later)
    by = (AGREED[0], AGREED[1].model_copy(update={"at": later}))
    whole = {**handed_in(), "submitted_at": later}
    assert event == FilingSubmitted(**whole, confirmed_by=by, resubmitted=False)
    assert event.filed_by == ENTERPRISE.account_id and event.enterprise_id == ENTERPRISE_ID
    assert event.filer == a_filer()
