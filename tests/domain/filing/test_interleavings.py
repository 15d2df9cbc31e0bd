"""Two parties, the filer, the authority and the time-out in whatever order: one legal state, and claims that fit it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import event, settings
from hypothesis import given as any_of
from hypothesis import strategies as st

from contracts.decider import Claim, Decider, Release
from contracts.errors import Refusal
from contracts.filing import (
    AcceptCommitment,
    ConfirmationsAsked,
    CorrectionItem,
    FilingConfirmed,
    FilingSubmitted,
    RecordOutcome,
)
from contracts.matters.route import Confirmation, TimeOut
from contracts.matters.schema import Matter
from contracts.message import SYSTEM, Command, Event
from services.filing.domain.days import china_day
from services.filing.domain.decide import make_filing
from services.filing.domain.filing import Filing
from services.kernel.testing import NOON, meta
from tests.domain.filing.confirming import (
    CERTIFICATE,
    READY,
    certified,
    confirm,
    decline,
    filing_of,
    joint,
    keep,
    submit,
    withdraw,
)
from tests.domain.filing.samples import INITIAL, a_filer, asked
from tests.domain.filing.test_any_sequence import after_claims
from tests.domain.filing.test_delete_draft import delete
from tests.domain.filing.test_fill_form import fill
from tests.samples import ENTERPRISE, FILING_ID, OTHER_ENTERPRISE, OTHER_PERSON_ID, PERSON

NEXT = {
    "draft": {"awaiting_confirmation", "deleted"},
    "awaiting_confirmation": {"draft", "returned", "submitted", "lapsed"},
    "submitted": {"returned", "approved", "rejected"},
    "returned": {"awaiting_confirmation", "submitted", "lapsed", "deleted"},
}
ENDS = ("approved", "rejected", "lapsed", "deleted")
OTHER_FORMER = CERTIFICATE.model_copy(update={"employer_id": OTHER_PERSON_ID})
Step = Callable[[Filing, datetime], Command]


PENALTIES = asked("field", "penalties")


def outcome(what: Any, wanted: CorrectionItem = PENALTIES) -> Step:
    def record(state: Filing, at: datetime) -> Command:
        seen = state.submissions[-1].round if state.submissions else 0
        items = (wanted,) if what == "returned" else ()
        return RecordOutcome(
            filing_id=FILING_ID, round=seen, outcome=what, reason="原因", items=items, meta=meta(SYSTEM, at)
        )

    return record


def too_late(step: Step) -> Step:
    """The same, when the rules do not hold of the person any more."""
    now = {"subject": certified(verified=False), "filer": a_filer()}
    return lambda state, at: step(state, at).model_copy(update=now)


def timer(what: str, stale: bool = False) -> Step:
    """As the keeper gives it; or as another replica does that looked a moment ago."""

    def order(state: Filing, at: datetime) -> Command:
        asking = state.asking
        if asking is None or asking.due_on is None:
            return keep(what, "person", at.date(), at)
        by = asking.handed_in.asked[0].by if stale or asking.current is None else asking.current.by
        return keep(what, by, asking.due_on, at, round=asking.handed_in.round)

    return order


STEPS: dict[str, Step] = {
    "person agrees": lambda state, at: confirm(PERSON, at),
    "former agrees": lambda state, at: confirm(OTHER_ENTERPRISE, at),
    "person refuses": lambda state, at: decline(PERSON, at=at),
    "former refuses": lambda state, at: decline(OTHER_ENTERPRISE, at=at),
    "filer takes it back": lambda state, at: withdraw(),
    "filer hands it in": lambda state, at: submit(at=at),
    "filer hands it in, of another employer": lambda state, at: submit(
        at=at, subject=certified(certificates=(OTHER_FORMER,))
    ),
    "filer corrects": lambda state, at: fill(penalties=f"{at:%d日%H时}"),
    "filer deletes": lambda state, at: delete(ENTERPRISE),
    "reminder": timer("near"),
    "time is over": timer("over"),
    "time was over": timer("over", stale=True),
    "person agrees too late": too_late(lambda state, at: confirm(PERSON, at)),
    "former agrees too late": too_late(lambda state, at: confirm(OTHER_ENTERPRISE, at)),
    "time is over too late": too_late(timer("over")),
    **{f"authority: {one}": outcome(one) for one in ("returned", "approved", "rejected", "lapsed")},
    "authority: wants a commitment": outcome("returned", asked("commitment")),
    "filer commits": lambda state, at: AcceptCommitment(filing_id=FILING_ID, meta=meta(ENTERPRISE, at)),
}
USUAL = [one for one in STEPS if not one.startswith("filer deletes")]
time_outs = st.one_of(
    st.none(),
    st.builds(
        TimeOut,
        days=st.integers(1, 3),
        means=st.sampled_from(["removed", "agreed", "declined"]),
        remind_before=st.just(1),
    ),
)
matters = st.builds(
    lambda one, other, alone: joint(
        confirmations=(Confirmation(by="person", time_out=one), Confirmation(by="former_enterprise", time_out=other)),
        review="none" if alone else INITIAL.review,
    ),
    time_outs,
    time_outs,
    st.booleans(),
)
chunks = st.one_of(
    st.sampled_from([*USUAL, "filer deletes"]).map(lambda one: [one]),
    st.sampled_from(USUAL).map(lambda one: [one]),
    st.permutations(["person agrees", "former agrees", "reminder"]),
    st.just(["person agrees", "former agrees", "authority: returned", "filer corrects", "filer hands it in"]),
    st.just(["person refuses", "filer corrects", "filer hands it in"]),
    st.just(["authority: returned", "filer hands it in, of another employer", "filer corrects"]),
    st.just(["authority: wants a commitment", "filer commits", "filer hands it in"]),
)
stories = st.lists(st.tuples(chunks, st.sampled_from([0, 0, 0, 10, 40])), min_size=2, max_size=15).map(
    lambda parts: [
        (step, hours) for steps, hours in parts for step, hours in [(steps[0], hours), *((s, 0) for s in steps[1:])]
    ]
)


@settings(max_examples=150, deadline=None)
@any_of(matters, stories)
def test_every_interleaving_is_in_one_legal_state(matter: Matter, story: list[tuple[str, int]]) -> None:
    known = {1: matter}
    filing = make_filing(lambda code, version: known[version or max(known)])
    state, held, at = filing.fold(READY), dict[str, str](), NOON
    at, state, held = carried_out(filing, matter, state, held, submit(at=at), at)
    # what is released from now on judges others
    known[2] = matter.model_copy(update={"version": 2, "confirmations": (), "preconditions": ()})
    for name, hours in story:
        at += timedelta(hours=hours, seconds=1)
        at, state, held = carried_out(filing, matter, state, held, STEPS[name](state, at), at)
    assert state.asking is not None and state.asking.handed_in.matter_version == state.matter_version == 1
    event(f"{state.status}, {min(state.round, 3)} hand-ins")


def carried_out(
    filing: Decider[Any, Any, Any], matter: Matter, state: Filing, held: dict[str, str], command: Command, at: datetime
) -> tuple[datetime, Filing, dict[str, str]]:
    """As the log does it: releases of the whole commit before its claims."""
    try:
        events = list(filing.decide(state, command))
    except Refusal:
        return at, state, held
    changes: list[Claim | Release] = []
    before = state
    for happened in events:
        assert state.status not in ENDS, "nothing happens after an end"
        changes += filing.claims(state, happened)
        after = filing.evolve(state, happened)
        assert after.status == state.status or after.status in NEXT[state.status]
        state = after
    held = after_claims(held, changes)
    check_agreement(before, command, events)
    check_claims(matter, state, held)
    return at, state, held


def check_agreement(before: Filing, command: Command, events: Sequence[Event]) -> None:
    """The authority has only what every party agreed to, as it was when they agreed, of whom the rules still hold."""
    submitted = [one for one in events if isinstance(one, FilingSubmitted)]
    asked_now = [one for one in events if isinstance(one, ConfirmationsAsked)]
    if asked_now:
        assert asked_now[0].form == before.form
    if not submitted:
        return
    (event_,) = submitted
    assert [one.by for one in event_.confirmed_by] == ["person", "former_enterprise"]
    known = getattr(command, "subject", None)
    assert known is None or known.verified
    if before.status == "awaiting_confirmation":
        assert before.asking is not None and isinstance(events[-1 if event_ is events[-1] else -2], FilingSubmitted)
        assert len(before.asking.answers) == 1 and any(isinstance(one, FilingConfirmed) for one in events)
        assert (event_.form, event_.round) == (before.asking.handed_in.form, before.round)
    else:  # a correction that changed nothing that they agreed to
        assert event_.confirmed_by == before.submissions[-1].confirmed_by
        assert event_.certificate == before.submissions[-1].certificate
        assert (event_.form, event_.attachments) == (before.submissions[-1].form, before.submissions[-1].attachments)


def check_claims(matter: Matter, state: Filing, held: dict[str, str]) -> None:
    """A person is taken exactly as long as the filing is open; a time is looked for exactly as long as it runs."""
    waiting = state.status == "awaiting_confirmation"
    is_open = waiting or state.status == "submitted" or (state.status == "returned" and bool(state.submissions))
    assert ("open_filing" in held) == is_open
    assert held["filing_number"] == state.number
    asking = state.asking
    assert asking is not None and (asking.current is not None or not waiting)
    due_on = asking.due_on if waiting else None
    assert held.get("confirmation_due") == (f"{due_on}/{FILING_ID}" if due_on is not None else None)
    limit = next((one.time_out for one in matter.confirmations if asking.current and one.by == asking.current.by), None)
    reminds = limit is not None and limit.remind_before > 0 and not asking.reminded
    reminder = due_on - timedelta(days=1) if due_on is not None and reminds else None
    assert held.get("confirmation_near") == (f"{reminder}/{FILING_ID}" if reminder is not None else None)


@settings(max_examples=100, deadline=None)
@any_of(
    st.permutations(
        ["person agrees", "former agrees", "filer takes it back", "time is over", "person refuses", "former refuses"]
    )
)
def test_each_order_of_six_things_at_the_same_moment_ends_alike_for_all(order: list[str]) -> None:
    """On the day after the first party's last one: nobody's answer counts, the filer or the timer was first."""
    silent = TimeOut(days=1, means="removed")
    matter = joint(
        confirmations=(
            Confirmation(by="person", time_out=silent),
            Confirmation(by="former_enterprise", time_out=silent),
        )
    )
    filing = filing_of(matter)
    at, state, held = carried_out(filing, matter, filing.fold(READY), {}, submit(), NOON)
    at = NOON + timedelta(days=2)
    assert china_day(at) > china_day(NOON + timedelta(days=1))
    for name in order:
        at, state, held = carried_out(filing, matter, state, held, STEPS[name](state, at), at)
    first = "draft" if order.index("filer takes it back") < order.index("time is over") else "lapsed"
    assert state.status == first
    assert set(held) == {"filing_number"}
