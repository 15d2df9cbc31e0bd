"""A product of its own, whose clock these tests drive: embedded, and as separate processes over RabbitMQ."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo.client import Api, wait_for
from demo.product import Child, Running, embedded, services
from demo.steps import Steps
from deploy.postgres.server import PostgresServer
from deploy.process import NotInstalled
from deploy.rabbitmq.server import RabbitServer, program
from tests.journeys.product import employee, submitted
from tests.nursery import PRODUCT, Begun


class Province(Steps):
    """Hunan, with a head in the city and one in the province, and a second officer in the city."""

    head: Api
    city_head: Api
    second: Api
    running: Running
    data: Path
    """What the product keeps; where every service is a process of its own, its log too."""

    def staffed(self) -> None:
        """Everybody an issue of time needs: who assigns, extends, inspects."""
        self.authorities()
        city = self._authority("demo-changsha", "长沙市住房和城乡建设局", level="city", place="430100")
        province = self._authority(
            "demo-hunan", "湖南省住房和城乡建设厅", level="province", place="430000", uscc="11430000006122244L"
        )
        self.second = self.officer(city, "cs2", "王初审", ["accept", "review"])
        self.city_head = self.officer(city, "csh", "刘科长", ["accept", "review", "assign", "extend"])
        duties = ["accept", "review", "publicise", "announce", "assign", "extend", "inspect"]
        self.head = self.officer(province, "hnh", "周处长", duties)
        self.enterprise_registered()
        self.enterprise_authenticated()

    def case(self) -> Any:
        """The case as the city sees it now."""
        return self.city.get(f"/cases/{self.case_id}")

    def at_stage(self, stage: str, verb: str) -> str:
        """The address of an act."""
        return f"/cases/{self.case_id}/stages/{stage}/{verb}"

    def days_pass(self, days: int = 0, seconds: int = 0) -> None:
        """The product's clock goes ahead; sessions run out on the way, and clients sign in again."""
        self.anyone.post("/development/clock", {"advance_days": days, "advance_seconds": seconds})

    def now(self) -> datetime:
        """What time it is in the product."""
        return datetime.fromisoformat(self.anyone.post("/development/clock", {"advance_days": 0})["now"])

    def case_is(self, status: str, stage: str | None = None) -> Any:
        """Wait until it stands there."""

        def look() -> Any:
            found = self.case()
            return found if found["status"] == status and (stage is None or found["stage"] == stage) else None

        return wait_for(f"case is {status} at {stage}", look)

    def steps_told(self, who: Api) -> list[Any]:
        """What progress says to somebody."""
        told: list[Any] = who.get(f"/filings/{self.filing_id}/progress")["steps"]
        return told

    def until_told(self, event: str, who: Api | None = None) -> Any:
        """The first step of this event."""

        def look() -> Any:
            return next((one for one in self.steps_told(who or self.person) if one["event"] == event), None)

        return wait_for(event, look)


def someone(province: Province) -> Province:
    """A filing of somebody new that waits for acceptance."""
    return submitted(employee(province))  # type: ignore[return-value]


@contextmanager
def embedded_product(directory: Path) -> Iterator[Province]:
    """One process, with the province in it."""
    with pytest.MonkeyPatch.context() as patch:
        _that_can_fail(patch)
        with embedded(directory / "data", lambda words: None, port=0) as running:
            patch.undo()  # the product has read it; nobody else is to
            yield _staffed(running, directory / "data")


@contextmanager
def separate_processes(directory: Path) -> Iterator[Province]:
    """One process a service, over RabbitMQ and PostgreSQL of their own. Where RabbitMQ is not installed: as conftest says."""
    try:
        program()
    except NotInstalled as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
    with RabbitServer() as rabbit, PostgresServer() as postgres, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AMQP_URI", rabbit.amqp_uri)
        patch.setenv("DATABASE_URL", postgres.admin_url)
        _that_can_fail(patch)
        patch.setattr("demo.product._child", _begun)
        with services(directory / "data", lambda words: None, port=0) as running:
            patch.undo()  # the product has read them; nobody else is to
            yield _staffed(running, directory / "data")


@contextmanager
def _begun(command: list[str], environment: dict[str, str], log: Path) -> Iterator[Child]:
    """As the demo starts a service, but at once: five of them take ten seconds of a processor to import what they need."""
    with log.open("ab") as output:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
        process = Begun(command[command.index("-m") + 1 :], PRODUCT, environment, **streams)
    try:
        yield Child(process, log)  # type: ignore[arg-type]  # its pipes are not read
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _that_can_fail(patch: pytest.MonkeyPatch) -> None:
    """A provider of SMS that can be broken, and short pauses between two attempts."""
    patch.setenv("ZHUCE_SMS_PROVIDER", "tests.journeys.breakable_sms:sender")
    patch.setenv("ZHUCE_JOB_DELAYS", "0.2,0.4")


def _staffed(running: Running, data: Path) -> Province:
    province = Province(running.url, running.operator_password)
    province.running, province.data = running, data
    province.staffed()
    return province
