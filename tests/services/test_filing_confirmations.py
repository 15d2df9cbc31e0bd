"""Parties that agree, people who file, and who may file: over RPC, with Hunan's own matters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.errors import NotFound
from contracts.filing import (
    CheckEligibility,
    ConfirmFiling,
    DeclineFiling,
    DraftFiling,
    Eligibility,
    FilingView,
    FillForm,
    FindFiledCertificates,
    FindOpenFilings,
    GetFiling,
    PickSubject,
    SubmitFiling,
    WithdrawFiling,
)
from contracts.identity import CloseEnterprise, RegisterPerson
from contracts.matters.registry import default_registry
from contracts.message import Actor, Metadata
from services.kernel.clock import CHINA
from tests.kernel.harness import databases
from tests.services.identity_filing_stage import Stage

BY_ENTERPRISE = "hunan/constructor-2-cancellation"
BY_PERSON = "hunan/constructor-2-person-cancellation"
WRONG_NUMBER = "hunan/constructor-2-id-number-change"


@pytest.fixture(scope="module")
def stage(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with databases(postgres, ["identity", "filing"]) as urls:
        made = Stage(urls, tmp_path_factory.mktemp("stage"))
        yield made
        made.stop()


class Scene:
    """Somebody with a certificate, employed by a firm; every order is given now, because time runs here."""

    def __init__(self, stage: Stage, **certificate: Any) -> None:
        self.stage, self.registered, self.firm = stage, stage.ready_person(), stage.ready_firm()
        self.person = stage.person(self.registered.person_id)
        stage.employ(self.registered.person_id, self.firm)
        self.certificate = uuid4()
        self.certify(**certificate)

    def certify(self, **changed: Any) -> None:
        number = f"湘24320252026{self.certificate.int % 100000:05d}"
        usual = {
            "certificate_id": str(self.certificate),
            "credential": "constructor-2",
            "number": number,
            "scope": ["building"],
            "valid_until": "2099-01-01",
            "employer_id": str(self.firm.enterprise_id),
            "holder_name": self.registered.name,
        }
        about = {"person_id": str(self.registered.person_id), "certificate": {**usual, **changed}}
        self.stage.call("certificate", "hold", about)

    def meta(self, actor: Actor, **more: Any) -> Metadata:
        return self.stage.meta(actor, at=datetime.now(CHINA), **more)

    def draft(self, matter: str, who: Actor) -> UUID:
        filing_id = uuid4()
        self.stage.send(DraftFiling(filing_id=filing_id, matter=matter, version=1, meta=self.meta(who)))
        return filing_id

    def ready(self, matter: str, who: Actor) -> UUID:
        """A draft that lacks nothing."""
        filing_id = self.draft(matter, who)
        named = {"name": self.registered.name, "resident_id": self.registered.resident_id} if who is self.firm else {}
        self.stage.send(PickSubject(filing_id=filing_id, meta=self.meta(who), **named))
        form = {"handler": "王经办", "handler_phone": "13900000001"} if who is self.firm else {}
        self.stage.send(FillForm(filing_id=filing_id, form=form, meta=self.meta(who)))
        return filing_id

    def submit(self, filing_id: UUID, who: Actor) -> SubmitFiling:
        return SubmitFiling(filing_id=filing_id, meta=self.meta(who))

    def confirm(self, filing_id: UUID, who: Actor) -> ConfirmFiling:
        return ConfirmFiling(filing_id=filing_id, commitment_accepted=True, meta=self.meta(who))

    def view(self, filing_id: UUID) -> FilingView:
        return FilingView.model_validate(self.stage.send(GetFiling(filing_id=filing_id)))

    def asks(self, matter: str, asker: Actor, **about: Any) -> CheckEligibility:
        return CheckEligibility(matter=matter, version=1, asker=asker, on=datetime.now(CHINA).date(), **about)

    def open(self) -> dict[str, UUID]:
        found = self.stage.send(FindOpenFilings(person_id=self.registered.person_id))
        return {group: UUID(one) for group, one in found["open"].items()}

    def filed(self) -> list[str]:
        """Of this scene's certificate and another one: what something is being filed about."""
        question = FindFiledCertificates(certificate_ids=(self.certificate, uuid4()))
        return list(self.stage.send(question)["certificate_ids"])


def named(one: RegisterPerson) -> dict[str, str]:
    return {"name": one.name, "resident_id": one.resident_id}


