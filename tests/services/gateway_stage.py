"""The gateway's application with a scripted way to the services: what was sent is kept, what to answer is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from flask.testing import FlaskClient
from pydantic import BaseModel

from contracts.certificate import CredentialView, Holder, Issuer, PublicCredential, Scope
from contracts.errors import Refusal
from contracts.filing import FilingView
from contracts.identity import EmploymentView, EnterpriseDetails, EnterpriseView, PersonView
from contracts.message import Actor, Command, Message
from contracts.review import Applicant, CaseView
from services.gateway.app import make_app
from services.gateway.asking import Gateway
from services.kernel.filestore import FileStore
from tests import samples

M = TypeVar("M", bound=BaseModel)
ACCOUNTS = {
    "person": UUID(int=1),
    "enterprise": UUID(int=2),
    "officer": UUID(int=3),
    "auditor": UUID(int=4),
    "operator": UUID(int=5),
    "subscriber": UUID(int=6),
}
CASE_ID = UUID("d3b5f7a9-1c2e-4a3f-8d4b-5e6c7f8a9d05")
CREDENTIAL_ID = UUID("e4c6a8b0-2d3f-4b4a-9e5c-6f7d8a9b0e06")
DEAD_LETTER = {
    "name": "notices",
    "job": "17f9d1e3-5a6c-4e7d-8b8f-9c0a1d2e3b0a",
    "body": {"notice_id": "17f9d1e3-5a6c-4e7d-8b8f-9c0a1d2e3b0a"},
    "attempts": 5,
    "error": {"type": "Unavailable", "code": "service_unavailable"},
    "failed_at": "2026-03-02T12:00:00+08:00",
}
IDENTIFIER = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"


def with_account(actor: Actor) -> Actor:
    """The sample actor with an account as real ones have it."""
    return actor.model_copy(update={"account_id": str(ACCOUNTS[actor.kind])})


PERSON = with_account(samples.PERSON)
ENTERPRISE = with_account(samples.ENTERPRISE)
OFFICER = with_account(samples.CITY_OFFICER)
OTHER_OFFICER = with_account(samples.OTHER_CITY_OFFICER)
AUDITOR = with_account(samples.AUDITOR)
OPERATOR = with_account(samples.OPERATOR)
SUBSCRIBER = Actor(kind="subscriber", account_id=str(ACCOUNTS["subscriber"]))
ACTORS = {one.kind: one for one in (PERSON, ENTERPRISE, OFFICER, AUDITOR, OPERATOR, SUBSCRIBER)}

Answer = BaseModel | Refusal | dict[str, Any] | list[Any] | Callable[[Any], Any]


class Services:
    """Stands for every service. Commands are accepted; a question answers what the test put under its name."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.calls: list[tuple[str, str, Any]] = []
        self.answers: dict[str, Answer] = {"ReadClock": {"offset_seconds": 0}}
        self.health: dict[str, Any] = {}
        self.status: dict[str, Any] = {}

    def send(self, message: Message, timeout: float = 15.0) -> Any:
        self.sent.append(message)
        name = type(message).__name__
        if name not in self.answers and isinstance(message, Command):
            return {"id": "stream", "version": 7, "position": 17, "service": message.NAME.split(".")[0]}
        return self._given(self.answers[name], message)

    def call(self, service: str, method: str, payload: Any = None, timeout: float = 15.0) -> Any:
        if method in ("dead_letters", "replay_dead_letters"):
            self.calls.append((service, method, payload))
            return self._given(self.answers[f"{service}.{method}"], payload)
        if method == "status":
            assert timeout <= 3
            return self._given(self.status.get(service, {"service": service, "ok": True}), payload)
        assert method == "health" and timeout <= 2
        return self._given(self.health.get(service, {"service": service, "ok": True, "parts": {}}), payload)

    @staticmethod
    def _given(answer: Any, message: Any) -> Any:
        if callable(answer) and not isinstance(answer, BaseModel):
            answer = answer(message)
        if isinstance(answer, Refusal):
            raise answer
        return answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer

    @property
    def last(self) -> Any:
        """The message sent last."""
        return self.sent[-1]


