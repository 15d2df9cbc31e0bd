"""What a reply says of itself: status, version, position, ids, headers; how mistakes are told in words, and what is measured."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import NotFound, Refused, Stale, Unavailable
from services.kernel import metrics
from tests import samples
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage
from tests.services.test_gateway_requests import FILING, _problem, stage

__all__ = ["stage"]  # fixture


def test_problems_of_a_service_keep_their_fields_and_get_words(stage: Stage) -> None:
    found = [
        {"code": "attachment_missing", "attachment": "portrait", "params": {}},
        {"code": "verified", "rule": "verified", "params": {}},
        {"code": "too_long", "field": "school", "params": {"limit": 60}},
        {"code": "never_heard_of", "field": "x"},
    ]
    stage.services.answers["SubmitFiling"] = Refused("filing_incomplete", problems=found)
    reply = stage.signed_in(on.ENTERPRISE).post(f"{FILING}/submission")
    told = _problem(reply)["problems"]
    assert reply.status_code == 422
    assert [one["field"] for one in told] == ["portrait", "verified", "school", "x"]
    assert "个人一寸照片" in told[0]["detail"]
    assert "实名认证" in told[1]["detail"]
    assert "60" in told[2]["detail"] and "毕业院校" in told[2]["detail"]
    assert "never_heard_of" in told[3]["detail"]


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Refused("stage_out_of_order"), 422),
        (Refused("open_filing_exists"), 409),
        (Refused("uscc_registered"), 409),
        (Refused("username_taken"), 409),
        (Refused("already_submitted"), 409),
        (Refused("command_id_reused"), 409),
        (NotFound.of("filing", 1), 404),
        (Stale.at(3, 5), 412),
        (Unavailable("service_unavailable", params={"service": "filing"}), 503),
    ],
)
def test_the_status_of_a_refusal(stage: Stage, refusal: Exception, status: int) -> None:
    stage.services.answers |= {"SubmitFiling": refusal, "GetFiling": on.filing()}
    reply = stage.signed_in(on.ENTERPRISE).post(f"{FILING}/submission")
    assert (_problem(reply)["code"], reply.status_code) == (refusal.code, status)  # type: ignore[attr-defined]
    assert ("Retry-After" in reply.headers) == (status == 503)


def test_the_reply_to_a_command_says_version_and_position(stage: Stage) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post(f"{FILING}/submission")
    assert (reply.headers["ETag"], reply.headers["Zhuce-Position"]) == ('"7"', "filing:17")
    assert reply.get_json() == {"id": "stream", "version": 7, "position": 17, "service": "filing"}


def test_a_view_says_its_version(stage: Stage) -> None:
    stage.services.answers["GetFiling"] = on.filing(version=9)
    assert stage.signed_in(on.ENTERPRISE).get(FILING).headers["ETag"] == '"9"'


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "route_not_found"),
        ("GET", "/api/v1/filings/not-a-uuid", 404, "route_not_found"),
        ("DELETE", "/api/v1/filings", 405, "method_not_allowed"),
        ("BREW", "/api/v1/filings", 405, "method_not_allowed"),
        ("GET", "/api/v1/matters/Hunan/x", 422, "invalid_request"),
        ("GET", "/api/v1/publicity?place=%00", 400, "unreadable_text"),
        ("GET", "/api/v1/publicity?place=%ff", 422, "invalid_request"),
    ],
)
def test_addresses_and_methods_that_are_not_there(stage: Stage, method: str, path: str, status: int, code: str) -> None:
    reply = stage.anyone().open(path, method=method)
    assert (_problem(reply)["code"], reply.status_code) == (code, status)
    if status == 405:
        assert "GET" in reply.headers["Allow"]


def test_what_nobody_foresaw_says_nothing_of_itself(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Any) -> Any:
        raise ValueError(f"about {samples.NAME}")

    stage.services.answers["GetFiling"] = fail
    with caplog.at_level(logging.ERROR):
        reply = stage.signed_in(on.ENTERPRISE).get(FILING)
    assert (_problem(reply)["code"], reply.status_code) == ("internal_error", 500)
    assert samples.NAME not in reply.text and samples.NAME not in caplog.text
    assert any(record.message == "failed" for record in caplog.records)


def test_a_request_is_followed_by_its_id(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        reply = stage.signed_in(on.ENTERPRISE).post(
            f"{FILING}/submission?name={samples.NAME}", headers={"X-Request-ID": "from-the-proxy.1"}
        )
    assert reply.headers["X-Request-ID"] == "from-the-proxy.1"
    assert stage.services.last.meta.correlation_id == "from-the-proxy.1"
    lines = [record for record in caplog.records if record.message == "request"]
    assert lines[0].correlation_id == "from-the-proxy.1"  # type: ignore[attr-defined]
    assert lines[0].route == "/api/v1/filings/<uuid:id>/submission"  # type: ignore[attr-defined]
    assert all(samples.NAME not in str(vars(line)) for line in lines)
    made = stage.anyone().get("/api/v1/x", headers={"X-Request-ID": "a b\tc"}).headers["X-Request-ID"]
    assert UUID(made)


def test_measurements_are_by_route_and_name_nobody(stage: Stage) -> None:
    labels = {"method": "GET", "route": "/api/v1/persons/<uuid:id>", "status": "401"}

    def counted() -> float:
        return metrics.REGISTRY.get_sample_value("zhuce_http_requests_total", labels) or 0

    before = counted()
    stage.anyone().get(f"/api/v1/persons/{samples.PERSON_ID}?name={samples.NAME}")
    stage.anyone().open("/api/v1/filings", method="BREW")
    assert counted() == before + 1
    text = stage.anyone().get("/metrics").text
    assert 'zhuce_http_requests_total{method="GET",route="/api/v1/persons/<uuid:id>",status="401"}' in text
    assert 'zhuce_http_problems_total{code="session_missing"}' in text
    assert str(samples.PERSON_ID) not in text and samples.NAME not in text and "BREW" not in text


def test_headers_that_keep_browsers_from_guessing(stage: Stage) -> None:
    headers = stage.anyone().get("/api/v1/session").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_missing_attachment_of_a_draft_is_told_in_words(stage: Stage) -> None:
    problems = ({"code": "attachment_missing", "attachment": "portrait"},)
    stage.services.answers["GetFiling"] = on.filing(status="draft", problems=problems)
    told = stage.signed_in(on.ENTERPRISE).get(FILING).get_json()["problems"]
    assert told[0]["code"] == "attachment_missing" and told[0]["detail"] == "请上传“个人一寸照片”"


def test_the_wrong_lines_of_a_list_are_told_in_words(stage: Stage) -> None:
    report = {"loaded": 1, "repeated": 0, "problems": [{"line": 2, "code": "missing", "field": "name"}]}
    stage.services.answers["LoadQualifications"] = report
    reply = stage.signed_in(on.OPERATOR).post("/api/v1/qualification-lists", json={"items": [{}, {}]})
    assert reply.status_code == 200
    assert reply.get_json()["problems"] == [
        {"line": 2, "code": "required", "field": "name", "detail": "请填写“姓名或名称”"}
    ]
