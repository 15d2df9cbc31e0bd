"""Hunan's initial registration of a second-class constructor, from an empty province to a verified certificate."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import requests

from demo import checks, people, pictures
from demo.client import Api, StepFailed, wait_for
from demo.telling import Telling

MATTER = "hunan/constructor-2-initial"


class Story:
    """Each method is a step; they share what the earlier ones made."""

    def __init__(self, url: str, operator_password: str, out: Path, tell: Telling) -> None:
        self.url, self.out, self.tell = url, out, tell
        self.anyone = Api(url)
        self.operator = self.anyone.sign_in("operator", operator_password)
        self.tag = people.suffix()
        self.resident_id = people.resident_id()
        self.name = "张伟明"

    def tell_all(self) -> None:
        """The whole story, in order."""
        for step in (
            self.set_up_province,
            self.person_registers,
            self.enterprise_registers,
            self.employment_is_agreed,
            self.enterprise_files,
            self.authorities_review,
            self.case_is_publicised_and_announced,
            self.certificate_is_granted_and_verified,
            self.look_back,
        ):
            step()

    # -- 1 ----------------------------------------------------------------------------------------------------

    def set_up_province(self) -> None:
        """A province, its city, their reviewers, and the list of qualified people."""
        self.tell.chapter("一、建立省、市主管部门和审核人员,导入资格证书名单")
        # The same keys at every run: a province that exists already is simply found again.
        province = self.operator.post(
            "/authorities",
            {"name": "湖南省住房和城乡建设厅", "level": "province", "place": "430000", "uscc": "11430000006122244L"},
            **{"Idempotency-Key": "demo-hunan"},
        )["id"]
        city = self.operator.post(
            "/authorities",
            {"name": "长沙市住房和城乡建设局", "level": "city", "place": "430100"},
            **{"Idempotency-Key": "demo-changsha"},
        )["id"]
        other = self.operator.post(
            "/authorities",
            {"name": "株洲市住房和城乡建设局", "level": "city", "place": "430200"},
            **{"Idempotency-Key": "demo-zhuzhou"},
        )["id"]
        self.city = self._officer(city, "cs", "李初审", ["authenticate", "accept", "review"])
        self.other_city = self._officer(other, "zz", "周邻市", ["accept", "review"])
        self.province = self._officer(province, "hn", "陈复审", ["review", "publicise", "announce", "load_qualifications"])
        self.auditor = self._officer(province, "au", "吴审计", [], auditor=True)
        self.tell.done("省、市主管部门及审核、审计人员已建立", "湖南省住房和城乡建设厅 → 长沙市住房和城乡建设局")
        report = self.operator.post("/qualification-lists", {"items": self._qualified_people()})
        self.tell.done("资格证书名单已导入", f"导入 {report['loaded']} 条,重复 {report['repeated']} 条,有误 {len(report['problems'])} 条")

    def _officer(self, authority: str, who: str, name: str, duties: list[str], auditor: bool = False) -> Api:
        username, password = f"{who}-{self.tag}", f"pw-{people.suffix()}{people.suffix()}"
        self.operator.post(
            f"/authorities/{authority}/officers",
            {"username": username, "password": password, "name": name, "duties": duties, "auditor": auditor},
        )
        return self.anyone.sign_in(username, password)

    def _qualified_people(self) -> list[dict[str, Any]]:
        common = {"credential": "constructor-2", "passed_year": 2025, "obtained_on": "2025-03-01"}
        people_on_list = [(self.resident_id, self.name, "building")]
        people_on_list += [(people.resident_id(), name, s) for name, s in (("王小红", "municipal"), ("刘建国", "highway"))]
        return [
            {**common, "number": f"ZG43{self.tag}{i:03d}", "resident_id": rid, "name": name, "specialty": specialty}
            for i, (rid, name, specialty) in enumerate(people_on_list)
        ]

    # -- 2 ----------------------------------------------------------------------------------------------------

    def person_registers(self) -> None:
        """Registers, proves the phone and the face, completes details and files."""
        self.tell.chapter("二、个人注册、实名认证、完善信息")
        phone = people.phone()
        registered = self.anyone.post(
            "/persons", {"resident_id": self.resident_id, "name": self.name, "phone": phone}
        )
        self.person_id = registered["id"]
        self.tell.done("已注册", f"{self.name},短信验证码已发送至 {phone[:3]}****{phone[-4:]}")
        session = self.anyone.post(
            f"/persons/{self.person_id}/phone-confirmation", {"code": self._sms(phone, r"验证码 (\d{6})")}
        )
        self.person = Api(self.url, session["token"])
        self.person.post(f"/persons/{self.person_id}/verification", {"method": "liveness", "evidence": "blink-clip-1"})
        about = self.person.get(f"/persons/{self.person_id}")
        self.tell.done("实名认证通过", f"核验方: {about['verification']}")
        self.person = self.anyone.sign_in(self.resident_id, self._sms(phone, r"初始密码:(\S+?),"))
        self.tell.done("以短信中的初始密码登录", "用户名为身份证号码")
        details = {
            "ethnicity": "汉族",
            "emergency_contact": "张建华",
            "emergency_phone": people.phone(),
            "school": "湖南大学",
            "major": "土木工程",
            "graduated_on": "2012-06-30",
            "education": "bachelor",
            "degree": "bachelor",
        }
        self.person.put(f"/persons/{self.person_id}/details", details)
        files = {
            "portrait": ("portrait.jpg", pictures.make_portrait(self.name), "image/jpeg"),
            "id_card_front": ("id-front.png", pictures.make_id_card("front", self.name, self.resident_id), "image/png"),
            "id_card_back": ("id-back.png", pictures.make_id_card("back"), "image/png"),
            "commitment_letter": (
                "commitment.pdf",
                pictures.make_letter_pdf("个人承诺书", ["本人承诺所提交的材料真实、准确、完整。", "如有虚假,愿承担相应法律责任。"]),
                "application/pdf",
            ),
        }
        for kind, file in files.items():
            self._keep(self.person, f"/persons/{self.person_id}/files/{kind}", *file)
        self.tell.done("个人信息和材料已完善", "寸照、身份证正反面、承诺书")

    def _sms(self, phone: str, pattern: str) -> str:
        for message in reversed(self.anyone.get("/development/messages", phone=phone)):
            if found := re.search(pattern, message["text"]):
                return found.group(1)
        raise StepFailed(f"没有收到短信: {pattern}")

    def _keep(self, who: Api, path: str, name: str, data: bytes, content_type: str) -> None:
        who.put(path, {"sha256": who.upload(name, data, content_type)["sha256"]})

    # -- 3 ----------------------------------------------------------------------------------------------------

    def enterprise_registers(self) -> None:
        """Basic data, licence, phone, authentication on site."""
        self.tell.chapter("三、企业注册与认证")
        mobile, username, password = people.phone(), f"corp-{self.tag}", f"pw-{people.suffix()}{people.suffix()}"
        self.enterprise_name = f"湖南岳麓建筑工程有限公司({self.tag})"
        body = {
            "uscc": people.enterprise_code(),
            "mobile": mobile,
            "username": username,
            "password": password,
            "details": {
                "name": self.enterprise_name,
                "place": "430102",
                "address": "长沙市芙蓉区五一大道1号",
                "registration_type": "有限责任公司",
                "founded_on": "2003-05-18",
                "capital": "5000",
                "office_phone": "0731-88950000",
                "contact": "赵敏",
                "legal_representative": "孙立国",
                "business_scope": "建筑工程施工总承包",
                "qualification_number": "D243012345",
                "qualification_grade": "壹级",
                "qualification_scope": "建筑工程施工总承包",
            },
        }
        self.enterprise_id = self.anyone.post("/enterprises", body)["id"]
        code = self._sms(mobile, r"验证码 (\d{6})")
        self.anyone.post(f"/enterprises/{self.enterprise_id}/phone-confirmation", {"code": code})
        self.enterprise = self.anyone.sign_in(username, password)
        licence = pictures.make_letter_pdf("营业执照(样本)", [self.enterprise_name, body["uscc"]])  # type: ignore[list-item]
        path = f"/enterprises/{self.enterprise_id}/files/business_licence"
        self._keep(self.enterprise, path, "licence.pdf", licence, "application/pdf")
        self.city.post(f"/enterprises/{self.enterprise_id}/authentication", {"method": "on_site"})
        self.tell.done("企业已注册,并由长沙市现场认证", self.enterprise_name)

    def employment_is_agreed(self) -> None:
        """Proposed with a contract, accepted by the person."""
        contract = pictures.make_letter_pdf("劳动合同(样本)", ["甲方: " + self.enterprise_name, "乙方: " + self.name])
        proposed = self.enterprise.post(
            "/employments",
            {
                "name": self.name,
                "resident_id": self.resident_id,
                "enterprise_id": self.enterprise_id,
                "contract_sha256": self.enterprise.upload("contract.pdf", contract, "application/pdf")["sha256"],
                "starts_on": "2026-01-01",
            },
        )
        self.person.post(f"/employments/{proposed['id']}/acceptance")
        self.tell.done("聘用关系已确认", "企业提出(附合同),本人接受")

    # -- 4 ----------------------------------------------------------------------------------------------------

    def enterprise_files(self) -> None:
        """Drafts, picks, fills in, attaches, prints, submits."""
        self.tell.chapter("四、企业填报二级建造师初始申报")
        filing = self.enterprise.post("/filings", {"matter": MATTER})["id"]
        self.filing_id = filing
        nobody = {"name": "查无此人", "resident_id": people.resident_id()}
        refused = self.enterprise.refused("PUT", f"/filings/{filing}/subject", nobody)
        self.tell.refused("选择未取得资格、未实名认证的人员", refused)
        subject = {"name": self.name, "resident_id": self.resident_id}
        self.enterprise.put(f"/filings/{filing}/subject", subject)
        self.enterprise.patch(f"/filings/{filing}/form", {"specialty": "building"})
        missing = self.enterprise.get(f"/filings/{filing}")["problems"]
        self.tell.done("人员已选择,表单已保存", f"还缺 {len(missing)} 项")
        for attachment, title in (("education_certificate", "毕业证书(样本)"), ("employment_contract", "劳动合同(样本)")):
            data = pictures.make_letter_pdf(title, [self.name, self.tag])
            sha256 = self.enterprise.upload(f"{attachment}.pdf", data, "application/pdf")["sha256"]
            self.enterprise.post(f"/filings/{filing}/attachments", {"attachment": attachment, "sha256": sha256})
        self.enterprise.post(f"/filings/{filing}/commitment")
        self.enterprise.patch(f"/filings/{filing}/form", {"penalties": "无"})
        missing = self.enterprise.get(f"/filings/{filing}")["problems"]
        if missing:
            raise StepFailed(f"申报仍不完整: {missing}")
        self.enterprise.post(f"/filings/{filing}/submission")
        printed = self.enterprise.download(f"/filings/{filing}/application.pdf")
        (self.out / "application.pdf").write_bytes(printed)
        view = self.enterprise.get(f"/filings/{filing}")
        self.tell.done("已上报", f"申报编号 {view['number']},申报表 {self.out / 'application.pdf'}")
        self.tell.refused(
            "上报后再修改", self.enterprise.refused("PATCH", f"/filings/{filing}/form", {"penalties": "改"})
        )

    # -- 5 ----------------------------------------------------------------------------------------------------

    def authorities_review(self) -> None:
        """The city accepts and reviews, the province reviews again."""
        self.tell.chapter("五、主管部门受理、初审、复审")
        case = wait_for("案件进入受理队列", self._case)
        self.case_id = case["case_id"]
        passing = f"/cases/{self.case_id}/stages/acceptance/passing"
        self.tell.refused("外市人员受理", self.other_city.refused("POST", passing, {"opinion": "同意"}))
        skipped = f"/cases/{self.case_id}/stages/second/passing"
        self.tell.refused("跳过受理和初审直接复审", self.province.refused("POST", skipped, {"opinion": "同意"}))
        for who, stage, opinion in (
            (self.city, "acceptance", "材料齐全,符合法定形式,予以受理。"),
            (self.city, "preliminary", "经审查,符合初始注册条件。"),
            (self.province, "second", "复审通过。"),
        ):
            version = who.get(f"/cases/{self.case_id}")["version"]
            who.post(
                f"/cases/{self.case_id}/stages/{stage}/passing", {"opinion": opinion}, **{"If-Match": f'"{version}"'}
            )
            words = {"acceptance": "受理(长沙市)", "preliminary": "初审(长沙市)", "second": "复审(湖南省)"}
            self.tell.done(words[stage], opinion)

    def _case(self) -> Any:
        rows = self.city.get("/cases", stage="acceptance", per_page=200)["rows"]
        return next((row for row in rows if row["filing_id"] == self.filing_id), None)

    # -- 6 ----------------------------------------------------------------------------------------------------

    def case_is_publicised_and_announced(self) -> None:
        """Publicity with an end that is kept, then the announcement."""
        self.tell.chapter("六、公示、公告")
        self.province.post(f"/cases/{self.case_id}/publicity")
        case = self.province.get(f"/cases/{self.case_id}")
        self.tell.done("公示", f"{case['publicity_starts_on']} 至 {case['publicity_ends_on']}(工作日)")
        announcement = f"/cases/{self.case_id}/announcement"
        number = f"湘建建公告〔2026〕{self.tag}号"
        self.tell.refused(
            "公示期未满即公告", self.province.refused("POST", announcement, {"document_number": number})
        )
        self.anyone.post("/development/clock", {"advance_days": 30})
        self.tell.done("开发时钟前拨 30 天", "公示期满由系统按截止日期自动结束")
        wait_for("公示期满", lambda: self._status() == "publicity_ended" or None)
        self.province.post(announcement, {"document_number": number})
        self.tell.done("公告", number)

    def _status(self) -> str:
        # Thirty days on, every session has run out: the client signs in again, as anybody would have to.
        return str(self.province.get(f"/cases/{self.case_id}")["status"])

    # -- 7 ----------------------------------------------------------------------------------------------------

    def certificate_is_granted_and_verified(self) -> None:
        """The signed PDF: looked at, validated, its QR code opened, and tampered with."""
        self.tell.chapter("七、电子证书")
        certificate = wait_for("电子证书签发", self._certificate)
        pdf = self.person.download(f"/certificates/{certificate['credential_id']}/document")
        path = self.out / "certificate.pdf"
        path.write_bytes(pdf)
        self.tell.done("已签发", f"注册编号 {certificate['registration_number']}")
        self.tell.done("电子证照标识", certificate["identifier"])
        self._check(pdf)
        tampered = bytearray(pdf)
        tampered[len(pdf) // 3] ^= 1
        found = self._verified(bytes(tampered), "tampered.pdf")
        if found["genuine"]:
            raise StepFailed("被篡改的证书竟通过了验证")
        self.tell.done("改动一个字节后再验证", f"未通过: {', '.join(found['problems'])}")
        address = checks.address_in_qr_code(pdf)
        page = requests.get(address, timeout=30)
        if page.status_code != 200 or certificate["registration_number"] not in page.text:
            raise StepFailed(f"二维码地址 {address} 未显示该证书: {page.status_code}")
        public = self.anyone.get(f"/verifications/{certificate['identifier']}")
        self.tell.done("扫描二维码打开验证页", f"{address}")
        self.tell.table("验证页显示", {
            "持证人": public["holder_name"], "注册编号": public["registration_number"], "状态": public["status"],
            "有效期": f"{public['valid_from']} 至 {public['valid_until']}", "签发机关": public["issuer_name"],
        })  # fmt: skip

    def _certificate(self) -> Any:
        rows = self.person.get("/certificates")["rows"]
        return next((row for row in rows if row["filing_id"] == self.filing_id and row["document"]), None)

    def _check(self, pdf: bytes) -> None:
        facts = checks.look_into(pdf, expect=[self.name, self.enterprise_name])
        self.tell.done("PDF 检查", f"{facts.pages} 页,中文字体已嵌入: {', '.join(facts.fonts)}")
        found = self._verified(pdf, "certificate.pdf")
        if not found["genuine"]:
            raise StepFailed(f"证书未通过验证: {found['problems']}")
        self.tell.done("签名验证通过(PAdES)", f"{found['signer']},{found['algorithm']}")

    def _verified(self, pdf: bytes, name: str) -> Any:
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

    # -- 8 ----------------------------------------------------------------------------------------------------

    def look_back(self) -> None:
        """Progress, the whole history, and what another province received."""
        self.tell.chapter("八、办理进度、个人全程记录、外省订阅")
        progress = self.enterprise.get(f"/filings/{self.filing_id}/progress")
        self.tell.rows("办理进度", progress["steps"], {"at": "时间", "says": "事项", "who": "经办", "opinion": "意见"})
        history = self.auditor.get(f"/persons/{self.person_id}/history")
        self.tell.rows("个人全程记录(审计人员可见)", history["entries"], {"at": "时间", "source": "服务", "says": "经过"})
        feed = self._subscriber().get("/feeds/certificates", after=0, limit=1000)
        mine = [event for event in feed["events"] if event["data"].get("holder_name") in (self.name, None)]
        self.tell.rows("外省订阅方收到的证书事件(CloudEvents)", mine[-4:], {"time": "时间", "type": "类型", "subject": "电子证照标识"})
        if not mine:
            raise StepFailed("订阅方没有收到证书事件")

    def _subscriber(self) -> Api:
        username, password = f"jiangxi-{self.tag}", f"pw-{people.suffix()}{people.suffix()}"
        self.operator.post("/subscribers", {"username": username, "password": password, "name": "江西省住房和城乡建设厅"})
        return self.anyone.sign_in(username, password)
