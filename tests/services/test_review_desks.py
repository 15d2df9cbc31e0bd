"""Desks on a real PostgreSQL: two officers and one case, cover while somebody is away, and a fair handing out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.files import FileRef
from contracts.filing import SubmitFiling
from contracts.identity import AnswerEmployment, OpenAccount, ProposeEmployment
from contracts.message import SYSTEM, Actor, derived_id
from contracts.review import (
    AssignCase,
    CaseView,
    ClaimCase,
    CorrectionItem,
    Desks,
    EndAbsence,
    EscalateCase,
    GetCase,
    HandOutCases,
    HandOutReport,
    PassStage,
    ReadDesks,
    RecordAbsence,
    ReturnCase,
)
from services.kernel.clock import CHINA
from tests.domain.review.samples import CHANGSHA_BUREAU, CITY, FILER, FIRM, OPINION, PROVINCE, REASON, officer
from tests.services.test_review_deadlines import Review, databases, meta, start, submit, until

__all__ = ["databases", "start"]  # fixtures
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
CONTRACT = FileRef(sha256="0" * 64, name="contract.pdf", content_type="application/pdf", size=1)


def appointed(review: Review, name: str, *duties: str, person_id: UUID | None = None) -> Actor:
    """An officer of Changsha whom identity knows."""
    account_id = uuid4()
    actor = officer(str(account_id), CHANGSHA_BUREAU, "city", "430100", *duties, person_id=person_id)
    order = OpenAccount(
        account_id=account_id,
        username=f"officer-{account_id.hex[:12]}",
        name=name,
        holder=actor,
        password=HASH,
        meta=meta(SYSTEM),
    )
    assert "ok" in review.send(order)
    return actor


def view(review: Review, case_id: UUID, viewer: Actor | None = None) -> CaseView:
    return CaseView.model_validate(review.send(GetCase(case_id=case_id, viewer=viewer))["ok"])


def pass_acceptance(by: Actor, case_id: UUID, version: int | None = None, at: datetime | None = None) -> PassStage:
    told = meta(by, at).model_copy(update={"expected_version": version})
    return PassStage(case_id=case_id, stage="acceptance", opinion=OPINION, meta=told)


def at_once(review: Review, orders: list[PassStage]) -> list[dict[str, Any]]:
    """Given at the same time, to two replicas."""
    calls = [{"service": "review", "method": "pass_stage", "payload": one.model_dump(mode="json")} for one in orders]
    stdin, stdout = review.process.stdin, review.process.stdout
    assert stdin is not None and stdout is not None
    print(json.dumps(calls), file=stdin, flush=True)
    replies: list[dict[str, Any]] = json.loads(stdout.readline())
    return replies


def outcome(reply: dict[str, Any]) -> str:
    return "ok" if "ok" in reply else str(reply["refusal"]["code"])


def today() -> date:
    return datetime.now(CHINA).date()


def test_two_officers_decide_one_case_at_one_version_and_one_of_them_hears_that_it_is_stale(
    start: Callable[..., Review],
) -> None:
    review = start()
    case_id = submit(review)
    both = [appointed(review, name, "accept") for name in ("王芳芳", "李强强")]
    version = view(review, case_id).version
    replies = at_once(review, [pass_acceptance(by, case_id, version) for by in both])
    assert sorted(map(outcome, replies)) == ["ok", "stale_version"]
    assert len(review.events("review.StagePassed.v1")) == 1


def test_who_stands_in_may_act_while_the_other_is_away_and_no_longer(start: Callable[..., Review]) -> None:
    review = start()
    away, cover, chief = (appointed(review, n, d) for n, d in (("甲甲", "accept"), ("乙乙", "accept"), ("丙丙", "assign")))
    cases = [submit(review) for _ in range(3)]
    for case_id in cases:
        assert "ok" in review.send(ClaimCase(case_id=case_id, stage="acceptance", meta=meta(away)))
    assert outcome(review.send(pass_acceptance(cover, cases[0]))) == "held_by_another"
    assert "pass" not in view(review, cases[0], cover).next_actions
    assert "pass" in view(review, cases[0], away).next_actions

    absence = RecordAbsence(
        absence_id=uuid4(),
        officer=away.account_id,
        from_on=today(),
        until_on=today() + timedelta(days=2),
        cover=cover.account_id,
        meta=meta(chief),
    )
    assert "ok" in review.send(absence)
    assert "pass" in view(review, cases[0], cover).next_actions
    assert "ok" in review.send(pass_acceptance(cover, cases[0]))

    after = datetime.now(CHINA) + timedelta(days=3)
    assert outcome(review.send(pass_acceptance(cover, cases[1], at=after))) == "held_by_another"
    ended = EndAbsence(absence_id=absence.absence_id, officer=away.account_id, meta=meta(away))
    assert "ok" in review.send(ended)
    assert outcome(review.send(pass_acceptance(cover, cases[1]))) == "held_by_another"
    assert "ok" in review.send(pass_acceptance(away, cases[1]))


def test_whoever_works_for_the_filer_gets_no_case_of_theirs(start: Callable[..., Review]) -> None:
    review = start()
    person = uuid4()
    employee = appointed(review, "丁丁", "accept", person_id=person)
    case_id = submit(review)
    assert "claim" in view(review, case_id, employee).next_actions
    employment = uuid4()
    proposed = ProposeEmployment(
        employment_id=employment,
        person_id=person,
        enterprise_id=FIRM,
        contract=CONTRACT,
        starts_on=today(),
        meta=meta(Actor(kind="person", account_id="p", person_id=person)),
    )
    assert "ok" in review.send(proposed)
    agreed = AnswerEmployment(employment_id=employment, accept=True, meta=meta(FILER))
    assert "ok" in review.send(agreed)

    claim = ClaimCase(case_id=case_id, stage="acceptance", meta=meta(employee))
    assert outcome(review.send(claim)) == "works_for_the_filer"
    assert view(review, case_id, employee).next_actions == ()
    chief = appointed(review, "戊戊", "assign")
    given = AssignCase(case_id=case_id, stage="acceptance", officer=employee.account_id, meta=meta(chief))
    reply = review.send(given)["refusal"]
    assert (reply["code"], reply["problems"][0]["code"]) == ("assignee_unfit", "works_for_the_filer")


def test_fifty_cases_go_to_three_officers_evenly_and_to_nobody_who_is_away(
    start: Callable[..., Review], databases: dict[str, str]
) -> None:
    review = start()
    chief = appointed(review, "主任", "assign")
    at_work = [appointed(review, name, "accept") for name in ("甲甲", "乙乙", "丙丙")]
    away = appointed(review, "丁丁", "accept")
    appointed(review, "戊戊", "review")
    absence = {"absence_id": uuid4(), "officer": away.account_id, "from_on": today(), "until_on": today()}
    assert "ok" in review.send(RecordAbsence(**absence, meta=meta(away)))
    filings = [uuid4() for _ in range(50)]
    for filing_id in filings:
        assert "ok" in review.send(SubmitFiling(filing_id=filing_id, meta=meta(FILER)))
    taken = derived_id("case", filings[0], 1)
    until(lambda: "ok" in review.send(GetCase(case_id=taken)), "the case opens")
    assert "ok" in review.send(ClaimCase(case_id=taken, stage="acceptance", meta=meta(at_work[0])))

    def desks() -> Desks:
        return Desks.model_validate(review.send(ReadDesks(viewer=chief))["ok"])

    until(lambda: desks().unclaimed == 49 and len(desks().desks) == 6, "the desks are known")
    assert outcome(review.send(HandOutCases(meta=meta(away)))) == "duty_missing"
    report = HandOutReport.model_validate(review.send(HandOutCases(meta=meta(chief)))["ok"])
    assert len(report.handed_out) == 49
    assert report.waiting == ()
    got = Counter(one.officer for one in report.handed_out)
    assert sorted(got[one.account_id] + (one == at_work[0]) for one in at_work) == [16, 17, 17]
    until(lambda: desks().unclaimed == 0, "nothing waits any more")
    full = {one.officer: one.open_cases for one in desks().desks}
    assert sorted(full[one.account_id] for one in at_work) == [16, 17, 17]
    assert full[away.account_id] == 0
    assert [one.officer for one in desks().desks if one.absent_today] == [away.account_id]
    again = HandOutReport.model_validate(review.send(HandOutCases(meta=meta(chief)))["ok"])
    assert again.handed_out == ()


def test_returned_by_names_that_the_filer_knows_and_moved_up_to_who_may_act(start: Callable[..., Review]) -> None:
    review = start()
    clerk = appointed(review, "甲甲", "accept")
    case_id = submit(review)

    def returned(name: str) -> ReturnCase:
        item = CorrectionItem(part="attachment", name=name, needs="补盖公章")
        return ReturnCase(case_id=case_id, stage="acceptance", reason=REASON, items=(item,), meta=meta(clerk))

    refusal = review.send(returned("no_such_file"))["refusal"]
    assert [one["field"] for one in refusal["problems"]] == ["items.0.name"]
    assert refusal["code"] == "unknown_correction_item"

    assert "escalate" in view(review, case_id, clerk).next_actions
    moved = EscalateCase(case_id=case_id, stage="acceptance", reason=REASON, meta=meta(clerk))
    assert "ok" in review.send(moved)
    assert view(review, case_id, clerk).next_actions == ()
    above = PROVINCE.model_copy(update={"duties": ("accept",)})
    case = view(review, case_id, above)
    assert case.level == "province"
    assert {"pass", "return", "hand_back"} <= set(case.next_actions)
    assert "pass" not in view(review, case_id, CITY).next_actions
