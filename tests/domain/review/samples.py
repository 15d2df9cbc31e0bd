"""A case in Changsha, the officers that may touch it and those that may not; its events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.filing import FilingSubmitted
from contracts.matters.facts import FilerFacts, SubjectFacts
from contracts.message import Actor, Event, Metadata, derived_id
from contracts.review import (
    Applicant,
    CaseAnnounced,
    CaseApproved,
    CaseAssigned,
    CaseEscalated,
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseResubmitted,
    CaseReturned,
    PublicityEnded,
    Stage,
    StagePassed,
)
from services.kernel import testing
from services.kernel.testing import CHINA

FILING = UUID("0b6f4bb0-0000-4000-8000-000000000001")
CASE_ID = derived_id("case", FILING, 1)
PERSON = UUID("0b6f4bb0-0000-4000-8000-0000000000a1")
FIRM = UUID("0b6f4bb0-0000-4000-8000-0000000000e1")
CHANGSHA_BUREAU = UUID("0b6f4bb0-0000-4000-8000-000000430100")
HUNAN_DEPARTMENT = UUID("0b6f4bb0-0000-4000-8000-000000430000")
DISTRICT = "430102"
STAGES = (
    Stage(name="acceptance", level="city", working_days=5),
    Stage(name="preliminary", level="city", working_days=20),
    Stage(name="second", level="province", working_days=20),
)
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=CHINA)
LAST_DAY = date(2026, 3, 16)
DAY_AFTER = datetime(2026, 3, 17, 0, 0, tzinfo=CHINA)
OPINION = "材料齐全,符合规定"
REASON = "劳动合同缺少盖章页"
DOCUMENT = "湘建公告〔2026〕12号"


def officer(name: str, authority: UUID, level: Any, place: str, *duties: str, **more: Any) -> Actor:
    return Actor(
        kind="officer",
        account_id=name,
        authority_id=authority,
        level=level,
        place=place,
        duties=duties,
        **more,
    )


CLERK = officer("clerk", CHANGSHA_BUREAU, "city", "430100", "accept")
CITY = officer("city", CHANGSHA_BUREAU, "city", "430100", "review")
COLLEAGUE = officer("colleague", CHANGSHA_BUREAU, "city", "430100", "accept", "review")
ZHUZHOU = officer("zhuzhou", UUID(int=430200), "city", "430200", "accept", "review", "publicise", "announce")
PROVINCE = officer("province", HUNAN_DEPARTMENT, "province", "430000", "review", "publicise", "announce")
DUTYLESS = officer("dutyless", HUNAN_DEPARTMENT, "province", "430000")
JIANGXI = officer("jiangxi", UUID(int=360000), "province", "360000", "review", "publicise", "announce")
AUDITOR = Actor(
    kind="auditor",
    account_id="auditor",
    authority_id=HUNAN_DEPARTMENT,
    level="province",
    place="430000",
    duties=("accept", "review", "publicise", "announce"),
)
FILER = Actor(kind="enterprise", account_id="firm", enterprise_id=FIRM)
OPERATOR = Actor(kind="operator", account_id="operator")


def meta(actor: Actor, at: datetime = MONDAY, **more: Any) -> Metadata:
    return testing.meta(actor, at, **more)


def submission(**changes: Any) -> FilingSubmitted:
    """What filing published when it was handed in."""
    subject = SubjectFacts(
        person_id=PERSON,
        name="李晓明",
        resident_id="11010519491231002X",
        sex="female",
        birth_date=date(1949, 12, 31),
    )
    body: dict[str, Any] = {
        "filing_id": FILING,
        "round": 1,
        "number": "430000-2026-000001",
        "matter": "hunan/constructor-2-initial",
        "matter_version": 1,
        "title": "二级建造师初始申报",
        "credential": "constructor-2",
        "registration_type": "initial",
        "place": DISTRICT,
        "enterprise_id": FIRM,
        "person_id": PERSON,
        "subject": subject,
        "filer": FilerFacts(enterprise_id=FIRM, name="长沙某建设有限公司", uscc="91350100M000100Y43"),
        "form": {"specialty": "building"},
        "attachments": (),
        "submitted_at": MONDAY,
    }
    return FilingSubmitted(**{**body, **changes})


def opened(**changes: Any) -> CaseOpened:
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "filing_id": FILING,
        "round": 1,
        "number": "430000-2026-000001",
        "matter": "hunan/constructor-2-initial",
        "matter_version": 1,
        "title": "二级建造师初始申报",
        "credential": "constructor-2",
        "registration_type": "initial",
        "place": DISTRICT,
        "applicant": Applicant(
            person_id=PERSON, person_name="李晓明", enterprise_id=FIRM, enterprise_name="长沙某建设有限公司"
        ),
        "specialty": "building",
        "form": {"specialty": "building"},
        "attachments": (),
        "stages": STAGES,
        "publicity_working_days": 10,
        "announced": True,
        "submitted_at": MONDAY,
    }
    return CaseOpened(**{**body, **changes})


def passed(stage: str, by: Actor, **changes: Any) -> StagePassed:
    names = [one.name for one in STAGES]
    after = STAGES[names.index(stage) + 1] if names.index(stage) + 1 < len(STAGES) else None
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "filing_id": FILING,
        "stage": stage,
        "authority_id": by.authority_id,
        "officer": by.account_id,
        "opinion": OPINION,
        "next_stage": after.name if after else None,
        "next_level": after.level if after else None,
        "passed_on": MONDAY.date(),
    }
    return StagePassed(**{**body, **changes})


def examined(**changes: Any) -> list[Event]:
    """A case whose stages are all passed."""
    return [
        opened(**changes),
        passed("acceptance", CLERK),
        passed("preliminary", CITY),
        passed("second", PROVINCE),
    ]


PUBLICISED = CasePublicised(
    case_id=CASE_ID, filing_id=FILING, starts_on=MONDAY.date(), ends_on=LAST_DAY, working_days=10
)
ENDED = PublicityEnded(case_id=CASE_ID, filing_id=FILING, ended_on=LAST_DAY)
ANNOUNCED = CaseAnnounced(
    case_id=CASE_ID, filing_id=FILING, document_number=DOCUMENT, announced_on=DAY_AFTER.date()
)


def approved(by: Actor = PROVINCE, on: date = ANNOUNCED.announced_on) -> CaseApproved:
    assert by.authority_id is not None
    return CaseApproved(
        case_id=CASE_ID,
        filing_id=FILING,
        round=1,
        matter="hunan/constructor-2-initial",
        matter_version=1,
        authority_id=by.authority_id,
        officer=by.account_id,
        decided_on=on,
    )


def returned(stage: str, by: Actor, reason: str = REASON, **changes: Any) -> CaseReturned:
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "filing_id": FILING,
        "round": 1,
        "stage": stage,
        "authority_id": by.authority_id,
        "officer": by.account_id,
        "reason": reason,
        "returned_on": MONDAY.date(),
    }
    return CaseReturned(**{**body, **changes})


def resubmitted(rounds: int = 2, stage: str = "acceptance", **changes: Any) -> CaseResubmitted:
    """The same firm hands in again, with another form."""
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "filing_id": FILING,
        "round": rounds,
        "stage": stage,
        "applicant": opened().applicant,
        "specialty": "building",
        "form": {"specialty": "building", "school": "湖南大学"},
        "attachments": (),
        "submitted_at": MONDAY,
    }
    return CaseResubmitted(**{**body, **changes})


def rejected(stage: str, by: Actor, reason: str = REASON, **changes: Any) -> CaseRejected:
    body = returned(stage, by, reason).model_dump(exclude={"items", "returned_on", "used_days"})
    return CaseRejected(**{**body, "rejected_on": MONDAY.date(), **changes})


def assigned(stage: str, to: Actor, by: Actor | None = None, **changes: Any) -> CaseAssigned:
    """On an officer's desk: claimed, unless somebody else put it there."""
    by = by or to
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "filing_id": FILING,
        "stage": stage,
        "officer": to.account_id,
        "authority_id": by.authority_id,
        "how": "claimed" if by == to else "reassigned",
        "former": None,
        "by": by.account_id,
        "reason": None,
        "assigned_on": MONDAY.date(),
    }
    return CaseAssigned(**{**body, **changes})


def escalated(stage: str, by: Actor | None, **changes: Any) -> CaseEscalated:
    """From the city to the province; by itself when nobody did it."""
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "filing_id": FILING,
        "stage": stage,
        "from_level": "city",
        "to_level": "province",
        "reason": REASON,
        "officer": by.account_id if by is not None else None,
    }
    return CaseEscalated(**{**body, **changes})
