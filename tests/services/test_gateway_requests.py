"""What a request says of itself: JSON, ids, versions, positions; and how everything that is wrong is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

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


def test_form_fields_are_handed_on_as_they_are(stage: Stage) -> None:
    form = {"specialty": "building", "penalties": None}
    assert stage.signed_in(on.ENTERPRISE).patch(f"{FILING}/form", json=form).status_code == 200
    assert stage.services.last.form == form


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
