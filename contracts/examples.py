"""One example of every command, question and event: the same made-up case told throughout, by field name.

A message with a field that has no example here cannot be frozen (tests say so), so whoever adds one says what it looks like.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from contracts.message import MESSAGES, Message

_PERSON = "3f0c8a52-6f5e-4d3e-9a3c-2b1f6f0f8a01"
_ENTERPRISE = "8f1d2c34-5a6b-4c7d-8e9f-0a1b2c3d4e02"
_AUTHORITY = "5b7e9d10-1c2d-4e3f-8a4b-5c6d7e8f9a03"
_FILING = "c2a4e6f8-0b1d-4f2e-9c3a-4d5b6e7f8c04"
_CASE = "d3b5f7a9-1c2e-4a3f-8d4b-5e6c7f8a9d05"
_CREDENTIAL = "e4c6a8b0-2d3f-4b4a-9e5c-6f7d8a9b0e06"
_OFFICER = "a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c07"
_COLLEAGUE = "b2c3d4e5-f6a7-4b8c-9d0e-1f2a3b4c5d0c"
_FILE = {
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "name": "portrait.jpg",
    "content_type": "image/jpeg",
    "size": 48213,
}
_META = {
    "command_id": "b0c1d2e3-0001",
    "actor": {"kind": "enterprise", "account_id": _OFFICER, "enterprise_id": _ENTERPRISE},
    "at": "2026-03-02T12:00:00+08:00",
    "correlation_id": "b0c1d2e3",
}

_DOCUMENT_NUMBER = {"series": "approval-43-2026", "purpose": f"{_CASE}-17"}
_DECISION = {"kind": "approval", "cause": 17, "number": "湘建许准〔2026〕00012号"}
_DECISION_WAITS = {"kind": "approval", "cause": 17, "code": "character_not_printable"}

BY_NAME: Mapping[str, Any] = {
    "meta": _META,
    "viewer": {"kind": "enterprise", "account_id": _OFFICER, "enterprise_id": _ENTERPRISE},
    "holder": {"kind": "person", "account_id": _OFFICER, "person_id": _PERSON},
    "person_id": _PERSON,
    "enterprise_id": _ENTERPRISE,
    "authority_id": _AUTHORITY,
    "filing_id": _FILING,
    "case_id": _CASE,
    "credential_id": _CREDENTIAL,
    "account_id": _OFFICER,
    "employment_id": "f5d7b9c1-3e4a-4c5b-8f6d-7a8e9b0c1f08",
    "notice_id": "17f9d1e3-5a6c-4e7d-8b8f-9c0a1d2e3b0a",
    "about": "returned",
    "qualification_id": "06e8c0d2-4f5b-4d6c-9a7e-8b9f0c1d2a09",
    "resident_id": "430102199003071234",
    "name": "张伟明",
    "person_name": "张伟明",
    "enterprise_name": "湖南岳麓建筑工程有限公司",
    "phone": "13900000000",
    "mobile": "13900000001",
    "code": "482913",
    "code_hash": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
    "sent_at": "2026-03-02T12:00:00+08:00",
    "expires_at": "2026-03-02T12:05:00+08:00",
    "at": "2026-03-02T12:00:00+08:00",
    "method": "liveness",
    "evidence": "clip-20260302-1",
    "provider": "公安核验",
    "reference": "GA-20260302-000001",
    "passed": True,
    "development": False,
    "kind": "portrait",
    "file": _FILE,
    "contract": {**_FILE, "name": "contract.pdf", "content_type": "application/pdf"},
    "portrait": _FILE,
    "document": {**_FILE, "name": "certificate.pdf", "content_type": "application/pdf"},
    "uscc": "91350100M000100Y43",
    "username": "yuelu_admin",
    "password": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
    "password_hash": "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
    "old_password": "old-secret",
    "new_password": "new-secret",
    "accepted": True,
    "accept": True,
    "reason": "材料第3页不清晰",
    "proposed_by": "enterprise",
    "starts_on": "2026-03-03",
    "ends_on": "2026-03-16",
    "ended_on": "2026-03-17",
    "place": "430100",
    "level": "city",
    "duties": ["accept", "review"],
    "auditor": False,
    "items": [{"number": "ZG43202500001", "resident_id": "430102199003071234"}],
    "matter": "hunan/constructor-2-initial",
    "version": 1,
    "matter_version": 1,
    "title": "二级建造师初始申报",
    "drafted_at": "2026-03-02T12:00:00+08:00",
    "submitted_at": "2026-03-02T12:30:00+08:00",
    "form": {"specialty": "building", "name": "张伟明"},
    "attachment": "portrait",
    "attachments": [{"attachment": "portrait", "file": _FILE}],
    "taken": [{"attachment": "portrait", "file": _FILE}],
    "sha256": _FILE["sha256"],
    "text_sha256": _FILE["sha256"],
    "round": 1,
    "number": "2026030212345678",
    "credential": "constructor-2",
    "registration_type": "initial",
    "specialty": "building",
    "specialties": ["building"],
    "held": _CREDENTIAL,
    "outcome": "returned",
    "applicant": {
        "person_id": _PERSON,
        "person_name": "张伟明",
        "enterprise_id": _ENTERPRISE,
        "enterprise_name": "湖南岳麓建筑工程有限公司",
    },
    "stages": [
        {"name": "acceptance", "level": "city", "working_days": 5},
        {"name": "preliminary", "level": "city", "working_days": 20},
        {"name": "second", "level": "province", "working_days": 20},
    ],
    "stage": "acceptance",
    "next_stage": "preliminary",
    "next_level": "city",
    "opinion": "材料齐全,予以受理。",
    "officer": _OFFICER,
    "publicity_working_days": 10,
    "working_days": 10,
    "announced": True,
    "document_number": "湘建建公告〔2026〕12号",
    "announced_on": "2026-03-18",
    "decided_on": "2026-03-18",
    "granted_on": "2026-03-18",
    "valid_from": "2026-03-18",
    "valid_until": "2029-03-17",
    "series": "constructor-2-43-2026",
    "purpose": _FILING,
    "registration_number": "湘2432025202600001",
    "identifier": "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "identifier_version": 1,
    "scopes": [{"specialty": "building", "label": "建筑工程", "expires_on": "2029-03-17"}],
    "issuer": {"name": "湖南省住房和城乡建设厅", "uscc": "11430000006122244L", "place": "430000"},
    "algorithm": "ecdsa-p256-sha256",
    "signer_sha256": _FILE["sha256"],
    "signed_at": "2026-03-18T09:00:00+08:00",
    "development_key": True,
    "on": "2026-03-18",
    "after": {"filing": 17},
    "id": "f5d7b9c1-3e4a-4c5b-8f6d-7a8e9b0c1f08",
    "view": "officer_queue",
    "content_type": "image/png",
    "size": 48213,
    "case_ids": [_CASE],
    "limit": 100,
    "page": 1,
    "per_page": 50,
    "as_of": "2026-03-10T00:00:00+08:00",
    "days": 30,
    "ethnicity": "汉族",
    "school": "湖南大学",
    "major": "土木工程",
    "graduated_on": "2012-06-30",
    "education": "bachelor",
    "degree": "bachelor",
    "sex": "male",
    "birth_date": "1990-03-07",
    "address": "长沙市芙蓉区五一大道1号",
    "founded_on": "2003-05-18",
    "capital": "5000",
    "office_phone": "0731-88950000",
    "contact": "赵敏",
    "legal_representative": "孙立国",
    "passed_year": 2025,
    "obtained_on": "2025-03-01",
    "absence_id": "5bd3b5c7-9eaf-4cb1-8fcd-3a4e5b6c7f0e",
    "person_ids": [_PERSON],
    "how": "claimed",
    "former": None,
    "assigned_on": "2026-03-03",
    "from_level": "city",
    "to_level": "province",
    "kept_by": _OFFICER,
    "cover": _COLLEAGUE,
    "authenticated": True,
    "verified": True,
    "batch_id": "28a0e2f4-6b7d-4f8e-9c9a-0d1b2e3f4c0b",
    "action": "pass",
    "started_at": "2026-03-04T09:00:00+08:00",
    "upto": 100,
    "failures": [{"line": 7, "case_id": _CASE, "code": "stale", "params": {"expected": 1, "actual": 2}}],
    "done": 4990,
    "failed": 10,
    "spot_check_id": "39b1f3a5-7c8e-4a9f-8dab-1e2c3f4a5d0c",
    "from_on": "2026-03-01",
    "until_on": "2026-03-31",
    "percent": 10,
    "seed": "0f4b7c1d9e2a68350f4b7c1d9e2a6835",
    "seed_given": False,
    "population": [_CASE],
    "drawn": [_CASE],
    "drawn_on": "2026-04-01",
    "finding": "in_order",
    "inspected_on": "2026-04-02",
    "objection_id": "4ac2a4b6-8d9f-4ba0-9ebc-2f3d4a5b6e0d",
    "reasons": "该人员已受聘于其他单位,不符合注册条件。",
    "lodged_at": "2026-03-16T23:59:59+08:00",
    "lodged_on": "2026-03-16",
    "answer": "经核查,该人员聘用关系唯一,异议不成立。",
    "answered_on": "2026-03-20",
    "by": _OFFICER,
    "reopened_on": "2026-03-20",
    "due_on": "2026-03-09",
    "assignee": {"kind": "officer", "account_id": _OFFICER, "authority_id": _AUTHORITY, "level": "city", "place": "430100"},
    "absent": {"kind": "officer", "account_id": _OFFICER, "authority_id": _AUTHORITY, "level": "city", "place": "430100"},
    "stand_in": {"kind": "officer", "account_id": _COLLEAGUE, "authority_id": _AUTHORITY, "level": "city", "place": "430100"},
    "legal_basis": "行政许可法第五十条",
    "lapsed_on": "2026-04-20",
    "why": "expert_review",
    "suspended_on": "2026-03-04",
    "used_days": 2,
    "resumed_on": "2026-03-20",
    "approved_by": _OFFICER,
    "extended_to": "2026-04-10",
    "extended_on": "2026-03-06",
    "deadline": "stage",
    "key": "acceptance",
    "began_on": "2026-03-02",
    "days_left": 5,
    "near": False,
    "passed_on": "2026-03-05",
    "year": 2027,
    "source": "国办发明电〔2026〕7号",
    "holidays": ["2027-01-01", "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11", "2027-02-12"],
    "workdays": ["2027-02-14"],
    "announcement_id": "5bd3b5c7-9eaf-4cb1-8fcd-3a4e5b6c7f0e",
    "issuer_id": _AUTHORITY,
}

_NOT_ISSUED = {"code": "character_not_printable", "characters": ["U+20BB6"]}

_PROOF = [{**_FILE, "name": "proof.png", "content_type": "image/png"}]

_BATCH = [{"case_id": _CASE, "version": 1}]

_ITEMS = [{"part": "attachment", "name": "portrait", "needs": "照片不清晰,请重新上传"}]

BY_MESSAGE: Mapping[str, Mapping[str, Any]] = {
    "review.LodgeObjection.v1": {"files": _PROOF},
    "review.ObjectionLodged.v1": {"number": "2026030212345678-Y1", "files": _PROOF},
    "review.AnswerObjection.v1": {"outcome": "dismissed"},
    "review.ObjectionAnswered.v1": {"outcome": "dismissed"},
    "review.StageReopened.v1": {"stage": "second", "level": "province"},
    "review.StartBatch.v1": {"items": _BATCH},
    "review.BatchStarted.v1": {"items": _BATCH},
    "review.RecordBatchProgress.v1": {"after": 0},
    "review.BatchProgressed.v1": {"after": 0},
    "review.SpotCheckDrawn.v1": {"algorithm": "sha256-order-1"},
    "identity.AttachEnterpriseFile.v1": {"kind": "business_licence"},
    "identity.EnterpriseFileAttached.v1": {"kind": "business_licence"},
    "identity.AuthenticateEnterprise.v1": {"method": "on_site"},
    "identity.EnterpriseAuthenticated.v1": {"method": "on_site"},
    "identity.EstablishAuthority.v1": {"name": "长沙市住房和城乡建设局"},
    "identity.AuthorityEstablished.v1": {"name": "长沙市住房和城乡建设局"},
    "review.ReturnCase.v1": {"items": _ITEMS},
    "filing.RecordOutcome.v1": {"items": _ITEMS},
    "filing.FilingReturned.v1": {"items": _ITEMS},
    "review.CaseReturned.v1": {"items": _ITEMS},
    "review.ResubmitCase.v1": {"round": 2},
    "review.CaseResubmitted.v1": {"round": 2},
    "review.AllocateDocumentNumber.v1": _DOCUMENT_NUMBER,
    "review.DocumentNumberAllocated.v1": {**_DOCUMENT_NUMBER, "number": 12},
    "review.RecordCaseDocument.v1": _DECISION,
    "review.CaseDocumentIssued.v1": _DECISION,
    "review.RecordCaseDocumentNotIssued.v1": _DECISION_WAITS,
    "review.CaseDocumentNotIssued.v1": _DECISION_WAITS,
    "certificate.ReadFeed.v1": {"after": 17},
    "query.ListParties.v1": {"kind": "person"},
    "query.ListCases.v1": {"officer": "mine", "deadline": "near"},
    "query.GetWorkload.v1": {"by": "officer"},
    "certificate.GrantCredential.v1": {"kind": "constructor-2", "holder": "HOLDER", "after": None},
    "certificate.CredentialGranted.v1": {"kind": "constructor-2", "holder": "HOLDER", "after": None},
    "certificate.RefuseGrant.v1": {"kind": "constructor-2", "code": "certificate_held"},
    "certificate.GrantRefused.v1": {"kind": "constructor-2", "code": "certificate_held"},
    "certificate.RecordDocumentNotIssued.v1": _NOT_ISSUED,
    "certificate.DocumentNotIssued.v1": _NOT_ISSUED,
}

CERTIFICATE_HOLDER = {
    "person_id": _PERSON,
    "name": "张伟明",
    "resident_id": "430102199003071234",
    "sex": "male",
    "birth_date": "1990-03-07",
    "enterprise_id": _ENTERPRISE,
    "enterprise_name": "湖南岳麓建筑工程有限公司",
}


class NoExample(LookupError):
    """A required field has no example; the text names it."""


def example(name: str) -> Message:
    """The example of the message of this name."""
    cls = MESSAGES[name]
    return cls.model_validate(_values(cls, name))


def _values(cls: type[BaseModel], path: str) -> dict[str, Any]:
    own = BY_MESSAGE.get(path, {})
    values: dict[str, Any] = {}
    for field, info in cls.model_fields.items():
        if field in own:
            values[field] = CERTIFICATE_HOLDER if own[field] == "HOLDER" else own[field]
        elif (inner := _model(info)) is not None and field not in BY_NAME:
            values[field] = _values(inner, f"{path}.{field}")
        elif field in BY_NAME:
            values[field] = BY_NAME[field]
        elif info.is_required():
            raise NoExample(f"{path}: no example for the field {field!r}; add it to contracts/examples.py")
    return values


def _model(info: FieldInfo) -> type[BaseModel] | None:
    """The model of a field, also of an optional one, so that examples are whole."""
    annotation: Any = info.annotation
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next((a for a in get_args(annotation) if a is not type(None)), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
