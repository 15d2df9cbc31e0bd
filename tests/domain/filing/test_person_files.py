"""A matter that people file themselves: the subject is who acts, the enterprise their employer, who may have to agree."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from contracts.errors import NotAllowed
from contracts.filing import (
    Agreed,
    ConfirmationsAsked,
    DraftFiling,
    FilingDrafted,
    FilingSubmitted,
    FilingTookEffect,
    PickSubject,
    SubjectPicked,
    SubmitFiling,
)
from contracts.matters.route import Confirmation
from contracts.matters.schema import Matter, SubjectCertificate
from contracts.message import Actor, Event
from services.kernel.testing import NOON, given, meta
from tests.domain.filing.confirming import confirm, filing_of, withdraw
from tests.domain.filing.samples import (
    CODE,
    COMMITTED,
    DRAFTED,
    INITIAL,
    PLACE,
    TITLE,
    a_certificate,
    a_filer,
    a_subject,
    another_subject,
    attached,
    filled,
    picked,
)
from tests.domain.filing.test_fill_form import fill
from tests.samples import ENTERPRISE, ENTERPRISE_ID, FILING_ID, OTHER_ENTERPRISE_ID, OTHER_PERSON, PERSON, PERSON_ID

BEGUN = DRAFTED.model_copy(update={"enterprise_id": None, "person_id": PERSON_ID})
READY: tuple[Event, ...] = (BEGUN, picked(), filled(specialty="building"), attached(), COMMITTED)


def of_people(**changed: Any) -> Matter:
    return INITIAL.model_copy(update={"filed_by": "person", **changed})


ALONE = filing_of(of_people())
REPORTED = filing_of(of_people(confirmations=(Confirmation(by="enterprise", commitment=True),)))
FREE = filing_of(of_people(preconditions=()))


def pick(actor: Actor = PERSON, **changed: Any) -> PickSubject:
    known = {"subject": a_subject(), "filer": a_filer(), **changed}
    return PickSubject(filing_id=FILING_ID, meta=meta(actor), **known)


def submit(actor: Actor = PERSON, **changed: Any) -> SubmitFiling:
    known = {"subject": a_subject(), "filer": a_filer(), **changed}
    return SubmitFiling(filing_id=FILING_ID, meta=meta(actor), **known)


class TestHappens:
    def test_the_draft_is_the_person_s(self) -> None:
        order = DraftFiling(filing_id=FILING_ID, matter=CODE, version=1, place=PLACE, title=TITLE, meta=meta(PERSON))
        outcome = given(ALONE).when(order).then_types(FilingDrafted)
        (event,) = outcome.events
        assert isinstance(event, FilingDrafted)
        assert (event.person_id, event.enterprise_id, event.place) == (PERSON_ID, None, PLACE)

    def test_name_and_number_are_not_asked_for(self) -> None:
        given(ALONE, BEGUN).when(pick()).then(picked())

    def test_who_has_no_employer_may_file_where_the_rules_let_them(self) -> None:
        alone = a_subject(employed_by=None, employment=None)
        outcome = given(FREE, BEGUN).when(pick(subject=alone, filer=None)).then_types(SubjectPicked)
        assert outcome.state.filer is None
        given(ALONE, BEGUN).when(pick(subject=alone, filer=None)).then_refused("employed_by_filer")

    def test_it_goes_to_the_authority_of_the_employer_s_place_now(self) -> None:
        filer = a_filer(place="430202")
        form = filled(specialty="building", employer_place="湖南省株洲市荷塘区")
        (event,) = given(ALONE, *READY, form).when(submit(filer=filer)).then_types(FilingSubmitted).events
        assert isinstance(event, FilingSubmitted)
        assert (event.place, event.enterprise_id, event.person_id) == ("430202", None, PERSON_ID)
        assert event.filed_by == PERSON.account_id

    def test_the_employer_reports_it(self) -> None:
        asked = given(REPORTED, *READY).when(submit()).then_types(ConfirmationsAsked)
        (event,) = asked.events
        assert isinstance(event, ConfirmationsAsked)
        assert [(one.by, one.enterprise_id) for one in event.asked] == [("enterprise", ENTERPRISE_ID)]
        outcome = given(REPORTED, *READY, event).when(confirm(ENTERPRISE, accepted=True))
        submitted = outcome.events[-1]
        assert isinstance(submitted, FilingSubmitted)
        who = {"by": "enterprise", "enterprise_id": ENTERPRISE_ID, "account_id": ENTERPRISE.account_id, "at": NOON}
        assert submitted.confirmed_by == (Agreed.model_validate(who),)
        given(REPORTED, *READY, *asked.events, *outcome.events).when(withdraw(PERSON)).then_refused("already_submitted")

    @pytest.mark.parametrize(
        ("status", "named", "employer", "asked"),
        [
            ("valid", OTHER_ENTERPRISE_ID, ENTERPRISE_ID, OTHER_ENTERPRISE_ID),
            ("valid", OTHER_ENTERPRISE_ID, None, OTHER_ENTERPRISE_ID),
            ("valid", None, ENTERPRISE_ID, ENTERPRISE_ID),
            ("expired", OTHER_ENTERPRISE_ID, ENTERPRISE_ID, ENTERPRISE_ID),
        ],
    )
    def test_the_enterprise_that_a_valid_certificate_names_agrees_whoever_employs_them_now(
        self, status: str, named: UUID | None, employer: UUID | None, asked: UUID
    ) -> None:
        about_one = INITIAL.subject.model_copy(update={"certificate": SubjectCertificate(statuses=("valid", "expired"))})
        matter = of_people(preconditions=(), subject=about_one, confirmations=(Confirmation(by="enterprise"),))
        one = a_certificate(status=status, employer_id=named)
        subject = a_subject(employed_by=employer, certificates=(one,))
        order = submit(subject=subject, filer=a_filer() if employer is not None else None)
        history = (READY[0], picked(subject), *READY[2:])
        refusal_or_asked = given(filing_of(matter), *history).when(order)
        (event,) = refusal_or_asked.then_types(ConfirmationsAsked).events
        assert [one.enterprise_id for one in event.asked] == [asked]

    def test_alone_and_at_once(self) -> None:
        at_once = filing_of(of_people(review="none"))
        given(at_once, *READY).when(submit()).then_types(FilingSubmitted, FilingTookEffect)


class TestRefused:
    @pytest.mark.parametrize("actor", [ENTERPRISE, OTHER_PERSON])
    def test_somebody_else_s_filing(self, actor: Actor) -> None:
        for order in (pick(actor), submit(actor), fill(actor, penalties="无"), withdraw(actor)):
            given(ALONE, *READY).when(order).then_refused("not_your_filing", NotAllowed)

    def test_for_somebody_else(self) -> None:
        given(ALONE, BEGUN).when(pick(subject=another_subject())).then_refused("not_yourself", NotAllowed)

    def test_without_an_employer_who_must_agree(self) -> None:
        reported = filing_of(of_people(preconditions=(), confirmations=(Confirmation(by="enterprise"),)))
        alone = a_subject(employed_by=None, employment=None)
        refused = given(reported, *READY).when(submit(subject=alone, filer=None)).then_refused("party_unknown")
        assert {"code": "party_unknown", "field": "enterprise", "params": {"by": "enterprise"}} in refused.problems
