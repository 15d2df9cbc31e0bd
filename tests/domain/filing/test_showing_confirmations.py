"""How the parties' agreement is shown, at each step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.filing import Agreed, FilingReturned, FilingSubmitted
from contracts.labels import label
from contracts.message import Event
from services.filing.domain.showing import confirmations_of, last_of_them
from services.kernel.testing import NOON
from tests.domain.filing.confirming import (
    BY_FORMER,
    BY_PERSON,
    CERTIFICATE,
    HALF_WAY,
    READY,
    WAITING,
    WITHDRAWN,
    filing_of,
    former_agreed,
    handed_in,
    joint,
    person_agreed,
    refused_by,
    were_asked,
)
from tests.domain.filing.samples import CODE, DRAFTED, another_subject, picked
from tests.samples import (
    ENTERPRISE,
    ENTERPRISE_ID,
    FILING_ID,
    OTHER_ENTERPRISE,
    OTHER_ENTERPRISE_ID,
    OTHER_PERSON_ID,
    PERSON,
    PERSON_ID,
)

MATTER = joint(confirmations=(BY_PERSON, BY_FORMER.model_copy(update={"commitment": True})))


EARLIER = NOON - timedelta(days=3)


def shown(*history: Event) -> list[str]:
    return [one.status for one in confirmations_of(filing_of(MATTER).fold(history), MATTER)]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ((DRAFTED,), ["waiting", "waiting"]),
        (READY, ["waiting", "waiting"]),
        (WAITING, ["asked", "waiting"]),
        (HALF_WAY, ["confirmed", "asked"]),
        ((*WAITING, refused_by("person", PERSON)), ["declined", "waiting"]),
        ((*HALF_WAY, refused_by("former_enterprise", OTHER_ENTERPRISE)), ["confirmed", "declined"]),
        ((*HALF_WAY, WITHDRAWN), ["waiting", "waiting"]),
        ((*HALF_WAY, WITHDRAWN, were_asked(2)), ["asked", "waiting"]),
        ((*HALF_WAY, former_agreed(), FilingSubmitted(**handed_in())), ["confirmed", "confirmed"]),
    ],
)
def test_at_each_step(history: tuple[Event, ...], expected: list[str]) -> None:
    assert shown(*history) == expected


def test_a_party_is_whom_it_was_asked_as_whatever_would_be_found_now() -> None:
    former = were_asked().asked[1].model_copy(update={"enterprise_id": ENTERPRISE_ID})
    history = (*READY, were_asked(asked=[were_asked().asked[0], former]), person_agreed())
    state = filing_of(MATTER).fold(history)
    assert [one.enterprise_id for one in confirmations_of(state, MATTER)] == [None, ENTERPRISE_ID]
    assert state.is_last(ENTERPRISE) and not state.is_last(OTHER_ENTERPRISE)


def test_why_one_refused() -> None:
    declined = (*HALF_WAY, refused_by("former_enterprise", OTHER_ENTERPRISE, "项目未完工"))
    person, former = confirmations_of(filing_of(MATTER).fold(declined), MATTER)
    assert (person.reason, former.reason) == (None, "项目未完工")


def test_who_they_are_until_when_and_what_they_accept() -> None:
    person, former = confirmations_of(filing_of(MATTER).fold(HALF_WAY), MATTER)
    assert (person.person_id, person.enterprise_id, person.at) == (PERSON_ID, None, NOON)
    assert (former.person_id, former.enterprise_id) == (None, OTHER_ENTERPRISE_ID)
    assert former.due_on is not None and former.due_on.isoformat() == "2026-03-12"
    assert (person.commitment, former.commitment) == (
        None,
        label("confirmation_commitment.former_enterprise", matter=CODE),
    )


ANOTHER = picked(another_subject()).model_copy(update={"certificate": CERTIFICATE})
SUBMITTED = FilingSubmitted(**handed_in(), confirmed_by=(Agreed(by="person", account_id="p", at=EARLIER),))
BACK = FilingReturned(filing_id=FILING_ID, round=1, reason="补正")


@pytest.mark.parametrize(
    "history",
    [
        (*WAITING, refused_by("person", PERSON), ANOTHER),
        (*HALF_WAY, former_agreed(), SUBMITTED, BACK, ANOTHER),
    ],
)
def test_whoever_had_a_part_for_another_person_has_none_in_what_became_of_it(history: tuple[Event, ...]) -> None:
    """Who was asked may see the filing: not whom it is about after them."""
    state = filing_of(MATTER).fold(history)
    assert [(one.status, one.person_id) for one in confirmations_of(state, MATTER)] == [
        ("waiting", OTHER_PERSON_ID),
        ("waiting", None),
    ]
    assert last_of_them(state) is None


def test_a_correction_that_changed_nothing_went_past_the_refusal_of_one_that_did() -> None:
    again = FilingSubmitted(**handed_in(3), confirmed_by=SUBMITTED.confirmed_by)
    history = (*HALF_WAY, former_agreed(), SUBMITTED, BACK, were_asked(2), refused_by("person", PERSON), again)
    person, former = confirmations_of(filing_of(MATTER).fold(history), MATTER)
    assert (person.status, person.at, former.status) == ("confirmed", EARLIER, "confirmed")
    assert shown(*history[:-1]) == ["declined", "waiting"]
