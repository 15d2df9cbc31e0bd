"""One person, one enterprise, one employment: the events that led to each state the specifications begin from."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from contracts.identity import (
    AccountOpened,
    EmploymentAccepted,
    EmploymentDeclined,
    EmploymentEnded,
    EmploymentProposed,
    EnterpriseAuthenticated,
    EnterpriseCodeRejected,
    EnterpriseCodeSent,
    EnterpriseDetails,
    EnterpriseFileAttached,
    EnterprisePhoneConfirmed,
    EnterpriseRegistered,
    NoticeOrdered,
    NoticeSent,
    PersonDetails,
    PersonRegistered,
    PhoneCodeRejected,
    PhoneCodeSent,
    PhoneConfirmed,
    Qualification,
    RealNameVerified,
)
from contracts.message import Actor
from services.identity.domain.phone import GOOD_FOR
from services.kernel.testing import NOON
from tests.samples import (
    CITY_ID,
    EMPLOYMENT_ID,
    ENTERPRISE_ID,
    NAME,
    PERSON_ID,
    PHONE,
    RESIDENT_ID,
    USCC,
    file,
)

ANYBODY = Actor(kind="anonymous", account_id="anonymous")
CODE = "271828"
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
LETTER = file("承诺书.pdf", "application/pdf", 4000, "b")
CONTRACT = file("劳动合同.pdf", "application/pdf", 9000, "c")
LICENCE = file("营业执照.png", "image/png", 7000, "d")
DETAILS = PersonDetails(
    ethnicity="汉族",
    school="湖南大学",
    major="土木工程",
    graduated_on=date(2012, 6, 30),
    education="bachelor",
    degree="bachelor",
)
FIRM = EnterpriseDetails(
    name="湖南湘江建设有限公司",
    place="430102",
    address="湘江中路一号",
    registration_type="有限责任公司",
    founded_on=date(2001, 5, 8),
    capital="5000",
    office_phone="0731-88950000",
    contact="王芳",
    legal_representative="赵建国",
)


def hash_of(code: str) -> str:
    """Stands for the keyed hash that the service fills in; to the rules it is any text."""
    return f"hash of {code}"


def code_sent(at: datetime = NOON, code: str = CODE) -> PhoneCodeSent:
    return PhoneCodeSent(
        person_id=PERSON_ID, code_hash=hash_of(code), sent_at=at, expires_at=at + GOOD_FOR
    )


REGISTERED = PersonRegistered(person_id=PERSON_ID, resident_id=RESIDENT_ID, name=NAME, phone=PHONE)
NEW_PERSON = (REGISTERED, code_sent())
WRONG_CODE = PhoneCodeRejected(person_id=PERSON_ID)
PHONE_CONFIRMED = PhoneConfirmed(person_id=PERSON_ID)
REACHABLE_PERSON = (*NEW_PERSON, PHONE_CONFIRMED)
VERIFIED = RealNameVerified(
    person_id=PERSON_ID, method="liveness", provider="provider", reference="r-1", development=False
)


def firm_code_sent(at: datetime = NOON, code: str = CODE) -> EnterpriseCodeSent:
    return EnterpriseCodeSent(
        enterprise_id=ENTERPRISE_ID,
        code_hash=hash_of(code),
        sent_at=at,
        expires_at=at + GOOD_FOR,
    )


FIRM_REGISTERED = EnterpriseRegistered(enterprise_id=ENTERPRISE_ID, uscc=USCC, details=FIRM, mobile=PHONE)
NEW_FIRM = (FIRM_REGISTERED, firm_code_sent())
FIRM_WRONG_CODE = EnterpriseCodeRejected(enterprise_id=ENTERPRISE_ID)
FIRM_PHONE_CONFIRMED = EnterprisePhoneConfirmed(enterprise_id=ENTERPRISE_ID)
LICENCE_SHOWN = EnterpriseFileAttached(enterprise_id=ENTERPRISE_ID, kind="business_licence", file=LICENCE)
READY_FIRM = (*NEW_FIRM, FIRM_PHONE_CONFIRMED, LICENCE_SHOWN)
AUTHENTICATED = EnterpriseAuthenticated(enterprise_id=ENTERPRISE_ID, method="on_site", authority_id=CITY_ID)


def proposed(by: Literal["person", "enterprise"] = "enterprise", **changed: Any) -> EmploymentProposed:
    usual: dict[str, Any] = {
        "employment_id": EMPLOYMENT_ID,
        "person_id": PERSON_ID,
        "enterprise_id": ENTERPRISE_ID,
        "contract": CONTRACT,
        "starts_on": date(2026, 1, 1),
        "proposed_by": by,
    }
    return EmploymentProposed(**{**usual, **changed})


PARTIES: dict[str, UUID] = {
    "employment_id": EMPLOYMENT_ID,
    "person_id": PERSON_ID,
    "enterprise_id": ENTERPRISE_ID,
}
ACCEPTED = EmploymentAccepted(**PARTIES)
DECLINED = EmploymentDeclined(**PARTIES, reason="未在该企业工作")
ENDED = EmploymentEnded(**PARTIES, reason="劳动合同期满")


def qualification(**changed: Any) -> Qualification:
    usual: dict[str, Any] = {
        "number": "202543000001",
        "resident_id": RESIDENT_ID,
        "name": NAME,
        "credential": "constructor-2",
        "specialty": "building",
        "passed_year": 2025,
        "obtained_on": date(2025, 1, 1),
    }
    return Qualification(**{**usual, **changed})


def opened(account_id: UUID, holder: Actor, username: str = "changsha_zhang") -> AccountOpened:
    return AccountOpened(account_id=account_id, username=username, name=NAME, holder=holder, password_hash=HASH)


HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
NEW_HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$b3RoZXI"

NOTICE_ID = UUID("17f9d1e3-5a6c-4e7d-8b8f-9c0a1d2e3b0a")
NOTICE_FACTS: dict[str, Any] = {
    "notice_id": NOTICE_ID,
    "about": "returned",
    "title": "二级建造师初始申报",
    "person_id": PERSON_ID,
    "enterprise_id": None,
    "case_id": UUID("d3b5f7a9-1c2e-4a3f-8d4b-5e6c7f8a9d05"),
    "credential_id": None,
}
ORDERED = NoticeOrdered(**NOTICE_FACTS)
SENT = NoticeSent(**{name: value for name, value in NOTICE_FACTS.items() if name != "title"})
