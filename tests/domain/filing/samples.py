"""One filing of Hunan's initial registration by the product's own matter file, and the events that led to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.files import FileRef
from contracts.filing import (
    Attachment,
    CommitmentAccepted,
    CorrectionItem,
    FileAttached,
    FilingApproved,
    FilingDrafted,
    FilingLapsed,
    FilingRejected,
    FilingReturned,
    FilingSubmitted,
    FormFilled,
    SubjectPicked,
)
from contracts.labels import label
from contracts.matters.checks import prefilled
from contracts.matters.facts import (
    CertificateFacts,
    EmploymentFacts,
    EnterpriseQualificationFacts,
    FilerFacts,
    PersonFiles,
    QualificationFacts,
    SubjectFacts,
)
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from contracts.message import Event
from services.filing.domain.decide import make_filing
from services.filing.domain.filing import Filing
from services.filing.domain.known import facts_of
from services.kernel.testing import NOON
from tests.samples import (
    EMPLOYMENT_ID,
    ENTERPRISE,
    ENTERPRISE_ID,
    FILING_ID,
    NAME,
    OTHER_PERSON_ID,
    PERSON_ID,
    PHONE,
    RESIDENT_ID,
    USCC,
    file,
)

CODE = "hunan/constructor-2-initial"
INITIAL = default_registry().get(CODE, 1)


def only_first(code: str, version: int | None) -> Matter:
    """The product's matters as on the day on which each had one version."""
    return default_registry().get(code, version or 1)


FILING = make_filing(only_first)
PLACE = "430102"
TITLE = "二级建造师初始申报"
PORTRAIT = file("照片.jpg", mark="1")
FRONT = file("正面.png", "image/png", mark="2")
BACK = file("反面.png", "image/png", mark="3")
LETTER = file("承诺书.pdf", "application/pdf", mark="4")
CONTRACT = file("合同.pdf", "application/pdf", mark="5")
DIPLOMA = file("毕业证书.pdf", "application/pdf", mark="6")


def a_qualification(**changed: Any) -> QualificationFacts:
    usual: dict[str, Any] = {
        "number": "202543000001",
        "credential": "constructor-2",
        "specialty": "building",
        "passed_year": 2025,
        "obtained_on": date(2025, 1, 1),
    }
    return QualificationFacts(**{**usual, **changed})


def a_subject(**changed: Any) -> SubjectFacts:
    """Somebody who may be registered: verified, qualified, employed by the filer, 35 years old."""
    usual: dict[str, Any] = {
        "person_id": PERSON_ID,
        "name": NAME,
        "resident_id": RESIDENT_ID,
        "sex": "male",
        "birth_date": date(1990, 3, 7),
        "ethnicity": "汉族",
        "phone": PHONE,
        "school": "湖南大学",
        "major": "土木工程",
        "graduated_on": date(2012, 6, 30),
        "education": "bachelor",
        "degree": "bachelor",
        "verified": True,
        "qualifications": (a_qualification(),),
        "employed_by": ENTERPRISE_ID,
        "employment": an_employment(),
        "files": PersonFiles(portrait=PORTRAIT, id_card_front=FRONT, id_card_back=BACK, commitment_letter=LETTER),
    }
    return SubjectFacts(**{**usual, **changed})


def a_certificate(**changed: Any) -> CertificateFacts:
    usual: dict[str, Any] = {
        "certificate_id": UUID(int=17),
        "credential": "constructor-2",
        "number": "湘2432025202600001",
        "status": "valid",
        "scope": ("building",),
        "valid_until": date(2029, 3, 1),
    }
    return CertificateFacts(**{**usual, **changed})


def an_employment(**changed: Any) -> EmploymentFacts:
    usual: dict[str, Any] = {"id": EMPLOYMENT_ID, "starts_on": date(2026, 1, 1), "contract": CONTRACT}
    return EmploymentFacts(**{**usual, **changed})


def another_subject(**changed: Any) -> SubjectFacts:
    """A colleague who has told and brought little yet."""
    usual: dict[str, Any] = {
        "person_id": OTHER_PERSON_ID,
        "name": "李小明",
        "resident_id": "11010519491231002X",
        "sex": "female",
        "birth_date": date(1988, 8, 8),
        "ethnicity": None,
        "school": None,
        "major": None,
        "graduated_on": None,
        "education": None,
        "degree": None,
        "files": PersonFiles(),
    }
    return a_subject(**{**usual, **changed})


