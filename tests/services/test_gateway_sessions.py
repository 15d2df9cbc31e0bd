"""Sessions: expired, tampered and foreign tokens are told apart from none; the key is made once and kept private."""

from __future__ import annotations

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contracts.errors import NotAllowed, Refused
from contracts.message import Actor
from services.gateway.sessions import Sessions, session_key
from services.kernel.clock import CHINA, clock
from tests import samples
from tests.services import gateway_stage as stage_
from tests.services.gateway_stage import Stage

KEY = b"k" * 32
SIGN_IN = {"username": "somebody", "password": "a long password"}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def _code(reply: object) -> tuple[int, str]:
    return reply.status_code, reply.get_json()["code"]  # type: ignore[attr-defined]


def test_sign_in_gives_a_session_that_the_next_request_can_use(stage: Stage) -> None:
    stage.services.answers["SignIn"] = {
        "account_id": stage_.ENTERPRISE.account_id,
        "actor": stage_.ENTERPRISE.model_dump(mode="json"),
        "name": "湖南岳麓建筑工程有限公司",
    }
    stage.services.answers["WhoIs"] = stage.services.answers["SignIn"]
    given = stage.anyone().post("/api/v1/sessions", json=SIGN_IN)
    assert given.status_code == 201
    told = stage.anyone(authorization=f"Bearer {given.get_json()['token']}").get("/api/v1/session")
    assert told.get_json()["actor"]["enterprise_id"] == str(stage_.ENTERPRISE.enterprise_id)
    assert told.get_json()["name"] == "湖南岳麓建筑工程有限公司"


def test_the_token_holds_no_name_and_no_number(stage: Stage) -> None:
    token = stage.gateway.sessions.issue(stage_.PERSON).token
    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert set(claims) == {"iss", "sub", "iat", "exp", "actor"}
    assert set(claims["actor"]) == {"kind", "account_id", "person_id"}


def test_a_wrong_password_is_told_as_such(stage: Stage) -> None:
    stage.services.answers["SignIn"] = NotAllowed("sign_in_failed")
    reply = stage.anyone().post("/api/v1/sessions", json=SIGN_IN)
    assert _code(reply) == (401, "sign_in_failed")
    assert "a long password" not in reply.text


def test_without_a_session(stage: Stage) -> None:
    reply = stage.anyone().get("/api/v1/filings")
    assert _code(reply) == (401, "session_missing")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_session(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    client = stage.signed_in(stage_.ENTERPRISE)
    monkeypatch.setattr(clock, "offset", timedelta(hours=7, minutes=59))
    stage.services.answers["ListFilings"] = {"rows": [], "total": 0, "page": 1, "per_page": 20}
    assert client.get("/api/v1/filings").status_code == 200
    monkeypatch.setattr(clock, "offset", timedelta(hours=8, seconds=1))
    assert _code(client.get("/api/v1/filings")) == (401, "session_expired")


def test_an_expired_session_does_not_keep_anybody_from_signing_in(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = stage.signed_in(stage_.ENTERPRISE)
    monkeypatch.setattr(clock, "offset", timedelta(days=30))
    stage.services.answers["SignIn"] = NotAllowed("sign_in_failed")
    assert _code(client.post("/api/v1/sessions", json=SIGN_IN)) == (401, "sign_in_failed")


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_tampered_token(stage: Stage, part: int) -> None:
    parts = stage.gateway.sessions.issue(stage_.PERSON).token.split(".")
    middle = len(parts[part]) // 2
    parts[part] = parts[part][:middle] + ("A" if parts[part][middle] != "A" else "B") + parts[part][middle + 1 :]
    reply = stage.anyone(authorization=f"Bearer {'.'.join(parts)}").get("/api/v1/filings")
    assert _code(reply) == (401, "session_invalid")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer 张", "x"])
def test_what_is_no_token(stage: Stage, header: str) -> None:
    header = header.encode("utf-8").decode("latin-1")
    assert _code(stage.anyone(authorization=header).get("/api/v1/filings")) == (401, "session_invalid")


def test_a_token_that_says_it_needs_no_signature() -> None:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"iss": "zhuce", "sub": "x", "exp": 2**40, "actor": {"kind": "operator", "account_id": "x"}}
    token = f"{part({'alg': 'none'})}.{part(claims)}."
    with pytest.raises(Refused, match="session_invalid"):
        Sessions(KEY).read(token)


def test_a_token_of_another_key() -> None:
    with pytest.raises(Refused, match="session_invalid"):
        Sessions(KEY).read(Sessions(b"q" * 32).issue(samples.PERSON).token)


@pytest.mark.parametrize("kind", ["system", "anonymous"])
def test_nobody_signs_in_as_the_product_itself(kind: str) -> None:
    actor = Actor.model_validate({"kind": kind, "account_id": kind})
    with pytest.raises(Refused, match="session_invalid"):
        Sessions(KEY).read(Sessions(KEY).issue(actor).token)


def test_a_token_is_good_until_its_time_is_over() -> None:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
    token = Sessions(KEY, 1.0, lambda: now).issue(samples.PERSON).token
    assert Sessions(KEY, 1.0, lambda: now + timedelta(minutes=59)).read(token).actor == samples.PERSON
    with pytest.raises(Refused, match="session_expired"):
        Sessions(KEY, 1.0, lambda: now + timedelta(minutes=60)).read(token)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: session_key({"DATA": str(tmp_path)}), range(32)))
    assert len(keys) == 1
    kept = tmp_path / "keys" / "session"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_key_may_be_given_but_not_a_short_one(tmp_path: Path) -> None:
    assert session_key({"DATA": str(tmp_path), "SESSION_KEY": "z" * 40}) == b"z" * 40
    with pytest.raises(ValueError, match="32"):
        session_key({"DATA": str(tmp_path), "SESSION_KEY": "short"})


def test_confirming_the_phone_signs_the_person_in(stage: Stage) -> None:
    stage.services.answers["GetPerson"] = stage_.person()
    path = f"/api/v1/persons/{samples.PERSON_ID}/phone-confirmation"
    reply = stage.anyone().post(path, json={"code": "123456"})
    assert reply.status_code == 201
    assert reply.get_json()["actor"]["kind"] == "person"
    signed_in = stage.gateway.sessions.read(reply.get_json()["token"])
    assert signed_in.actor.person_id == samples.PERSON_ID


def test_a_wrong_code_gives_no_session(stage: Stage) -> None:
    stage.services.answers["ConfirmPhone"] = Refused("code_wrong")
    path = f"/api/v1/persons/{samples.PERSON_ID}/phone-confirmation"
    reply = stage.anyone().post(path, json={"code": "123456"})
    assert _code(reply) == (422, "code_wrong")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/sessions", SIGN_IN),
        (f"/api/v1/persons/{samples.PERSON_ID}/phone-confirmation", {"code": "123456"}),
        (f"/api/v1/enterprises/{samples.ENTERPRISE_ID}/phone-confirmation", {"code": "123456"}),
    ],
)
def test_every_guess_counts_as_a_new_attempt(stage: Stage, path: str, body: dict[str, str]) -> None:
    for name in ("SignIn", "ConfirmPhone", "ConfirmEnterprisePhone"):
        stage.services.answers[name] = Refused("code_wrong")
    client = stage.anyone(idempotency_key="the-same")
    client.post(path, json=body)
    client.post(path, json=body)
    first, second = (message.meta.command_id for message in stage.services.sent)  # type: ignore[attr-defined]
    assert first != second
