"""How the parties' agreement is shown, at each step."""

from __future__ import annotations

import pytest

from contracts.filing import FilingSubmitted
from contracts.labels import label
from contracts.message import Event
from services.filing.domain.showing import confirmations_of
from services.kernel.testing import NOON
from tests.domain.filing.confirming import (
    BY_FORMER,
    BY_PERSON,
    HALF_WAY,
    READY,
    WAITING,
    WITHDRAWN,
    filing_of,
    former_agreed,
    handed_in,
    joint,
    refused_by,
    were_asked,
)
from tests.domain.filing.samples import CODE, DRAFTED
from tests.samples import OTHER_ENTERPRISE, OTHER_ENTERPRISE_ID, PERSON, PERSON_ID

MATTER = joint(confirmations=(BY_PERSON, BY_FORMER.model_copy(update={"commitment": True})))


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


def test_who_they_are_until_when_and_what_they_accept() -> None:
    person, former = confirmations_of(filing_of(MATTER).fold(HALF_WAY), MATTER)
    assert (person.person_id, person.enterprise_id, person.at) == (PERSON_ID, None, NOON)
    assert (former.person_id, former.enterprise_id) == (None, OTHER_ENTERPRISE_ID)
    assert former.due_on is not None and former.due_on.isoformat() == "2026-03-12"
    assert (person.commitment, former.commitment) == (
        None,
        label("confirmation_commitment.former_enterprise", matter=CODE),
    )
