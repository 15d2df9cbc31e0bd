"""ConfirmFiling: only the party whose turn it is, by a commitment where the matter has one; the last hands it on."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from contracts.decider import Claim, Release
from contracts.errors import NotAllowed, NotFound
from contracts.filing import DraftDeleted, FilingConfirmed, FilingSubmitted, FilingTookEffect
from contracts.labels import label
from contracts.matters.route import Confirmation
from contracts.message import Actor, Event
from services.kernel.testing import NOON, given
from tests.domain.filing.confirming import (
    BY_FORMER,
    BY_PERSON,
    CERTIFICATE,
    FILING,
    HALF_WAY,
    READY,
    WAITING,
    WITHDRAWN,
    confirm,
    decline,
    filing_of,
    former_agreed,
    handed_in,
    joint,
    person_agreed,
    refused_by,
    submit,
    were_asked,
)
from tests.domain.filing.samples import APPROVED, CODE
from tests.samples import (
    CITY_OFFICER,
    ENTERPRISE,
    FILING_ID,
    OPERATOR,
    OTHER_ENTERPRISE,
    OTHER_PERSON,
    PERSON,
)

NEXT_DAY = NOON + timedelta(days=1)
HANDED_ON = FilingSubmitted(**handed_in())


class TestHappens:
    def test_the_next_party_is_asked_and_its_time_begins(self) -> None:
        outcome = given(FILING, *WAITING).when(confirm(PERSON, NEXT_DAY)).then(person_agreed(at=NEXT_DAY))
        assert outcome.state.status == "awaiting_confirmation"
        assert outcome.claims == [
            Release("confirmation_due"),
            Release("confirmation_near"),
            Claim("confirmation_due", f"2026-03-13/{FILING_ID}", "confirmation_due"),
        ]

    def test_the_last_one_hands_it_to_the_authority(self) -> None:
        outcome = given(FILING, *HALF_WAY).when(confirm(OTHER_ENTERPRISE)).then_types(FilingConfirmed, FilingSubmitted)
        assert (outcome.state.status, outcome.state.round) == ("submitted", 1)
        assert {one.kind for one in outcome.claims} == {"confirmation_due", "confirmation_near"}, (
            "the person stays taken"
        )

    def test_where_there_is_no_authority_it_takes_effect_in_the_same_commit(self) -> None:
        alone = filing_of(joint(review="none"))
        outcome = given(alone, *HALF_WAY).when(confirm(OTHER_ENTERPRISE))
        outcome.then_types(FilingConfirmed, FilingSubmitted, FilingTookEffect)
        assert outcome.state.status == "approved"
        assert Release("open_filing") in outcome.claims
        (once,) = [one for one in outcome.claims if isinstance(one, Claim)]
        assert once == Claim("effect", f"{CERTIFICATE.certificate_id}/-", "already_taking_effect")

    def test_by_accepting_the_very_words_that_were_shown(self) -> None:
        matter = joint(confirmations=(BY_PERSON, BY_FORMER.model_copy(update={"commitment": True})))
        given(filing_of(matter), *WAITING).when(confirm(PERSON)).then_types(FilingConfirmed)
        accepted = confirm(OTHER_ENTERPRISE, accepted=True)
        said = given(filing_of(matter), *HALF_WAY).when(accepted).events[0]
        words = label("confirmation_commitment.former_enterprise", matter=CODE)
        assert isinstance(said, FilingConfirmed)
        assert said.commitment_sha256 == hashlib.sha256(words.encode()).hexdigest()

    def test_who_is_two_of_the_parties_answers_for_both_and_accepts_what_either_has_to(self) -> None:
        twice = (Confirmation(by="former_enterprise"), Confirmation(by="new_enterprise", commitment=True))
        both = filing_of(joint(confirmations=twice, filed_by="person"))
        drafted = READY[0].model_copy(update={"enterprise_id": None, "person_id": were_asked().person_id})
        history = [drafted, *READY[1:]]
        filer = were_asked().filer
        assert filer is not None
        same = filer.model_copy(update={"enterprise_id": OTHER_ENTERPRISE.enterprise_id})
        subject = were_asked().subject.model_copy(update={"employed_by": OTHER_ENTERPRISE.enterprise_id})
        asked = given(both, *history).when(submit(PERSON, subject=subject, filer=same))
        (event,) = asked.events
        assert [one.by for one in event.asked] == ["former_enterprise"]
        half = [*history, *asked.events]
        given(both, *half).when(confirm(OTHER_ENTERPRISE)).then_refused("commitment_not_accepted")
        events = given(both, *half).when(confirm(OTHER_ENTERPRISE, accepted=True)).events
        assert isinstance(events[-1], FilingSubmitted)
        assert [one.by for one in events[-1].confirmed_by] == ["former_enterprise", "new_enterprise"]


class TestIgnoredTheSecondTime:
    @pytest.mark.parametrize("after", [(), (former_agreed(), HANDED_ON), (former_agreed(), HANDED_ON, APPROVED)])
    def test_whatever_came_of_it(self, after: tuple[Event, ...]) -> None:
        given(FILING, *HALF_WAY, *after).when(confirm(PERSON, NEXT_DAY)).then_nothing()


class TestRefused:
    def test_before_its_turn(self) -> None:
        refused = given(FILING, *WAITING).when(confirm(OTHER_ENTERPRISE)).then_refused("not_your_turn")
        assert refused.params == {"by": "person"}

    @pytest.mark.parametrize("actor", [ENTERPRISE, OTHER_PERSON, CITY_OFFICER, OPERATOR])
    def test_by_whoever_is_no_party(self, actor: Actor) -> None:
        for history in (READY, WAITING, HALF_WAY):
            given(FILING, *history).when(confirm(actor)).then_refused("not_a_party", NotAllowed)

    def test_without_the_commitment(self) -> None:
        matter = joint(confirmations=(BY_PERSON.model_copy(update={"commitment": True}), BY_FORMER))
        given(filing_of(matter), *WAITING).when(confirm(PERSON)).then_refused("commitment_not_accepted")

    def test_after_the_party_refused(self) -> None:
        refused = given(FILING, *WAITING, refused_by("person", PERSON)).when(confirm(PERSON))
        assert refused.then_refused("already_answered").params == {"answer": "declined"}

    def test_after_it_was_taken_back(self) -> None:
        for history in ((*WAITING, WITHDRAWN), (*HALF_WAY, WITHDRAWN)):
            for order in (confirm(PERSON), decline(PERSON), confirm(OTHER_ENTERPRISE)):
                given(FILING, *history).when(order).then_refused("not_awaiting_confirmation")

    def test_after_somebody_else_refused(self) -> None:
        history = (*WAITING, refused_by("person", PERSON))
        given(FILING, *history).when(confirm(OTHER_ENTERPRISE)).then_refused("not_awaiting_confirmation")

    def test_there_is_no_such_filing(self) -> None:
        given(FILING).when(confirm(PERSON)).then_refused("filing_not_found", NotFound)
        gone = (*WAITING, WITHDRAWN, DraftDeleted(filing_id=FILING_ID))
        given(FILING, *gone).when(confirm(PERSON)).then_refused("filing_not_found", NotFound)
