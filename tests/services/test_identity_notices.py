"""Notices: people are told by SMS what became of their filing, once, whatever the provider and the process do meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.certificate import DocumentIssued
from contracts.dead_letters import DeadLetters, ReadDeadLetters, ReplayDeadLetters, Replayed
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.identity import ConfirmPhone, OrderNotice, RegisterPerson
from contracts.message import Actor, Event
from contracts.review import Applicant, CaseApproved, CaseLapsed, CaseRejected, CaseReturned, DeadlineName, DeadlineNear
from services.identity import notices
from services.identity.domain.notice import NOTICE
from services.identity.domain.person import PERSON
from services.kernel.clock import clock
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.kernel.testing import meta as usual_meta
from services.kernel.wire import from_wire
from tests.domain.identity.samples import NOTICE_FACTS, NOTICE_ID
from tests.kernel.harness import databases
from tests.samples import CITY_ID, CITY_OFFICER, OPERATOR, PERSON_ID, RESIDENT_ID, file
from tests.services import gateway_stage as views
from tests.services.identity_filing_stage import Stage

TITLE = "二级建造师初始申报"


@pytest.fixture(scope="module")
def urls(postgres: str) -> Iterator[dict[str, str]]:
    with databases(postgres, ["identity", "filing"]) as made:
        yield made


@pytest.fixture(scope="module")
def stage(urls: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = Stage(urls, tmp_path_factory.mktemp("stage"))
    yield made
    made.stop()


@pytest.fixture
def no_sms(stage: Stage) -> Iterator[Path]:
    """While it lies there, no message can be sent. Gone afterwards."""
    broken = stage.data / "no-sms"
    yield broken
    broken.unlink(missing_ok=True)


def say(stage: Stage, event: Event, at: datetime | None = None) -> None:
    body = {
        "event": event.model_dump(mode="json"),
        "meta": usual_meta(CITY_OFFICER, at or clock.now()).model_dump(mode="json"),
    }
    said = {"stream": f"case-{uuid4()}", "version": 2, "name": event.NAME, "body": body}
    stage.call(event.NAME.split(".")[0], "say", said)


class Filing:
    """Somebody's case, with an enterprise that filed it or without."""

    def __init__(self, stage: Stage, firm: Actor | None = None) -> None:
        self.stage, self.case_id = stage, uuid4()
        self.person = stage.reachable()
        applicant = Applicant(
            person_id=self.person.person_id,
            person_name=self.person.name,
            enterprise_id=firm.enterprise_id if firm else None,
            enterprise_name="湖南湘江建设有限公司" if firm else None,
        )
        view = views.case(case_id=self.case_id, applicant=applicant, title=TITLE).model_dump(mode="json")
        stage.call("review", "know", {"id": str(self.case_id), "view": view})

    def is_(self, event: type[Event], at: datetime | None = None, **more: Any) -> None:
        about = {"case_id": self.case_id, "filing_id": uuid4(), "round": 1, "authority_id": CITY_ID, "officer": "city"}
        say(self.stage, event(**about, **more), at)

    def is_returned(self, at: datetime | None = None) -> None:
        self.is_(CaseReturned, at, stage="acceptance", reason="身份证第2页不清晰")

    def deadline_is_near(self, deadline: DeadlineName) -> None:
        about = {"case_id": self.case_id, "filing_id": uuid4(), "deadline": deadline, "key": "", "stage": "acceptance"}
        say(self.stage, DeadlineNear(**about, due_on=date(2026, 3, 9), began_on=date(2026, 2, 9)))

    def told(self) -> list[str]:
        """What came after the code with which the phone was proven."""
        return self.stage.texts(self.person.phone)[1:]


def letters(stage: Stage, actor: Actor = OPERATOR) -> DeadLetters:
    asked = ReadDeadLetters(actor=actor).model_dump(mode="json")
    return DeadLetters.model_validate(stage.call("identity", "dead_letters", asked))


def replay(stage: Stage, *jobs: str) -> Replayed:
    asked = ReplayDeadLetters(actor=OPERATOR, correlation_id="test", jobs=jobs).model_dump(mode="json")
    return Replayed.model_validate(stage.call("identity", "replay_dead_letters", asked))


def events_about(stage: Stage, person_id: UUID) -> list[str]:
    page = stage.call("identity", "read_log", {"after": 0, "limit": 1000})
    events = [from_wire(message).event for message in page if "Notice" in message["name"]]
    return [event.NAME for event in events if event.person_id == person_id]


