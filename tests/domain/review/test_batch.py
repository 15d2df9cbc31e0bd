"""A batch as a whole: ordered once, carried out page by page, ended with its last line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from contracts.decider import Claim, Release
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.message import SYSTEM, Actor, Recorded
from contracts.review import (
    AnnounceCase,
    BatchEnded,
    BatchFailure,
    BatchItem,
    BatchProgressed,
    BatchStarted,
    ClaimCase,
    PassStage,
    PubliciseCase,
    RecordBatchProgress,
    StartBatch,
)
from services.kernel.testing import given
from services.review.batch_orders import order_of
from services.review.domain.batch import BATCH
from tests.domain.review.samples import (
    AUDITOR,
    CLERK,
    DAY_AFTER,
    DOCUMENT,
    FILER,
    MONDAY,
    OPINION,
    PROVINCE,
    meta,
)

BATCH_ID = UUID("0b6f4bb0-0000-4000-8000-00000000ba01")
ITEMS = tuple(BatchItem(case_id=UUID(int=n), version=n) for n in range(1, 6))
FIELDS: dict[str, dict[str, Any]] = {
    "claim": {"stage": "acceptance"},
    "pass": {"stage": "acceptance", "opinion": OPINION},
    "publicise": {},
    "announce": {"document_number": DOCUMENT},
}


def start(action: str = "pass", actor: Actor = CLERK, **changes: Any) -> StartBatch:
    body = {"batch_id": BATCH_ID, "action": action, "items": ITEMS, **FIELDS[action], "meta": meta(actor)}
    return StartBatch(**{**body, **changes})


def started(action: str = "pass", by: Actor = CLERK) -> BatchStarted:
    assert by.authority_id is not None
    whole: dict[str, Any] = {"stage": None, "opinion": None, "document_number": None, **FIELDS[action]}
    return BatchStarted(
        batch_id=BATCH_ID,
        officer=by.account_id,
        authority_id=by.authority_id,
        started_at=MONDAY,
        action=action,  # type: ignore[arg-type]
        items=ITEMS,
        **whole,
    )


def failed(line: int) -> BatchFailure:
    return BatchFailure(line=line, case_id=UUID(int=line), code="stale", params={"expected": 1, "actual": 2})


def progress(after: int, upto: int, *lines: int, actor: Actor = SYSTEM) -> RecordBatchProgress:
    failures = tuple(failed(line) for line in lines)
    return RecordBatchProgress(batch_id=BATCH_ID, after=after, upto=upto, failures=failures, meta=meta(actor))


def progressed(after: int, upto: int, *lines: int) -> BatchProgressed:
    return BatchProgressed(
        batch_id=BATCH_ID, after=after, upto=upto, failures=tuple(failed(line) for line in lines)
    )


class TestHappens:
    @pytest.mark.parametrize("action", FIELDS)
    def test_a_batch_is_ordered_whole_and_open_from_then_on(self, action: str) -> None:
        outcome = given(BATCH).when(start(action)).then(started(action))
        assert outcome.claims == [Claim("open_batch", str(BATCH_ID), "batch_exists")]

    def test_a_page_is_recorded_with_what_was_refused_in_it(self) -> None:
        given(BATCH, started()).when(progress(0, 3, 2)).then(progressed(0, 3, 2))

    def test_the_last_page_ends_it_and_it_is_open_no_longer(self) -> None:
        ended = BatchEnded(batch_id=BATCH_ID, done=3, failed=2)
        outcome = given(BATCH, started(), progressed(0, 3, 2)).when(progress(3, 5, 5))
        outcome.then(progressed(3, 5, 5), ended)
        assert outcome.claims == [Release("open_batch")]
        assert (outcome.state.done, outcome.state.upto, outcome.state.total) == (3, 5, 5)

    def test_its_items_are_not_kept_in_memory(self) -> None:
        state = given(BATCH).when(start()).state
        assert (state.started.items, state.total) == ((), 5)


class TestIgnoredTheSecondTime:
    def test_the_same_batch(self) -> None:
        given(BATCH, started()).when(start(meta=meta(CLERK, DAY_AFTER))).then_nothing()

    @pytest.mark.parametrize("told", [progress(0, 3), progress(0, 3, 1), progress(0, 2), progress(2, 4)])
    def test_lines_that_are_recorded_already(self, told: RecordBatchProgress) -> None:
        given(BATCH, started(), progressed(0, 3, 2)).when(told).then_nothing()

    def test_lines_that_are_not_the_next(self) -> None:
        given(BATCH, started()).when(progress(3, 5)).then_nothing()

    def test_anything_after_its_end(self) -> None:
        ended = BatchEnded(batch_id=BATCH_ID, done=5, failed=0)
        given(BATCH, started(), progressed(0, 5), ended).when(progress(5, 6)).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [AUDITOR, FILER, SYSTEM])
    def test_who_is_no_officer_orders_no_batch(self, actor: Actor) -> None:
        given(BATCH).when(start(actor=actor)).then_refused("officers_only", NotAllowed)

    @pytest.mark.parametrize(
        ("action", "left_out"),
        [("claim", "stage"), ("pass", "stage"), ("pass", "opinion"), ("announce", "document_number")],
    )
    def test_an_action_without_what_it_needs(self, action: str, left_out: str) -> None:
        refusal = given(BATCH).when(start(action, **{left_out: None})).then_refused("batch_fields_wrong")
        assert refusal.problems == [{"code": "required", "field": left_out}]

    def test_what_would_silently_be_left_out(self) -> None:
        refusal = given(BATCH).when(start("publicise", opinion=OPINION)).then_refused("batch_fields_wrong")
        assert refusal.problems == [{"code": "batch_field_not_asked", "field": "opinion"}]

    def test_a_case_named_twice_with_both_lines(self) -> None:
        twice = (*ITEMS, BatchItem(case_id=UUID(int=2)))
        refusal = given(BATCH).when(start(items=twice)).then_refused("batch_names_case_twice")
        (problem,) = refusal.problems
        assert problem["field"] == "items.5.case_id"
        assert problem["params"] == {"line": 6, "first": 2}

    def test_more_than_the_limit_or_nothing(self) -> None:
        many = tuple(BatchItem(case_id=UUID(int=n)) for n in range(5001))
        assert len(start(items=many[:5000]).items) == 5000
        for items in ((), many):
            with pytest.raises(ValidationError):
                start(items=items)

    def test_another_batch_under_the_same_id(self) -> None:
        given(BATCH, started()).when(start(opinion="另一意见")).then_refused("batch_exists", Refused)
        given(BATCH, started()).when(start(items=ITEMS[:4])).then_refused("batch_exists", Refused)
        given(BATCH, started()).when(start(actor=PROVINCE)).then_refused("batch_exists", Refused)

    def test_progress_that_somebody_else_claims(self) -> None:
        given(BATCH, started()).when(progress(0, 3, actor=CLERK)).then_refused("system_only", NotAllowed)

    def test_progress_of_no_batch(self) -> None:
        given(BATCH).when(progress(0, 3)).then_refused("batch_not_found", NotFound)

    @pytest.mark.parametrize("told", [progress(0, 6), progress(0, 3, 4)])
    def test_progress_beyond_the_lines(self, told: RecordBatchProgress) -> None:
        given(BATCH, started()).when(told).then_refused("batch_progress_wrong")


class TestALineIsACommandOfItsOfficer:
    @pytest.mark.parametrize(
        ("action", "kind"),
        [("claim", ClaimCase), ("pass", PassStage), ("publicise", PubliciseCase), ("announce", AnnounceCase)],
    )
    def test_with_the_version_that_the_officer_saw(self, action: str, kind: type) -> None:
        order = Recorded("review", 17, f"batch-{BATCH_ID}", 1, started(action), meta(CLERK))
        command = order_of(order, 4, ITEMS[3], DAY_AFTER)
        assert type(command) is kind
        assert command.case_id == ITEMS[3].case_id
        assert {name: getattr(command, name) for name in FIELDS[action]} == FIELDS[action]
        said = command.meta
        assert (said.command_id, said.actor, said.at) == (f"{BATCH_ID}/4", CLERK, DAY_AFTER)
        assert (said.expected_version, said.causation_id, said.depth) == (4, "review:17", 1)
