"""Wrong numbers, wrong people, wrong files: refused with a code, in Chinese with a remedy, and with nothing lost or changed."""

from __future__ import annotations

import io
import os

import pytest
import requests
from PIL import Image

from demo import people, pictures
from demo.client import Api
from demo.steps import Steps
from tests.journeys.replies import field_of, refusal, unchanged


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
