"""identity and filing in a process of their own, beside a review and a certificate that say what a test tells them.

``python -m tests.services.identity_filing_host``: answers each JSON line {service, method, payload} with a line.
SETTINGS is the services' configuration as JSON. While the file ``no-sms`` lies in DATA, no message can be sent.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from datetime import date, datetime  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.tpool  # noqa: E402
from nameko.dependency_providers import Config  # noqa: E402
from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from contracts.errors import Refusal, Unavailable  # noqa: E402
from services.filing.service import FilingService  # noqa: E402
from services.identity.providers import DevelopmentSms  # noqa: E402
from services.identity.service import IdentityService  # noqa: E402
from services.kernel import follower, memory_broker  # noqa: E402
from services.kernel.kernel import Ground  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402


class Sms(DevelopmentSms):
    """The development one, which can be out of order."""

    def send(self, phone: str, text: str, at: datetime) -> None:
        if (self.path.parent.parent / "no-sms").exists():
            raise Unavailable("service_unavailable", params={"service": "sms"})
        super().send(phone, text, at)


def sms(config: dict[str, Any]) -> Sms:
    """What SMS_PROVIDER names."""
    return Sms(Path(config["DATA"]))


class Told:
    """A log that a test writes, and what it is to answer when it is asked about one of its things."""

    name: str
    said: list[dict[str, Any]]
    known: dict[str, dict[str, Any]]

    @rpc
    def read_log(self, payload: dict[str, int]) -> dict[str, Any]:
        return {"ok": [m for m in self.said if m["position"] > payload["after"]][: payload["limit"]]}

    @rpc
    def head(self, payload: None = None) -> dict[str, Any]:
        return {"ok": len(self.said)}

    @rpc
    def say(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.said.append({**payload, "source": self.name, "position": len(self.said) + 1})
        return {"ok": None}

    @rpc
    def know(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.known[payload["id"]] = payload["view"]
        return {"ok": None}


class Review(Told):
    """Its cases are those that a test made known; its clock is as far ahead as a test says."""

    name = "review"
    said: list[dict[str, Any]] = []  # noqa: RUF012
    known: dict[str, dict[str, Any]] = {}  # noqa: RUF012
    ahead: list[int] = [0]  # noqa: RUF012

    @rpc
    def read_clock(self, payload: None = None) -> dict[str, Any]:
        return {"ok": {"offset_seconds": self.ahead[0]}}

    @rpc
    def set_clock_ahead(self, payload: dict[str, int]) -> dict[str, Any]:
        self.ahead[0] = payload["seconds"]
        return {"ok": None}

    @rpc
    def get_case(self, payload: dict[str, str]) -> dict[str, Any]:
        return {"ok": self.known[payload["case_id"]]}


class Certificate(Told):
    """Whom a test gives a certificate to. While the file ``no-certificate`` lies in DATA, it cannot be reached."""

    name = "certificate"
    said: list[dict[str, Any]] = []  # noqa: RUF012
    known: dict[str, dict[str, Any]] = {}  # noqa: RUF012
    held: dict[str, dict[str, Any]] = {}  # noqa: RUF012
    config = Config()

    @rpc
    def get_credential(self, payload: dict[str, str]) -> dict[str, Any]:
        return {"ok": self.known[payload["credential_id"]]}

    @rpc
    def find_held(self, payload: dict[str, str]) -> dict[str, Any]:
        if (Path(self.config["DATA"]) / "no-certificate").exists():
            return {"refusal": Unavailable("service_unavailable", params={"service": "certificate"}).to_wire()}
        found = self.held.get(payload["person_id"])
        if found is None:
            return {"ok": []}
        expired = date.fromisoformat(payload["on"]) > date.fromisoformat(found["valid_until"])
        return {"ok": [{**found, "status": "expired" if expired else "valid"}]}

    @rpc
    def find_by_number(self, payload: dict[str, str]) -> dict[str, Any]:
        wanted = (payload["kind"], payload["number"])
        found = [one for one in self.held.values() if (one["credential"], one["number"]) == wanted]
        return {"ok": [{**one, "status": "valid"} for one in found]}

    @rpc
    def hold(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.held[payload["person_id"]] = payload["certificate"]
        return {"ok": None}


def main() -> None:
    log_to()
    follower.IDLE = 0.2  # nobody publishes what a test makes the others say: it is found by asking
    memory_broker.install()
    runner = ServiceRunner(json.loads(os.environ["SETTINGS"]))
    for service in (IdentityService, FilingService, Review, Certificate):
        runner.add_service(service)
    runner.start()
    filing = next(c for c in runner.containers if c.service_name == "filing")
    ground = next(e for e in filing.extensions if isinstance(e, Ground))
    print("ready", flush=True)
    while line := eventlet.tpool.execute(sys.stdin.readline):
        order = json.loads(line)
        try:
            reply = {"ok": ground.rpc.call(order["service"], order["method"], order["payload"])}
        except Refusal as refusal:
            reply = {"refusal": refusal.to_wire()}
        print(json.dumps(reply), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
