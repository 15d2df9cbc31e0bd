"""What the certificate service's tests need around it: a scenario, settings, a database, and its process."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg2

from contracts.errors import Refusal
from contracts.filing import Attachment, FilingTookEffect
from contracts.matters.facts import PersonFiles
from contracts.message import Command, Event, Message, derived_id
from contracts.review import DecisionDocument
from demo.pictures import make_portrait
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.database import Database
from services.kernel.filestore import FileStore, evidence_store
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.kernel.rpc import method_of
from services.kernel.testing import CHINA, meta
from tests.domain.certificate.samples import ENTERPRISE, MATTER, decision, filing, subject
from tests.nursery import PRODUCT, Begun

PUBLIC_URL = "https://zhuce.example.cn"
TODAY = datetime.now(CHINA).date()
NINE = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 30, 15, 250_000, tzinfo=CHINA)


def filing_of(n: int) -> UUID:
    return derived_id("filing", n)


def credential_of(n: int) -> UUID:
    return derived_id("credential", filing_of(n))


def person_of(n: int) -> UUID:
    """Whom filing n is about."""
    return derived_id("person", n)


class Stage:
    """A product with one database; the process can die and be started again."""

    def __init__(self, database: str, directory: Path) -> None:
        self.database, self.data = database, directory / "data"
        self.files = FileStore(self.data)
        self.evidence = evidence_store(self.data)
        self.portrait = self.files.put(make_portrait("周明远"), "portrait.jpg")
        self._script = directory / "scenario.json"
        logs: dict[str, list[Any]] = {"review": [], "filing": [], "identity": []}
        self._said: dict[str, Any] = {"logs": logs, "filings": {}, "decisions": {}, "people": {}, "filed": [], "closed": {}}
        self._said["days"] = 0
        self._write()
        self._errors = directory / "errors.log"
        self._process: subprocess.Popen[str] | None = None
        self._others: list[subprocess.Popen[str]] = []

    # -- what the others say -----------------------------------------------------------------------

    def approve(self, n: int, decided_on: date = TODAY, matter: str = MATTER, version: int = 1, **filing_as: Any) -> None:
        """Review approves filing n; filing shows it with these differences."""
        case_id = derived_id("case", n)
        about = {"matter": matter, "matter_version": version}
        event = decision(case_id=case_id, filing_id=filing_of(n), decided_on=decided_on, **about)
        self.say("review", f"case-{case_id}", event, decided_on)
        self.show_filing(n, **about, **filing_as)

    def agree(self, n: int, matter: str, person: int, on: date = TODAY, **filing_as: Any) -> None:
        """All have agreed to filing n, which no authority sees."""
        event = FilingTookEffect(
            filing_id=filing_of(n),
            round=1,
            matter=matter,
            matter_version=1,
            person_id=person_of(person),
            enterprise_id=None,
            effective_on=on,
        )
        self.show_filing(n, person=person, matter=matter, matter_version=1, status="approved", **filing_as)
        self.say("filing", f"filing-{filing_of(n)}", event, on)

    def say(self, source: str, stream: str, event: Event, on: date = TODAY) -> None:
        """The next event in the log of another service, on that day."""
        log = self._said["logs"][source]
        position = len(log) + 1
        at = datetime.combine(on, NINE.timetz()) + timedelta(minutes=position % 600)
        body = {"event": event.model_dump(mode="json"), "meta": meta(at=at).model_dump(mode="json")}
        log.append(
            {"source": source, "position": position, "stream": stream, "version": 9, "name": event.NAME, "body": body}
        )
        self._write()

    def know(self, n: int, **other: Any) -> None:
        """Identity knows person n, who is verified, works for the enterprise of all filings, and has a portrait."""
        files = PersonFiles(portrait=self.portrait)
        about = {"person_id": person_of(n), "employed_by": ENTERPRISE, "files": files, **other}
        self._said["people"][str(person_of(n))] = subject().model_copy(update=about).model_dump(mode="json")
        self._write()

    def close(self, enterprise: UUID) -> None:
        """Identity knows that it is closed."""
        self._said["closed"][str(enterprise)] = TODAY.isoformat()
        self._write()

    def filed(self, *certificates: UUID) -> None:
        """Something is being filed about these, and about no other."""
        self._said["filed"] = [str(one) for one in certificates]
        self._write()

    def set_ahead(self, days: int) -> None:
        """The development product's clock."""
        self._said["days"] = days
        self._write()

    def append(self, *commands: Command) -> None:
        """Carried out in its log by somebody else: an import, or another replica."""
        log = EventLog("certificate", PostgresRecorder(Database(self.database)))
        log.recorder.create_tables()
        for command in commands:
            log.handle(CREDENTIAL, command.credential_id, command)  # type: ignore[attr-defined]

    def decide(self, document: bytes, decision: DecisionDocument) -> None:
        """Review has issued this decision document."""
        self._said["decisions"][hashlib.sha256(document).hexdigest()] = decision.model_dump(mode="json")
        self._write()

    def show_filing(
        self, n: int, person: int | None = None, name: str = "周明远", born: date | None = None, **other: Any
    ) -> None:
        """Filing n is about a person of its own, or about the one of another filing."""
        about = subject().model_copy(update={"person_id": person_of(person or n), "name": name})
        if born is not None:
            about = about.model_copy(update={"birth_date": born})
        said = {"attachments": (Attachment(attachment="portrait", file=self.portrait),), "subject": about, **other}
        shown = filing(filing_id=filing_of(n), person_id=about.person_id, **said)
        self._said["filings"][str(filing_of(n))] = shown.model_dump(mode="json")
        self._write()

    def lack(self, characters: str) -> None:
        """From now on no font has these."""
        self._said["lacking"] = characters
        self._write()

    def _write(self) -> None:
        draft = self._script.with_suffix(".new")
        draft.write_text(json.dumps(self._said, ensure_ascii=False), "utf-8")
        draft.replace(self._script)  # the process reads it at any moment

    # -- the process -------------------------------------------------------------------------------

    def start(self, dies_at: str | None = None) -> None:
        """Another replica, where one runs already."""
        settings = {
            "AMQP_URI": "memory://",
            "DATABASES": {"certificate": self.database},
            "DATA": str(self.data),
            "DEVELOPMENT": True,
            "PUBLIC_URL": PUBLIC_URL,
        }
        environment = {**os.environ, "SETTINGS": json.dumps(settings)}
        environment.pop("DIES_AT", None)
        if dies_at:
            environment["DIES_AT"] = dies_at
        with self._errors.open("a") as errors:
            process = Begun(
                ["tests.services.certificate_host", str(self._script)],
                PRODUCT,
                environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        if self._process is not None and self._process.poll() is None:
            self._others.append(self._process)
        self._process = process
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert dies_at or ready == "ready\n", self._errors.read_text()[-3000:]

    def wait_for_death(self) -> int:
        assert self._process is not None
        return self._process.wait(timeout=60)

    def stop(self) -> None:
        for process in (*self._others, *([self._process] if self._process is not None else [])):
            process.kill()
            process.wait()
        self._others.clear()

    def call(self, service: str, method: str, payload: Any = None) -> Any:
        """The service's answer; raises what it refused with."""
        assert (
            self._process is not None and self._process.stdin is not None and self._process.stdout is not None
        )
        order = {"service": service, "method": method, "payload": payload}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        reply = json.loads(self._process.stdout.readline())
        if "refusal" in reply:
            raise Refusal.from_wire(reply["refusal"])
        return reply["ok"]

    def ask(self, question: Message) -> Any:
        return self.call("certificate", method_of(type(question)), question.model_dump(mode="json"))

    # -- what came of it ---------------------------------------------------------------------------

    def log(self, name: str = "") -> list[dict[str, Any]]:
        """The events in the log whose name begins so, oldest first."""
        connection = psycopg2.connect(self.database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT name, body FROM events WHERE starts_with(name, %s) ORDER BY position",
                    [f"certificate.{name}"],
                )
                return [json.loads(body)["event"] for _, body in cursor.fetchall()]
        except psycopg2.errors.UndefinedTable:
            return []
        finally:
            connection.close()

    def eventually(self, holds: Callable[[], Any], timeout: float = 60.0) -> Any:
        """The first true answer."""
        deadline = time.monotonic() + timeout
        while not (found := holds()):
            assert time.monotonic() < deadline, self._errors.read_text()[-3000:]
            time.sleep(0.1)
        return found
