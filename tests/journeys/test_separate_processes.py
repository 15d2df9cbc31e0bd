"""The same story where every service is a process of its own, with RabbitMQ and PostgreSQL between them: one code base, two settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from demo.story import Story
from demo.telling import Telling
from tests.journeys.time_kept import Province


def requests_told(logs: Path) -> list[dict[str, Any]]:
    """By the gateway, so far."""
    lines = (logs / "gateway.log").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if '"request"' in line]


def submission_is_in_every_log(logs: Path, before: int) -> None:
    """Each process tells its hop of the request, by the id that the gateway gave it."""
    told = requests_told(logs)[before:]
    (submitted,) = [one for one in told if one["route"].endswith("/submission")]
    hops = [("filing", "command"), ("review", "reacted"), ("review", "command"), ("query", "projected")]
    for service, hop in hops:
        lines = (logs / f"{service}.log").read_text("utf-8").splitlines()
        mine = [json.loads(line) for line in lines if submitted["correlation_id"] in line]
        assert hop in {one["event"] for one in mine}, (service, hop, mine)


@pytest.mark.timeout(300)
def test_the_whole_story(province_over_rabbit: Province, tmp_path: Path) -> None:
    running, logs = province_over_rabbit.running, province_over_rabbit.data
    before = len(requests_told(logs))
    with (tmp_path / "told.txt").open("w", encoding="utf-8") as told:
        story = Story(running.url, running.operator_password, tmp_path, Telling(Console(file=told, width=160)))
        story.tell_all()
    ready = story.anyone.send("GET", "/health/ready").json()
    submission_is_in_every_log(logs, before)
    assert ready["ok"] is True
    assert set(ready["services"]) >= {"identity", "filing", "review", "certificate", "query"}
    said = (tmp_path / "told.txt").read_text("utf-8")
    for chapter in ("一、", "二、", "三、", "四、", "五、", "六、", "七、", "八、"):
        assert chapter in said
    assert "签名验证通过" in said and (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF-")
