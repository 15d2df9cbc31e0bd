"""Cases whose decisions are told in letters, and the letters, as issuing makes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from contracts.filing import CorrectionItem
from contracts.message import Event, Recorded
from contracts.review import (
    CaseApproved,
    CaseDeemedGranted,
    CaseOpened,
    CorrectionLimit,
    StageDeemedPassed,
)
from contracts.working_days import WorkingDays
from services.review.documents.composing import compose
from services.review.documents.letter import Letter, sign_letter
from services.review.documents.telling import Authority, Telling, authority_by_place, level_of, number_of, telling
from tests.documents.sample import seal
from tests.domain.review.samples import (
    CASE_ID,
    CITY,
    CLERK,
    FILING,
    MONDAY,
    PROVINCE,
    approved,
    meta,
    opened,
    passed,
    rejected,
    returned,
)

MATTER = {"matter_version": 2, "correction": CorrectionLimit(working_days=20)}
BUREAU = Authority("长沙市住房和城乡建设局", "city", "430100")
DEPARTMENT = Authority("湖南省住房和城乡建设厅", "province", "430000")
SILENCE = "《中华人民共和国行政许可法》第三十二条第一款第四项"
ITEMS = (
    CorrectionItem(part="field", name="school", needs="与毕业证书上的学校名称一致"),
    CorrectionItem(part="attachment", name="employment_contract", needs="补上有双方签字盖章的末页"),
    CorrectionItem(part="commitment", needs="由法定代表人重新确认"),
)
DEEMED = StageDeemedPassed(
    case_id=CASE_ID,
    filing_id=FILING,
    stage="acceptance",
    due_on=date(2026, 3, 9),
    legal_basis=SILENCE,
    passed_on=date(2026, 3, 2),
    next_stage="preliminary",
    next_level="city",
)
RENEWED = CaseDeemedGranted(
    case_id=CASE_ID,
    filing_id=FILING,
    deadline="validity",
    stage=None,
    due_on=date(2026, 3, 9),
    legal_basis="《中华人民共和国行政许可法》第五十条第二款",
)


def case(**changes: Any) -> CaseOpened:
    """Opened by the version of the matter that issues documents."""
    return opened(**{**MATTER, **changes})


def by_law() -> CaseApproved:
    """Approved because nobody decided in time."""
    body = approved(on=date(2026, 3, 10)).model_dump()
    said = {"authority_id": None, "officer": "system", "legal_basis": RENEWED.legal_basis, "due_on": RENEWED.due_on}
    return CaseApproved(**{**body, **said})


def by_rules() -> list[Event]:
    """Approved at submission."""
    automatic = case(automatic=True, stages=(), publicity_working_days=None, announced=False)
    decided = approved(on=MONDAY.date()).model_dump()
    return [automatic, CaseApproved(**{**decided, "authority_id": None, "officer": "system"})]


STORIES: dict[str, tuple[Sequence[Event], Authority | None]] = {
    "acceptance": ([case(), passed("acceptance", CLERK)], BUREAU),
    "acceptance_deemed": ([case(), DEEMED], None),
    "correction": ([case(), returned("acceptance", CLERK, reason="缺少两处内容。", items=ITEMS)], BUREAU),
    "refusal": (
        [
            case(),
            passed("acceptance", CLERK),
            passed("preliminary", CITY),
            rejected("second", PROVINCE, reason="申请人同时在另一单位注册。\n两份劳动合同的期限重叠。"),
        ],
        DEPARTMENT,
    ),
    "refusal_at_acceptance": ([case(), rejected("acceptance", CLERK, reason="不属于本机关职权范围。")], BUREAU),
    "approval": ([case(), passed("acceptance", CLERK), approved()], DEPARTMENT),
    "approval_deemed": ([case(), RENEWED, by_law()], None),
    "approval_automatic": (by_rules(), None),
}


def recorded(events: Sequence[Event]) -> list[Recorded[Any]]:
    """As the log would give them back."""
    return [
        Recorded(source="review", position=n, stream=f"case-{CASE_ID}", version=n, event=one, meta=meta(CLERK))
        for n, one in enumerate(events, start=1)
    ]


def told(events: Sequence[Event]) -> Telling:
    """What the last event of a story asks for."""
    history = recorded(events)
    found = telling(history[-1], history)
    assert found is not None
    return found


def letter(story: str, working_days: WorkingDays | None = None, serial: int = 12) -> Letter:
    """The letter about the last event of a story."""
    events, authority = STORIES[story]
    return letter_of(events, authority, working_days, serial)


def letter_of(
    events: Sequence[Event], authority: Authority | None, working_days: WorkingDays | None = None, serial: int = 12
) -> Letter:
    """The letter about the last of these events."""
    one = told(events)
    authority = authority or authority_by_place(level_of(one), one.opened.place)
    return compose(one, number_of(one, serial), authority, working_days or WorkingDays())


@cache
def signed(story: str) -> bytes:
    """Its signed PDF."""
    return sign_letter(letter(story), seal(), at=MONDAY, location="湖南省长沙市")