class Client(FlaskClient):
    """Reads every reply to its end, as a server does before it gives a permit back."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> Any:
        return super().open(*args, buffered=buffered, **kwargs)


class Stage:
    """An application, its services and clients who are signed in or not."""

    def __init__(self, directory: Path, **config: Any) -> None:
        self.services = Services()
        self.store = FileStore(directory)
        settings = {"DATA": str(directory), "PUBLIC_URL": "http://zhuce.test", **config}
        self.app = make_app(self.services, self.store, settings)
        self.app.test_client_class = Client
        self.gateway: Gateway = self.app.extensions["zhuce"]

    def anyone(self, **headers: str) -> FlaskClient:
        """A client without a session."""
        client = self.app.test_client()
        client.environ_base.update({f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()})
        return client

    def signed_in(self, actor: Actor) -> FlaskClient:
        """A client with a session of this actor."""
        return self.anyone(authorization=f"Bearer {self.gateway.sessions.issue(actor).token}")


def _built(model: type[M], known: Mapping[str, Any], changes: Mapping[str, Any]) -> M:
    """A view of what is known; whatever else it needs is not there."""
    rest = {name: None for name, field in model.model_fields.items() if name not in known and field.is_required()}
    return model.model_validate({**rest, **known, **changes})


def filing(**changes: Any) -> FilingView:
    """A filing of the sample enterprise, submitted once."""
    known = {
        "filing_id": samples.FILING_ID,
        "version": 7,
        "status": "submitted",
        "matter": "hunan/constructor-2-initial",
        "matter_version": 1,
        "title": "二级建造师初始申报",
        "number": "430100-2026-000001",
        "enterprise_id": samples.ENTERPRISE_ID,
        "person_id": samples.PERSON_ID,
        "place": "430102",
        "subject": None,
        "form": {},
        "attachments": (),
        "commitment_accepted": True,
        "commitment_text": "承诺",
        "round": 1,
        "submitted_on": date(2026, 3, 2),
        "reason": None,
        "problems": (),
    }
    return _built(FilingView, known, changes)


def case(**changes: Any) -> CaseView:
    """The case of that filing, at its first stage."""
    known: Mapping[str, Any] = {
        "case_id": CASE_ID,
        "version": 3,
        "filing_id": samples.FILING_ID,
        "round": 1,
        "number": "430100-2026-000001",
        "matter": "hunan/constructor-2-initial",
        "matter_version": 1,
        "title": "二级建造师初始申报",
        "place": "430102",
        "applicant": Applicant(
            person_id=samples.PERSON_ID,
            person_name=samples.NAME,
            enterprise_id=samples.ENTERPRISE_ID,
            enterprise_name="湖南岳麓建筑工程有限公司",
        ),
        "specialty": "building",
        "form": {},
        "attachments": (),
        "status": "in_review",
        "stage": "acceptance",
        "stage_level": "city",
        "stages": (),
        "passed": (),
        "publicity_starts_on": None,
        "publicity_ends_on": None,
        "announcement": None,
        "next_actions": ("pass",),
    }
    return _built(CaseView, known, changes)


def person(**changes: Any) -> PersonView:
    """The sample person."""
    view = PersonView(
        person_id=samples.PERSON_ID,
        version=5,
        resident_id="11010519491231002X",
        name=samples.NAME,
        sex="male",
        birth_date=date(1949, 12, 31),
        phone=samples.PHONE,
        phone_confirmed=True,
        verified=True,
        details=None,
        files={},
        employer_id=samples.ENTERPRISE_ID,
    )
    return view.model_copy(update=changes)


def enterprise(**changes: Any) -> EnterpriseView:
    """The sample enterprise, in a county of the sample city."""
    details = EnterpriseDetails(
        name="湖南岳麓建筑工程有限公司",
        place="430102",
        address="长沙市芙蓉区五一大道1号",
        registration_type="有限责任公司",
        founded_on=date(2003, 5, 18),
        capital="5000",
        office_phone="0731-88950000",
        contact="赵敏",
        legal_representative="孙立国",
    )
    view = EnterpriseView(
        enterprise_id=samples.ENTERPRISE_ID,
        version=4,
        uscc=samples.USCC,
        details=details,
        mobile=samples.PHONE,
        phone_confirmed=True,
        authenticated=True,
        files={},
    )
    return view.model_copy(update=changes)


def employment(**changes: Any) -> EmploymentView:
    """Between the sample person and the sample enterprise."""
    view = EmploymentView(
        employment_id=samples.EMPLOYMENT_ID,
        version=2,
        person_id=samples.PERSON_ID,
        enterprise_id=samples.ENTERPRISE_ID,
        contract=samples.file("contract.pdf", "application/pdf"),
        starts_on=date(2026, 1, 1),
        ends_on=None,
        proposed_by="enterprise",
        status="accepted",
    )
    return view.model_copy(update=changes)


SCOPES = (Scope(specialty="building", label="建筑工程", expires_on=date(2029, 3, 1)),)


def credential(**changes: Any) -> CredentialView:
    """The sample person's certificate."""
    view = CredentialView(
        credential_id=CREDENTIAL_ID,
        version=2,
        filing_id=samples.FILING_ID,
        kind="constructor-2",
        title="二级建造师注册证书",
        registration_number="湘2432026202600001",
        identifier=IDENTIFIER,
        holder=Holder(
            person_id=samples.PERSON_ID,
            name=samples.NAME,
            resident_id="11010519491231002X",
            sex="male",
            birth_date=date(1949, 12, 31),
            enterprise_id=samples.ENTERPRISE_ID,
            enterprise_name="湖南岳麓建筑工程有限公司",
        ),
        scopes=SCOPES,
        issuer=Issuer(name="湖南省住房和城乡建设厅", uscc="11430000006122244L", place="430000"),
        granted_on=date(2026, 3, 2),
        valid_from=date(2026, 3, 2),
        valid_until=date(2029, 3, 1),
        status="valid",
        document=None,
        algorithm=None,
        development_key=None,
    )
    return view.model_copy(update=changes)


