"""Dead letters over HTTP: every service is asked, whoever does not answer is named, and each letter is found where it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Refused, Unavailable
from tests.services.gateway_stage import DEAD_LETTER, OPERATOR, Stage

PATH = "/api/v1/dead-letters"
SERVICES = ("identity", "filing", "review", "certificate")
AWAY = Unavailable("service_unavailable", params={"service": "review"})


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path)
    for service in SERVICES:
        made.services.answers[f"{service}.dead_letters"] = {"letters": [], "total": 0}
        made.services.answers[f"{service}.replay_dead_letters"] = {"jobs": [], "left": 0}
    made.services.answers["identity.dead_letters"] = {"letters": [DEAD_LETTER], "total": 3}
    return made


@pytest.fixture
def operator(stage: Stage) -> FlaskClient:
    return stage.signed_in(OPERATOR)


def asked(stage: Stage) -> list[tuple[str, str]]:
    return sorted((service, method) for service, method, _ in stage.services.calls)


def test_all_services_are_asked_in_the_operators_name(stage: Stage, operator: FlaskClient) -> None:
    found = operator.get(f"{PATH}?limit=7&name=notices").get_json()
    assert found == {"letters": [{**DEAD_LETTER, "service": "identity"}], "total": 3, "unreachable": []}
    assert asked(stage) == sorted((service, "dead_letters") for service in SERVICES)
    for _, _, payload in stage.services.calls:
        assert payload["actor"]["kind"] == "operator"
        assert (payload["name"], payload["limit"], payload["jobs"]) == ("notices", 7, None)


def test_only_the_service_that_is_named(stage: Stage, operator: FlaskClient) -> None:
    assert operator.get(f"{PATH}?service=filing").get_json()["letters"] == []
    assert asked(stage) == [("filing", "dead_letters")]


def test_who_does_not_answer_is_named_and_the_others_are_shown(stage: Stage, operator: FlaskClient) -> None:
    stage.services.answers["review.dead_letters"] = AWAY
    found = operator.get(PATH)
    assert found.status_code == 200 and found.get_json()["unreachable"] == ["review"]
    assert len(found.get_json()["letters"]) == 1


def test_when_nobody_answers_there_is_no_list(stage: Stage, operator: FlaskClient) -> None:
    for service in SERVICES:
        stage.services.answers[f"{service}.dead_letters"] = AWAY
    found = operator.get(PATH)
    assert (found.status_code, found.get_json()["code"]) == (503, "service_unavailable")


def test_what_a_service_refuses_is_refused(stage: Stage, operator: FlaskClient) -> None:
    stage.services.answers["review.dead_letters"] = Refused("invalid_message")
    assert operator.get(PATH).status_code == 422


def test_one_letter(stage: Stage, operator: FlaskClient) -> None:
    found = operator.get(f"{PATH}/identity/{DEAD_LETTER['job']}")
    assert found.get_json() == {**DEAD_LETTER, "service": "identity"}
    assert stage.services.calls[0][2]["jobs"] == [DEAD_LETTER["job"]]
    missing = operator.get(f"{PATH}/filing/no-such")
    assert (missing.status_code, missing.get_json()["code"]) == (404, "dead_letter_not_found")


@pytest.mark.parametrize("path", ["identity/a%20b", "nobody/a", f"identity/{'a' * 101}"])
def test_what_cannot_be_a_letter_is_refused_before_anybody_is_asked(
    stage: Stage, operator: FlaskClient, path: str
) -> None:
    for reply in (operator.get(f"{PATH}/{path}"), operator.post(f"{PATH}/{path}/replay")):
        assert (reply.status_code, reply.get_json()["code"]) == (422, "invalid_request")
    assert stage.services.calls == []


def test_replaying_one(stage: Stage, operator: FlaskClient) -> None:
    stage.services.answers["identity.replay_dead_letters"] = {"jobs": ["a"], "left": 2}
    done = operator.post(f"{PATH}/identity/a/replay", headers={"X-Request-ID": "the-request"})
    assert done.get_json() == {"replayed": ["a"], "left": 2, "unreachable": []}
    ((service, method, payload),) = stage.services.calls
    assert (service, method, payload["jobs"], payload["correlation_id"]) == (
        *("identity", "replay_dead_letters"),
        ["a"],
        "the-request",
    )
    gone = operator.post(f"{PATH}/review/a/replay")
    assert (gone.status_code, gone.get_json()["code"]) == (404, "dead_letter_not_found")


@pytest.mark.parametrize(
    ("body", "services", "jobs"),
    [
        ({}, SERVICES, None),
        ({"service": "identity", "name": "notices"}, ["identity"], None),
        ({"jobs": ["a", "b"]}, SERVICES, ["a", "b"]),
    ],
)
def test_replaying_many(stage: Stage, operator: FlaskClient, body: dict[str, Any], services: Any, jobs: Any) -> None:
    stage.services.answers["identity.replay_dead_letters"] = {"jobs": ["a"], "left": 1}
    stage.services.answers["review.replay_dead_letters"] = AWAY
    done = operator.post(f"{PATH}/replay", json=body).get_json()
    silent = ["review"] if "review" in services else []
    assert done == {"replayed": ["a"], "left": 1, "unreachable": silent}
    assert {service for service, _, _ in stage.services.calls} == set(services)
    assert all(payload["jobs"] == jobs for _, _, payload in stage.services.calls)


@pytest.mark.parametrize("body", [{"jobs": []}, {"jobs": ["a b"]}, {"all": True}, {"name": "NO"}])
def test_a_replay_of_nothing_sensible_is_refused(stage: Stage, operator: FlaskClient, body: dict[str, Any]) -> None:
    assert operator.post(f"{PATH}/replay", json=body).status_code == 422
    assert stage.services.calls == []
