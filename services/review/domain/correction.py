"""Returned for correction, and handed in again: the clock stands still meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.errors import Refused
from contracts.message import Event
from contracts.review import (
    CaseLapsed,
    CaseResubmitted,
    CaseReturned,
    CorrectionItem,
    ResubmitCase,
    ReturnCase,
    Stage,
)
from services.review.domain import rules
from services.review.domain.case import Case
from services.review.domain.days import china_day
from services.review.domain.examination import may_be_examined
from services.review.domain.silence import law_has_not_spoken

Named = tuple[str, str | None]


def return_case(case: Case, command: ReturnCase) -> Sequence[Event]:
    """Back to the filer, with everything that is missing told at once (行政许可法 art. 32(4))."""
    opened = rules.case_is_open(case, command.case_id)
    stage, authority_id = rules.examiner(case, command)
    returned = CaseReturned(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        round=case.round,
        stage=stage.name,
        authority_id=authority_id,
        officer=command.meta.actor.account_id,
        reason=command.reason,
        items=command.items,
        returned_on=china_day(command.meta.at),
        due_on=command.due_on,
        used_days=command.used_days,
    )
    if _same_return(case.returned, returned):
        return []
    may_be_examined(case, stage)
    law_has_not_spoken(case, stage, command)
    rules.stage_offers(stage, "return")
    each_item_is_clear(command.items)
    told_once(case, stage, command.items)
    return [returned]


def resubmit_case(case: Case, command: ResubmitCase) -> Sequence[Event]:
    """The same case goes on at the stage that returned it.

    Also one that lapsed in between: filing took the correction in before it heard of that, so it counts.
    """
    rules.only_the_product_itself(command.meta.actor)
    opened = rules.case_is_open(case, command.case_id)
    if command.round <= case.round:
        return []
    if not isinstance(case.decision, CaseLapsed):
        rules.not_decided(case)
        if case.returned is None:
            raise Refused("not_returned")
    return [
        CaseResubmitted(
            case_id=opened.case_id,
            filing_id=opened.filing_id,
            round=command.round,
            stage=case.returns[-1].stage,
            applicant=command.applicant,
            specialty=command.specialty,
            form=command.form,
            attachments=command.attachments,
            submitted_at=command.submitted_at,
            filed_by=command.filed_by,
            confirmed_by=command.confirmed_by,
            party_enterprises=command.party_enterprises,
        )
    ]


def each_item_is_clear(items: Sequence[CorrectionItem]) -> None:
    """A field or a file has a name, subject and commitment have none; and each is told once, with all that it needs."""
    seen: set[Named] = set()
    problems = []
    for number, item in enumerate(items):
        if (item.name is None) == (item.part in ("field", "attachment")):
            problems.append({"code": "correction_item_unclear", "field": f"items.{number}.name"})
        if named(item) in seen:
            problems.append({"code": "correction_item_twice", "field": f"items.{number}"})
        seen.add(named(item))
    if problems:
        raise Refused("correction_items_unclear", problems=problems)


def told_once(case: Case, stage: Stage, items: Sequence[CorrectionItem]) -> None:
    """Where the matter says so, a stage that has told what is missing cannot find more of it later (art. 32(4))."""
    earlier = [one for one in case.returns if one.stage == stage.name]
    if not stage.told_once or not earlier or not all(one.items for one in earlier):
        return
    told = {named(item) for one in earlier for item in one.items} | changed_since(case, earlier[0])
    new = [number for number, item in enumerate(items) if named(item) not in told]
    if new or not items:
        problems = [{"code": "not_told_before", "field": f"items.{number}"} for number in new]
        raise Refused("told_once", params={"stage": stage.name}, problems=problems)


def changed_since(case: Case, returned: CaseReturned) -> set[Named]:
    """What is no longer as it was when first returned: nobody could have told what is wrong with it."""
    before = next((one for one in case.submissions if one.round == returned.round), None)
    if before is None:
        return set()
    after = case.submissions[-1]
    fields = {name for name in (*before.form, *after.form) if before.form.get(name) != after.form.get(name)}
    files = {one.attachment for one in {*before.attachments} ^ {*after.attachments}}
    return {("field", name) for name in fields} | {("attachment", name) for name in files}


def named(item: CorrectionItem) -> Named:
    """What is to be mended, whatever is said about it."""
    return item.part, item.name


def _same_return(standing: CaseReturned | None, returned: CaseReturned) -> bool:
    """Said again, on whatever day."""
    days = {"returned_on": None, "due_on": None, "used_days": 0}
    return standing is not None and standing.model_copy(update=days) == returned.model_copy(update=days)
