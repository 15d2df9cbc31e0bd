"""The last agreement: to the hand-in that the party saw, of somebody of whom the rules still hold, with effect once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.decider import Claim
from contracts.errors import Stale
from contracts.filing import ConfirmationDeclined, ConfirmationTimedOut, FilingConfirmed, FilingSubmitted
from contracts.matters.conditions import Equals
from contracts.matters.route import Confirmation, TimeOut
from contracts.matters.schema import Rule
from contracts.message import Event
from services.filing.domain.filing import Filing
from services.kernel.testing import NOON, given
from tests.domain.filing.confirming import (
    ARTICLE,
    CERTIFICATE,
    FILING,
    HALF_WAY,
    JOINT,
    READY,
    WAITING,
    WITHDRAWN,
    certified,
    confirm,
    decline,
    filing_of,
    handed_in,
    joint,
    keep,
    person_agreed,
    were_asked,
)
from tests.domain.filing.samples import a_filer
from tests.samples import OTHER_ENTERPRISE, OTHER_PERSON_ID, PERSON

WEEKS_LATER = NOON + timedelta(days=9)
NOW = {"subject": certified(), "filer": a_filer(), "certificate": None}
UNVERIFIED = {**NOW, "subject": certified(verified=False)}
CANCELLED = CERTIFICATE.model_copy(update={"status": "cancelled"})
MOVED = CERTIFICATE.model_copy(update={"employer_id": OTHER_PERSON_ID})


def last(**known: Any) -> Any:
    return confirm(OTHER_ENTERPRISE, WEEKS_LATER).model_copy(update={**NOW, **known})


class TestWhatHoldsNow:
    def test_lets_it_go_to_the_authority_as_it_was_handed_in(self) -> None:
        """What identity says now is looked at; what the parties agreed to is what the authority gets."""
        known = {"subject": certified(phone="13900000009"), "filer": a_filer(address="湘江中路二号")}
        outcome = given(FILING, *HALF_WAY).when(last(**known)).then_types(FilingConfirmed, FilingSubmitted)
        submitted = outcome.events[-1]
        assert isinstance(submitted, FilingSubmitted)
        assert (submitted.subject, submitted.filer) == (handed_in()["subject"], handed_in()["filer"])

    @pytest.mark.parametrize(
        ("known", "code"),
        [
            ({"subject": certified(verified=False)}, "verified"),
            ({"subject": certified(employed_by=OTHER_PERSON_ID)}, "employed_by_filer"),
            ({"subject": certified(certificates=(CANCELLED,))}, "certificate_not_suitable"),
            ({"subject": certified(certificates=())}, "certificate_missing"),
            ({"subject": certified(certificates=(MOVED,))}, "party_changed"),
            ({"filer": a_filer(closed=True)}, "filer_closed"),
        ],
    )
    def test_is_told_where_it_does_not_and_nothing_has_happened(self, known: dict[str, Any], code: str) -> None:
        refused = given(FILING, *HALF_WAY).when(last(**known)).then_refused("no_longer_fulfilled")
        assert code in [one["code"] for one in refused.problems]
        given(FILING, *HALF_WAY).when(decline(OTHER_ENTERPRISE)).then_types(ConfirmationDeclined)
        given(FILING, *HALF_WAY).when(last()).then_types(FilingConfirmed, FilingSubmitted)

    def test_is_not_asked_of_the_first_party(self) -> None:
        order = confirm(PERSON).model_copy(update=UNVERIFIED)
        given(FILING, *WAITING).when(order).then_types(FilingConfirmed)

    def test_is_judged_by_the_rules_of_the_day_of_the_first_hand_in(self) -> None:
        never = Equals(equals=("filer.authenticated", False))
        to_come = Rule(code="of_age", when=never, effective_from=WEEKS_LATER.date())
        since_before = Rule(code="of_age", when=never, effective_from=NOON.date())
        later, already = (filing_of(joint(preconditions=(*JOINT.preconditions, one))) for one in (to_come, since_before))
        given(later, *HALF_WAY).when(last()).then_types(FilingConfirmed, FilingSubmitted)
        given(already, *HALF_WAY).when(last()).then_refused("no_longer_fulfilled")


class TestSilence:
    """That counts as agreement agrees to nothing that the rules do not allow any more: it is the filer's again."""

    MATTER = joint(confirmations=(Confirmation(by="person", time_out=TimeOut(days=7, means="agreed", legal_basis=ARTICLE)),))
    ASKED = were_asked(asked=were_asked().asked[:1])
    OVER = NOON.replace(day=10)

    def silent(self, **known: Any) -> Any:
        order = keep("over", "person", date(2026, 3, 9), self.OVER).model_copy(update={**NOW, **known})
        return given(filing_of(self.MATTER), *READY, self.ASKED).when(order)

    def test_agrees_to_what_still_holds(self) -> None:
        self.silent().then_types(ConfirmationTimedOut, FilingConfirmed, FilingSubmitted)

    def test_sends_back_what_does_not_with_the_reason(self) -> None:
        known = {"subject": certified(verified=False, certificates=(CANCELLED,))}
        outcome = self.silent(**known).then_types(ConfirmationTimedOut, ConfirmationDeclined)
        assert outcome.state.status == "returned"
        assert "实名" in outcome.state.reason and "证书" in outcome.state.reason, outcome.state.reason
        declined = outcome.events[-1]
        assert isinstance(declined, ConfirmationDeclined) and declined.by_silence

    def test_sends_back_what_is_about_somebody_who_has_died(self) -> None:
        outcome = self.silent(subject=certified(died_on=NOON.date())).then_types(ConfirmationTimedOut, ConfirmationDeclined)
        assert "死亡" in outcome.state.reason


