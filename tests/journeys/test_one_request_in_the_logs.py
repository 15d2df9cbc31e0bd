"""An operator greps for one correlation id and sees the way of a request: HTTP, commands, reactions, rows; and nobody's data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import requests

from demo.client import wait_for
from demo.steps import Steps
from tests.journeys.product import drafted, employee

if TYPE_CHECKING:
    from demo.product import Running

ID = "journey-of-one-submission"
HOPS = {
    ("request", "gateway"),
    ("command", "filing"),
    ("reacted", "review"),
    ("command", "review"),
    ("projected", "query"),
}


def test_every_hop_of_a_submission_is_found_by_its_id(product: Running, world: Steps) -> None:
    steps = drafted(employee(world))
    steps.enterprise.post(f"/filings/{steps.filing_id}/submission", **{"X-Request-ID": ID})
    steps.received()
    log = product.log
    assert log is not None

    def found() -> list[dict[str, Any]] | None:
        mine = [json.loads(line) for line in log.read_text("utf-8").splitlines() if ID in line]
        views = {one["view"] for one in mine if one["event"] == "projected"}
        return mine if _hops(mine) >= HOPS and {"filing_progress", "officer_queue", "timeline"} <= views else None

    mine = wait_for("日志中的每一步", found)
    assert [(one["command"], one["outcome"]) for one in mine if one["event"] == "command"] == [
        ("filing.SubmitFiling.v1", "done"),
        ("review.OpenCase.v1", "done"),
    ]
    text = json.dumps(mine, ensure_ascii=False)
    for private in (steps.name, steps.resident_id, steps.person_id, steps.filing_id):
        assert str(private) not in text
    assert len(mine) <= 20  # readable: one line a hop, not one a statement


def test_a_refusal_is_found_with_its_code(product: Running, world: Steps) -> None:
    given = f"{ID}-refused"
    reply = world.anyone.send(
        "POST", "/sessions", json={"username": "nobody", "password": "not a password"}, headers={"X-Request-ID": given}
    )
    log = product.log
    assert reply.status_code == 401 and log is not None
    wanted = {("command", "sign_in_failed"), ("request", "sign_in_failed")}

    def found() -> list[dict[str, Any]] | None:
        mine = [json.loads(line) for line in log.read_text("utf-8").splitlines() if given in line]
        return mine if len(mine) >= len(wanted) else None  # a line may come after the reply

    mine = wait_for("日志中的拒绝", found)
    assert {(one["event"], one.get("code") or one.get("outcome")) for one in mine} == wanted
    assert "not a password" not in json.dumps(mine)


def test_the_embedded_products_metrics_show_every_service(product: Running, world: Steps) -> None:
    text = requests.get(f"{product.url}/metrics", timeout=30).text
    for service in ("identity", "filing", "review", "certificate", "query", "gateway"):
        assert f'zhuce_ready{{service="{service}"}} 1.0' in text, service
    for name in (
        "zhuce_log_position", "zhuce_relay_lag_events", "zhuce_relay_active", "zhuce_follower_lag_events",
        "zhuce_follower_stopped", "zhuce_queue_messages_ready", "zhuce_command_seconds_bucket", "zhuce_build_info",
        "zhuce_database_connections_in_use", "zhuce_http_requests_total",
    ):  # fmt: skip
        assert f"\n{name}{{" in text, name
    for private in (world.name, world.resident_id):
        assert private not in text


def _hops(lines: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["event"], one.get("service", one["logger"].removeprefix("zhuce."))) for one in lines}
