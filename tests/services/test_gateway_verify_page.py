"""The public verification page: says plainly what holds, in Chinese, without scripts or anything from elsewhere."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from contracts.certificate import DocumentCheck
from contracts.errors import NotFound
from tests import samples
from tests.services import gateway_stage as on
from tests.services.gateway_stage import IDENTIFIER, Stage
from tests.services.test_gateway_files import PDF

PAGE = f"/verify/{IDENTIFIER}"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.services.answers["LookUpIdentifier"] = on.public_credential()
    return stage


def _check(**changes: object) -> DocumentCheck:
    known = {
        "genuine": True,
        "intact": True,
        "trusted": True,
        "recorded": True,
        "signer": "湖南省住房和城乡建设厅",
        "signed_at": "2026-03-02T12:00:00+08:00",
        "algorithm": "ECDSA",
        "problems": (),
        "credential": on.public_credential(),
    }
    return DocumentCheck.model_validate({**known, **changes})


def test_a_valid_certificate(stage: Stage) -> None:
    reply = stage.anyone().get(PAGE)
    assert reply.status_code == 200
    about = ("张*明", "湘2432026202600001", IDENTIFIER, "建筑工程", "2029-03-01", "湖南省住房和城乡建设厅")
    assert all(said in reply.text for said in ("证书有效", *about))
    assert "开发环境" not in reply.text
    assert samples.NAME not in reply.text


@pytest.mark.parametrize(
    ("status", "said"), [("expired", "已过有效期"), ("cancelled", "已注销"), ("replaced", "已被新证书取代")]
)
def test_a_certificate_that_no_longer_holds(stage: Stage, status: str, said: str) -> None:
    stage.services.answers["LookUpIdentifier"] = on.public_credential(status=status)
    reply = stage.anyone().get(PAGE)
    assert said in reply.text and "证书有效" not in reply.text


def test_an_unknown_certificate(stage: Stage) -> None:
    stage.services.answers["LookUpIdentifier"] = NotFound("credential_not_found")
    reply = stage.anyone().get("/verify/1.2.156.3005.2.nothing")
    assert reply.status_code == 404
    assert "查无此证书" in reply.text and "1.2.156.3005.2.nothing" in reply.text


def test_what_is_typed_into_the_address_stays_text(stage: Stage) -> None:
    stage.services.answers["LookUpIdentifier"] = NotFound("credential_not_found")
    reply = stage.anyone().get("/verify/<script>alert(1)<%2Fscript>")
    assert "<script" not in reply.text


def test_a_development_key_is_called_one(stage: Stage) -> None:
    stage.services.answers["LookUpIdentifier"] = on.public_credential(development_key=True)
    assert "开发环境的密钥签名" in stage.anyone().get(PAGE).text


def test_the_page_stands_by_itself(stage: Stage) -> None:
    reply = stage.anyone().get(PAGE)
    assert not re.search(r"""(?:src|href)=["'](?!#)""", reply.text) and "@import" not in reply.text
    assert "<script" not in reply.text and "url(" not in reply.text
    policy = reply.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce and f'<style nonce="{nonce[1]}">' in reply.text
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert reply.headers["X-Frame-Options"] == "DENY" and reply.headers["X-Content-Type-Options"] == "nosniff"
    assert nonce[1] not in stage.anyone().get(PAGE).text


def test_the_page_can_be_used_without_eyes_or_a_mouse(stage: Stage) -> None:
    text = stage.anyone().get(PAGE).text
    assert '<html lang="zh-CN">' in text and 'name="viewport"' in text
    assert re.search(r'<label for="document">', text) and 'id="document"' in text
    assert '<main id="main">' in text and 'href="#main"' in text and "@media print" in text
    assert text.count("<h1>") == 1 and '<th scope="col">' in text


def _upload(stage: Stage, data: bytes, name: str = "certificate.pdf", path: str = PAGE) -> tuple[int, str]:
    form = {"document": (io.BytesIO(data), name)}
    reply = stage.anyone().post(path, data=form, content_type="multipart/form-data")
    return reply.status_code, reply.text


def test_a_genuine_file(stage: Stage) -> None:
    stage.services.answers["VerifyDocument"] = _check()
    status, text = _upload(stage, PDF)
    assert status == 200 and "文件真实" in text and "未通过" not in text


def test_a_tampered_file(stage: Stage) -> None:
    stage.services.answers["VerifyDocument"] = _check(genuine=False, intact=False, problems=("content_changed",))
    status, text = _upload(stage, PDF)
    assert status == 200 and "文件未通过查验" in text and "签名之后内容被改动" in text


def test_a_damaged_file_is_judged_and_not_turned_away(stage: Stage) -> None:
    stage.services.answers["VerifyDocument"] = _check(genuine=False, problems=("truncated",), credential=None)
    status, text = _upload(stage, PDF[: len(PDF) // 2])
    assert status == 200 and "文件不完整" in text


def test_a_file_of_another_certificate(stage: Stage) -> None:
    other = on.public_credential(identifier="another", registration_number="湘2432026202600002")
    stage.services.answers["VerifyDocument"] = _check(credential=other)
    _, text = _upload(stage, PDF)
    assert "另一份证书" in text and "湘2432026202600002" in text


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 422, "文件是空的"),
        (b"text", 422, "只接受"),
        (b"%PDF-" + b"0" * (20 * 1024 * 1024), 413, "文件过大"),
    ],
)
def test_a_file_that_cannot_be_checked(stage: Stage, data: bytes, status: int, said: str) -> None:
    assert _upload(stage, data)[0] == status
    assert said in _upload(stage, data)[1]


def test_no_file_at_all(stage: Stage) -> None:
    reply = stage.anyone().post("/verify", data={}, content_type="multipart/form-data")
    assert reply.status_code == 422 and "文件无法查验" in reply.text


def test_the_form_alone(stage: Stage) -> None:
    reply = stage.anyone().get("/verify")
    assert reply.status_code == 200 and "选择收到的电子证书" in reply.text
    assert stage.services.sent == []
