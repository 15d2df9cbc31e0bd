"""Speaks to identity and filing in their process, and makes the people and firms that their tests need."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from stdnum.cn import ric, uscc

from contracts.errors import Refusal
from contracts.files import FileRef
from contracts.identity import (
    AnswerEmployment,
    AppointOfficer,
    AttachEnterpriseFile,
    AttachPersonFile,
    AuthenticateEnterprise,
    CompletePersonDetails,
    ConfirmEnterprisePhone,
    ConfirmPhone,
    EstablishAuthority,
    LoadQualifications,
    ProposeEmployment,
    ReadMessages,
    RegisterEnterprise,
    RegisterPerson,
    SignIn,
    VerifyRealName,
)
from contracts.message import Actor, Message, Metadata
from demo.pictures import make_id_card, make_letter_pdf, make_portrait
from services.kernel.filestore import FileStore
from services.kernel.rpc import method_of
from services.kernel.testing import NOON
from tests.domain.identity.samples import DETAILS, FIRM
from tests.nursery import PRODUCT, Begun
from tests.samples import OPERATOR

ANYBODY = Actor(kind="anonymous", account_id="anonymous")


class Stage:
    """One process with fresh databases. Its clock is the commands': a minute passes with each."""

    def __init__(self, databases: dict[str, str], directory: Path) -> None:
        self.data = directory / "data"
        self.files = FileStore(self.data)
        self.letter = self.files.put(make_letter_pdf("承诺书", ["本人承诺。"]), "承诺书.pdf")
        self.portrait = self.files.put(make_portrait("样本"), "照片.jpg")
        self.card = self.files.put(make_id_card("front"), "身份证.png")
        self._minutes, self._numbers = itertools.count(), itertools.count(1)
        self._officer: Actor | None = None
        self._errors = directory / "errors.log"
        settings = {
            "AMQP_URI": "memory://",
            "DATABASES": databases,
            "DATA": str(self.data),
            "DEVELOPMENT": True,
            "OPERATOR_PASSWORD": "operate this",
            "SMS_PROVIDER": "tests.services.identity_filing_host:sms",
            "JOB_DELAYS": [0.2, 0.4],
        }
        with self._errors.open("a") as errors:
            self._process = Begun(
                ["tests.services.identity_filing_host"],
                PRODUCT,
                {**os.environ, "SETTINGS": json.dumps(settings)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n", self.errors()
        self.eventually(lambda: self.call("identity", "health")["parts"]["open_operator_account"]["ok"])

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def errors(self) -> str:
        return self._errors.read_text("utf-8")

    # -- speaking to them -------------------------------------------------------------------------------------

    def call(self, service: str, method: str, payload: Any = None) -> Any:
        """The answer; raises what the service refused with."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(
            json.dumps({"service": service, "method": method, "payload": payload}), file=self._process.stdin, flush=True
        )
        reply = json.loads(self._process.stdout.readline())
        if "refusal" in reply:
            raise Refusal.from_wire(reply["refusal"])
        return reply["ok"]

    def send(self, message: Message) -> Any:
        return self.call(message.NAME.split(".")[0], method_of(type(message)), message.model_dump(mode="json"))

    def refused(self, message: Message) -> Refusal:
        """The refusal of what must be refused."""
        try:
            answer = self.send(message)
        except Refusal as refusal:
            return refusal
        raise AssertionError(f"not refused: {answer}")

    def meta(self, actor: Actor = ANYBODY, **more: Any) -> Metadata:
        at = NOON + timedelta(minutes=next(self._minutes))
        return Metadata(**{"command_id": str(uuid4()), "actor": actor, "at": at, "correlation_id": "test", **more})

    def eventually(self, holds: Callable[[], Any], timeout: float = 60.0) -> Any:
        deadline = time.monotonic() + timeout
        while not (found := holds()):
            assert time.monotonic() < deadline, self.errors()[-3000:]
            time.sleep(0.1)
        return found

    def head(self, service: str = "identity") -> int:
        """How many events its log has."""
        return int(self.call(service, "health")["parts"]["database"]["head"])

    # -- messages on phones -----------------------------------------------------------------------------------

    def texts(self, phone: str) -> list[str]:
        return [message["text"] for message in self.send(ReadMessages(phone=phone))]

    def code(self, phone: str) -> str:
        found = re.search(r"\d{6}", self.texts(phone)[-1])
        assert found is not None
        return found.group()

    # -- people and firms -------------------------------------------------------------------------------------

    def phone(self) -> str:
        return f"139{next(self._numbers):08d}"

    def resident_id(self) -> str:
        number = f"43010219900307{next(self._numbers):03d}"
        return number + str(ric.calc_check_digit(f"{number}0"))

    def registration(self, name: str = "张伟明", **changed: Any) -> RegisterPerson:
        usual: dict[str, Any] = {
            "person_id": uuid4(),
            "resident_id": self.resident_id(),
            "name": name,
            "phone": self.phone(),
            "meta": self.meta(),
        }
        return RegisterPerson(**{**usual, **changed})

    def reachable(self) -> RegisterPerson:
        """Somebody who registered and confirmed the phone."""
        registered = self.registration()
        self.send(registered)
        code = self.code(registered.phone)
        self.send(ConfirmPhone(person_id=registered.person_id, code=code, meta=self.meta()))
        return registered

    def verification(self, person_id: UUID, actor: Actor | None = None, evidence: str = "clip") -> VerifyRealName:
        who = actor or self.person(person_id)
        return VerifyRealName(person_id=person_id, method="liveness", evidence=evidence, meta=self.meta(who))

    def ready_person(self, specialty: str = "building") -> RegisterPerson:
        """Somebody verified and qualified, with a complete record."""
        registered = self.reachable()
        who = self.person(registered.person_id)
        self.send(self.verification(registered.person_id))
        self.send(CompletePersonDetails(person_id=registered.person_id, details=DETAILS, meta=self.meta(who)))
        kept: dict[Any, FileRef] = {
            "portrait": self.portrait,
            "id_card_front": self.card,
            "id_card_back": self.card,
            "commitment_letter": self.letter,
        }
        for kind, content in kept.items():
            self.send(AttachPersonFile(person_id=registered.person_id, kind=kind, file=content, meta=self.meta(who)))
        row = self.row(resident_id=registered.resident_id, name=registered.name, specialty=specialty)
        self.send(LoadQualifications(items=(row,), meta=self.meta(OPERATOR)))
        return registered

    def row(self, **changed: Any) -> dict[str, Any]:
        """A line of the authority's list."""
        usual = {
            "number": f"20254300{next(self._numbers):04d}",
            "resident_id": self.resident_id(),
            "name": "张伟明",
            "credential": "constructor-2",
            "specialty": "building",
            "passed_year": 2025,
            "obtained_on": "2025-01-01",
        }
        return {**usual, **changed}

    def person(self, person_id: UUID) -> Actor:
        return Actor(kind="person", account_id=f"p-{person_id}", person_id=person_id)

    def firm_registration(self, **changed: Any) -> RegisterEnterprise:
        number = f"91430100MA4L1{next(self._numbers):04d}"
        usual: dict[str, Any] = {
            "enterprise_id": uuid4(),
            "uscc": number + uscc.calc_check_digit(number),
            "details": FIRM,
            "mobile": self.phone(),
            "username": f"firm{next(self._numbers):04d}",
            "password": "correct horse",
            "meta": self.meta(),
        }
        return RegisterEnterprise(**{**usual, **changed})

    def ready_firm(self) -> Actor:
        """An authenticated enterprise's administrator."""
        registered = self.firm_registration()
        enterprise_id = registered.enterprise_id
        self.send(registered)
        code = self.code(registered.mobile)
        self.send(ConfirmEnterprisePhone(enterprise_id=enterprise_id, code=code, meta=self.meta()))
        firm = Actor(kind="enterprise", account_id=f"e-{enterprise_id}", enterprise_id=enterprise_id)
        self.send(
            AttachEnterpriseFile(
                enterprise_id=enterprise_id, kind="business_licence", file=self.letter, meta=self.meta(firm)
            )
        )
        self.send(AuthenticateEnterprise(enterprise_id=enterprise_id, meta=self.meta(self.officer())))
        return firm

    def officer(self) -> Actor:
        """An officer of Changsha with every duty this needs, signed in; appointed when first asked for."""
        if self._officer is not None:
            return self._officer
        authority = UUID("5b7e9d10-1c2d-4e3f-8a4b-5c6d7e8f9a03")
        account = UUID("5b7e9d10-1c2d-4e3f-8a4b-5c6d7e8f9a04")
        made = [
            EstablishAuthority(
                authority_id=authority, name="长沙市住建局", level="city", place="430100", meta=self.meta(OPERATOR)
            ),
            AppointOfficer(
                account_id=account,
                authority_id=authority,
                username="changsha",
                password="review with care",
                name="李审核",
                duties=("authenticate", "accept", "review"),
                meta=self.meta(OPERATOR),
            ),
        ]
        for command in made:
            self.send(command)
        session = self.send(SignIn(username="changsha", password="review with care", meta=self.meta()))
        self._officer = Actor.model_validate(session["actor"])
        return self._officer

    def employment(self, person_id: UUID, firm: Actor) -> ProposeEmployment:
        assert firm.enterprise_id is not None
        return ProposeEmployment(
            employment_id=uuid4(),
            person_id=person_id,
            enterprise_id=firm.enterprise_id,
            contract=self.letter,
            starts_on=date(2026, 1, 1),
            meta=self.meta(firm),
        )

    def acceptance(self, proposed: ProposeEmployment) -> AnswerEmployment:
        who = self.person(proposed.person_id)
        return AnswerEmployment(employment_id=proposed.employment_id, accept=True, meta=self.meta(who))

    def employ(self, person_id: UUID, firm: Actor) -> None:
        proposed = self.employment(person_id, firm)
        self.send(proposed)
        self.send(self.acceptance(proposed))
