"""Who takes part in the journeys of any matter: officers of every level, enterprises of two provinces, people; over HTTP only."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from contracts.certificate import entered_id
from contracts.matters.route import Level
from demo import people, pictures
from demo.client import Api, wait_for
from tests.journeys.time_kept import Province

DUTIES = [
    *("authenticate", "accept", "review", "publicise", "announce", "load_qualifications"),
    *("assign", "extend", "inspect"),
]
HUNAN, JIANGXI, QINGHAI = "43", "36", "63"
_PLACES = {
    HUNAN: ("430100", "430102", "湖南", "长沙"),
    JIANGXI: ("360100", "360102", "江西", "南昌"),
    QINGHAI: ("630100", "630102", "青海", "西宁"),
}
_chance = random.SystemRandom()


@dataclass(frozen=True)
class Firm:
    """An authenticated enterprise."""

    enterprise_id: str
    name: str
    uscc: str
    mobile: str
    api: Api


@dataclass
class Person:
    """Somebody verified, with everything on record; ``employer`` once employed."""

    person_id: str
    name: str
    resident_id: str
    phone: str
    api: Api
    employer: Firm | None = None


@cache
def paper() -> bytes:
    """A letter, for whatever file a matter asks for."""
    return pictures.make_letter_pdf("证明材料(样本)", ["本材料仅供测试。"])


@cache
def picture() -> bytes:
    """A photo, for whatever picture is asked for."""
    return pictures.make_portrait("样本")


class Cast:
    """Everybody, on one product. Officers and enterprises are made when somebody first asks for them."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.anyone, self.operator = province.anyone, province.operator
        self.tag = people.suffix()
        self._once = threading.Lock()
        self._officers: dict[tuple[str, str], Api] = {}
        self._firms: dict[tuple[str, str], Firm] = {}
        self._staff: dict[str, list[tuple[Person, set[str]]]] = {}

    # -- authorities --------------------------------------------------------------------------------------------------

    def officer(self, level: Level, province: str) -> Api:
        """Of the city or the province where an enterprise is, or of the ministry."""
        key = (level, "00" if level == "ministry" else province)
        with self._once:
            if key not in self._officers:
                made = self._authority(level, province)
                who = f"{level[:3]}{key[1]}{self.tag}"
                self._officers[key] = self.province.officer(made, who, "何经办", DUTIES)
            return self._officers[key]

    def _authority(self, level: Level, province: str) -> str:
        city, _, name, seat = _PLACES[province]
        keys = {  # those of Hunan are there already, and are found again by the same key
            ("province", HUNAN): "demo-hunan",
            ("city", HUNAN): "demo-changsha",
        }
        about = {
            "ministry": ("住房和城乡建设部", {"place": "000000", "uscc": "11100000000013338W"}),
            "province": (f"{name}省住房和城乡建设厅", {"place": f"{province}0000"}),
            "city": (f"{seat}市住房和城乡建设局", {"place": city}),
        }
        called, more = about[level]
        if (level, province) == ("province", HUNAN):
            more["uscc"] = "11430000006122244L"
        body = {"name": called, "level": level, **more}
        key = keys.get((level, province), f"journey-{level}-{'00' if level == 'ministry' else province}")
        return str(self.operator.post("/authorities", body, **{"Idempotency-Key": key})["id"])

    # -- enterprises --------------------------------------------------------------------------------------------------

    def firm(self, province: str, which: str = "a") -> Firm:
        """One of the enterprises of a province; the same one when asked again."""
        if (province, which) not in self._firms:
            self._firms[province, which] = self.new_firm(province)
        return self._firms[province, which]

    def new_firm(self, province: str = HUNAN, authenticated: bool = True) -> Firm:
        """Another enterprise."""
        _, place, name, seat = _PLACES[province]
        tag, mobile, password = people.suffix(), people.phone(), people.password()
        called, uscc = f"{name}样本建筑有限公司({tag})", people.enterprise_code()
        details = {**people.enterprise_details(called), "place": place, "address": f"{seat}市人民路1号"}
        account = {"mobile": mobile, "username": f"firm-{tag}", "password": password}
        made = self.anyone.post("/enterprises", {"uscc": uscc, **account, "details": details})["id"]
        code = {"code": self.province.sms(mobile, r"验证码 (\d{6})")}
        self.anyone.post(f"/enterprises/{made}/phone-confirmation", code)
        firm = Firm(made, called, uscc, mobile, self.anyone.sign_in(f"firm-{tag}", password))
        if authenticated:
            sha256 = firm.api.upload("licence.pdf", paper(), "application/pdf")["sha256"]
            firm.api.put(f"/enterprises/{made}/files/business_licence", {"sha256": sha256})
            self.officer("city", province).post(f"/enterprises/{made}/authentication", {"method": "on_site"})
        return firm

    # -- people -------------------------------------------------------------------------------------------------------

    def person(self, resident_id: str | None = None, name: str = "张伟明") -> Person:
        """Registered, verified, with details and pictures."""
        number, phone = resident_id or people.resident_id(), people.phone()
        made = self.anyone.post("/persons", {"resident_id": number, "name": name, "phone": phone})["id"]
        code = {"code": self.province.sms(phone, r"验证码 (\d{6})")}
        first = Api(self.anyone.url, self.anyone.post(f"/persons/{made}/phone-confirmation", code)["token"])
        first.post(f"/persons/{made}/verification", {"method": "liveness", "evidence": "blink-clip-1"})
        person = Person(made, name, number, phone, self.anyone.sign_in(number, self.province.sms(phone, r"初始密码:(\S+?),")))
        person.api.put(f"/persons/{made}/details", people.DETAILS)
        shown = person.api.upload("picture.jpg", picture(), "image/jpeg")["sha256"]
        for kind in ("portrait", "id_card_front", "id_card_back"):
            person.api.put(f"/persons/{made}/files/{kind}", {"sha256": shown})
        letter = person.api.upload("commitment.pdf", paper(), "application/pdf")["sha256"]
        person.api.put(f"/persons/{made}/files/commitment_letter", {"sha256": letter})
        return person

    def employee(self, firm: Firm, about: frozenset[str]) -> Person:
        """Somebody of this enterprise with whom none of these kinds of matters has been tried yet."""
        for person, tried in self._staff.setdefault(firm.enterprise_id, []):
            if not tried & about:
                tried |= about
                return person
        person = self.person()
        self.employ(person, firm)
        self._staff[firm.enterprise_id].append((person, set(about)))
        return person

    def employ(self, person: Person, firm: Firm) -> str:
        """With a contract of today's date, agreed to by both; the employment's id."""
        sha256 = firm.api.upload("contract.pdf", paper(), "application/pdf")["sha256"]
        who = {"name": person.name, "resident_id": person.resident_id, "enterprise_id": firm.enterprise_id}
        made = firm.api.post("/employments", {**who, "contract_sha256": sha256, "starts_on": "2026-01-01"})["id"]
        person.api.post(f"/employments/{made}/acceptance")
        person.employer = firm
        return str(made)

    def qualify(self, person: Person, credential: str, specialty: str) -> None:
        """The exam passed, as the list of the year says."""
        item = {
            "number": f"ZG{_chance.randrange(10**12):012d}",
            "resident_id": person.resident_id,
            "name": person.name,
            "credential": credential,
            "specialty": specialty,
            "passed_year": 2025,
            "obtained_on": (self.today() - timedelta(days=200)).isoformat(),
        }
        self.operator.post("/qualification-lists", {"items": [item]})

    # -- old certificates ---------------------------------------------------------------------------------------------

    def had(self, person: Person, credential: str, scope: list[str], **about: Any) -> str:
        """A certificate that was there before, brought in by an import; its id. Matched with its holder, where it is theirs."""
        number = about.pop("number", None) or number_of(credential)
        today = self.today()
        row = {
            "number": number,
            "name": person.name,
            "resident_id": person.resident_id,
            "scopes": [{"specialty": one} for one in scope],
            "granted_on": (today - timedelta(days=700)).isoformat(),
            "valid_until": (today + timedelta(days=60)).isoformat(),
            **about,
        }
        self.imported(credential, [row])
        made = str(entered_id(credential, number))
        if row["resident_id"] == person.resident_id and row["name"] == person.name:
            wait_for("持证人", lambda: self.held(person).get(made))
        return made

    def imported(self, credential: str, rows: list[Mapping[str, Any]]) -> str:
        """A file of so many lines; the import's id."""
        issuer = {"name": "样本发证机关", "place": f"{JIANGXI if credential == 'special-operation' else HUNAN}0000"}
        file = {"file_name": "old.csv", "file_sha256": hashlib.sha256(_chance.randbytes(16)).hexdigest(), "lines": len(rows)}
        body = {"kind": "certificates", "credential": credential, "issuer": issuer, **file}
        begun = str(self.operator.post("/imports", body)["import_id"])
        lines = [{"line": n, "values": dict(row)} for n, row in enumerate(rows, 1)]
        taken = self.operator.post(f"/imports/{begun}/rows", {"after": 0, "upto": len(rows), "rows": lines})
        assert (taken["made"], taken["problems"]) == (len(rows), []), taken
        return begun

    def held(self, person: Person) -> dict[str, Any]:
        """A person's certificates with their usability, by id; those that both the register and the log know as theirs."""
        found = person.api.get(f"/persons/{person.person_id}/certificates")["certificates"]
        return {one["certificate"]["credential_id"]: one for one in found if one["usability"] is not None}

    def today(self) -> date:
        """The product's day."""
        return self.province.now().date()


def number_of(credential: str) -> str:
    """A number that nobody has yet, in the form of its kind."""
    forms = {
        "constructor-1": ("湘1432026", 10),
        "constructor-2": ("湘2432026", 10),
        "constructor-2-temp": ("湘2432026", 10),
        "special-operation": ("赣A012026", 6),
    }
    beginning, digits = forms[credential]
    rest = f"{_chance.randrange(10**digits):0{digits}d}"
    return (beginning + rest)[: 14 if credential == "special-operation" else 17]
