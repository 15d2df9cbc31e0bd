"""What a request says of itself: JSON, ids, versions, positions; and how everything that is wrong is told."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import NotFound, Refused, Stale, Unavailable
from services.kernel import metrics
from tests import samples
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage

FILINGS = "/api/v1/filings"
FILING = f"{FILINGS}/{samples.FILING_ID}"
BODY = {"matter": "hunan/constructor-2-initial"}
SECRET_ID = "110105194912310029"  # a wrong check digit: refused, and never said again


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def _problem(reply: Any) -> dict[str, Any]:
    assert reply.content_type == "application/problem+json"
    problem: dict[str, Any] = reply.get_json()
    assert problem.keys() == {"type", "title", "status", "detail", "code", "problems", "correlation_id"}
    assert problem["status"] == reply.status_code
    assert problem["title"] and problem["detail"] and problem["correlation_id"] == reply.headers["X-Request-ID"]
    return problem


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not json", "not_json"),
        (b"", "not_json"),
        (b'{"matter": NaN}', "not_json"),
        (b'{"matter": 1e999}', "not_json"),
        (b'{"matter": "a", "matter": "b"}', "not_json"),
        (b"\xff\xfe", "not_json"),
        (b'{"matter": ' + b"[" * 50_000, "not_json"),
        (b'{"matter": ' + b"[" * 60 + b"]" * 60 + b"}", "not_json"),
        (b'["a list"]', "not_an_object"),
        (b'"{}"', "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"matter": "\\u0000"}', "unreadable_text"),
        (b'{"matter": "\\ud800"}', "unreadable_text"),
    ],
)
def test_a_body_that_is_no_json_object(stage: Stage, data: bytes, code: str) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post(FILINGS, data=data, content_type="application/json")
    assert _problem(reply)["code"] == code
    assert reply.status_code == 400
    assert stage.services.sent == []


def test_a_body_of_another_kind(stage: Stage) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post(FILINGS, data=json.dumps(BODY), content_type="text/plain")
    assert (_problem(reply)["code"], reply.status_code) == ("content_type_not_json", 415)


def test_a_body_that_is_too_large(stage: Stage) -> None:
    data = b'{"matter": "' + b"a" * 1_100_000 + b'"}'
    reply = stage.signed_in(on.ENTERPRISE).post(FILINGS, data=data, content_type="application/json")
    assert (_problem(reply)["code"], reply.status_code) == ("request_too_large", 413)


def test_an_unknown_field(stage: Stage) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post(FILINGS, json={**BODY, "version": 1})
    problem = _problem(reply)
    assert (problem["code"], reply.status_code) == ("invalid_request", 422)
    assert [(one["code"], one["field"]) for one in problem["problems"]] == [("unknown_field", "version")]
    assert "version" in problem["problems"][0]["detail"]


def test_an_unknown_parameter(stage: Stage) -> None:
    problem = _problem(stage.signed_in(on.ENTERPRISE).get(f"{FILINGS}?perpage=5"))
    assert [(one["code"], one["field"]) for one in problem["problems"]] == [("unknown_field", "perpage")]


def test_everything_that_is_wrong_is_told_at_once_and_nothing_that_was_typed(stage: Stage) -> None:
    body = {"resident_id": SECRET_ID, "phone": "12345", "extra": "secret words"}
    reply = stage.anyone().post("/api/v1/persons", json=body)
    found = {(one["code"], one["field"]) for one in _problem(reply)["problems"]}
    assert found == {
        ("resident_id_check_digit", "resident_id"),
        ("phone_form", "phone"),
        ("required", "name"),
        ("unknown_field", "extra"),
    }
    assert all(one["detail"] and "…" not in one["detail"] for one in _problem(reply)["problems"])
    assert SECRET_ID not in reply.text and "secret words" not in reply.text


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
    stage.services.answers["SubmitFiling"] = refusal  # type: ignore[assignment]
    reply = stage.signed_in(on.ENTERPRISE).post(f"{FILING}/submission")
    assert (_problem(reply)["code"], reply.status_code) == (refusal.code, status)  # type: ignore[attr-defined]
    assert ("Retry-After" in reply.headers) == (status == 503)


@pytest.mark.parametrize("value", ["7", 'W/"7"', '"seven"', '"7", "8"', '"-1"', '""', '"07"', '"99999999999"'])
def test_if_match_malformed(stage: Stage, value: str) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post(f"{FILING}/submission", headers={"If-Match": value})
    assert (_problem(reply)["code"], reply.status_code) == ("if_match_malformed", 400)
    assert stage.services.sent == []


@pytest.mark.parametrize(("value", "version"), [('"7"', 7), ('"0"', 0), ("*", None)])
def test_if_match_is_the_expected_version(stage: Stage, value: str, version: int | None) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post(f"{FILING}/submission", headers={"If-Match": value})
    assert reply.status_code == 200
    assert stage.services.last.meta.expected_version == version


def test_the_reply_to_a_command_says_version_and_position(stage: Stage) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post(f"{FILING}/submission")
    assert (reply.headers["ETag"], reply.headers["Zhuce-Position"]) == ('"7"', "filing:17")
    assert reply.get_json() == {"id": "stream", "version": 7, "position": 17, "service": "filing"}


def test_a_view_says_its_version(stage: Stage) -> None:
    stage.services.answers["GetFiling"] = on.filing(version=9)
    assert stage.signed_in(on.ENTERPRISE).get(FILING).headers["ETag"] == '"9"'


def test_one_key_is_one_command_and_one_thing(stage: Stage) -> None:
    key = {"Idempotency-Key": "draft-1"}
    for actor, headers in (
        (on.ENTERPRISE, key),
        (on.ENTERPRISE, key),
        (on.ENTERPRISE, {"Idempotency-Key": "draft-2"}),
        (on.PERSON, key),
        (on.ENTERPRISE, {}),
        (on.ENTERPRISE, {}),
    ):
        assert stage.signed_in(actor).post(FILINGS, json=BODY, headers=headers).status_code == 201
    commands = [(message.meta.command_id, message.filing_id) for message in stage.services.sent]  # type: ignore[attr-defined]
    assert commands[0] == commands[1]
    assert len(set(commands)) == 5
    assert len({filing for _, filing in commands}) == 5
    assert all(isinstance(filing, UUID) for _, filing in commands)


def test_one_key_on_two_routes_is_two_commands(stage: Stage) -> None:
    client = stage.signed_in(on.ENTERPRISE)
    for path in (f"{FILING}/submission", f"{FILING}/commitment"):
        client.post(path, headers={"Idempotency-Key": "again"})
    first, second = (message.meta.command_id for message in stage.services.sent)  # type: ignore[attr-defined]
    assert first != second


@pytest.mark.parametrize("key", ["", "two words", "x" * 129, "键"])
def test_a_malformed_key(stage: Stage, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("utf-8").decode("latin-1")}
    reply = stage.signed_in(on.ENTERPRISE).post(FILINGS, json=BODY, headers=headers)
    assert (_problem(reply)["code"], reply.status_code) == ("idempotency_key_malformed", 400)


def test_a_question_is_asked_as_of_what_was_written(stage: Stage) -> None:
    stage.services.answers["ListFilings"] = {"rows": [], "total": 0, "page": 1, "per_page": 20}
    client = stage.signed_in(on.ENTERPRISE)
    assert client.get(FILINGS, headers={"Zhuce-After": "filing:17, review:3"}).status_code == 200
    assert stage.services.last.after == {"filing": 17, "review": 3}
    for malformed in ("filing", "filing:x", "filing:-1", "a:1;b:2"):
        reply = client.get(FILINGS, headers={"Zhuce-After": malformed})
        assert (_problem(reply)["code"], reply.status_code) == ("after_malformed", 400)


def test_paging_has_bounds(stage: Stage) -> None:
    reply = stage.signed_in(on.ENTERPRISE).get(f"{FILINGS}?page=0&per_page=1000")
    assert {one["field"] for one in _problem(reply)["problems"]} == {"page", "per_page"}


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


def test_form_fields_are_handed_on_as_they_are(stage: Stage) -> None:
    form = {"specialty": "building", "penalties": None}
    assert stage.signed_in(on.ENTERPRISE).patch(f"{FILING}/form", json=form).status_code == 200
    assert stage.services.last.form == form


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


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("2026-03-01", "2026-03-01T23:59:59.999999+08:00"),
        ("2026-03-01T12:00:00%2B08:00", "2026-03-01T12:00:00+08:00"),
    ],
)
def test_a_history_as_of_a_day_or_a_moment(stage: Stage, said: str, heard: str) -> None:
    stage.services.answers["History"] = {}
    reply = stage.signed_in(on.PERSON).get(f"/api/v1/persons/{samples.PERSON_ID}/history?as_of={said}")
    assert reply.status_code == 200
    assert stage.services.last.as_of.isoformat() == heard
