"""The same story where every service is a process of its own, with RabbitMQ and PostgreSQL between them: one code base, two settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from demo.product import services
from demo.story import Story
from demo.telling import Telling


def submission_is_in_every_log(logs: Path) -> None:
    """Each process tells its hop of the request, by the id that the gateway gave it."""
    told = [json.loads(line) for line in (logs / "gateway.log").read_text("utf-8").splitlines() if '"request"' in line]
    (submitted,) = [one for one in told if one["route"].endswith("/submission")]
    hops = [("filing", "command"), ("review", "reacted"), ("review", "command"), ("query", "projected")]
    for service, hop in hops:
        lines = (logs / f"{service}.log").read_text("utf-8").splitlines()
        mine = [json.loads(line) for line in lines if submitted["correlation_id"] in line]
        assert hop in {one["event"] for one in mine}, (service, hop, mine)


@pytest.mark.timeout(300)
def test_the_whole_story(rabbit: str, own_postgres: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AMQP_URI", rabbit)
    monkeypatch.setenv("DATABASE_URL", own_postgres)
    with (tmp_path / "told.txt").open("w", encoding="utf-8") as told:
        telling = Telling(Console(file=told, width=160))
        with services(tmp_path / "data", lambda words: None, port=0) as running:
            story = Story(running.url, running.operator_password, tmp_path, telling)
            story.tell_all()
            ready = story.anyone.send("GET", "/health/ready").json()
            submission_is_in_every_log(tmp_path / "data")
    assert ready["ok"] is True
    assert set(ready["services"]) >= {"identity", "filing", "review", "certificate", "query"}
    said = (tmp_path / "told.txt").read_text("utf-8")
    for chapter in ("一、", "二、", "三、", "四、", "五、", "六、", "七、", "八、"):
        assert chapter in said
    assert "签名验证通过" in said and (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF-")
