"""What becomes of the credential of ``samples.granted()``, and of an old one: orders, and the events that they lead to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from contracts.certificate import (
    CancelCredential,
    ChangeRefused,
    CredentialCancelled,
    CredentialEntered,
    CredentialExpired,
    CredentialLapsed,
    CredentialReinstated,
    CredentialReissued,
    CredentialWithdrawn,
    EnterCredential,
    ExpireCredential,
    HolderMatched,
    Issuer,
    LapseCredential,
    MatchHolder,
    RefuseChange,
    ReinstateCredential,
    ReissueCredential,
    Scope,
    WithdrawCredential,
    entered_id,
)
from contracts.message import SYSTEM, Actor
from services.kernel.testing import NOON, meta
from tests.domain.certificate.samples import (
    AFTER_ITS_END,
    CREDENTIAL_ID,
    ENTERPRISE,
    IDENTIFIER,
    IMPORT,
    NEXT_IDENTIFIER,
    OLD,
    OLD_NUMBER,
    PERSON,
    PORTRAIT,
    RENEWED_ON,
    RENEWED_UNTIL,
    SECOND,
    THIRD,
    granted,
)


def reissued(**other: Any) -> CredentialReissued:
    """The second issue: renewed for three years more."""
    said = granted().model_dump(exclude={"filing_id", "portrait", "identifier_version", "after", "number_kept"})
    said |= {
        "filing_id": SECOND,
        "matter": "hunan/constructor-2-renewal",
        "matter_version": 1,
        "change": "renewed",
        "identifier": NEXT_IDENTIFIER,
        "identifier_version": 2,
        "predecessor": IDENTIFIER,
        "portrait": PORTRAIT,
        "scopes": (Scope(specialty="building", label="建筑工程", expires_on=RENEWED_UNTIL),),
        "issued_on": RENEWED_ON,
        "valid_until": RENEWED_UNTIL,
        "issue": 2,
    }
    return CredentialReissued(**{**said, **other})


def reissue(actor: Actor | None = None, expected_issue: int = 1, **other: Any) -> ReissueCredential:
    """The order that leads to ``reissued(**other)``."""
    said = {name: value for name, value in dict(reissued()).items() if name not in ("issue", "kind")}
    meta_ = meta(actor) if actor else meta()
    return ReissueCredential(meta=meta_, expected_issue=expected_issue, **{**said, **other})


def cancel(actor: Actor | None = None, **other: Any) -> CancelCredential:
    said: dict[str, Any] = {
        "credential_id": CREDENTIAL_ID,
        "filing_id": THIRD,
        "matter": "hunan/constructor-2-cancellation",
        "matter_version": 1,
        "forced": False,
        "reason": "个人申请",
        "cancelled_on": date(2027, 5, 4),
    }
    return CancelCredential(meta=meta(actor) if actor else meta(), **{**said, **other})


def concerned(**other: Any) -> dict[str, Any]:
    """What every end says of the certificate of ``granted()``."""
    first = granted()
    said = {
        "title": first.title,
        "person_id": PERSON,
        "enterprise_id": ENTERPRISE,
        "kind": first.kind,
        "registration_number": first.registration_number,
        "identifier": IDENTIFIER,
        "issuer": first.issuer,
    }
    return {**said, **other}


def cancelled(**other: Any) -> CredentialCancelled:
    said = {name: value for name, value in dict(cancel()).items() if name != "meta"}
    return CredentialCancelled(**{**said, **concerned(), **other})


def lapse(actor: Actor | None = None, **other: Any) -> LapseCredential:
    said: dict[str, Any] = {
        "credential_id": CREDENTIAL_ID,
        "cause": "employer_closed",
        "lapsed_on": date(2027, 3, 1),
        "legal_basis": "注册建造师管理规定(建设部令第153号)",
    }
    return LapseCredential(meta=meta(actor) if actor else meta(), **{**said, **other})


def lapsed(**other: Any) -> CredentialLapsed:
    said = {name: value for name, value in dict(lapse()).items() if name != "meta"}
    return CredentialLapsed(**{**said, **concerned(), **other})


def reinstate(actor: Actor = SYSTEM, **other: Any) -> ReinstateCredential:
    said = {"credential_id": CREDENTIAL_ID, "cause": "holder_died", "reinstated_on": date(2027, 4, 1), **other}
    return ReinstateCredential(meta=meta(actor), **said)


def reinstated(**other: Any) -> CredentialReinstated:
    said = {name: value for name, value in dict(reinstate()).items() if name != "meta"}
    return CredentialReinstated(**{**said, **concerned(), **other})


def expire(actor: Actor = SYSTEM, at: datetime = AFTER_ITS_END, **other: Any) -> ExpireCredential:
    said = {"credential_id": CREDENTIAL_ID, "valid_until": granted().valid_until, **other}
    return ExpireCredential(meta=meta(actor, at=at), **said)


def expired(**other: Any) -> CredentialExpired:
    return CredentialExpired(
        **{"credential_id": CREDENTIAL_ID, "valid_until": granted().valid_until, **concerned(), **other}
    )


def refuse_change(actor: Actor | None = None, **other: Any) -> RefuseChange:
    said: dict[str, Any] = {"credential_id": CREDENTIAL_ID, "filing_id": SECOND, "code": "certificate_cancelled"}
    return RefuseChange(meta=meta(actor) if actor else meta(), **{**said, **other})


def change_refused(**other: Any) -> ChangeRefused:
    said = {name: value for name, value in dict(refuse_change()).items() if name != "meta"}
    return ChangeRefused(**{**said, **other})


def enter(actor: Actor = SYSTEM, at: datetime = NOON, **other: Any) -> EnterCredential:
    """Line 7 of an import: nobody has proven yet to be its holder."""
    said: dict[str, Any] = {
        "credential_id": entered_id("constructor-2", OLD_NUMBER),
        "kind": "constructor-2",
        "title": "中华人民共和国二级建造师注册证书",
        "registration_number": OLD_NUMBER,
        "holder": granted().holder.model_copy(update={"person_id": None, "enterprise_id": None}),
        "scopes": (Scope(specialty="highway", label="公路工程", expires_on=date(2027, 6, 30)),),
        "issuer": Issuer(name="湖南省住房和城乡建设厅", place="430000"),
        "granted_on": date(2024, 7, 1),
        "valid_from": date(2024, 7, 1),
        "valid_until": date(2027, 6, 30),
        "origin": "imported",
        "import_id": IMPORT,
        "line": 7,
    }
    return EnterCredential(meta=meta(actor, at=at), **{**said, **other})


def entered(**other: Any) -> CredentialEntered:
    said = {name: value for name, value in dict(enter()).items() if name != "meta"}
    return CredentialEntered(**{**said, "entered_on": NOON.date(), **other})


def match(actor: Actor = SYSTEM, **other: Any) -> MatchHolder:
    return MatchHolder(meta=meta(actor), **{"credential_id": OLD, "person_id": PERSON, **other})


def matched(**other: Any) -> HolderMatched:
    return HolderMatched(**{"credential_id": OLD, "person_id": PERSON, **other})


def withdraw(actor: Actor = SYSTEM, **other: Any) -> WithdrawCredential:
    return WithdrawCredential(meta=meta(actor), **{"credential_id": OLD, "import_id": IMPORT, **other})


def withdrawn(**other: Any) -> CredentialWithdrawn:
    old = entered()
    about = {"person_id": None, "enterprise_id": None, "registration_number": OLD_NUMBER, "identifier": None}
    said = {"credential_id": OLD, "import_id": IMPORT, **concerned(issuer=old.issuer, **about)}
    return CredentialWithdrawn(**{**said, **other})
