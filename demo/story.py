"""Hunan's initial registration of a second-class constructor, told from an empty province to a verified certificate."""

from __future__ import annotations

from pathlib import Path

import requests

from demo import checks, people
from demo.client import StepFailed
from demo.steps import OPINIONS, Steps
from demo.telling import Telling


class Story(Steps):
    """Each method is a chapter; they share what the earlier ones made."""

    def __init__(self, url: str, operator_password: str, out: Path, tell: Telling) -> None:
        super().__init__(url, operator_password)
        self.out, self.tell = out, tell

    def tell_all(self) -> None:
        """The whole story, in order."""
        for chapter in (
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
            chapter()

    def set_up_province(self) -> None:
        """A province, its cities, their reviewers, and the list of qualified people."""
        self.tell.chapter("一、建立省、市主管部门和审核人员,导入资格证书名单")
        self.authorities()
        self.tell.done("省、市主管部门及审核、审计人员已建立", "湖南省住房和城乡建设厅 → 长沙市住房和城乡建设局")
        report = self.qualified(("王小红", "municipal"), ("刘建国", "highway"))
        counted = f"导入 {report['loaded']} 条,重复 {report['repeated']} 条,有误 {len(report['problems'])} 条"
        self.tell.done("资格证书名单已导入", counted)

    def person_registers(self) -> None:
        """Registers, proves the phone and the face, completes details and files."""
        self.tell.chapter("二、个人注册、实名认证、完善信息")
        self.registered()
        self.tell.done("已注册", f"{self.name},短信验证码已发送至 {self.phone[:3]}****{self.phone[-4:]}")
        self.verified()
        about = self.person.get(f"/persons/{self.person_id}")
        self.tell.done("实名认证通过", f"核验方: {about['verification']}")
        self.tell.done("以短信中的初始密码登录", "用户名为身份证号码")
        self.completed()
        self.tell.done("个人信息和材料已完善", "寸照、身份证正反面、承诺书")

    def enterprise_registers(self) -> None:
        """Basic data, phone, licence, authentication on site."""
        self.tell.chapter("三、企业注册与认证")
        self.enterprise_registered()
        self.enterprise_authenticated()
        self.tell.done("企业已注册,并由长沙市现场认证", self.enterprise_name)

    def employment_is_agreed(self) -> None:
        """Proposed with a contract, accepted by the person."""
        self.employed()
        self.tell.done("聘用关系已确认", "企业提出(附合同),本人接受")

    def enterprise_files(self) -> None:
        """Drafts, picks, fills in, attaches, prints, submits."""
        self.tell.chapter("四、企业填报二级建造师初始申报")
        self.drafted()
        filing = f"/filings/{self.filing_id}"
        stranger = {"name": "赵小兵", "resident_id": people.resident_id()}
        phone = people.phone()
        somebody = self.anyone.post("/persons", {**stranger, "phone": phone})["id"]
        code = {"code": self.sms(phone, r"验证码 (\d{6})")}
        self.anyone.post(f"/persons/{somebody}/phone-confirmation", code)
        refused = self.enterprise.refused("PUT", f"{filing}/subject", stranger)
        self.tell.refused("选择未取得资格、未实名认证、未聘用的人员", refused)
        self.picked()
        self.filled_in()
        missing = self.enterprise.get(filing)["problems"]
        self.tell.done("人员已选择,表单已保存", f"还缺 {len(missing)} 项")
        self.attached()
        self.enterprise.patch(f"{filing}/form", {"penalties": "无"})
        missing = self.enterprise.get(filing)["problems"]
        if missing:
            raise StepFailed(f"申报仍不完整: {missing}")
        self.submitted()
        printed = self.enterprise.download(f"{filing}/application.pdf")
        (self.out / "application.pdf").write_bytes(printed)
        view = self.enterprise.get(filing)
        self.tell.done("已上报", f"申报编号 {view['number']},申报表 {self.out / 'application.pdf'}")
        self.tell.refused("上报后再修改", self.enterprise.refused("PATCH", f"{filing}/form", {"penalties": "改"}))

    def authorities_review(self) -> None:
        """The city accepts and reviews, the province reviews again."""
        self.tell.chapter("五、主管部门受理、初审、复审")
        self.received()
        passing = f"/cases/{self.case_id}/stages/acceptance/passing"
        self.tell.refused("外市人员受理", self.other_city.refused("POST", passing, {"opinion": "同意"}))
        skipped = f"/cases/{self.case_id}/stages/second/passing"
        self.tell.refused("跳过受理和初审直接复审", self.province.refused("POST", skipped, {"opinion": "同意"}))
        words = {"acceptance": "受理(长沙市)", "preliminary": "初审(长沙市)", "second": "复审(湖南省)"}
        for stage, opinion in OPINIONS.items():
            self.passed(stage)
            self.tell.done(words[stage], opinion)

    def case_is_publicised_and_announced(self) -> None:
        """Publicity with an end that is kept, then the announcement."""
        self.tell.chapter("六、公示、公告")
        self.province.post(f"/cases/{self.case_id}/publicity")
        case = self.province.get(f"/cases/{self.case_id}")
        self.tell.done("公示", f"{case['publicity_starts_on']} 至 {case['publicity_ends_on']}(工作日)")
        early = {"document_number": "湘建建公告〔2026〕早号"}
        refused = self.province.refused("POST", f"/cases/{self.case_id}/announcement", early)
        self.tell.refused("公示期未满即公告", refused)
        self.publicity_over()
        self.tell.done("开发时钟前拨 30 天", "公示期满由系统按截止日期自动结束")
        self.tell.done("公告", self.announced())

    def certificate_is_granted_and_verified(self) -> None:
        """The signed PDF: looked at, validated, its QR code opened, and tampered with."""
        self.tell.chapter("七、电子证书")
        certificate = self.certificate()
        pdf = self.document(certificate)
        (self.out / "certificate.pdf").write_bytes(pdf)
        self.tell.done("已签发", f"注册编号 {certificate['registration_number']}")
        self.tell.done("电子证照标识", certificate["identifier"])
        self._look_into(pdf)
        tampered = bytearray(pdf)
        tampered[len(pdf) // 3] ^= 1
        found = self.checked(bytes(tampered), "tampered.pdf")
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

    def _look_into(self, pdf: bytes) -> None:
        facts = checks.look_into(pdf, expect=[self.name, self.enterprise_name])
        self.tell.done("PDF 检查", f"{facts.pages} 页,中文字体已嵌入: {', '.join(facts.fonts)}")
        found = self.checked(pdf)
        if not found["genuine"]:
            raise StepFailed(f"证书未通过验证: {found['problems']}")
        self.tell.done("签名验证通过(PAdES)", f"{found['signer']},{found['algorithm']}")

    def look_back(self) -> None:
        """Progress, the whole history, and what another province received."""
        self.tell.chapter("八、办理进度、个人全程记录、外省订阅")
        progress = self.enterprise.get(f"/filings/{self.filing_id}/progress")
        self.tell.rows("办理进度", progress["steps"], {"at": "时间", "says": "事项", "who": "经办", "opinion": "意见"})
        history = self.auditor.get(f"/persons/{self.person_id}/history")
        headings = {"at": "时间", "source": "服务", "says": "经过"}
        self.tell.rows("个人全程记录(审计人员可见)", history["entries"], headings)
        feed = self.subscriber().get("/feeds/certificates", after=0, limit=1000)
        mine = [event for event in feed["events"] if event["data"].get("holder_name") in (self.name, None)]
        headings = {"time": "时间", "type": "类型", "subject": "电子证照标识"}
        self.tell.rows("外省订阅方收到的证书事件(CloudEvents)", mine[-4:], headings)
        if not mine:
            raise StepFailed("订阅方没有收到证书事件")
