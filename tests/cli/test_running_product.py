"""``zhuce`` on a running product: is it well, what is somebody's history, is this certificate genuine."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.zhuce import zhuce
from tests.journeys.product import Certified

if TYPE_CHECKING:
    from demo.product import Running


def test_status_shows_every_service(product: Running) -> None:
    said = zhuce("status", "--api", product.url)
    assert said.code == 0, said.out + said.error
    for service in ("identity", "filing", "review", "certificate", "query"):
        assert service in said.out
    assert "正常" in said.out and "异常" not in said.out


def test_the_address_can_come_from_the_environment(product: Running) -> None:
    assert zhuce("status", ZHUCE_API=product.url).code == 0


def test_history_is_found_by_the_id_number(certified: Certified, product: Running) -> None:
    steps = certified.steps
    said = zhuce("history", steps.resident_id, "--api", product.url, ZHUCE_PASSWORD=product.operator_password)
    assert said.code == 0, said.error
    in_order = ["资格证书入库", "登记个人信息", "通过实名认证", "上报二级建造师初始申报", "受理通过", "公示", "公告", "颁发"]
    at = [said.out.index(words) for words in in_order]
    assert at == sorted(at)
    now = said.out.partition("现在的状态")[2]
    assert certified.row["registration_number"] in now and "建筑工程" in now and "已通过" in now
    for code in ("approved", "accepted", "valid", "anonymous", "None"):
        assert code not in said.out


def test_history_is_found_by_the_systems_own_id(certified: Certified, product: Running) -> None:
    said = zhuce("history", certified.steps.person_id, "--api", product.url, ZHUCE_PASSWORD=product.operator_password)
    assert said.code == 0 and "通过实名认证" in said.out


def test_history_as_of_a_moment_shows_what_held_then(certified: Certified, product: Running) -> None:
    steps = certified.steps
    told = steps.auditor.get(f"/persons/{steps.person_id}/history")["entries"]
    submitted = next(one["at"] for one in told if one["event"] == "filing.FilingSubmitted.v1")
    before = (datetime.fromisoformat(submitted) - timedelta(microseconds=1)).isoformat()
    asked = ("history", steps.resident_id, "--api", product.url, "--as-of", before)
    said = zhuce(*asked, ZHUCE_PASSWORD=product.operator_password)
    assert said.code == 0, said.error
    state = said.out.partition("的状态")[2]
    assert "(草稿)" in state and "已实名认证" in state
    assert "上报二级建造师" not in said.out and certified.row["registration_number"] not in said.out


def test_a_day_before_everything_nobody_was_registered(certified: Certified, product: Running) -> None:
    asked = ("history", certified.steps.resident_id, "--api", product.url, "--as-of", "2020-01-01")
    said = zhuce(*asked, ZHUCE_PASSWORD=product.operator_password)
    assert said.code == 0 and "尚未注册" in said.out


def test_a_date_that_is_none(product: Running) -> None:
    said = zhuce("history", "whoever", "--api", product.url, "--as-of", "2026-13-45")
    assert said.code == 2 and "2026-03-01" in said.error


def test_history_of_nobody(product: Running) -> None:
    said = zhuce("history", "430102199003070936", "--api", product.url, ZHUCE_PASSWORD=product.operator_password)
    assert said.code == 1 and "没有这个人" in said.error


def test_a_wrong_password(certified: Certified, product: Running) -> None:
    said = zhuce("history", certified.steps.resident_id, "--api", product.url, ZHUCE_PASSWORD="not the password")
    assert said.code == 1 and "用户名或密码不正确" in said.error and said.out == ""


def test_no_password_at_all(certified: Certified, product: Running, tmp_path: Path) -> None:
    said = zhuce("history", certified.steps.resident_id, "--api", product.url, where=tmp_path)
    assert said.code == 1 and "ZHUCE_PASSWORD" in said.error


def test_the_first_password_is_taken_from_the_data_directory(
    certified: Certified, product: Running, tmp_path: Path
) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "operator-password").write_text(product.operator_password + "\n")
    said = zhuce("history", certified.steps.resident_id, "--api", product.url, ZHUCE_DATA=str(tmp_path))
    assert said.code == 0, said.error


def test_a_genuine_document(certified: Certified, product: Running, tmp_path: Path) -> None:
    (tmp_path / "certificate.pdf").write_bytes(certified.pdf)
    said = zhuce("verify", str(tmp_path / "certificate.pdf"), "--api", product.url)
    assert said.code == 0, said.error
    for words in ("真实有效", certified.row["registration_number"], certified.row["identifier"], "张**"):
        assert words in said.out
    assert certified.steps.name not in said.out


def test_a_tampered_document(certified: Certified, product: Running, tmp_path: Path) -> None:
    tampered = bytearray(certified.pdf)
    tampered[len(tampered) // 2] ^= 1
    (tmp_path / "tampered.pdf").write_bytes(tampered)
    said = zhuce("verify", str(tmp_path / "tampered.pdf"), "--api", product.url)
    assert said.code == 1 and "真实有效" not in said.out
    assert "未通过验证" in said.out and "内容被改动" in said.out


@pytest.mark.parametrize("content", [b"a text", b""])
def test_something_that_is_no_certificate(product: Running, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter.pdf").write_bytes(content)
    said = zhuce("verify", str(tmp_path / "letter.pdf"), "--api", product.url)
    assert said.code == 1 and "Error" in said.error and "文件" in said.error