def test_an_enterprise_files_the_person_agrees_and_it_takes_effect(stage: Stage) -> None:
    scene = Scene(stage)
    filing_id = scene.ready(BY_ENTERPRISE, scene.firm)
    other = scene.ready(BY_ENTERPRISE, scene.firm)
    assert scene.view(filing_id).problems == ()
    stage.send(scene.submit(filing_id, scene.firm))
    view = scene.view(filing_id)
    assert (view.status, view.round, view.submitted_on) == ("awaiting_confirmation", 1, None)
    (asked,) = view.confirmations
    assert (asked.by, asked.status, asked.person_id) == ("person", "asked", scene.registered.person_id)
    assert asked.due_on is not None
    assert view.certificate is not None and view.certificate.certificate_id == scene.certificate
    assert scene.open() == {"constructor-2": filing_id} and scene.filed() == [str(scene.certificate)]
    assert stage.refused(scene.submit(other, scene.firm)).code == "open_filing_exists"
    assert stage.refused(scene.confirm(filing_id, scene.firm)).code == "not_a_party"
    agreed = scene.confirm(filing_id, scene.person)
    seen = agreed.meta.model_copy(update={"command_id": str(uuid4()), "expected_version": view.version - 1})
    assert stage.refused(agreed.model_copy(update={"meta": seen})).code == "stale_version"
    reply = stage.send(agreed)
    assert stage.send(agreed) == reply
    assert scene.view(filing_id).status == "approved"
    assert said(stage, filing_id)[-3:] == ["FilingConfirmed", "FilingSubmitted", "FilingTookEffect"]
    assert scene.open() == {} and scene.filed() == []
    stage.send(scene.submit(other, scene.firm))
    # the register here still says valid, as it does until it has carried the first one out
    assert stage.refused(scene.confirm(other, scene.person)).code == "already_taking_effect"


def test_the_last_to_agree_is_told_what_does_not_hold_any_more(stage: Stage) -> None:
    scene = Scene(stage)
    filing_id = scene.ready(BY_ENTERPRISE, scene.firm)
    stage.send(scene.submit(filing_id, scene.firm))
    scene.certify(valid_until="2020-01-01")
    refused = stage.refused(scene.confirm(filing_id, scene.person))
    assert (refused.code, refused.problems[-1]["code"]) == ("no_longer_fulfilled", "certificate_not_suitable")
    assert scene.view(filing_id).status == "awaiting_confirmation"
    scene.certify()
    stage.send(scene.confirm(filing_id, scene.person))
    assert scene.view(filing_id).status == "approved"


def test_a_draft_tells_by_which_version_it_is_judged_and_by_which_it_was_begun(stage: Stage) -> None:
    scene = Scene(stage)
    view = scene.view(scene.draft("hunan/constructor-2-initial", scene.firm))
    newest = default_registry().get("hunan/constructor-2-initial").version
    assert newest > 1 and (view.matter_version, view.drafted_version, view.pinned) == (newest, 1, False)
    filing_id = scene.ready(BY_ENTERPRISE, scene.firm)
    stage.send(scene.submit(filing_id, scene.firm))
    assert scene.view(filing_id).pinned


def test_an_enterprise_that_has_ended_begins_nothing(stage: Stage) -> None:
    firm = stage.ready_firm()
    assert firm.enterprise_id is not None
    why = stage.meta(stage.officer(), reason="依法破产")
    closed = CloseEnterprise(enterprise_id=firm.enterprise_id, closed_on=why.at.date(), meta=why)
    stage.send(closed)
    order = DraftFiling(filing_id=uuid4(), matter=BY_ENTERPRISE, meta=stage.meta(firm))
    assert stage.refused(order).code == "enterprise_closed"


def test_a_person_files_the_employer_refuses_and_agrees_the_second_time(stage: Stage) -> None:
    scene = Scene(stage)
    filing_id = scene.ready(BY_PERSON, scene.person)
    view = scene.view(filing_id)
    assert (view.person_id, view.enterprise_id, view.place) == (scene.registered.person_id, None, "430102")
    assert view.filer is not None and view.filer.enterprise_id == scene.firm.enterprise_id
    stage.send(scene.submit(filing_id, scene.person))
    silent = DeclineFiling(filing_id=filing_id, meta=scene.meta(scene.firm))
    assert stage.refused(silent).code == "reason_missing"
    stage.send(DeclineFiling(filing_id=filing_id, meta=scene.meta(scene.firm, reason="项目未完工")))
    view = scene.view(filing_id)
    assert (view.status, view.reason, [one.status for one in view.confirmations]) == (
        "returned",
        "项目未完工",
        ["declined"],
    )
    assert scene.open() == {}
    stage.send(scene.submit(filing_id, scene.person))
    stage.send(WithdrawFiling(filing_id=filing_id, meta=scene.meta(scene.person)))
    assert scene.view(filing_id).status == "draft"
    stage.send(scene.submit(filing_id, scene.person))
    assert scene.view(filing_id).round == 3
    stage.send(scene.confirm(filing_id, scene.firm))
    assert scene.view(filing_id).status == "approved"


