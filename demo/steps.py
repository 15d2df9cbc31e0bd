"""What people do on the way to a certificate, step by step over HTTP: the story tells it, the tests use it."""

from __future__ import annotations

import copy
import re
from typing import Any, Self

from demo import people, pictures
from demo.client import Api, StepFailed, wait_for

MATTER = "hunan/constructor-2-initial"
OPINIONS = {
    "acceptance": "材料齐全,符合法定形式,予以受理。",
    "preliminary": "经审查,符合初始注册条件。",
    "second": "复审通过。",
}


class Steps:
    """One person, one enterprise and their authorities. A step uses what the earlier ones have made."""

    city: Api
    other_city: Api
    province: Api
    auditor: Api
    person: Api
    enterprise: Api
    person_id: str
    enterprise_id: str
    enterprise_name: str
    employment_id: str
    filing_id: str
    case_id: str

    def __init__(self, url: str, operator_password: str) -> None:
        self.url = url
        self.anyone = Api(url)
        self.operator = self.anyone.sign_in("operator", operator_password)
        self._new_person()

    def with_another_person(self) -> Self:
        """The same authorities and enterprise; somebody who is not registered yet."""
        other = copy.copy(self)
        other._new_person()
        return other

    def _new_person(self) -> None:
        self.tag = people.suffix()
        self.name = "张伟明"
        self.resident_id = people.resident_id()
        self.phone = people.phone()

    # -- authorities ------------------------------------------------------------------------------------------

    def authorities(self) -> None:
        """Hunan, Changsha, Zhuzhou, and their people."""
        # The same keys at every run: an authority that exists already is simply found again.
        province = self._authority(
            "demo-hunan", "湖南省住房和城乡建设厅", level="province", place="430000", uscc="11430000006122244L"
        )
        city = self._authority("demo-changsha", "长沙市住房和城乡建设局", level="city", place="430100")
        other = self._authority("demo-zhuzhou", "株洲市住房和城乡建设局", level="city", place="430200")
        self.city = self.officer(city, "cs", "李初审", ["authenticate", "accept", "review"])
        self.other_city = self.officer(other, "zz", "周邻市", ["accept", "review"])
        duties = ["review", "publicise", "announce", "load_qualifications"]
        self.province = self.officer(province, "hn", "陈复审", duties)
        self.auditor = self.officer(province, "au", "吴审计", [], auditor=True)

    def _authority(self, key: str, name: str, **about: str) -> str:
        return str(self.operator.post("/authorities", {"name": name, **about}, **{"Idempotency-Key": key})["id"])

    def officer(self, authority: str, who: str, name: str, duties: list[str], auditor: bool = False) -> Api:
        """Somebody with a new account at an authority, signed in."""
        username, password = f"{who}-{self.tag}", people.password()
        self.operator.post(
            f"/authorities/{authority}/officers",
            {"username": username, "password": password, "name": name, "duties": duties, "auditor": auditor},
        )
        return self.anyone.sign_in(username, password)

    def subscriber(self) -> Api:
        """Another province's system, signed in."""
        username, password = f"jiangxi-{people.suffix()}", people.password()
        account = {"username": username, "password": password, "name": "江西省住房和城乡建设厅"}
        self.operator.post("/subscribers", account)
        return self.anyone.sign_in(username, password)

    def qualified(self, *others: tuple[str, str]) -> Any:
        """Load a list with this person, and others by name and specialty; the report."""
        common = {"credential": "constructor-2", "passed_year": 2025, "obtained_on": "2025-03-01"}
        listed = [(self.resident_id, self.name, "building"), *((people.resident_id(), *one) for one in others)]
        items = [
            {**common, "number": f"ZG43{self.tag}{i:03d}", "resident_id": rid, "name": name, "specialty": specialty}
            for i, (rid, name, specialty) in enumerate(listed)
        ]
        return self.operator.post("/qualification-lists", {"items": items})

    # -- the person -------------------------------------------------------------------------------------------

    def registered(self) -> None:
        """A record, and a phone that was proven."""
        body = {"resident_id": self.resident_id, "name": self.name, "phone": self.phone}
        self.person_id = self.anyone.post("/persons", body)["id"]
        code = {"code": self.sms(self.phone, r"验证码 (\d{6})")}
        self.person = Api(self.url, self.anyone.post(f"/persons/{self.person_id}/phone-confirmation", code)["token"])

    def verified(self) -> None:
        """A natural person, with an account of their own."""
        self.person.post(f"/persons/{self.person_id}/verification", {"method": "liveness", "evidence": "blink-clip-1"})
        self.person = self.anyone.sign_in(self.resident_id, self.sms(self.phone, r"初始密码:(\S+?),"))

    def completed(self) -> None:
        """Details, portrait, ID card, commitment letter."""
        self.person.put(f"/persons/{self.person_id}/details", people.DETAILS)
        letter = ["本人承诺所提交的材料真实、准确、完整。", "如有虚假,愿承担相应法律责任。"]
        files = {
            "portrait": ("portrait.jpg", pictures.make_portrait(self.name), "image/jpeg"),
            "id_card_front": ("id-front.png", pictures.make_id_card("front", self.name, self.resident_id), "image/png"),
            "id_card_back": ("id-back.png", pictures.make_id_card("back"), "image/png"),
            "commitment_letter": ("commitment.pdf", pictures.make_letter_pdf("个人承诺书", letter), "application/pdf"),
        }
        for kind, file in files.items():
            self._keep(self.person, f"/persons/{self.person_id}/files/{kind}", *file)

    def sms(self, phone: str, pattern: str) -> str:
        """What the last message of this form said."""
        for message in reversed(self.anyone.get("/development/messages", phone=phone)):
            if found := re.search(pattern, message["text"]):
                return found.group(1)
        raise StepFailed(f"没有收到短信: {pattern}")

    def _keep(self, who: Api, path: str, name: str, data: bytes, content_type: str) -> None:
        who.put(path, {"sha256": who.upload(name, data, content_type)["sha256"]})

    # -- the enterprise ---------------------------------------------------------------------------------------

    def enterprise_registered(self) -> None:
        """Basic data and a phone that was proven."""
        mobile, username, password = people.phone(), f"corp-{self.tag}", people.password()
        self.enterprise_name = f"湖南岳麓建筑工程有限公司({self.tag})"
        self.enterprise_code = people.enterprise_code()
        account = {"mobile": mobile, "username": username, "password": password}
        body = {"uscc": self.enterprise_code, **account, "details": people.enterprise_details(self.enterprise_name)}
        self.enterprise_id = self.anyone.post("/enterprises", body)["id"]
        code = {"code": self.sms(mobile, r"验证码 (\d{6})")}
        self.anyone.post(f"/enterprises/{self.enterprise_id}/phone-confirmation", code)
        self.enterprise = self.anyone.sign_in(username, password)

    def enterprise_authenticated(self) -> None:
        """Its licence, looked at by the city on site."""
        licence = pictures.make_letter_pdf("营业执照(样本)", [self.enterprise_name, self.enterprise_code])
        path = f"/enterprises/{self.enterprise_id}/files/business_licence"
        self._keep(self.enterprise, path, "licence.pdf", licence, "application/pdf")
        self.city.post(f"/enterprises/{self.enterprise_id}/authentication", {"method": "on_site"})

    def employed(self) -> None:
        """Proposed with a contract, accepted by the person."""
        contract = pictures.make_letter_pdf("劳动合同(样本)", ["甲方: " + self.enterprise_name, "乙方: " + self.name])
        sha256 = self.enterprise.upload("contract.pdf", contract, "application/pdf")["sha256"]
        body = {"name": self.name, "resident_id": self.resident_id, "enterprise_id": self.enterprise_id}
        proposal = {**body, "contract_sha256": sha256, "starts_on": "2026-01-01"}
        self.employment_id = self.enterprise.post("/employments", proposal)["id"]
        self.person.post(f"/employments/{self.employment_id}/acceptance")

    # -- the filing -------------------------------------------------------------------------------------------

    def drafted(self) -> None:
        """An empty draft."""
        self.filing_id = self.enterprise.post("/filings", {"matter": MATTER})["id"]

    def picked(self) -> None:
        """This person, by name and ID number."""
        subject = {"name": self.name, "resident_id": self.resident_id}
        self.enterprise.put(f"/filings/{self.filing_id}/subject", subject)

    def filled_in(self) -> None:
        """What is not known yet of person and enterprise."""
        self.enterprise.patch(f"/filings/{self.filing_id}/form", {"specialty": "building"})

    def attached(self) -> None:
        """The files that nobody has on record yet, and the commitment."""
        titles = {"education_certificate": "毕业证书(样本)", "employment_contract": "劳动合同(样本)"}
        for attachment, title in titles.items():
            data = pictures.make_letter_pdf(title, [self.name, self.tag])
            sha256 = self.enterprise.upload(f"{attachment}.pdf", data, "application/pdf")["sha256"]
            self.enterprise.post(f"/filings/{self.filing_id}/attachments", {"attachment": attachment, "sha256": sha256})
        self.enterprise.post(f"/filings/{self.filing_id}/commitment")

    def submitted(self) -> None:
        """Handed to the authority."""
        self.enterprise.post(f"/filings/{self.filing_id}/submission")

    # -- the case ---------------------------------------------------------------------------------------------

    def received(self) -> None:
        """The city finds it in its queue."""
        self.case_id = wait_for("案件进入受理队列", self._case)["case_id"]

    def _case(self) -> Any:
        asked = {"filing_id": self.filing_id, "stage": "acceptance", "status": "in_review"}
        rows = self.city.get("/cases", **asked)["rows"]
        return rows[0] if rows else None

    def passed(self, stage: str) -> None:
        """By whose turn it is, having seen this very version."""
        who = self.province if stage == "second" else self.city
        version = who.get(f"/cases/{self.case_id}")["version"]
        path = f"/cases/{self.case_id}/stages/{stage}/passing"
        who.post(path, {"opinion": OPINIONS[stage]}, **{"If-Match": f'"{version}"'})

    def publicity_over(self) -> None:
        """The development clock goes ahead; the period ends by itself, on its date."""
        self.anyone.post("/development/clock", {"advance_days": 30})
        # Thirty days on, every session has run out: the client signs in again, as anybody would have to.
        wait_for("公示期满", lambda: self._case_status() == "publicity_ended" or None)

    def _case_status(self) -> str:
        return str(self.province.get(f"/cases/{self.case_id}")["status"])

    def announced(self) -> str:
        """The number of the announcement."""
        number = f"湘建建公告〔2026〕{self.tag}号"
        self.province.post(f"/cases/{self.case_id}/announcement", {"document_number": number})
        return number

    # -- the certificate --------------------------------------------------------------------------------------

    def certificate(self) -> Any:
        """Its line in the register, once the document is signed."""
        return wait_for("电子证书签发", self._certificate)

    def _certificate(self) -> Any:
        rows = self.person.get("/certificates")["rows"]
        return next((row for row in rows if row["filing_id"] == self.filing_id and row["document"]), None)

    def document(self, certificate: Any) -> bytes:
        """The signed PDF."""
        return self.person.download(f"/certificates/{certificate['credential_id']}/document")

    def checked(self, pdf: bytes, name: str = "certificate.pdf") -> Any:
        """What the public check says of a file; a file that cannot even be read is not genuine either."""
        response = self.anyone.http.post(
            f"{self.url}/api/v1/verifications",
            params={"name": name},
            data=pdf,
            headers={"Content-Type": "application/pdf"},
            timeout=60,
        )
        if response.status_code != 200:
            return {"genuine": False, "problems": [response.json().get("code", response.status_code)]}
        return response.json()
