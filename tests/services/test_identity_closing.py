"""An enterprise is closed: its employments end, once each, and nobody begins to work for it; a record is amended by a filing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.certificate import CredentialReissued
from contracts.identity import (
    CloseEnterprise,
    ConfirmPhone,
    EnterpriseView,
    FindSubject,
    FindVerified,
    GetEmployment,
    GetEnterprise,
    GetPerson,
    PersonView,
    RecordDeath,
    RecordQualificationLost,
    SignIn,
    WithdrawDeath,
)
from contracts.matters.registry import default_registry
from contracts.message import Actor
from services.kernel.clock import clock
from services.kernel.testing import NOON
from services.kernel.testing import meta as usual_meta
from tests.kernel.harness import databases
from tests.samples import OPERATOR
from tests.services import gateway_stage as views
from tests.services.identity_filing_stage import Stage


@pytest.fixture(scope="module")
def stage(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with databases(postgres, ["identity", "filing"]) as urls:
        made = Stage(urls, tmp_path_factory.mktemp("stage"))
        yield made
        made.stop()


def closing(stage: Stage, firm: Actor) -> CloseEnterprise:
    assert firm.enterprise_id is not None
    why = stage.meta(OPERATOR, reason="营业执照被吊销")
    return CloseEnterprise(enterprise_id=firm.enterprise_id, closed_on=NOON.date(), meta=why)


def view(stage: Stage, firm: Actor) -> EnterpriseView:
    assert firm.enterprise_id is not None
    return EnterpriseView.model_validate(stage.send(GetEnterprise(enterprise_id=firm.enterprise_id)))


def test_its_people_are_employed_by_nobody_and_nobody_begins_there(stage: Stage) -> None:
    firm, other = stage.ready_firm(), stage.ready_firm()
    here, late, elsewhere = stage.ready_person(), stage.ready_person(), stage.ready_person()
    stage.employ(elsewhere.person_id, other)
    employed, waiting = stage.employment(here.person_id, firm), stage.employment(late.person_id, firm)
    for one in (employed, waiting):
        stage.send(one)
    stage.send(stage.acceptance(employed))
    facts = stage.send(FindSubject(person_id=here.person_id, of_employer=True))
    assert facts["filer"]["enterprise_id"] == str(firm.enterprise_id) and not facts["filer"]["closed"]

    lost = RecordQualificationLost(
        enterprise_id=firm.enterprise_id, lost_on=NOON.date(), meta=stage.meta(OPERATOR, reason="资质证书被撤回")
    )
    stage.send(lost)
    assert not stage.send(FindSubject(person_id=here.person_id, of_employer=True))["filer"]["qualified"]
    stage.send(closing(stage, firm))

    def status() -> Any:
        return stage.send(GetEmployment(employment_id=employed.employment_id))

    stage.eventually(lambda: status()["status"] == "ended")
    assert (view(stage, firm).closed_on, view(stage, firm).qualified) == (NOON.date(), False)
    assert stage.refused(stage.acceptance(waiting)).code == "enterprise_closed"
    assert stage.refused(stage.employment(late.person_id, firm)).code == "enterprise_closed"
    assert stage.send(FindSubject(person_id=here.person_id, of_employer=True))["filer"] is None
    asked = FindSubject(person_id=elsewhere.person_id, of_employer=True)
    assert stage.send(asked)["filer"]["enterprise_id"] == str(other.enterprise_id)
    stage.employ(here.person_id, other)  # free at once


def test_nobody_acts_as_a_dead_person_until_that_is_found_to_be_a_mistake(stage: Stage) -> None:
    firm, person = stage.ready_firm(), stage.ready_person()
    employed = stage.employment(person.person_id, firm)
    stage.send(employed)
    stage.send(stage.acceptance(employed))
    password = stage.texts(person.phone)[-1].split("初始密码:")[1].split(",")[0]

    def sign_in() -> SignIn:
        return SignIn(username=person.resident_id, password=password, meta=stage.meta())

    assert stage.send(sign_in())["actor"]["person_id"] == str(person.person_id)
    now = {"at": clock.now()}  # of what is older nobody is told
    known = stage.meta(OPERATOR, reason="死亡医学证明").model_copy(update=now)
    stage.send(RecordDeath(person_id=person.person_id, died_on=NOON.date(), meta=known))
    assert stage.refused(sign_in()).code == "account_closed"
    assert stage.send(FindSubject(person_id=person.person_id))["subject"]["died_on"] == NOON.date().isoformat()
    stage.eventually(lambda: stage.send(GetEmployment(employment_id=employed.employment_id))["status"] == "ended")
    mobile = view(stage, firm).mobile
    stage.eventually(lambda: any("聘用人员已去世" in text for text in stage.texts(mobile)))
    again = stage.employment(person.person_id, stage.ready_firm())
    assert stage.refused(again).code == "person_died"

    mistaken = stage.meta(OPERATOR, reason="同名登记有误").model_copy(update=now)
    stage.send(WithdrawDeath(person_id=person.person_id, meta=mistaken))
    assert stage.send(sign_in())["actor"]["person_id"] == str(person.person_id)
    stage.eventually(lambda: "已更正" in stage.texts(person.phone)[-1])
    stage.employ(person.person_id, firm)


def test_a_filing_that_took_effect_amends_the_persons_record(stage: Stage) -> None:
    person = stage.ready_person()
    number, name = stage.resident_id(), "张炜明"
    holder = views.credential().holder.model_copy(
        update={"person_id": person.person_id, "name": name, "resident_id": number}
    )
    facts = {**views.credential().model_dump(), "holder": holder, "filing_id": uuid4(), "matter_version": 1}
    reissued: dict[str, Any] = {
        **{key: facts[key] for key in CredentialReissued.model_fields if key in facts},
        "change": "amended",
        "identifier_version": 2,
        "predecessor": None,
        "issued_on": NOON.date(),
        "issue": 2,
    }
    kept = CredentialReissued(**{**reissued, "matter": "hunan/constructor-2-initial"})
    mending = [one for one in default_registry().all() if one.effect.person is not None]
    mends = max(mending, key=lambda one: one.effect.person is not None and one.effect.person.resident_id is not None)
    assert mends.effect.person is not None
    amended = CredentialReissued(**{**reissued, "matter": mends.code, "matter_version": mends.version})
    for position, event in enumerate((kept, amended), start=1):
        body = {
            "event": event.model_dump(mode="json"),
            "meta": usual_meta(at=clock.now() - timedelta(seconds=1)).model_dump(mode="json"),
        }
        said = {"stream": f"credential-{event.credential_id}", "version": position, "name": event.NAME, "body": body}
        stage.call("certificate", "say", said)

    def record() -> PersonView:
        return PersonView.model_validate(stage.send(GetPerson(person_id=person.person_id)))

    if not mends.effect.person.name:
        name = person.name
    if not mends.effect.person.resident_id:
        number = person.resident_id
    stage.eventually(lambda: (record().resident_id, record().name) == (number, name))
    found = stage.send(FindVerified(resident_id=number, name=name))
    assert found == {"person_id": str(person.person_id)}
    former = FindVerified(resident_id=person.resident_id, name=person.name)
    assert stage.send(former) == {"person_id": None}
    subject = stage.send(FindSubject(name=name, resident_id=number))["subject"]
    assert len(subject["qualifications"]) == 1, "recorded under the former name and number"
    password = stage.texts(person.phone)[-1].split("初始密码:")[1].split(",")[0]
    session = stage.send(SignIn(username=person.resident_id, password=password, meta=stage.meta()))
    assert session["name"] == name, "by the user name that the account was opened with"
    if number != person.resident_id:
        rightful = stage.registration(resident_id=person.resident_id)
        stage.send(rightful)
        stage.send(ConfirmPhone(person_id=rightful.person_id, code=stage.code(rightful.phone), meta=stage.meta()))
        stage.send(stage.verification(rightful.person_id))
        assert "后加“-2”" in stage.texts(rightful.phone)[-1], "whose number it really is has an account too"
