"""Objections to the sample case: who objects, who may answer, what is said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.message import Actor, Event
from contracts.review import (
    AnswerObjection,
    AssignObjection,
    LodgeObjection,
    ObjectionAnswered,
    ObjectionAssigned,
    ObjectionLodged,
    Objections,
    Objector,
    StageReopened,
)
from services.review.domain.days import china_day
from tests.domain.review.samples import (
    CASE_ID,
    DAY_AFTER,
    FILING,
    HUNAN_DEPARTMENT,
    MONDAY,
    PUBLICISED,
    examined,
    meta,
    officer,
)

HEAD = officer("head", HUNAN_DEPARTMENT, "province", "430000", "publicise", "announce")
SECOND_HEAD = officer("second-head", HUNAN_DEPARTMENT, "province", "430000", "publicise")
STRANGER = Actor(kind="anonymous", account_id="anonymous")
OBJECTOR = Objector(name="王建国", phone="13900000000")
REASONS = "该人员已受聘于其他单位"
ANSWER = "经核查,该人员聘用关系唯一"
FIRST, SECOND = UUID(int=0xB1), UUID(int=0xB2)
LAST_SECOND = DAY_AFTER - timedelta(seconds=1)
RULES = Objections(allowed=True, anonymous=True, working_days=10)


def shown(**changes: Any) -> list[Event]:
    """A case that is shown, and may be objected to by anybody."""
    return [*examined(**{"objections": RULES, **changes}), PUBLICISED]


def lodge(objection_id: UUID = FIRST, at: datetime = LAST_SECOND, by: Actor = STRANGER, **more: Any) -> LodgeObjection:
    body = {"case_id": CASE_ID, "reasons": REASONS, "objector": OBJECTOR, **more}
    return LodgeObjection(objection_id=objection_id, meta=meta(by, at), **body)


def lodged(objection_id: UUID = FIRST, at: datetime = LAST_SECOND, **changes: Any) -> ObjectionLodged:
    body: dict[str, Any] = {
        "objection_id": objection_id,
        "case_id": CASE_ID,
        "filing_id": FILING,
        "number": "430000-2026-000001-Y1",
        "reasons": REASONS,
        "files": (),
        "objector": OBJECTOR,
        "lodged_at": at,
        "lodged_on": china_day(at),
        "working_days": 10,
    }
    return ObjectionLodged(**{**body, **changes})


def assign(to: Actor | None = HEAD, by: Actor = SECOND_HEAD, objection_id: UUID = FIRST, **more: Any) -> AssignObjection:
    filled = {"officer": to.account_id if to else "nobody", "assignee": to, **more}
    return AssignObjection(case_id=CASE_ID, objection_id=objection_id, **filled, meta=meta(by, DAY_AFTER))


def assigned(to: Actor = HEAD, by: Actor = SECOND_HEAD) -> ObjectionAssigned:
    return ObjectionAssigned(
        objection_id=FIRST, case_id=CASE_ID, filing_id=FILING, officer=to.account_id, by=by.account_id
    )


def answer(outcome: str = "dismissed", by: Actor = HEAD, at: datetime = DAY_AFTER, **more: Any) -> AnswerObjection:
    said: dict[str, Any] = {"objection_id": FIRST, "outcome": outcome, "answer": ANSWER, **more}
    return AnswerObjection(case_id=CASE_ID, **said, meta=meta(by, at))


def answered(outcome: str = "dismissed", by: Actor = HEAD, at: datetime = DAY_AFTER, **changes: Any) -> ObjectionAnswered:
    body: dict[str, Any] = {
        "objection_id": FIRST,
        "case_id": CASE_ID,
        "filing_id": FILING,
        "outcome": outcome,
        "answer": ANSWER,
        "officer": by.account_id,
        "authority_id": by.authority_id,
        "answered_on": china_day(at),
    }
    return ObjectionAnswered(**{**body, **changes})


def reopened(objection_id: UUID = FIRST, at: datetime = DAY_AFTER) -> StageReopened:
    return StageReopened(
        case_id=CASE_ID,
        filing_id=FILING,
        stage="second",
        level="province",
        objection_id=objection_id,
        reopened_on=china_day(at),
    )


WHILE_SHOWN = MONDAY + timedelta(days=3)
