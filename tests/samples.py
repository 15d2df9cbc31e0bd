"""Sample ids and actors that the specifications share. Nobody of them exists; every check digit is valid."""

from __future__ import annotations

from uuid import UUID

from contracts.files import FileRef
from contracts.message import Actor

PERSON_ID = UUID("3f0c8a52-6f5e-4d3e-9a3c-2b1f6f0f8a01")
OTHER_PERSON_ID = UUID("3f0c8a52-6f5e-4d3e-9a3c-2b1f6f0f8a11")
ENTERPRISE_ID = UUID("8f1d2c34-5a6b-4c7d-8e9f-0a1b2c3d4e02")
OTHER_ENTERPRISE_ID = UUID("8f1d2c34-5a6b-4c7d-8e9f-0a1b2c3d4e12")
CITY_ID = UUID("5b7e9d10-1c2d-4e3f-8a4b-5c6d7e8f9a03")
PROVINCE_ID = UUID("5b7e9d10-1c2d-4e3f-8a4b-5c6d7e8f9a13")
FILING_ID = UUID("c2a4e6f8-0b1d-4f2e-9c3a-4d5b6e7f8c04")
EMPLOYMENT_ID = UUID("f5d7b9c1-3e4a-4c5b-8f6d-7a8e9b0c1f08")
ACCOUNT_ID = UUID("a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c07")

NAME = "张伟明"
RESIDENT_ID = "430102199003071234"
USCC = "91350100M000100Y43"
PHONE = "13900000000"

PERSON = Actor(kind="person", account_id="person", person_id=PERSON_ID)
OTHER_PERSON = Actor(kind="person", account_id="other-person", person_id=OTHER_PERSON_ID)
ENTERPRISE = Actor(kind="enterprise", account_id="enterprise", enterprise_id=ENTERPRISE_ID)
OTHER_ENTERPRISE = Actor(kind="enterprise", account_id="other-enterprise", enterprise_id=OTHER_ENTERPRISE_ID)
OPERATOR = Actor(kind="operator", account_id="operator")
_DUTIES = ("appoint", "authenticate", "accept", "review", "publicise", "announce", "load_qualifications")
CITY_OFFICER = Actor(
    kind="officer", account_id="city", authority_id=CITY_ID, level="city", place="430100", duties=_DUTIES
)
OTHER_CITY_OFFICER = Actor(
    kind="officer", account_id="other-city", authority_id=CITY_ID, level="city", place="430200", duties=_DUTIES
)
PROVINCE_OFFICER = Actor(
    kind="officer", account_id="province", authority_id=PROVINCE_ID, level="province", place="430000", duties=_DUTIES
)
AUDITOR = Actor(kind="auditor", account_id="auditor", authority_id=PROVINCE_ID, level="province", place="430000")


def file(name: str = "portrait.jpg", content_type: str = "image/jpeg", size: int = 1000, mark: str = "a") -> FileRef:
    """A file reference; ``mark`` (one hex digit) tells contents apart."""
    return FileRef.model_validate({"sha256": mark * 64, "name": name, "content_type": content_type, "size": size})
