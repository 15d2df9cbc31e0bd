"""Bad input, one test for each kind: refused with a code, in Chinese with a remedy, and with nothing lost or changed."""

from __future__ import annotations

import io
import os
from typing import Any
from uuid import uuid4

import pytest
import requests
from PIL import Image

from demo import people, pictures
from demo.client import Api
from demo.steps import MATTER, Steps
from tests.journeys.product import Certified
from tests.journeys.replies import field_of, refusal, unchanged

JSON = {"Content-Type": "application/json"}


def wrong_check_digit(number: str) -> str:
    """The same number with another last character."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def path_of(steps: Steps) -> str:
    return f"/filings/{steps.filing_id}"


# -- numbers -------------------------------------------------------------------------------------------------


def test_a_resident_id_with_a_wrong_check_digit(world: Steps) -> None:
    wrong = wrong_check_digit(people.resident_id())
    body = {"resident_id": wrong, "name": "王小明", "phone": people.phone()}
    reply = world.anyone.send("POST", "/persons", json=body)
    problem = refusal(reply, 422, "invalid_request", about="resident_id_check_digit")
    assert field_of(problem, "resident_id_check_digit") == "resident_id"
    assert wrong not in reply.text
    assert world.operator.get("/parties", number=wrong)["rows"] == []


def test_a_uscc_with_a_wrong_check_digit(world: Steps) -> None:
    wrong, username = wrong_check_digit(people.enterprise_code()), f"corp-{people.suffix()}"
    account = {"uscc": wrong, "mobile": people.phone(), "username": username, "password": people.password()}
    body = {**account, "details": people.enterprise_details("湖南错码建筑有限公司")}
    problem = refusal(world.anyone.send("POST", "/enterprises", json=body), 422, "invalid_request")
    assert field_of(problem, "uscc_check_digit") == "uscc"
    assert world.operator.get("/parties", name="湖南错码")["rows"] == []
    signing_in = {"username": username, "password": account["password"]}
    refusal(world.anyone.send("POST", "/sessions", json=signing_in), 401, "sign_in_failed")


def test_a_wrong_check_digit_in_a_list_is_told_by_its_line_and_the_others_are_loaded(world: Steps) -> None:
    common = {"name": "王小红", "credential": "constructor-2", "specialty": "building", "passed_year": 2025}
    good, wrong = people.resident_id(), wrong_check_digit(people.resident_id())
    items = [
        {**common, "number": f"ZG43{people.suffix()}{i}", "resident_id": rid, "obtained_on": "2025-03-01"}
        for i, rid in enumerate((good, wrong))
    ]
    report = world.operator.post("/qualification-lists", {"items": items})
    (problem,) = report["problems"]
    assert (report["loaded"], problem["line"], problem["code"]) == (1, 2, "resident_id_check_digit")
    assert "校验位" in problem["detail"]


# -- the person ----------------------------------------------------------------------------------------------


def _pick(draft: Steps, other: Steps) -> requests.Response:
    subject = {"name": other.name, "resident_id": other.resident_id}
    return draft.enterprise.send("PUT", f"{path_of(draft)}/subject", json=subject)


def test_an_unqualified_person_picked(world: Steps, draft: Steps) -> None:
    other = world.with_another_person()
    other.registered()
    other.verified()
    other.employed()
    with unchanged((draft.enterprise, path_of(draft))):
        problem = refusal(_pick(draft, other), 422, "subject_not_eligible", about="qualified")
    assert [one["code"] for one in problem["problems"]] == ["qualified"]


def test_an_unverified_person_picked(world: Steps, draft: Steps) -> None:
    other = world.with_another_person()
    other.qualified()
    other.registered()
    with unchanged((draft.enterprise, path_of(draft))):
        refusal(_pick(draft, other), 422, "subject_not_eligible", about="verified")


def test_a_person_picked_under_another_name(draft: Steps) -> None:
    body = {"name": "李某某", "resident_id": draft.resident_id}
    with unchanged((draft.enterprise, path_of(draft))):
        refusal(draft.enterprise.send("PUT", f"{path_of(draft)}/subject", json=body), 404, "subject_not_found")


# -- attachments ---------------------------------------------------------------------------------------------


def _upload(who: Api, name: str, data: bytes, content_type: str) -> requests.Response:
    return who.send("POST", "/files", params={"name": name}, data=data, headers={"Content-Type": content_type})


def _attach(draft: Steps, sha256: str, attachment: str = "education_certificate") -> requests.Response:
    body = {"attachment": attachment, "sha256": sha256}
    return draft.enterprise.send("POST", f"{path_of(draft)}/attachments", json=body)


def test_a_missing_attachment(draft: Steps) -> None:
    view = draft.enterprise.get(path_of(draft))
    (kept,) = [one["file"]["sha256"] for one in view["attachments"] if one["attachment"] == "education_certificate"]
    draft.enterprise.send("DELETE", f"{path_of(draft)}/attachments/education_certificate/{kept}")
    try:
        with unchanged((draft.enterprise, path_of(draft))):
            reply = draft.enterprise.send("POST", f"{path_of(draft)}/submission")
        problem = refusal(reply, 422, "filing_incomplete", about="attachment_missing")
        assert field_of(problem, "attachment_missing") == "education_certificate"
        foretold = draft.enterprise.get(path_of(draft))["problems"]
        assert [one["detail"] for one in foretold] == [one["detail"] for one in problem["problems"]]
    finally:
        assert _attach(draft, kept).status_code == 201
    assert draft.enterprise.get(path_of(draft))["problems"] == []


def test_an_attachment_larger_than_the_matter_allows(draft: Steps) -> None:
    noise = io.BytesIO()
    Image.frombytes("RGB", (1400, 1300), os.urandom(1400 * 1300 * 3)).save(noise, "PNG", compress_level=0)
    stored = _upload(draft.enterprise, "big.png", noise.getvalue(), "image/png").json()
    assert stored["size"] > 5 * 1024**2
    with unchanged((draft.enterprise, path_of(draft))):
        problem = refusal(_attach(draft, stored["sha256"]), 422, "attachment_invalid", about="file_too_large")
    assert "5 MB" in problem["problems"][0]["detail"]


def test_a_file_larger_than_any_may_be(draft: Steps) -> None:
    reply = _upload(draft.enterprise, "huge.pdf", b"%PDF-1.7\n" + bytes(20 * 1024**2), "application/pdf")
    assert "20 MB" in refusal(reply, 413, "file_too_large")["detail"]


def test_a_mislabelled_attachment(draft: Steps) -> None:
    pdf = pictures.make_letter_pdf("毕业证书(样本)", ["mislabelled"])
    refusal(_upload(draft.enterprise, "degree.jpg", pdf, "image/jpeg"), 422, "file_mislabelled")
    program = _upload(draft.enterprise, "degree.pdf", b"MZ\x90\x00 not a document", "application/pdf")
    refusal(program, 422, "file_type_unknown")


@pytest.mark.parametrize("kind", ["application/pdf", "image/jpeg", "image/png"])
def test_a_truncated_attachment(draft: Steps, kind: str) -> None:
    whole = {
        "application/pdf": pictures.make_letter_pdf("毕业证书(样本)", ["truncated"]),
        "image/jpeg": pictures.make_portrait("truncated"),
        "image/png": pictures.make_id_card("back"),
    }[kind]
    refusal(_upload(draft.enterprise, "cut", whole[: len(whole) // 2], kind), 422, "file_damaged")


def test_an_attachment_that_the_matter_does_not_ask_for(draft: Steps) -> None:
    pdf = pictures.make_letter_pdf("其他", ["not asked for"])
    sha256 = draft.enterprise.upload("other.pdf", pdf, "application/pdf")["sha256"]
    with unchanged((draft.enterprise, path_of(draft))):
        refusal(_attach(draft, sha256, "love_letter"), 422, "attachment_invalid", about="unknown_attachment")


def test_a_file_that_somebody_else_uploaded(draft: Steps) -> None:
    pdf = pictures.make_letter_pdf("毕业证书(样本)", ["somebody else's"])
    sha256 = draft.person.upload("degree.pdf", pdf, "application/pdf")["sha256"]
    with unchanged((draft.enterprise, path_of(draft))):
        refusal(_attach(draft, sha256), 404, "file_not_found")


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
    import pikepdf

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
