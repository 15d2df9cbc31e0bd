"""Ready is for everybody and says little; status is for operators and says everything. Neither waits for one that is stuck."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import eventlet
import pytest

from contracts.errors import Unavailable
from contracts.status import FollowerStatus, ServiceStatus, SystemStatus
from services.gateway.health import SERVICES, _Shared
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_ready_tells_strangers_what_is_wrong_in_codes_only(stage: Stage) -> None:
    error = {"type": "DataError", "at": ["secret_place.py:7:f"], "text": "张三 430102199003070936", "event": "filing:17 filing.X.v1"}
    parts = {
        "query.parties.follows.filing": {"ok": False, "position": 16, "error": error},
        "database": {"ok": True, "head": 12345},
    }
    stage.services.health["query"] = {"service": "query", "ok": False, "parts": parts}
    reply = stage.anyone().get("/health/ready")
    assert reply.status_code == 503
    assert reply.get_json()["services"]["query"] == {
        "ok": False,
        "parts": {
            "query.parties.follows.filing": {"ok": False, "detail": "filing:17 filing.X.v1"},
            "database": {"ok": True},
        },
    }
    for hidden in ("张三", "430102199003070936", "secret_place", "12345"):
        assert hidden not in reply.text


def test_the_gateway_itself_counts(stage: Stage) -> None:
    assert stage.anyone().get("/health/ready").status_code == 200
    stage.gateway.own = lambda: ServiceStatus.model_validate(
        {"service": "gateway", "ok": False, "parts": {"broker": {"ok": False}}}
    )
    reply = stage.anyone().get("/health/ready")
    assert reply.status_code == 503
    assert reply.get_json()["services"]["gateway"] == {"ok": False, "parts": {"broker": {"ok": False}}}
    assert stage.anyone().get("/health/live").status_code == 200


def test_status_is_everything_that_every_service_says(stage: Stage) -> None:
    following = FollowerStatus(follower="query.parties", source="filing", position=16, head=20, lag=4)
    said = ServiceStatus(service="query", ok=True, followers=(following,), refusals={"not_yours": 3})
    stage.services.status["query"] = said.model_dump(mode="json")
    stage.services.status["review"] = Unavailable("service_unavailable")
    reply = stage.signed_in(on.OPERATOR).get("/api/v1/status")
    assert reply.status_code == 200
    found = SystemStatus.model_validate(reply.get_json())
    told = {one.service: one for one in found.services}
    assert set(told) == {*SERVICES, "gateway"} and told["query"] == said
    assert not found.ok and not told["review"].ok
    assert told["review"].parts["rpc"].detail == "service_unavailable"


@pytest.mark.parametrize("who", [on.PERSON, on.ENTERPRISE, on.OFFICER, on.AUDITOR, on.SUBSCRIBER])
def test_status_is_for_operators_alone(stage: Stage, who: Any) -> None:
    assert stage.signed_in(who).get("/api/v1/status").status_code == 403
    assert stage.anyone().get("/api/v1/status").status_code == 401


def test_many_who_ask_at_once_cost_one_question() -> None:
    asked = []

    def work() -> dict[str, Any]:
        asked.append(1)
        eventlet.sleep(0.05)
        return {"ok": True, "number": len(asked)}

    shared = _Shared(work)
    pool = eventlet.GreenPool(20)
    assert [one["number"] for one in pool.imap(lambda _: shared(), range(20))] == [1] * 20
    assert shared()["number"] == 2  # who comes later is told how it stands then


def test_those_who_wait_with_one_that_fails_are_told_not_ready() -> None:
    def work() -> dict[str, Any]:
        eventlet.sleep(0.05)
        raise RuntimeError("broken")

    shared = _Shared(work)

    def ask(_: int) -> Any:
        try:
            return shared()
        except RuntimeError:
            return "raised"

    told = list(eventlet.GreenPool(3).imap(ask, range(3)))
    assert told == ["raised", {"ok": False, "services": {}}, {"ok": False, "services": {}}]
    with pytest.raises(RuntimeError):
        shared()  # and the next one asks anew
