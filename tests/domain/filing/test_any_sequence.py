"""Whatever is ordered in whatever order: what was submitted never changes, and every state reached is a legal one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hypothesis import event, settings
from hypothesis import given as any_of
from hypothesis import strategies as st

from contracts.decider import Claim, Release
from contracts.errors import Refusal
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    CorrectionItem,
    DeleteDraft,
    DetachFile,
    DraftFiling,
    FillForm,
    PickSubject,
    RecordOutcome,
    SubmitFiling,
)
from contracts.message import SYSTEM, Actor, Command
from services.filing.domain.filing import Filing
from services.kernel.testing import meta
from tests.domain.filing.samples import (
    CODE,
    DIPLOMA,
    FILING,
    INITIAL,
    PLACE,
    PORTRAIT,
    TITLE,
    a_filer,
    a_subject,
    another_subject,
    asked,
)
from tests.samples import ENTERPRISE, FILING_ID, NAME, OTHER_ENTERPRISE, RESIDENT_ID, file

NEXT = {
    "none": {"draft"},
    "draft": {"submitted", "deleted"},
    "submitted": {"returned", "approved", "rejected"},
    "returned": {"submitted", "lapsed"},
    "approved": set[str](),
    "rejected": set[str](),
    "deleted": set[str](),
    "lapsed": set[str](),
}
FILES = [PORTRAIT, DIPLOMA, file("b.jpg", mark="8"), file("c.png", "image/png", mark="9", size=9_000_000)]
NAMES = ["portrait", "education_certificate", "employment_contract", "nonsense"]
PEOPLE = [a_subject(), a_subject(verified=False), another_subject(), None]
FIELDS = {"specialty": ["building", "municipal", "astronomy", None], "penalties": ["无", "有", None, 7], "name": ["x"]}


ITEMS = [
    (),
    (asked("field", "penalties"),),
    (asked("attachment", "education_certificate"), asked("field", "penalties")),
    (asked("commitment"),),
    (asked("subject"), asked("field", "specialty")),
]
FIXED = {field.name for field in INITIAL.form.fields if field.fixed}
MAY_FOLLOW = {"compulsory_hours", "elective_hours", "continuing_education_certificate"}
"""What another specialty can ask for."""


def _draft(who: Actor) -> Command:
    return DraftFiling(filing_id=FILING_ID, matter=CODE, version=1, place=PLACE, title=TITLE, meta=meta(who))


def _pick(who: Actor, subject: object) -> Command:
    return PickSubject(
        filing_id=FILING_ID, name=NAME, resident_id=RESIDENT_ID, subject=subject, filer=a_filer(), meta=meta(who)
    )


def _fill(who: Actor, form: dict[str, object]) -> Command:
    return FillForm(filing_id=FILING_ID, form=form, meta=meta(who))


def _attach(who: Actor, name: str, content: object) -> Command:
    return AttachFile(filing_id=FILING_ID, attachment=name, file=content, meta=meta(who))


def _detach(who: Actor, name: str, content: object) -> Command:
    sha256 = getattr(content, "sha256", "")
    return DetachFile(filing_id=FILING_ID, attachment=name, sha256=sha256, meta=meta(who))


def _accept(who: Actor) -> Command:
    return AcceptCommitment(filing_id=FILING_ID, meta=meta(who))


def _submit(who: Actor, subject: object = None) -> Command:
    return SubmitFiling(filing_id=FILING_ID, subject=subject, meta=meta(who))


def _delete(who: Actor) -> Command:
    return DeleteDraft(filing_id=FILING_ID, meta=meta(who))


def _outcome(who: Actor, outcome: str, round: int, items: object = ()) -> Command:
    return RecordOutcome(filing_id=FILING_ID, round=round, outcome=outcome, reason="原因", items=items, meta=meta(who))


def _work(who: Actor) -> Iterator[Command]:
    """A filing from draft to submission, so that what comes after is tried too."""
    yield _draft(who)
    yield _pick(who, a_subject())
    yield _fill(who, {"specialty": "building"})
    yield _attach(who, "education_certificate", DIPLOMA)
    yield _accept(who)
    yield _submit(who)


def _mend(items: Sequence[CorrectionItem]) -> Iterator[Command]:
    """What was named, where it is a field or the commitment."""
    for item in items:
        if item.part == "commitment":
            yield _accept(ENTERPRISE)
        elif item.name == "penalties":
            yield _fill(ENTERPRISE, {"penalties": "改"})


owners = st.sampled_from([ENTERPRISE, ENTERPRISE, ENTERPRISE, OTHER_ENTERPRISE])
whole_work = st.builds(lambda who: list(_work(who)), owners)
once_more = st.builds(
    lambda round, items: [_outcome(SYSTEM, "returned", round, items), *_mend(items), _submit(ENTERPRISE)],
    st.sampled_from([1, 2, 3]),
    st.sampled_from(ITEMS),
)
typed = st.dictionaries(st.sampled_from(sorted(FIELDS)), st.integers(0, 3), max_size=2).map(
    lambda chosen: {name: FIELDS[name][n % len(FIELDS[name])] for name, n in chosen.items()}
)
one_step = st.one_of(
    st.builds(_draft, owners),
    st.builds(_pick, owners, st.sampled_from(PEOPLE)),
    st.builds(_fill, owners, typed),
    st.builds(_attach, owners, st.sampled_from(NAMES), st.sampled_from(FILES)),
    st.builds(_detach, owners, st.sampled_from(NAMES), st.sampled_from(FILES)),
    st.builds(_accept, owners),
    st.builds(_submit, owners, st.sampled_from(PEOPLE)),
    st.builds(_delete, owners),
    st.builds(
        _outcome,
        st.sampled_from([SYSTEM, SYSTEM, SYSTEM, ENTERPRISE]),
        st.sampled_from(["returned", "returned", "returned", "lapsed", "approved", "rejected"]),
        st.sampled_from([1, 1, 1, 2, 2, 3, 0]),
        st.sampled_from(ITEMS),
    ),
).map(lambda command: [command])
sent_back = st.sampled_from(ITEMS).map(lambda items: [*_work(ENTERPRISE), _outcome(SYSTEM, "returned", 1, items)])
tried = st.lists(
    st.one_of(
        st.builds(_fill, st.just(ENTERPRISE), typed),
        st.builds(_attach, st.just(ENTERPRISE), st.just("portrait"), st.just(PORTRAIT)),
        st.builds(_detach, st.just(ENTERPRISE), st.just("education_certificate"), st.just(DIPLOMA)),
        st.builds(_attach, st.just(ENTERPRISE), st.just("education_certificate"), st.just(FILES[2])),
    ),
    max_size=3,
)
corrected = st.builds(
    lambda items, edits: [
        *_work(ENTERPRISE),
        _outcome(SYSTEM, "returned", 1, items),
        *edits,
        *_mend(items),
        _submit(ENTERPRISE),
    ],
    st.sampled_from(ITEMS),
    tried,
)
beginnings = st.one_of(st.just([]), whole_work, st.just(list(_work(ENTERPRISE))), sent_back, sent_back, corrected)
orders = st.tuples(beginnings, st.lists(st.one_of(one_step, one_step, once_more), max_size=25)).map(
    lambda both: [*both[0], *(command for step in both[1] for command in step)]
)


def content(state: Filing) -> tuple[object, ...]:
    """Everything that a submission hands over."""
    return state.subject, state.filer, state.form, state.attachments, state.commitment_sha256


def check_step(before: Filing, after: Filing) -> None:
    """What must hold of every single event."""
    assert after.status == before.status or after.status in NEXT[before.status]
    assert after.drafted == (before.drafted or after.drafted)
    assert after.submissions[: before.round] == before.submissions
    if before.status not in ("none", "draft", "returned"):
        anew = any(item.part == "commitment" for item in after.correction)
        accepted = before.commitment_sha256 if anew else after.commitment_sha256
        assert content(replace(after, commitment_sha256=accepted)) == content(before), f"changed while {before.status}"
    if after.round > before.round:
        handed_in = after.submissions[-1]
        assert after.round == before.round + 1 == handed_in.round
        assert (handed_in.form, handed_in.attachments) == (before.form, before.attachments)
        assert before.commitment_sha256 is not None
        assert handed_in.number == after.submissions[0].number
        check_corrected(before)


def check_corrected(before: Filing) -> None:
    """Just what was named was mended, and something of it was."""
    if not before.correction or before.picked_anew:
        return
    was, named = before.submissions[-1], {item.name or item.part for item in before.correction}
    fields = {name for name in {*was.form, *before.form} if was.form.get(name) != before.form.get(name)}
    files = {one.attachment for one in {*was.attachments} ^ {*before.attachments}}
    assert fields - FIXED - MAY_FOLLOW <= named and files - MAY_FOLLOW <= named
    assert fields | files or "commitment" in named
    event("corrected as asked")


@settings(max_examples=200, deadline=None)
@any_of(orders)
def test_nothing_submitted_changes_except_through_a_return(ordered: list[Command]) -> None:
    state, held = FILING.initial, dict[str, str]()
    for command in ordered:
        try:
            events = FILING.decide(state, command)
        except Refusal:
            continue
        for happened in events:
            before, state = state, FILING.evolve(state, happened)
            check_step(before, state)
            held = after_claims(held, FILING.claims(before, happened))
        check_held(state, held)
    event(f"{state.status}, {state.round} rounds")


def after_claims(held: dict[str, str], changes: Sequence[Claim | Release]) -> dict[str, str]:
    """As the log does it: releases first."""
    given_back = {change.kind for change in changes if isinstance(change, Release)}
    kept = {kind: key for kind, key in held.items() if kind not in given_back}
    return {**kept, **{change.kind: change.key for change in changes if isinstance(change, Claim)}}


def check_held(state: Filing, held: dict[str, str]) -> None:
    """A person is taken exactly as long as their filing is open, and the number for ever."""
    last = state.submissions[-1] if state.submissions else None
    is_open = last is not None and state.status in ("submitted", "returned")
    assert held.get("open_filing") == (f"{last.person_id}/constructor-2" if last and is_open else None)
    assert held.get("filing_number") == (last.number if last else None)
