"""What is asked of the lists over a million rows: by every kind of viewer, with every filter, of frequent and of rare values."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bench.contestants.million import ENTERPRISES, GIVEN, NAMES, SPECIALTIES
from contracts.message import Actor
from contracts.query import (
    ListCertificates,
    ListConfirmations,
    ListFilings,
    Listing,
    ListQualifications,
    ListRegisteredPeople,
)
from services.kernel.view import View
from services.query.views.certificate_lists import list_certificates, list_registered_people
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.confirmations import list_confirmations
from services.query.views.filing_list import list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from services.query.views.qualification_list import QUALIFICATION_LIST, list_qualifications

TODAY = date(2026, 11, 21)
Ask = Callable[[Any, Any], Any]


def made_id(kind: str, n: int) -> UUID:
    return UUID(hashlib.md5(f"{kind}{n}".encode(), usedforsecurity=False).hexdigest())


def _person(n: int) -> Actor:
    return Actor(kind="person", account_id="p", person_id=made_id("person", n))


def _enterprise(n: int) -> Actor:
    return Actor(kind="enterprise", account_id="e", enterprise_id=made_id("enterprise", n))


def _authority(place: str, kind: str = "officer") -> Actor:
    level = "ministry" if place == "000000" else "province" if place.endswith("0000") else "city" if place.endswith("00") else "county"
    return Actor.model_validate({"kind": kind, "account_id": "o", "level": level, "place": place})


VIEWERS: dict[str, Callable[[random.Random, int], Actor]] = {
    "person": lambda draw, rows: _person(draw.randrange(1, rows)),
    "enterprise": lambda draw, rows: _enterprise(int(ENTERPRISES * draw.random() ** 1.75)),
    "largest enterprise": lambda draw, rows: _enterprise(0),
    "county": lambda draw, rows: _authority(f"43{draw.randrange(1, 15):02d}02"),
    "city": lambda draw, rows: _authority(f"43{draw.randrange(1, 15):02d}00"),
    "province": lambda draw, rows: _authority("430000"),
    "small province": lambda draw, rows: _authority("360000"),
    "province of none": lambda draw, rows: _authority("510000"),
    "ministry": lambda draw, rows: _authority("000000", "auditor"),
    "operator": lambda draw, rows: Actor(kind="operator", account_id="operator"),
}


def _name(draw: random.Random) -> str:
    return draw.choice([NAMES[0], NAMES[draw.randrange(len(NAMES))], NAMES[0] + draw.choice(GIVEN)])


def _resident(draw: random.Random, rows: int) -> str:
    g = draw.randrange(1, rows)
    return f"430102{date(1960, 1, 1) + timedelta(days=g % 15000):%Y%m%d}{g // 15000 % 1000:03d}{g % 10}"


CERTIFICATES: dict[str, Callable[[random.Random, int], dict[str, Any]]] = {
    "all": lambda draw, rows: {},
    "electronic": lambda draw, rows: {"part": "electronic"},
    "historical": lambda draw, rows: {"part": "historical"},
    "status": lambda draw, rows: {"status": draw.choice(["valid", "expired", "cancelled", "lapsed", "withdrawn", "replaced"])},
    "kind": lambda draw, rows: {"kind": draw.choice(["constructor-2", "constructor-1", "special-operations"])},
    "type": lambda draw, rows: {"registration_type": draw.choice(["initial", "correction"])},
    "status, kind, type": lambda draw, rows: {
        "status": draw.choice(["valid", "lapsed"]), "kind": "constructor-1", "registration_type": draw.choice(["initial", "change"])
    },
    "historical, cancelled, kind": lambda draw, rows: {"part": "historical", "status": "cancelled", "kind": "constructor-2-temp"},
    "name": lambda draw, rows: {"who": _name(draw)},
    "name, status": lambda draw, rows: {"who": _name(draw), "status": draw.choice(["valid", "lapsed", "expired"])},
    "name, kind": lambda draw, rows: {"who": _name(draw), "kind": "constructor-1"},
    "ID number": lambda draw, rows: {"who": _resident(draw, rows)},
    "number": lambda draw, rows: {"number": f"湘2{draw.randrange(rows):012d}"[: draw.choice([6, 10, 14])]},
}
FILINGS: dict[str, Callable[[random.Random, int], dict[str, Any]]] = {
    "all": lambda draw, rows: {},
    "status": lambda draw, rows: {"status": draw.choice(["approved", "rejected", "returned", "lapsed", "awaiting_confirmation"])},
    "type": lambda draw, rows: {"registration_type": draw.choice(["initial", "correction"])},
    "matter": lambda draw, rows: {"matter": draw.choice(["hunan/constructor-2-initial", "hunan/constructor-1-correction"])},
    "specialty": lambda draw, rows: {"specialty": draw.choice(SPECIALTIES)},
    "status, type, specialty": lambda draw, rows: {
        "status": "lapsed", "registration_type": draw.choice(["initial", "change"]), "specialty": draw.choice(SPECIALTIES)
    },
    "name": lambda draw, rows: {"who": _name(draw)},
    "name, status": lambda draw, rows: {"who": _name(draw), "status": "lapsed"},
    "ID number": lambda draw, rows: {"who": _resident(draw, rows)},
}
QUALIFICATIONS: dict[str, Callable[[random.Random, int], dict[str, Any]]] = {
    "all": lambda draw, rows: {},
    "specialty": lambda draw, rows: {"specialty": draw.choice(SPECIALTIES)},
    "name": lambda draw, rows: {"who": _name(draw)},
    "name, specialty": lambda draw, rows: {"who": _name(draw), "specialty": draw.choice(SPECIALTIES)},
    "ID number": lambda draw, rows: {"who": _resident(draw, rows)},
    "number": lambda draw, rows: {"number": f"ZG{draw.randrange(rows):012d}"},
}
CONFIRMATIONS: dict[str, Callable[[random.Random, int], dict[str, Any]]] = {
    "all": lambda draw, rows: {},
    "waits for me": lambda draw, rows: {"side": "party", "open": True},
    "answered": lambda draw, rows: {"open": False},
    "type": lambda draw, rows: {"registration_type": draw.choice(["change", "renewal"])},
    "name": lambda draw, rows: {"who": _name(draw)},
}
REGISTERED: dict[str, Callable[[random.Random, int], dict[str, Any]]] = {
    "all": lambda draw, rows: {},
    "specialty": lambda draw, rows: {"specialty": draw.choice(SPECIALTIES)},
    "expires within": lambda draw, rows: {"expires_within": draw.choice([30, 90])},
    "status": lambda draw, rows: {"status": draw.choice(["expired", "lapsed"])},
    "name": lambda draw, rows: {"who": _name(draw)},
}
LISTS: dict[str, tuple[View, type[Listing], Ask, dict[str, Any]]] = {
    "certificates": (CERTIFICATE_REGISTER, ListCertificates, lambda c, q: list_certificates(c, q, TODAY), CERTIFICATES),
    "registered people": (CERTIFICATE_REGISTER, ListRegisteredPeople, lambda c, q: list_registered_people(c, q, TODAY), REGISTERED),
    "filings": (FILING_PROGRESS, ListFilings, list_filings, FILINGS),
    "confirmations": (FILING_PROGRESS, ListConfirmations, list_confirmations, CONFIRMATIONS),
    "qualifications": (QUALIFICATION_LIST, ListQualifications, list_qualifications, QUALIFICATIONS),
}
OF_WHOM = {"confirmations": ("person", "enterprise", "largest enterprise"), "registered people": ("enterprise", "largest enterprise")}
