"""Registering locks nobody out: numbers are taken by proving a phone, and a missing SMS loses no record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.errors import Unavailable
from contracts.identity import (
    ConfirmEnterprisePhone,
    ConfirmPhone,
    FindSubject,
    GetPerson,
    RegisterPerson,
    SendEnterpriseCode,
    SendPhoneCode,
    SignIn,
)
from services.kernel.wire import from_wire
from tests.kernel.harness import databases
from tests.services.identity_filing_stage import Stage


@pytest.fixture(scope="module")
def stage(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with databases(postgres, ["identity", "filing"]) as urls:
        made = Stage(urls, tmp_path_factory.mktemp("stage"))
        yield made
        made.stop()


@pytest.fixture
def no_sms(stage: Stage) -> Iterator[Any]:
    """Nothing can be sent, until it is called."""
    mark = stage.data / "no-sms"
    mark.touch()
    yield lambda: mark.unlink()
    mark.unlink(missing_ok=True)


def confirm(stage: Stage, registered: RegisterPerson) -> ConfirmPhone:
    code = stage.code(registered.phone)
    return ConfirmPhone(person_id=registered.person_id, code=code, meta=stage.meta())


def another_code(stage: Stage, person_id: UUID) -> SendPhoneCode:
    return SendPhoneCode(person_id=person_id, meta=stage.meta())


class TestANumber:
    def test_of_a_person_is_taken_by_the_first_to_prove_a_phone(self, stage: Stage) -> None:
        mistyped = stage.registration()
        stage.send(mistyped)
        own = stage.registration(resident_id=mistyped.resident_id)
        stage.send(own)
        stage.send(confirm(stage, own))
        assert stage.refused(confirm(stage, mistyped)).code == "resident_id_registered"
        assert not stage.send(GetPerson(person_id=mistyped.person_id))["phone_confirmed"]
        found = stage.send(FindSubject(name=own.name, resident_id=own.resident_id))["subject"]
        assert found["person_id"] == str(own.person_id)

    def test_of_an_enterprise_too(self, stage: Stage) -> None:
        squatter = stage.firm_registration()
        own = stage.firm_registration(uscc=squatter.uscc)
        for firm in (squatter, own):
            stage.send(firm)
        answers = [
            ConfirmEnterprisePhone(
                enterprise_id=firm.enterprise_id, code=stage.code(firm.mobile), meta=stage.meta()
            )
            for firm in (own, squatter)
        ]
        stage.send(answers[0])
        assert stage.refused(answers[1]).code == "uscc_registered"
        head, late = stage.head(), stage.firm_registration(uscc=own.uscc)
        assert stage.refused(late).code == "uscc_registered"
        assert (stage.texts(late.mobile), stage.head()) == ([], head)

    def test_that_was_taken_meanwhile_leaves_a_repeated_registration_its_reply(self, stage: Stage) -> None:
        mistyped = stage.registration()
        reply = stage.send(mistyped)
        own = stage.registration(resident_id=mistyped.resident_id)
        stage.send(own)
        stage.send(confirm(stage, own))
        assert stage.send(mistyped) == reply

    def test_of_nobody_found_before_a_phone_is_proven(self, stage: Stage) -> None:
        registered = stage.registration()
        stage.send(registered)
        question = FindSubject(name=registered.name, resident_id=registered.resident_id)
        assert stage.refused(question).code == "subject_not_found"


class TestWithoutMessages:
    def test_a_person_is_registered_and_asks_for_another_code_later(self, stage: Stage, no_sms: Any) -> None:
        registered = stage.registration()
        reply = stage.send(registered)
        assert (reply["id"], stage.texts(registered.phone)) == (str(registered.person_id), [])
        said = [line for line in stage.errors().splitlines() if "code not sent" in line]
        assert said and not any(registered.phone in line or registered.name in line for line in said)
        assert isinstance(stage.refused(another_code(stage, registered.person_id)), Unavailable)
        no_sms()
        stage.send(another_code(stage, registered.person_id))
        stage.send(confirm(stage, registered))

    def test_an_enterprise_is_registered_with_its_account(self, stage: Stage, no_sms: Any) -> None:
        firm = stage.firm_registration()
        stage.send(firm)
        no_sms()
        stage.send(SignIn(username=firm.username, password="correct horse", meta=stage.meta()))
        stage.send(SendEnterpriseCode(enterprise_id=firm.enterprise_id, meta=stage.meta()))
        code = stage.code(firm.mobile)
        stage.send(ConfirmEnterprisePhone(enterprise_id=firm.enterprise_id, code=code, meta=stage.meta()))


class TestFlooding:
    def test_five_codes_an_hour_to_a_phone_whoever_registers(self, stage: Stage) -> None:
        first = stage.registration()
        everybody = [first, *(stage.registration(phone=first.phone) for _ in range(5))]
        for one in everybody:
            stage.send(one)
        assert len(stage.texts(first.phone)) == 5
        head = stage.head()
        refused = stage.refused(another_code(stage, everybody[-1].person_id))
        assert refused.code == "code_sent_recently"
        assert 0 < int(refused.params["seconds"]) <= 3600
        assert stage.head() == head

    def test_a_code_that_was_sent_is_not_refused_when_its_command_is_repeated(self, stage: Stage) -> None:
        registered = stage.registration()
        stage.send(registered)
        codes = [another_code(stage, registered.person_id) for _ in range(4)]
        replies = [stage.send(one) for one in codes]
        assert stage.send(codes[0]) == replies[0]
        assert len(stage.texts(registered.phone)) == 5


def test_hashes_of_passwords_and_codes_stay_in_their_log(stage: Stage) -> None:
    registered, firm = stage.reachable(), stage.firm_registration()
    stage.send(firm)
    page = stage.call("identity", "read_log", {"after": 0, "limit": 1000})
    secrets = {
        "identity.AccountOpened.v1": "password_hash",
        "identity.PhoneCodeSent.v1": "code_hash",
        "identity.EnterpriseCodeSent.v1": "code_hash",
    }
    for name, field in secrets.items():
        told = [message for message in page if message["name"] == name]
        assert told
        assert {json.loads(message["body"])["event"][field] for message in told} == {""}
        assert name == from_wire(told[0]).event.NAME
    # And the service itself still has them.
    stage.send(SignIn(username=firm.username, password="correct horse", meta=stage.meta()))
    meta = stage.meta().model_copy(update={"command_id": str(uuid4())})
    stage.send(SendPhoneCode(person_id=registered.person_id, meta=meta))
    stage.send(confirm(stage, registered))