def test_a_certificate_with_a_wrong_number_is_found_by_its_own(stage: Stage) -> None:
    wrong, right = Scene(stage, holder_resident_id="430102199003079999"), Scene(stage)
    number = right.view(right.ready(BY_ENTERPRISE, right.firm)).certificate
    assert number is not None
    filing_id = wrong.draft(WRONG_NUMBER, wrong.firm)

    def pick(text: str) -> PickSubject:
        who = wrong.meta(wrong.firm)
        return PickSubject(filing_id=filing_id, **named(wrong.registered), certificate_number=text, meta=who)

    assert stage.refused(pick("湘9999999999999")).code == "certificate_not_found"
    assert "certificate_of_filer" in [one["code"] for one in stage.refused(pick(number.number)).problems]
    own = wrong.view(wrong.ready(BY_ENTERPRISE, wrong.firm)).certificate
    assert own is not None
    stage.send(pick(own.number))
    assert wrong.view(filing_id).certificate == own


class TestEligibility:
    def test_is_answered_before_there_is_a_draft_and_by_the_same_rule_that_refuses_then(self, stage: Stage) -> None:
        scene = Scene(stage)
        question = scene.asks(BY_ENTERPRISE, scene.firm, **named(scene.registered))
        answer = Eligibility.model_validate(stage.send(question))
        assert answer.eligible is True and all(one.holds and one.says == one.needs for one in answer.rules)
        assert answer.certificate is not None and answer.certificate.certificate_id == scene.certificate
        scene.certify(valid_until="2020-01-01")
        answer = Eligibility.model_validate(stage.send(question))
        wrong = [one for one in answer.rules if one.holds is False]
        assert [one.code for one in wrong] == ["certificate_found"] and wrong[0].remedy
        filing_id = scene.draft(BY_ENTERPRISE, scene.firm)
        refused = stage.refused(
            PickSubject(filing_id=filing_id, **named(scene.registered), meta=scene.meta(scene.firm))
        )
        assert "certificate_missing" in [one["code"] for one in refused.problems]

    def test_tells_an_open_filing(self, stage: Stage) -> None:
        scene = Scene(stage)
        filing_id = scene.ready(BY_ENTERPRISE, scene.firm)
        stage.send(scene.submit(filing_id, scene.firm))
        for who, matter in ((scene.person, BY_PERSON), (scene.firm, BY_ENTERPRISE)):
            about = named(scene.registered) if who is scene.firm else {}
            answer = Eligibility.model_validate(stage.send(scene.asks(matter, who, **about)))
            assert (answer.eligible, answer.open_filing) == (False, filing_id)
            assert [one.code for one in answer.rules if one.holds is False] == ["no_open_filing"]

    def test_says_little_of_who_works_elsewhere_and_nothing_of_who_is_not_there(self, stage: Stage) -> None:
        scene, stranger = Scene(stage), stage.ready_firm()
        answer = Eligibility.model_validate(stage.send(scene.asks(BY_ENTERPRISE, stranger, **named(scene.registered))))
        assert answer.eligible is False and answer.certificate is None
        unknown = scene.asks(BY_ENTERPRISE, scene.firm, name="别人", resident_id=scene.registered.resident_id)
        assert isinstance(stage.refused(unknown), NotFound)
        of_person = scene.asks(BY_PERSON, scene.firm, **named(scene.registered))
        wrong = [one for one in Eligibility.model_validate(stage.send(of_person)).rules if one.holds is False]
        assert [one.code for one in wrong] == ["filed_by_person"], "every rule is answered, and who files it"
        assert stage.refused(scene.asks(BY_PERSON, scene.person, person_id=uuid4())).code == "not_yourself"

    def test_answers_a_person_about_what_the_employer_would_file(self, stage: Stage) -> None:
        scene = Scene(stage)
        answer = Eligibility.model_validate(stage.send(scene.asks(BY_ENTERPRISE, scene.person)))
        assert answer.eligible is True


def test_whose_time_is_over_is_removed_by_the_clock_of_the_development_product(stage: Stage) -> None:
    scene = Scene(stage)
    filing_id = scene.ready(BY_ENTERPRISE, scene.firm)
    stage.send(scene.submit(filing_id, scene.firm))
    due_on = scene.view(filing_id).confirmations[0].due_on
    assert isinstance(due_on, date)
    over = datetime(due_on.year, due_on.month, due_on.day, tzinfo=CHINA) + timedelta(days=1, seconds=6)
    ahead = int((over - datetime.now(CHINA)).total_seconds())
    stage.call("review", "set_clock_ahead", {"seconds": ahead - 86_400})
    stage.eventually(lambda: "ConfirmationNear" in said(stage, filing_id))
    assert scene.view(filing_id).status == "awaiting_confirmation"
    stage.call("review", "set_clock_ahead", {"seconds": ahead})
    stage.eventually(lambda: scene.view(filing_id).status == "lapsed")
    assert said(stage, filing_id)[-2:] == ["ConfirmationNear", "ConfirmationTimedOut"]
    assert scene.open() == {}
    parts = stage.call("filing", "health")["parts"]
    assert parts["confirmations"]["ok"]


def said(stage: Stage, filing_id: UUID) -> list[str]:
    """What happened to the filing, by name."""
    log = stage.call("filing", "read_log", {"after": 0, "limit": 1000})
    return [one["name"].split(".")[1] for one in log if one["stream"] == f"filing-{filing_id}"]
