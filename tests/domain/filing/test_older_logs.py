"""What older logs say is read as it was meant: their events lack what came later, and lead to the same states."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.filing import Agreed, ConfirmationsAsked, FilingReturned, FilingSubmitted
from contracts.matters.route import Confirmation
from contracts.matters.schema import SubjectCertificate
from contracts.message import Event
from services.filing.domain.decide import make_filing
from services.filing.domain.showing import confirmations_of
from services.kernel.testing import NOON, given, meta
from tests.domain.filing.confirming import CERTIFICATE, HALF_WAY, certified, confirm, former_agreed, joint, submit
from tests.domain.filing.samples import COMMITTED, REASON, asked, attached, filled
from tests.domain.filing.test_last_agreement import last
from tests.domain.filing.test_person_files import BEGUN, of_people
from tests.samples import (
    ENTERPRISE,
    ENTERPRISE_ID,
    FILING_ID,
    OTHER_ENTERPRISE,
    OTHER_ENTERPRISE_ID,
    PERSON,
    PERSON_ID,
)

JOINT = joint()
STRICTER = joint(version=2, confirmations=(), exclusion="constructors")
LATER_FIELDS = {"filed_by", "resubmitted", "informs", "came_to_nothing", "ended_as", "origin", "died_on"}


def filing_of(first: Any, newest: Any) -> Any:
    return make_filing(lambda code, version: {1: first, None: newest}[version])


NOW = filing_of(JOINT, STRICTER)


def old(event: Event) -> Event:
    """As a log of before has it: what came since is not in it; of an agreement it says as what, and not who."""
    return type(event).model_validate(without(event.model_dump(mode="json", exclude_defaults=True)))


def without(said: Any) -> Any:
    if isinstance(said, list):
        return [without(one) for one in said]
    if not isinstance(said, dict):
        return said
    kept = {name: without(one) for name, one in said.items() if name not in LATER_FIELDS}
    agreed = kept.get("confirmed_by", [])
    return {**kept, "confirmed_by": [{k: one[k] for k in ("by", "account_id", "at")} for one in agreed]} if agreed else kept


AGREED = tuple(
    Agreed.model_validate({"by": by, "account_id": who.account_id, "at": NOON})
    for by, who in (("person", PERSON), ("former_enterprise", OTHER_ENTERPRISE))
)


def whole_history() -> list[Event]:
    waiting = HALF_WAY[-2]
    assert isinstance(waiting, ConfirmationsAsked)
    whole = waiting.model_dump(exclude={"asked", "due_on"})
    return [old(one) for one in (*HALF_WAY, former_agreed(), FilingSubmitted(**{**whole, "confirmed_by": AGREED}))]


def test_what_waits_is_judged_by_the_version_that_it_was_handed_in_by_and_agreed_to_by_whom_was_asked() -> None:
    waiting = [old(one) for one in HALF_WAY]
    state = NOW.fold(waiting)
    assert (state.matter_version, state.judged_on) == (1, NOON.date())
    (*_, whole) = given(NOW, *waiting).when(last()).events
    assert isinstance(whole, FilingSubmitted) and whole.matter_version == 1
    assert [(one.person_id, one.enterprise_id) for one in whole.confirmed_by] == [
        (PERSON_ID, None),
        (None, OTHER_ENTERPRISE_ID),
    ]


@pytest.mark.parametrize(
    ("wanted", "mended", "next_event"),
    [
        (asked("field", "penalties"), filled(specialty="building", penalties="无"), ConfirmationsAsked),
        (asked("commitment"), COMMITTED, FilingSubmitted),
    ],
)
def test_a_correction_of_it_goes_to_the_same_parties_where_it_changes_what_they_agreed_to(
    wanted: Any, mended: Event, next_event: type[Event]
) -> None:
    before = whole_history()
    state = NOW.fold(before)
    assert (state.status, state.submissions[-1].confirmed_by) == ("submitted", AGREED)
    shown = confirmations_of(state, JOINT)
    assert [(one.status, one.enterprise_id) for one in shown] == [("confirmed", None), ("confirmed", OTHER_ENTERPRISE_ID)]
    back = FilingReturned(filing_id=FILING_ID, round=1, reason=REASON, items=(wanted,))
    (event,) = given(NOW, *before, back, mended).when(submit()).then_types(next_event).events
    assert isinstance(event, FilingSubmitted | ConfirmationsAsked)
    assert (event.round, event.matter_version) == (2, 1)
    if isinstance(event, FilingSubmitted):
        assert (event.confirmed_by, event.resubmitted) == (AGREED, True)
    else:
        assert [one.by for one in event.asked] == ["person", "former_enterprise"]


def test_the_employer_who_was_asked_then_answers_although_today_the_certificate_s_enterprise_would_be_asked() -> None:
    about_one = joint().subject.model_copy(update={"certificate": SubjectCertificate()})
    matter = of_people(preconditions=(), subject=about_one, confirmations=(Confirmation(by="enterprise"),))
    mine = filing_of(matter, matter)
    now = {"subject": certified(), "filer": HALF_WAY[1].filer}  # type: ignore[attr-defined]
    ready = (BEGUN, HALF_WAY[1], filled(specialty="building"), attached(), COMMITTED)
    order = submit(PERSON, filer=now["filer"])
    (waiting,) = given(mine, *ready).when(order).then_types(ConfirmationsAsked).events
    assert isinstance(waiting, ConfirmationsAsked) and CERTIFICATE.employer_id == OTHER_ENTERPRISE_ID
    employer = waiting.asked[0].model_copy(update={"enterprise_id": ENTERPRISE_ID})
    history = [old(one) for one in (*ready, waiting.model_copy(update={"asked": (employer,)}))]
    given(mine, *history).when(confirm(OTHER_ENTERPRISE)).then_refused("not_a_party")
    agrees = confirm(ENTERPRISE).model_copy(update={**now, "meta": meta(ENTERPRISE)})
    (*_, whole) = given(mine, *history).when(agrees).events
    assert isinstance(whole, FilingSubmitted)
    assert [(one.by, one.enterprise_id) for one in whole.confirmed_by] == [("enterprise", ENTERPRISE_ID)]
