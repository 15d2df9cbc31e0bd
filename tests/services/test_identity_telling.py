"""Who is told what: of confirmations, filings that took effect, and certificates that end; and every notice has words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, get_args
from uuid import UUID

import pytest

from contracts.certificate import (
    CredentialCancelled,
    CredentialExpired,
    CredentialLapsed,
    GetCredential,
)
from contracts.filing import (
    ConfirmationDeclined,
    ConfirmationNear,
    ConfirmationsAsked,
    ConfirmationTimedOut,
    FilingConfirmed,
    FilingSubmitted,
    FilingTookEffect,
    GetFiling,
    PartyRef,
)
from contracts.identity import DeathWithdrawn, NoticeAbout, OrderNotice
from contracts.message import Event, Message, Recorded
from services.identity import telling
from services.identity.notices import words
from services.kernel.clock import clock
from services.kernel.testing import meta
from tests import samples
from tests.services import gateway_stage as views

FILING = samples.FILING_ID
DUE = date(2026, 3, 9)
ONESELF = PartyRef(by="person", person_id=samples.PERSON_ID)
FORMER = PartyRef(by="former_enterprise", enterprise_id=samples.OTHER_ENTERPRISE_ID)
Told = list[tuple[str, UUID | None, UUID | None]]


class Rpc:
    """Answers with the sample filing and certificate; by a person where ``by_person``."""

    def __init__(self, by_person: bool = False) -> None:
        self.by_person = by_person

    def send(self, question: Message) -> Any:
        match question:
            case GetFiling():
                of_person = {"enterprise_id": None} if self.by_person else {}
                return views.filing(**of_person).model_dump(mode="json")
            case GetCredential():
                return views.credential().model_dump(mode="json")
        raise AssertionError(question.NAME)


def told(
    reaction: Callable[..., Iterable[OrderNotice]], event: Event, *, by_person: bool = False, days_ago: int = 0
) -> Told:
    at = clock.now() - timedelta(days=days_ago)
    recorded = Recorded("filing", 7, "filing-1", 3, event, meta(at=at))
    ground: Any = SimpleNamespace(rpc=Rpc(by_person))
    orders = list(reaction(recorded, ground))
    assert len({one.notice_id for one in orders}) == len(orders)
    assert list(reaction(recorded, ground)) == orders, "the same notices when it is done again"
    for one in orders:
        assert one.title and (one.due_on is None or one.due_on == DUE)
    return [(one.about, one.person_id, one.enterprise_id) for one in orders]


def made(event: type[Event], **facts: Any) -> Any:
    """Of hand-ins only what notices look at."""
    return event.model_construct(filing_id=FILING, round=1, **facts)


PERSON_TOLD = (samples.PERSON_ID, None)
FIRM_TOLD = (None, samples.ENTERPRISE_ID)
FORMER_TOLD = (None, samples.OTHER_ENTERPRISE_ID)


class TestFilings:
    def test_the_party_whose_turn_it_is_is_asked(self) -> None:
        asked = made(ConfirmationsAsked, asked=(FORMER, ONESELF), title="二级建造师变更", due_on=DUE)
        first = told(telling.when_confirmations_asked_tell_the_first, asked)
        assert first == [("confirmation_asked", *FORMER_TOLD)], "not the other, whose turn comes later"
        confirmed = made(FilingConfirmed, by="former_enterprise", next=ONESELF, due_on=DUE)
        assert told(telling.when_filing_confirmed_tell_the_next, confirmed) == [("confirmation_asked", *PERSON_TOLD)]
        last = made(FilingConfirmed, by="person", next=None, due_on=None)
        assert told(telling.when_filing_confirmed_tell_the_next, last) == []

    def test_and_reminded(self) -> None:
        near = made(ConfirmationNear, by=FORMER, due_on=DUE)
        assert told(telling.when_confirmation_is_near_its_end_remind, near) == [("confirmation_near", *FORMER_TOLD)]

    @pytest.mark.parametrize(("by_person", "filer"), [(False, FIRM_TOLD), (True, PERSON_TOLD)])
    def test_whoever_filed_hears_of_a_no_and_of_silence(self, by_person: bool, filer: tuple[Any, Any]) -> None:
        declined = made(ConfirmationDeclined, by="person", reason="不同意")
        tell = telling.when_confirmation_declined_tell_the_filer
        assert told(tell, declined, by_person=by_person) == [("confirmation_declined", *filer)]
        over = made(ConfirmationTimedOut, by="person", due_on=DUE, means="removed")
        tell_over = telling.when_confirmation_timed_out_tell_the_filer
        assert told(tell_over, over, by_person=by_person) == [("confirmation_timed_out", *filer)]
        for means in ("agreed", "declined"):  # told as what follows from it
            assert told(tell_over, over.model_copy(update={"means": means})) == []

    def test_who_has_no_say_is_informed(self) -> None:
        submitted = made(FilingSubmitted, informs=(ONESELF, FORMER), title="强制注销")
        assert told(telling.when_filing_submitted_inform, submitted) == [
            ("informed", *PERSON_TOLD),
            ("informed", *FORMER_TOLD),
        ]

    def test_both_hear_that_it_took_effect(self) -> None:
        about = {"person_id": samples.PERSON_ID, "enterprise_id": samples.ENTERPRISE_ID}
        tell = telling.when_filing_took_effect_tell_both
        assert told(tell, made(FilingTookEffect, **about)) == [("took_effect", *PERSON_TOLD), ("took_effect", *FIRM_TOLD)]
        assert told(tell, made(FilingTookEffect, **about), days_ago=8) == [], "old news"


class TestCertificates:
    WHOSE: dict[str, Any] = {  # noqa: RUF012
        "credential_id": views.CREDENTIAL_ID,
        "title": "二级建造师注册证书",
        "person_id": samples.PERSON_ID,
        "enterprise_id": samples.ENTERPRISE_ID,
    }

    def test_both_hear_that_it_lapsed_expired_or_was_cancelled(self) -> None:
        today = clock.now().date()
        lapsed = CredentialLapsed(**self.WHOSE, cause="employer_closed", lapsed_on=DUE, legal_basis=None)
        expired = CredentialExpired(**self.WHOSE, valid_until=today - timedelta(days=1))
        cancelled = made(CredentialCancelled, credential_id=views.CREDENTIAL_ID)
        for tell, event, about in (
            (telling.when_credential_lapsed_tell_both, lapsed, "certificate_lapsed"),
            (telling.when_credential_expired_tell_both, expired, "certificate_expired"),
            (telling.when_credential_cancelled_tell_both, cancelled, "certificate_cancelled"),
        ):
            assert told(tell, event) == [(about, *PERSON_TOLD), (about, *FIRM_TOLD)]
            assert told(tell, event, days_ago=8) == []

    def test_who_has_died_is_told_nothing(self) -> None:
        lapsed = CredentialLapsed(**self.WHOSE, cause="holder_died", lapsed_on=DUE, legal_basis=None)
        assert told(telling.when_credential_lapsed_tell_both, lapsed) == [("certificate_lapsed", *FIRM_TOLD)]
        lives = DeathWithdrawn(person_id=samples.PERSON_ID, reason="同名登记有误")
        assert told(telling.when_death_withdrawn_tell_the_person, lives) == [("death_withdrawn", *PERSON_TOLD)]

    def test_of_an_old_certificate_that_nobody_has_proven_to_be_theirs_nobody(self) -> None:
        nobodys = {**self.WHOSE, "person_id": None, "enterprise_id": None}
        lapsed = CredentialLapsed(**nobodys, cause="employer_closed", lapsed_on=DUE, legal_basis=None)
        assert told(telling.when_credential_lapsed_tell_both, lapsed) == []

    def test_what_was_over_long_before_it_was_entered_is_no_news(self) -> None:
        expired = CredentialExpired(**self.WHOSE, valid_until=date(2016, 3, 1))
        assert told(telling.when_credential_expired_tell_both, expired) == []


def _texts() -> Iterator[tuple[str, str]]:
    told_only_to = {"issued": "person", "death_withdrawn": "person", "employee_died": "enterprise"}
    for about in get_args(NoticeAbout):
        for recipient in ("person", "enterprise"):
            if told_only_to.get(about) in (None, recipient):
                yield recipient, about


@pytest.mark.parametrize(("recipient", "about"), list(_texts()))
def test_every_notice_has_words_of_an_sms_s_length(recipient: str, about: str) -> None:
    told = {"title": "二级建造师(增项)注册", "due_on": "2026年12月30日", "by_day": "(最迟2026年12月30日)"}
    text = words().label(f"notices.{recipient}.{about}", **told)
    assert text.startswith("【注册】") and "{" not in text
    assert (told["title"] in text) == (about not in ("death_withdrawn", "employee_died"))
    assert len(text) <= 134, "two parts of an SMS at most"