class TestHappens:
    def test_whoever_filed_and_whom_it_is_about_are_told_of_a_return(self, stage: Stage) -> None:
        firm = stage.ready_firm()
        filing = Filing(stage, firm)
        filing.is_returned()
        stage.eventually(filing.told)
        (said,) = filing.told()
        assert TITLE in said and "退回补正" in said
        assert filing.person.name not in said and "身份证" not in said, "whoever else sees the screen"
        names = ["identity.NoticeOrdered.v1", "identity.NoticeSent.v1"]
        stage.eventually(lambda: events_about(stage, filing.person.person_id) == names)
        mobile = stage.call("identity", "get_enterprise", {"enterprise_id": str(firm.enterprise_id)})["mobile"]
        stage.eventually(lambda: any("贵单位" in text and TITLE in text for text in stage.texts(mobile)))

    def test_of_a_rejection_and_of_an_approval(self, stage: Stage) -> None:
        rejected, approved = Filing(stage), Filing(stage)
        rejected.is_(CaseRejected, stage="second", reason="不符合条件")
        decided = {"matter": "hunan/constructor-2-initial", "matter_version": 1, "decided_on": clock.now().date()}
        approved.is_(CaseApproved, **decided)
        assert "未予通过" in stage.eventually(rejected.told)[0]
        assert "已获批准" in stage.eventually(approved.told)[0]

    def test_of_a_correction_that_is_due_soon_and_of_one_that_never_came(self, stage: Stage) -> None:
        near, lapsed = Filing(stage), Filing(stage)
        near.deadline_is_near("stage")
        near.deadline_is_near("correction")
        about = {"case_id": lapsed.case_id, "filing_id": uuid4(), "round": 1, "legal_basis": None}
        say(stage, CaseLapsed(**about, due_on=date(2026, 3, 9), lapsed_on=date(2026, 3, 10)))
        assert "放弃申请" in stage.eventually(lapsed.told)[0]
        (said,) = near.told()
        assert TITLE in said and "2026年3月9日前" in said, "the authority's own deadline is not told to the filer"

    def test_the_holder_of_a_certificate_is_told_that_it_is_there(self, stage: Stage) -> None:
        person, credential_id = stage.reachable(), uuid4()
        holder = views.credential().holder.model_copy(update={"person_id": person.person_id})
        view = views.credential(credential_id=credential_id, holder=holder).model_dump(mode="json")
        stage.call("certificate", "know", {"id": str(credential_id), "view": view})
        issued = DocumentIssued(
            credential_id=credential_id,
            identifier=views.IDENTIFIER,
            document=file("certificate.pdf", "application/pdf"),
            algorithm="ecdsa-p256-sha256",
            signer_sha256="a" * 64,
            signed_at=clock.now(),
            development_key=True,
        )
        say(stage, issued)
        assert "电子证书已签发" in stage.eventually(lambda: stage.texts(person.phone)[1:])[0]

    def test_old_news_is_not_told(self, stage: Stage) -> None:
        old, new = Filing(stage), Filing(stage)
        old.is_returned(clock.now() - timedelta(days=8))
        new.is_returned()
        stage.eventually(new.told)
        assert old.told() == [] and events_about(stage, old.person.person_id) == []


class TestFails:
    def test_what_cannot_be_sent_is_laid_aside_and_sent_once_when_replayed(self, stage: Stage, no_sms: Path) -> None:
        filing = Filing(stage)
        no_sms.touch()
        filing.is_returned()
        (letter,) = stage.eventually(lambda: letters(stage).letters)
        assert (letter.name, letter.attempts) == ("notices", 3)
        assert (letter.error["code"], letter.error["params"]) == ("service_unavailable", {"service": "sms"})
        assert letter.body == {"notice_id": letter.job}, "ids and nothing else"
        health = stage.call("identity", "health")
        assert health["ok"] and not health["parts"]["jobs.notices"]["ok"]
        assert health["parts"]["jobs.notices"]["dead_letters"] == 1
        assert filing.told() == []

        assert replay(stage, str(uuid4())) == Replayed(jobs=(), left=1)
        no_sms.unlink()
        assert replay(stage, letter.job) == Replayed(jobs=(letter.job,), left=0)
        stage.eventually(filing.told)
        assert replay(stage, letter.job) == Replayed(jobs=(), left=0)
        assert letters(stage) == DeadLetters(letters=(), total=0)
        assert len(filing.told()) == 1
        stage.eventually(lambda: stage.call("identity", "health")["parts"]["jobs.notices"]["ok"])

    def test_only_an_operator_may_look_or_replay(self, stage: Stage) -> None:
        with pytest.raises(NotAllowed):
            letters(stage, CITY_OFFICER)
        asked = ReplayDeadLetters(actor=CITY_OFFICER, correlation_id="test").model_dump(mode="json")
        with pytest.raises(NotAllowed):
            stage.call("identity", "replay_dead_letters", asked)
        with pytest.raises(Refused, match="invalid_message"):
            stage.call("identity", "dead_letters", {"actor": OPERATOR.model_dump(mode="json"), "jobs": ["a b"]})

    def test_no_personal_data_was_logged(self, stage: Stage) -> None:
        filing = Filing(stage)
        filing.is_returned()
        stage.eventually(filing.told)
        said = stage.errors()
        assert "job failed" in said, "an earlier test broke the provider"
        for value in (filing.person.phone, filing.person.name, filing.person.resident_id, "退回补正"):
            assert value not in said