class TestWhatWasSeen:
    def test_is_agreed_to_or_refused_and_nothing_that_came_since(self) -> None:
        again = (*WAITING, WITHDRAWN, were_asked(2))
        for order in (confirm(PERSON), decline(PERSON)):
            for history, seen, stale in ((WAITING, 1, False), (again, 1, True), (again, 2, False), (again, None, False)):
                outcome = given(FILING, *history).when(order.model_copy(update={"round": seen}))
                if stale:
                    outcome.then_refused("handed_in_anew", Stale)
                else:
                    assert outcome.refusal is None


class TestEffectWithoutAnAuthority:
    """Until the register has carried one out, a second would find the certificate as it was."""

    ALONE = filing_of(joint(review="none"))

    def claimed(self, *history: Event, **certificate: Any) -> list[str]:
        state: Filing = self.ALONE.fold(history)
        one = CERTIFICATE.model_copy(update=certificate)
        assert state.asking is not None
        whole = state.asking.handed_in.model_copy(update={"certificate": one})
        begun = self.ALONE.fold((*READY, whole, person_agreed()))
        events = self.ALONE.decide(begun, last(subject=certified(certificates=(one,))))
        claims = []
        for event in events:
            claims += [c for c in self.ALONE.claims(begun, event) if isinstance(c, Claim)]
            begun = self.ALONE.evolve(begun, event)
        return [f"{one.kind} {one.key} {one.refusal}" for one in claims]

    def test_comes_once_on_an_issue_of_a_certificate_and_again_on_the_next(self) -> None:
        first = f"effect {CERTIFICATE.certificate_id}/- already_taking_effect"
        assert self.claimed(*HALF_WAY) == [first]
        assert self.claimed(*HALF_WAY, identifier="1.2.156.3005.2.002") == [first.replace("/-", "/1.2.156.3005.2.002")]

    def test_and_again_where_the_register_refused_one(self) -> None:
        """It had lapsed meanwhile, by what turned out to be no cause: it holds again, and can be given up."""
        first = f"effect {CERTIFICATE.certificate_id}/-/1 already_taking_effect"
        assert self.claimed(*HALF_WAY, came_to_nothing=1) == [first]
