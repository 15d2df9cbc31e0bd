"""Requests that come twice, too late, out of order, from the wrong person, or cannot be read: refused, and nothing changed."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
import requests

from demo.client import Api
from demo.steps import MATTER, Steps
from tests.journeys.product import Certified
from tests.journeys.replies import field_of, refusal, unchanged

JSON = {"Content-Type": "application/json"}


def path_of(steps: Steps) -> str:
    return f"/filings/{steps.filing_id}"


# -- commands given twice, too late, out of order ------------------------------------------------------------


def test_submit_twice_gets_the_same_reply(case: Steps) -> None:
    with unchanged((case.enterprise, path_of(case)), (case.city, f"/cases/{case.case_id}")):
        first = case.enterprise.send("POST", f"{path_of(case)}/submission")
        second = case.enterprise.send("POST", f"{path_of(case)}/submission")
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (200, first.json())
    assert first.headers["ETag"] == second.headers["ETag"]
    assert case.enterprise.get(path_of(case))["round"] == 1


def test_a_stale_version(draft: Steps) -> None:
    version = draft.enterprise.get(path_of(draft))["version"]
    headers = {"If-Match": f'"{version - 1}"'}
    with unchanged((draft.enterprise, path_of(draft))):
        reply = draft.enterprise.send("PATCH", f"{path_of(draft)}/form", json={"penalties": "旧"}, headers=headers)
    assert str(version) in refusal(reply, 412, "stale_version")["detail"]


def _decide(who: Api, case: Steps, stage: str) -> requests.Response:
    return who.send("POST", f"/cases/{case.case_id}/stages/{stage}/passing", json={"opinion": "同意"})


def test_an_officer_of_another_city(case: Steps) -> None:
    with unchanged((case.city, f"/cases/{case.case_id}")):
        refusal(_decide(case.other_city, case, "acceptance"), 403, "outside_jurisdiction")
        refusal(case.other_city.send("GET", f"/cases/{case.case_id}"), 403, "outside_jurisdiction")
    assert case.other_city.get("/cases", filing_id=case.filing_id)["rows"] == []


@pytest.mark.parametrize(("who", "stage"), [("province", "second"), ("city", "preliminary")])
def test_a_stage_skipped(case: Steps, who: str, stage: str) -> None:
    with unchanged((case.city, f"/cases/{case.case_id}")):
        refusal(_decide(getattr(case, who), case, stage), 422, "stage_out_of_order")


def test_a_case_publicised_or_announced_before_it_was_examined(case: Steps) -> None:
    with unchanged((case.city, f"/cases/{case.case_id}")):
        reply = case.province.send("POST", f"/cases/{case.case_id}/publicity")
        refusal(reply, 422, "stages_remain")
        body = {"document_number": "湘建建公告〔2026〕0号"}
        assert case.province.send("POST", f"/cases/{case.case_id}/announcement", json=body).status_code == 422


# -- requests that cannot be read ----------------------------------------------------------------------------


def test_an_unknown_field_in_the_form(draft: Steps) -> None:
    with unchanged((draft.enterprise, path_of(draft))):
        body = {"penalties": "此项不应保存", "favourite_colour": "红"}
        reply = draft.enterprise.send("PATCH", f"{path_of(draft)}/form", json=body)
        problem = refusal(reply, 422, "form_invalid", about="unknown_field")
    assert field_of(problem, "unknown_field") == "favourite_colour"


@pytest.mark.parametrize("where", ["json", "params"])
def test_an_unknown_field_in_a_request(draft: Steps, where: str) -> None:
    fields: dict[str, Any] = {where: {"matter": MATTER, "colour": "red"}}
    before = draft.enterprise.get("/filings")["total"]
    reply = draft.enterprise.send("POST" if where == "json" else "GET", "/filings", **fields)
    problem = refusal(reply, 422, "invalid_request", about="unknown_field")
    assert field_of(problem, "unknown_field") == "colour"
    assert draft.enterprise.get("/filings")["total"] == before


@pytest.mark.parametrize(
    "body",
    [
        b'{"penalties": ',
        b"penalties=none",
        b'{"penalties": NaN}',
        b'{"penalties": "a", "penalties": "b"}',
        b'{"penalties": "\xff\xfe"}',
        b"",
        b"[" * 10_000,
    ],
    ids=["cut", "a form", "NaN", "a key twice", "not UTF-8", "nothing", "deep"],
)
def test_json_that_is_not_json(draft: Steps, body: bytes) -> None:
    with unchanged((draft.enterprise, path_of(draft))):
        reply = draft.enterprise.send("PATCH", f"{path_of(draft)}/form", data=body, headers=JSON)
        refusal(reply, 400, "not_json")


def test_json_that_is_no_object(draft: Steps) -> None:
    reply = draft.enterprise.send("PATCH", f"{path_of(draft)}/form", data=b'["penalties"]', headers=JSON)
    refusal(reply, 400, "not_an_object")


def test_text_that_no_database_keeps(draft: Steps) -> None:
    with unchanged((draft.enterprise, path_of(draft))):
        reply = draft.enterprise.send("PATCH", f"{path_of(draft)}/form", json={"penalties": "a\x00b"})
        refusal(reply, 400, "unreadable_text")


def test_a_body_that_does_not_say_it_is_json(draft: Steps) -> None:
    reply = draft.enterprise.send("POST", "/filings", data="{}", headers={"Content-Type": "text/plain"})
    refusal(reply, 415, "content_type_not_json")


def test_an_address_that_does_not_exist(draft: Steps) -> None:
    refusal(draft.enterprise.send("GET", "/certificats"), 404, "route_not_found")
    refusal(draft.enterprise.send("GET", f"/filings/{uuid4()}"), 404, "filing_not_found")


# -- documents and sessions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_tampered_pdf(certified: Certified, where: float) -> None:
    tampered = bytearray(certified.pdf)
    tampered[int(len(tampered) * where)] ^= 1
    found = certified.steps.checked(bytes(tampered), "tampered.pdf")
    assert found["genuine"] is False and found["problems"]


def test_a_pdf_with_something_added_after_signing(certified: Certified) -> None:
    with pikepdf.open(io.BytesIO(certified.pdf)) as opened:
        opened.add_blank_page()
        added = io.BytesIO()
        opened.save(added)
    found = certified.steps.checked(added.getvalue(), "longer.pdf")
    assert found["genuine"] is False and found["problems"]
    appended = certified.steps.checked(certified.pdf + b"\n% and one thing more\n%%EOF\n", "appended.pdf")
    assert appended["genuine"] is False and appended["problems"]


def test_an_expired_session(draft: Steps) -> None:
    draft.city.get("/session")
    token = str(draft.city.http.headers["Authorization"]).removeprefix("Bearer ")
    kept = Api(draft.url, token)
    kept.get("/session")
    draft.anyone.post("/development/clock", {"advance_days": 1})
    reply = kept.send("GET", "/cases")
    refusal(reply, 401, "session_expired")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    with unchanged((draft.enterprise, path_of(draft))):
        stolen = {"Authorization": f"Bearer {token[:-4]}AAAA"}
        refusal(draft.anyone.send("POST", f"{path_of(draft)}/submission", headers=stolen), 401, "session_invalid")
        refusal(draft.anyone.send("POST", f"{path_of(draft)}/submission"), 401, "session_missing")


def test_a_password_guessed_again_and_again(newcomer: Steps) -> None:
    guess = {"username": newcomer.resident_id, "password": "wrong-password"}
    replies = [newcomer.anyone.send("POST", "/sessions", json=guess) for _ in range(6)]
    refusal(replies[0], 401, "sign_in_failed")
    refusal(replies[-1], 429, "account_locked")
    assert replies[-1].headers["Retry-After"] == str(15 * 60)
