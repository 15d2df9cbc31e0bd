"""The certificate service on memory://, beside a review and a filing that say what a file does.

``python -m tests.services.certificate_host SCENARIO``: a line for each JSON line {service, method, payload}.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.tpool  # noqa: E402
from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from contracts.errors import NotFound, Refusal  # noqa: E402
from services.certificate import issuing  # noqa: E402
from services.certificate.document import render  # noqa: E402
from services.kernel import follower, memory_broker  # noqa: E402
from services.kernel.kernel import Ground  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.kernel.rpc import answer  # noqa: E402
from services.kernel.typeset import CharactersMissing, typeset  # noqa: E402
from tests.kernel.toy_control import die_at  # noqa: E402

follower.IDLE = 0.3  # what the others say is in a file: no message tells of it
issuing.TRIED_AGAIN_EVERY = float(os.environ.get("TRIED_AGAIN_EVERY", issuing.TRIED_AGAIN_EVERY))  # type: ignore[assignment]
from services.certificate.service import CertificateService  # noqa: E402


def scenario() -> Any:
    """Read anew each time: a test may let more happen, or mend what was wrong."""
    return json.loads(Path(sys.argv[1]).read_text("utf-8"))


def known(kind: str, key: str) -> Any:
    try:
        return scenario()[kind][key]
    except KeyError:
        raise NotFound.of(kind, key) from None


class Told:
    """Its log is what the scenario says."""

    name = ""

    @rpc
    def read_log(self, payload: dict[str, int]) -> dict[str, Any]:
        log = scenario()["logs"][self.name]
        return {"ok": [m for m in log if m["position"] > payload["after"]][: payload["limit"]]}


class Review(Told):
    name = "review"

    @rpc
    def read_clock(self, payload: Any) -> dict[str, Any]:
        return {"ok": {"offset_seconds": scenario()["days"] * 86_400}}

    @rpc
    def find_decision_document(self, payload: dict[str, str]) -> dict[str, Any]:
        return answer(lambda: known("decisions", payload["sha256"]), "find_decision_document")


class Filing(Told):
    name = "filing"

    @rpc
    def get_filing(self, payload: dict[str, str]) -> dict[str, Any]:
        return answer(lambda: known("filings", payload["filing_id"]), "get_filing")

    @rpc
    def find_filed_certificates(self, payload: dict[str, list[str]]) -> dict[str, Any]:
        return {"ok": {"certificate_ids": sorted({*payload["certificate_ids"]} & {*scenario()["filed"]})}}


class Identity(Told):
    name = "identity"

    @rpc
    def find_subject(self, payload: dict[str, Any]) -> dict[str, Any]:
        return answer(lambda: {"subject": known("people", payload["person_id"]), "filer": None}, "find_subject")

    @rpc
    def get_person(self, payload: dict[str, str]) -> dict[str, Any]:
        return answer(lambda: self._view(known("people", payload["person_id"])), "get_person")

    @rpc
    def get_enterprise(self, payload: dict[str, str]) -> dict[str, Any]:
        return {"ok": {"closed_on": scenario()["closed"].get(payload["enterprise_id"]), "qualified": True}}

    @rpc
    def find_verified(self, payload: dict[str, str]) -> dict[str, Any]:
        wanted = (payload["resident_id"], payload["name"])
        people = scenario()["people"].values()
        found = (one["person_id"] for one in people if one["verified"] and (one["resident_id"], one["name"]) == wanted)
        return {"ok": {"person_id": next(found, None)}}

    def _view(self, subject: dict[str, Any]) -> dict[str, Any]:
        taken = ("person_id", "resident_id", "name", "sex", "birth_date", "verified")
        more = {"version": 3, "phone": "13800138000", "phone_confirmed": True, "details": None, "files": {}}
        whose = {"employer_id": subject["employed_by"], "died_on": subject["died_on"]}
        return {**{name: subject[name] for name in taken}, **more, **whose}


def typeset_with_fewer_fonts(template: Path, data: Any, files: Any) -> bytes:
    """As if no font had the characters that the scenario says are lacking."""
    if missing := [one for one in scenario().get("lacking", "") if one in data["holder_name"]]:
        raise CharactersMissing(tuple(f"U+{ord(one):04X}" for one in missing))
    return typeset(template, data, files)


def main() -> None:
    vars(render)["typeset"] = typeset_with_fewer_fonts
    log_to()
    memory_broker.install()
    die_at(os.environ.get("DIES_AT"))
    runner = ServiceRunner(json.loads(os.environ["SETTINGS"]))
    for service in (CertificateService, Review, Filing, Identity):
        runner.add_service(service)
    runner.start()
    certificate = next(c for c in runner.containers if c.service_name == "certificate")
    ground = next(e for e in certificate.extensions if isinstance(e, Ground))
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