def public_credential(**changes: Any) -> PublicCredential:
    """What anybody may know of it."""
    view = PublicCredential(
        identifier=IDENTIFIER,
        title="二级建造师注册证书",
        registration_number="湘2432026202600001",
        holder_name="张*明",
        enterprise_name="湖南岳麓建筑工程有限公司",
        scopes=SCOPES,
        issuer_name="湖南省住房和城乡建设厅",
        granted_on=date(2026, 3, 2),
        valid_from=date(2026, 3, 2),
        valid_until=date(2029, 3, 1),
        status="valid",
        document_sha256="a" * 64,
        development_key=False,
    )
    return view.model_copy(update=changes)


def usability(**changes: Any) -> dict[str, Any]:
    """How it may be used."""
    known = {
        "credential_id": str(CREDENTIAL_ID),
        "kind": "constructor-2",
        "registration_number": "湘2432026202600001",
        "usability": "normal",
        "says": "正常使用",
        "reasons": [],
    }
    return {**known, **changes}


def eligibility(**changes: Any) -> dict[str, Any]:
    """One rule that does not hold."""
    rule = {
        "code": "verified",
        "holds": False,
        "needs": "人员已实名认证",
        "says": "该人员尚未实名认证",
        "remedy": "请本人先完成实名认证",
        "legal_basis": None,
        "effective_from": "2007-03-01",
        "effective_until": None,
    }
    known = {
        "matter": "hunan/constructor-2-renewal",
        "matter_version": 1,
        "title": "二级建造师延续申报",
        "on": "2026-03-02",
        "eligible": False,
        "rules": [rule],
        "certificate": None,
        "open_filing": None,
    }
    return {**known, **changes}


def personal_information(**changes: Any) -> dict[str, Any]:
    """The sample person's record, with nothing in it yet."""
    person = {
        "party_id": str(samples.PERSON_ID),
        "kind": "person",
        "name": samples.NAME,
        "number": "11010519491231002X",
        "username": None,
        "place": None,
        "employer_id": None,
        "employer_name": None,
        "verified": True,
        "status": "verified",
        "registered_at": "2026-03-02T12:00:00+08:00",
        "closed_on": None,
        "qualified": True,
    }
    lists = ("certificates", "qualifications", "employments", "open_filings", "confirmations")
    return {"person": person, **{name: [] for name in lists}, "behind": False, **changes}


def enterprise_home(**changes: Any) -> dict[str, Any]:
    """The first page of an enterprise with which nothing has happened yet."""
    numbers = ("drafts", "to_confirm", "waits_for_others", "returned", "registered_people", "employees")
    numbers = (*numbers, "expiring_within_30", "expiring_within_90")
    known = {"enterprise_id": str(samples.ENTERPRISE_ID), "name": "湖南岳麓建筑工程有限公司", **dict.fromkeys(numbers, 0)}
    empty = {"filings": {}, "certificates": {}, "by_specialty": [], "waiting": [], "behind": False}
    return {**known, **empty, **changes}
