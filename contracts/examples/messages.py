"""What single messages say otherwise than the fields' examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.examples.fields import CASE, ENTERPRISE, FILE, PERSON
from contracts.examples.imports import IMPORTS

_DOCUMENT_NUMBER = {"series": "approval-43-2026", "purpose": f"{CASE}-17"}
_DECISION = {"kind": "approval", "cause": 17, "number": "湘建许准〔2026〕00012号"}
_DECISION_WAITS = {"kind": "approval", "cause": 17, "code": "character_not_printable"}

_NOT_ISSUED = {"code": "character_not_printable", "characters": ["U+20BB6"]}

_PROOF = [{**FILE, "name": "proof.png", "content_type": "image/png"}]

_BATCH = [{"case_id": CASE, "version": 1}]

_ITEMS = [{"part": "attachment", "name": "portrait", "needs": "照片不清晰,请重新上传"}]

_PARTY = {"by": "person", "person_id": PERSON}

_HANDED_IN = {"informs": [{"by": "enterprise", "enterprise_id": ENTERPRISE}]}

_ENTERED = {"kind": "constructor-2", "holder": "HOLDER"}

_REISSUED = {
    "holder": "HOLDER",
    "identifier": "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S",
    "identifier_version": 2,
}

BY_MESSAGE: Mapping[str, Mapping[str, Any]] = {
    **IMPORTS,
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
    "query.ExportList.v1": {"list": "certificates"},
    "certificate.GrantCredential.v1": {"kind": "constructor-2", "holder": "HOLDER", "after": None},
    "certificate.CredentialGranted.v1": {"kind": "constructor-2", "holder": "HOLDER", "after": None},
    "certificate.RefuseGrant.v1": {"kind": "constructor-2", "code": "certificate_held"},
    "certificate.GrantRefused.v1": {"kind": "constructor-2", "code": "certificate_held"},
    "certificate.RecordDocumentNotIssued.v1": _NOT_ISSUED,
    "certificate.DocumentNotIssued.v1": _NOT_ISSUED,
    "certificate.EnterCredential.v1": _ENTERED,
    "certificate.CredentialEntered.v1": _ENTERED,
    "certificate.ReissueCredential.v1": _REISSUED,
    "certificate.CredentialReissued.v1": _REISSUED,
    "certificate.RefuseChange.v1": {"code": "credential_ended"},
    "certificate.ChangeRefused.v1": {"code": "credential_ended"},
    "certificate.FindByNumber.v1": {"kind": "constructor-2"},
    "filing.ConfirmationDeclined.v1": {"by": "person"},
    "filing.FilingConfirmed.v1": {"by": "person", "next": None},
    "filing.ConfirmationNear.v1": {"by": _PARTY},
    "filing.ConfirmationTimedOut.v1": {"by": "person"},
    "filing.KeepConfirmationTime.v1": {"by": "person"},
    "filing.FilingSubmitted.v1": _HANDED_IN,
    "filing.ConfirmationsAsked.v1": _HANDED_IN,
}