def a_filer(**changed: Any) -> FilerFacts:
    usual: dict[str, Any] = {
        "enterprise_id": ENTERPRISE_ID,
        "name": "湖南湘江建设有限公司",
        "uscc": USCC,
        "authenticated": True,
        "nature": "有限责任公司",
        "legal_representative": "赵建国",
        "place": PLACE,
        "address": "湘江中路一号",
        "qualification": EnterpriseQualificationFacts(number="D143000001", grade="二级"),
    }
    return FilerFacts(**{**usual, **changed})


DRAFTED = FilingDrafted(
    filing_id=FILING_ID,
    matter=CODE,
    matter_version=1,
    title=TITLE,
    enterprise_id=ENTERPRISE_ID,
    person_id=None,
    place=PLACE,
    drafted_at=NOON,
)


def on_record(subject: SubjectFacts, filer: FilerFacts, matter: Matter = INITIAL, **typed: Any) -> dict[str, Any]:
    """The form as it is right after picking."""
    return {**typed, **prefilled(matter, facts_of(matter, subject, filer, typed, NOON.date()))}


def kept_with(subject: SubjectFacts) -> tuple[Attachment, ...]:
    """The files that come with the person's own record."""
    kept: dict[str, FileRef | None] = {
        "portrait": subject.files.portrait,
        "id_card_front": subject.files.id_card_front,
        "id_card_back": subject.files.id_card_back,
        "employment_contract": subject.employment.contract if subject.employment else None,
        "commitment_letter": subject.files.commitment_letter,
    }
    return tuple(Attachment(attachment=name, file=one) for name, one in kept.items() if one)


def picked(subject: SubjectFacts | None = None, filer: FilerFacts | None = None, **typed: Any) -> SubjectPicked:
    subject, filer = subject or a_subject(), filer or a_filer()
    return SubjectPicked(
        filing_id=FILING_ID,
        subject=subject,
        filer=filer,
        form=on_record(subject, filer, **typed),
        taken=kept_with(subject),
    )


def filled(**typed: Any) -> FormFilled:
    return FormFilled(filing_id=FILING_ID, form={**on_record(a_subject(), a_filer()), **typed})


def attached(name: str = "education_certificate", content: FileRef = DIPLOMA) -> FileAttached:
    return FileAttached(filing_id=FILING_ID, attachment=name, file=content)


COMMITMENT = label("commitment.text", matter=CODE)
COMMITTED = CommitmentAccepted(filing_id=FILING_ID, text_sha256=hashlib.sha256(COMMITMENT.encode()).hexdigest())
PICKED = (DRAFTED, picked())
COMPLETE = (*PICKED, filled(specialty="building"), attached(), COMMITTED)
"""A draft that lacks nothing."""


def submitted(round: int = 1, at: datetime = NOON, **changed: Any) -> FilingSubmitted:
    """What the authority sees of the complete draft."""
    usual: dict[str, Any] = {
        "filing_id": FILING_ID,
        "round": round,
        "number": "202603027381928964",
        "matter": CODE,
        "matter_version": 1,
        "title": TITLE,
        "credential": "constructor-2",
        "registration_type": "initial",
        "place": PLACE,
        "enterprise_id": ENTERPRISE_ID,
        "person_id": PERSON_ID,
        "subject": a_subject(),
        "filer": a_filer(),
        "form": filled(specialty="building").form,
        "attachments": (*kept_with(a_subject()), Attachment(attachment="education_certificate", file=DIPLOMA)),
        "submitted_at": at,
        "filed_by": ENTERPRISE.account_id,
        "resubmitted": round > 1,
    }
    return FilingSubmitted(**{**usual, **changed})


REASON = "劳动合同缺少盖章页"
HANDED_IN = (*COMPLETE, submitted())
RETURNED = FilingReturned(filing_id=FILING_ID, round=1, reason=REASON)
REJECTED = FilingRejected(filing_id=FILING_ID, round=1, reason=REASON)
APPROVED = FilingApproved(filing_id=FILING_ID, round=1)
LAPSED = FilingLapsed(filing_id=FILING_ID, round=1, reason=REASON)


def asked(part: Any, name: str | None = None) -> CorrectionItem:
    """One thing that the authority wants mended."""
    return CorrectionItem(part=part, name=name, needs="请核对后补正")


def returned(*items: CorrectionItem) -> FilingReturned:
    """Sent back with everything that is missing."""
    return FilingReturned(filing_id=FILING_ID, round=1, reason=REASON, items=items)


def state_after(*history: Event, matter_of: Callable[[str, int | None], Matter] | None = None) -> Filing:
    """The filing after these events."""
    return (make_filing(matter_of) if matter_of else FILING).fold(history)
