"""The SMS provider is out of order when people are to be told: nobody is forgotten, and an operator sees to it with ``zhuce``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.client import wait_for
from demo.steps import Steps
from tests.cli.zhuce import Said, zhuce
from tests.journeys.time_kept import Province, someone


def told(steps: Steps) -> list[str]:
    """What came to the person's phone about the filing."""
    messages = steps.anyone.get("/development/messages", phone=steps.phone)
    return [message["text"] for message in messages if "二级建造师" in message["text"]]


@pytest.fixture
def no_sms(province: Province) -> Iterator[Path]:
    """While it lies there, no message can be sent. Gone afterwards."""
    broken = province.data / "no-sms"
    yield broken
    broken.unlink(missing_ok=True)


@pytest.mark.timeout(240)
def test_a_notice_that_could_not_be_sent_is_replayed_and_arrives_once(province: Province, no_sms: Path) -> None:
    running = province.running

    def dead_letters(*arguments: str) -> Said:
        return zhuce("dead-letters", *arguments, "--api", running.url, ZHUCE_PASSWORD=running.operator_password)

    assert dead_letters("list").out.strip() == "没有搁置的任务"
    steps = someone(province)

    no_sms.touch()
    reason = "毕业证书不清晰,请重新上传。"
    items = [{"part": "field", "name": "penalties", "needs": "请写明有无处罚"}]
    steps.city.post(f"/cases/{steps.case_id}/stages/acceptance/return", {"reason": reason, "items": items})
    letters = wait_for("死信", lambda: _laid_aside(steps, 2))  # for the person and for the enterprise
    assert told(steps) == []
    ready = steps.anyone.send("GET", "/health/ready")
    assert ready.status_code == 200, "nobody is kept out for it"

    listed = dead_letters("list")
    assert listed.code == 0, listed.error
    assert all(letter["job"] in listed.out for letter in letters) and "共 2 个" in listed.out
    assert "短信通知" in listed.out and "服务暂时无法连接" in listed.out and "identity" in listed.out
    shown = dead_letters("show", letters[0]["job"])
    assert shown.code == 0, shown.error
    assert f'"notice_id": "{letters[0]["job"]}"' in shown.out and "次数: 3" in shown.out
    for personal in (steps.phone, steps.name, steps.resident_id):
        assert personal not in listed.out + shown.out
    unknown = dead_letters("show", "no-such-job")
    assert unknown.code == 1 and "no-such-job" in unknown.error and "zhuce dead-letters list" in unknown.error

    no_sms.unlink()
    first = dead_letters("replay", letters[0]["job"], "no-such-job")
    assert first.code == 1 and "已重新投递 1 个" in first.out and "no-such-job" in first.error
    rest = dead_letters("replay", "--all", "--service", "identity", "--name", "notices")
    assert rest.code == 0 and "已重新投递 1 个" in rest.out, rest.error
    wait_for("短信", lambda: told(steps) or None)
    assert dead_letters("list").out.strip() == "没有搁置的任务"
    again = dead_letters("replay", letters[0]["job"])
    assert again.code == 1 and "已重新投递 0 个" in again.out
    (message,) = told(steps)
    assert "退回补正" in message and reason not in message

    says = [one["says"] for one in steps.auditor.get(f"/persons/{steps.person_id}/history")["entries"]]
    assert [one for one in says if "短信通知" in one and "二级" in one] == ["安排短信通知:二级建造师初始申报,退回补正"] * 2
    assert says.count("短信通知已发送:退回补正") == 2, "to the person and to the enterprise, each once"


def _laid_aside(steps: Steps, wanted: int) -> list[dict[str, str]] | None:
    letters = steps.operator.get("/dead-letters")["letters"]
    return letters if len(letters) >= wanted else None


def test_only_an_operator_sees_them(embedded_province: Province) -> None:
    for who in (embedded_province.city, embedded_province.auditor, embedded_province.enterprise):
        assert who.send("GET", "/dead-letters").status_code == 403
        assert who.send("POST", "/dead-letters/replay", json={}).status_code == 403
    assert embedded_province.anyone.send("GET", "/dead-letters").status_code == 401