def test_in_memory_what_ended_with_the_process_is_sent_at_the_next_start(postgres: str, tmp_path: Path) -> None:
    with databases(postgres, ["identity", "filing"]) as urls:
        first = Stage(urls, tmp_path)
        filing = Filing(first)
        (first.data / "no-sms").touch()
        filing.is_returned()
        first.eventually(lambda: letters(first).letters)
        first.stop()
        (first.data / "no-sms").unlink()
        for _ in range(2):
            filing.stage = started_again(urls, tmp_path)
            filing.stage.eventually(filing.told)
            filing.stage.eventually(lambda: recorded_as_sent(filing.stage))  # stopped before, it would send again
            assert len(filing.told()) == 1, "sent again by a start after it was sent"
            filing.stage.stop()


def recorded_as_sent(stage: Stage) -> bool:
    log = stage.call("identity", "read_log", {"after": 0, "limit": 1000})
    return any(one["name"] == "identity.NoticeSent.v1" for one in log)


def started_again(urls: dict[str, str], directory: Path) -> Stage:
    """When it has given what was not sent."""
    made = Stage(urls, directory)
    made.eventually(lambda: made.call("identity", "health")["parts"]["send_what_ended_with_the_process"]["ok"])
    return made


class TestSending:
    """One job, done by hand on a log of its own."""

    @pytest.fixture
    def ground(self, fresh_database: str, tmp_path: Path) -> Iterator[Any]:
        database = Database(fresh_database)
        log = EventLog("identity", PostgresRecorder(database))
        log.recorder.create_tables()
        yield SimpleNamespace(
            log=log,
            config={"DATA": str(tmp_path), "DEVELOPMENT": True},
            execute=lambda command: log.handle(NOTICE, command.notice_id, command),
        )
        database.close()

    def messages(self, ground: Any) -> int:
        kept = Path(ground.config["DATA"]) / "development" / "messages.jsonl"
        return len(kept.read_text("utf-8").splitlines()) if kept.exists() else 0

    def registered(self, ground: Any, confirmed: bool) -> None:
        about = {"person_id": PERSON_ID, "code_hash": "hash"}
        who = {"resident_id": RESIDENT_ID, "name": "张伟明", "phone": "13900000000"}
        ground.log.handle(PERSON, PERSON_ID, RegisterPerson(**about, **who, meta=usual_meta(command_id="1")))
        if confirmed:
            ground.log.handle(PERSON, PERSON_ID, ConfirmPhone(**about, code="271828", meta=usual_meta(command_id="2")))

    def ordered(self, ground: Any) -> None:
        ground.execute(OrderNotice(**NOTICE_FACTS, meta=usual_meta(command_id="3")))

    def test_a_job_that_is_done_twice_sends_once(self, ground: Any) -> None:
        self.registered(ground, confirmed=True)
        self.ordered(ground)
        for _ in range(2):
            notices.send_notice(ground, NOTICE_ID)
        assert self.messages(ground) == 1

    def test_it_is_sent_to_no_phone_that_nobody_proved(self, ground: Any) -> None:
        self.registered(ground, confirmed=False)
        self.ordered(ground)
        with pytest.raises(Refused, match="phone_not_confirmed"):
            notices.send_notice(ground, NOTICE_ID)
        assert self.messages(ground) == 0

    def test_what_nobody_ordered(self, ground: Any) -> None:
        with pytest.raises(NotFound, match="notice_not_found"):
            notices.send_notice(ground, NOTICE_ID)
