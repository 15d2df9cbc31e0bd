"""One approved filing and what it leads to, as the certificate service meets it. Nobody is real."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.certificate import (
    AllocateNumber,
    CredentialGranted,
    DocumentIssued,
    DocumentNotIssued,
    GrantCredential,
    GrantRefused,
    Holder,
    Issuer,
    NumberAllocated,
    RecordDocument,
    RecordDocumentNotIssued,
    RefuseGrant,
    Scope,
    entered_id,
)
from contracts.files import FileRef
from contracts.filing import Attachment, FilingView
from contracts.identifiers import make_certificate_identifier
from contracts.matters.facts import FilerFacts, QualificationFacts, SubjectFacts
from contracts.matters.registry import default_registry
from contracts.message import Actor, derived_id
from contracts.review import CaseApproved
from services.certificate.domain.approval import Approval
from services.certificate.domain.kinds import kind_of
from services.kernel.testing import CHINA, meta

FILING = UUID("00000000-0000-4000-8000-000000000001")
CASE = UUID("00000000-0000-4000-8000-000000000002")
PERSON = UUID("00000000-0000-4000-8000-000000000003")
ENTERPRISE = UUID("00000000-0000-4000-8000-000000000004")
AUTHORITY = UUID("00000000-0000-4000-8000-000000000005")
CREDENTIAL_ID = derived_id("credential", FILING)
OFFICER = Actor(kind="officer", account_id="o", level="province", place="430000", duties=("review",))
MATTER, VERSION = "hunan/constructor-2-initial", 1
DECIDED = date(2026, 11, 20)
TYPE, ISSUER = "11100000000013338W001", "11430000006122244L"
IDENTIFIER = make_certificate_identifier(TYPE, ISSUER, "20260000001", 1)
PORTRAIT = FileRef(sha256="a" * 64, name="portrait.jpg", content_type="image/jpeg", size=1000)
DOCUMENT = FileRef(
    sha256="d" * 64, name="湘2432021202600001.pdf", content_type="application/pdf", size=90_000
)
SECOND, THIRD = (UUID(f"00000000-0000-4000-8000-00000000001{n}") for n in (1, 2))
NEXT_IDENTIFIER = make_certificate_identifier(TYPE, ISSUER, "20260000001", 2)
RENEWED_ON, RENEWED_UNTIL = date(2029, 9, 1), date(2032, 11, 19)
AFTER_ITS_END = datetime(2029, 11, 20, 0, 5, tzinfo=CHINA)
OLD_NUMBER = "湘2432016201600007"
OLD = entered_id("constructor-2", OLD_NUMBER)
IMPORT = UUID("00000000-0000-4000-8000-000000000020")
NINE = datetime(2026, 11, 20, 9, 30, 15, tzinfo=CHINA)


def allocate(purpose: str, series: str = "s", **more: Any) -> AllocateNumber:
    return AllocateNumber(meta=meta(**more), series=series, purpose=purpose)


def allocated(purpose: str, number: int, series: str = "s") -> NumberAllocated:
    return NumberAllocated(series=series, purpose=purpose, number=number)


def granted(**other: Any) -> CredentialGranted:
    said: dict[str, Any] = {
        "credential_id": CREDENTIAL_ID,
        "filing_id": FILING,
        "matter": MATTER,
        "matter_version": VERSION,
        "kind": "constructor-2",
        "title": "中华人民共和国二级建造师注册证书",
        "registration_number": "湘2432021202600001",
        "identifier": IDENTIFIER,
        "identifier_version": 1,
        "holder": Holder(
            person_id=PERSON,
            name="周明远",
            resident_id="430102199003070012",
            sex="male",
            birth_date=date(1990, 3, 7),
            enterprise_id=ENTERPRISE,
            enterprise_name="湖南湘江建设工程有限公司",
        ),
        "scopes": (Scope(specialty="building", label="建筑工程", expires_on=date(2029, 11, 19)),),
        "issuer": Issuer(name="湖南省住房和城乡建设厅", uscc=ISSUER, place="430000"),
        "portrait": PORTRAIT,
        "granted_on": DECIDED,
        "valid_from": DECIDED,
        "valid_until": date(2029, 11, 19),
        "attributes": {"qualification_number": "湘建考2021000123"},
    }
    return CredentialGranted(**{**said, **other})


def grant(actor: Actor | None = None, **other: Any) -> GrantCredential:
    """The order that leads to ``granted(**other)``."""
    said = dict(granted())
    return GrantCredential(meta=meta(actor) if actor else meta(), **{**said, **other})


def grant_refused(**other: Any) -> GrantRefused:
    said: dict[str, Any] = {
        "credential_id": CREDENTIAL_ID,
        "filing_id": FILING,
        "person_id": PERSON,
        "kind": "constructor-2",
        "specialties": ("building",),
        "held": derived_id("credential", "earlier"),
        "code": "certificate_held",
    }
    return GrantRefused(**{**said, **other})


def refuse_grant(actor: Actor | None = None, **other: Any) -> RefuseGrant:
    """The order that leads to ``grant_refused(**other)``."""
    said = dict(grant_refused())
    return RefuseGrant(meta=meta(actor) if actor else meta(), **{**said, **other})


def record(actor: Actor | None = None, **other: Any) -> RecordDocument:
    said = {**dict(issued()), "identifier": None}
    return RecordDocument(meta=meta(actor) if actor else meta(), **{**said, **other})


def issued(**other: Any) -> DocumentIssued:
    said: dict[str, Any] = {
        "credential_id": CREDENTIAL_ID,
        "identifier": IDENTIFIER,
        "document": DOCUMENT,
        "algorithm": "sha256_ecdsa",
        "signer_sha256": "e" * 64,
        "signed_at": NINE,
        "development_key": True,
    }
    return DocumentIssued(**{**said, **other})


def not_issued(*characters: str) -> DocumentNotIssued:
    return DocumentNotIssued(
        credential_id=CREDENTIAL_ID,
        identifier=IDENTIFIER,
        code="character_not_printable",
        characters=characters or ("U+20BB6",),
    )


def record_not_issued(*characters: str, actor: Actor | None = None) -> RecordDocumentNotIssued:
    """The order that leads to ``not_issued(*characters)``."""
    said = dict(not_issued(*characters))
    del said["identifier"]
    return RecordDocumentNotIssued(meta=meta(actor) if actor else meta(), **said)


def subject() -> SubjectFacts:
    return SubjectFacts(
        person_id=PERSON,
        name="周明远",
        resident_id="430102199003070012",
        sex="male",
        birth_date=date(1990, 3, 7),
        verified=True,
        qualifications=(
            QualificationFacts(
                number="湘建考2021000123",
                credential="constructor-2",
                specialty="building",
                passed_year=2021,
                obtained_on=date(2021, 9, 1),
            ),
        ),
    )


def decision(**other: Any) -> CaseApproved:
    said: dict[str, Any] = {
        "case_id": CASE,
        "filing_id": FILING,
        "round": 1,
        "matter": MATTER,
        "matter_version": VERSION,
        "authority_id": AUTHORITY,
        "officer": "o",
        "decided_on": DECIDED,
    }
    return CaseApproved(**{**said, **other})


def filing(**other: Any) -> FilingView:
    said: dict[str, Any] = {
        "filing_id": FILING,
        "version": 12,
        "status": "submitted",
        "matter": MATTER,
        "matter_version": VERSION,
        "title": "二级建造师初始申报",
        "number": "4301002026000001",
        "enterprise_id": ENTERPRISE,
        "person_id": PERSON,
        "place": "430100",
        "subject": subject(),
        "filer": FilerFacts(
            enterprise_id=ENTERPRISE,
            name="湖南湘江建设工程有限公司",
            uscc="91350100M000100Y43",
            place="430102",
        ),
        "form": {"specialty": "building", "name": "周明远"},
        "attachments": (Attachment(attachment="portrait", file=PORTRAIT),),
        "commitment_accepted": True,
        "commitment_text": "承诺",
        "round": 1,
        "submitted_on": date(2026, 10, 1),
        "reason": None,
        "problems": (),
    }
    return FilingView(**{**said, **other})


def approval(**other: Any) -> Approval:
    """The approval of the filing that leads to ``granted()``; ``effect``: with the matter's effect changed so."""
    registry = default_registry()
    said: dict[str, Any] = {
        "filing_id": FILING,
        "round": 1,
        "decided_on": DECIDED,
        "matter": registry.get(MATTER, VERSION),
        "filing": filing(),
        "labels": registry.labels,
        "kind": kind_of("constructor-2"),
    }
    effect = other.pop("effect", {})
    said |= other
    matter = said["matter"]
    said["matter"] = matter.model_copy(update={"effect": matter.effect.model_copy(update=effect)})
    return Approval(**said)
