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
from contracts.filing import Attachment
from contracts.message import Message, derived_id
from contracts.review import DecisionDocument
from demo.pictures import make_portrait
from services.kernel.filestore import FileStore, evidence_store
from services.kernel.rpc import method_of
from services.kernel.testing import CHINA, meta
from tests.domain.certificate.samples import case, decision, filing, subject
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
        self._said: dict[str, Any] = {"log": [], "cases": {}, "filings": {}, "decisions": {}}
        self._write()
        self._errors = directory / "errors.log"
        self._process: subprocess.Popen[str] | None = None

    # -- what the others say -----------------------------------------------------------------------

    def approve(self, n: int, decided_on: date = TODAY, **filing_as: Any) -> None:
        """Review approves filing n; filing shows it with these differences."""
        attachments = (Attachment(attachment="portrait", file=self.portrait),)
        case_id = derived_id("case", n)
        event = decision(case_id=case_id, filing_id=filing_of(n), decided_on=decided_on)
        position = len(self._said["log"]) + 1
        self._said["log"].append(
            {
                "source": "review",
                "position": position,
                "stream": f"case-{case_id}",
                "version": 9,
                "name": event.NAME,
                "body": {
                    "event": event.model_dump(mode="json"),
                    "meta": meta(at=NINE + timedelta(minutes=position)).model_dump(mode="json"),
                },
            }
        )
        shown = case(case_id=case_id, filing_id=filing_of(n), attachments=attachments)
        self._said["cases"][str(case_id)] = shown.model_dump(mode="json")
        self.show_filing(n, **filing_as)

    def decide(self, document: bytes, decision: DecisionDocument) -> None:
        """Review has issued this decision document."""
        self._said["decisions"][hashlib.sha256(document).hexdigest()] = decision.model_dump(mode="json")
        self._write()

    def show_filing(self, n: int, person: int | None = None, name: str = "周明远", **other: Any) -> None:
        """Filing n is about a person of its own, or about the one of another filing."""
        about = subject().model_copy(update={"person_id": person_of(person or n), "name": name})
        shown = filing(filing_id=filing_of(n), subject=about, person_id=about.person_id, **other)
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
            self._process = Begun(
                ["tests.services.certificate_host", str(self._script)],
                PRODUCT,
                environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        assert dies_at or ready == "ready\n", self._errors.read_text()[-3000:]

    def wait_for_death(self) -> int:
        assert self._process is not None
        return self._process.wait(timeout=60)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

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
