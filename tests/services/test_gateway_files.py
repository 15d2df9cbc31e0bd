"""Files over HTTP: opened before they are accepted, attached by who brought them, handed out to who may see."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from contracts.message import derived_id
from services.kernel.filestore import MAX_BYTES
from tests import samples
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage

UPLOAD = "/api/v1/files?name="
FILING = f"/api/v1/filings/{samples.FILING_ID}"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def png(size: int = 40) -> bytes:
    kept = io.BytesIO()
    Image.effect_noise((size, size), 80).save(kept, "PNG")
    return kept.getvalue()


def pdf() -> bytes:
    kept = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(kept)
    return kept.getvalue()


PNG, PDF = png(), pdf()


@pytest.mark.parametrize(("data", "kind"), [(PNG, "image/png"), (PDF, "application/pdf")])
def test_a_file_comes_in(stage: Stage, data: bytes, kind: str) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post(f"{UPLOAD}毕业证书.x", data=data, content_type=kind)
    assert reply.status_code == 201, reply.text
    assert reply.get_json() == {
        "sha256": hashlib.sha256(data).hexdigest(),
        "name": "毕业证书.x",
        "content_type": kind,
        "size": len(data),
    }


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"", "image/png", 422, "file_empty"),
        (b"GIF89a" + b"x" * 100, "image/gif", 422, "file_type_unknown"),
        (PNG, "application/pdf", 422, "file_mislabelled"),
        (PNG[: len(PNG) // 2], "image/png", 422, "file_damaged"),
        (PDF[: len(PDF) // 2], "application/pdf", 422, "file_damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * (MAX_BYTES - 7), "image/png", 413, "file_too_large"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * (MAX_BYTES + 1_000_000), "image/png", 413, "file_too_large"),
    ],
)
def test_a_file_that_is_not_taken(stage: Stage, data: bytes, kind: str, status: int, code: str) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post(f"{UPLOAD}x", data=data, content_type=kind)
    assert (reply.status_code, reply.get_json()["code"]) == (status, code)
    assert not list((stage.store.root / "files").glob("*/*")) and not list(stage.store.root.glob("upload-*"))


def test_a_file_needs_a_name(stage: Stage) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post("/api/v1/files", data=PNG, content_type="image/png")
    assert [one["field"] for one in reply.get_json()["problems"]] == ["name"]


def test_only_who_brought_a_file_can_attach_it(stage: Stage) -> None:
    sha256 = stage.signed_in(on.ENTERPRISE).post(f"{UPLOAD}x.png", data=PNG).get_json()["sha256"]
    body = {"attachment": "portrait", "sha256": sha256}
    foreign = stage.signed_in(on.PERSON).post(f"{FILING}/attachments", json=body)
    assert (foreign.status_code, foreign.get_json()["code"]) == (404, "file_not_found")
    assert stage.services.sent == []
    own = stage.signed_in(on.ENTERPRISE).post(f"{FILING}/attachments", json=body)
    assert own.status_code == 201
    assert stage.services.last.file.content_type == "image/png"


def test_what_a_person_brought_before_verification_stays_theirs_afterwards(stage: Stage) -> None:
    stage.services.answers["GetPerson"] = on.person()
    confirm = f"/api/v1/persons/{samples.PERSON_ID}/phone-confirmation"
    first = stage.anyone().post(confirm, json={"code": "123456"}).get_json()
    account = first["actor"]["account_id"]
    # identity opens the person's account under this id when the real name is verified
    assert account == str(derived_id("person-account", samples.PERSON_ID))


def test_a_download_says_what_it_is(stage: Stage) -> None:
    file = stage.store.put(PDF, "聘用合同 (张).pdf")
    stage.services.answers["GetFiling"] = on.filing(attachments=({"attachment": "employment_contract", "file": file},))
    reply = stage.signed_in(on.OFFICER).get(f"{FILING}/attachments/{file.sha256}")
    assert (reply.status_code, reply.data) == (200, PDF)
    assert reply.headers["Content-Type"] == "application/pdf"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["ETag"] == f'"{file.sha256}"'
    disposition = reply.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E8%81%98%E7%94%A8%E5%90%88%E5%90%8C%20%28%E5%BC%A0%29.pdf" in disposition
    again = stage.signed_in(on.OFFICER).get(
        f"{FILING}/attachments/{file.sha256}", headers={"If-None-Match": reply.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_only_files_of_the_thing_itself_are_handed_out(stage: Stage) -> None:
    other = stage.store.put(PDF, "other.pdf")
    stage.services.answers["GetFiling"] = on.filing()
    reply = stage.signed_in(on.ENTERPRISE).get(f"{FILING}/attachments/{other.sha256}")
    assert (reply.status_code, reply.get_json()["code"]) == (404, "file_not_found")


def test_the_printed_form_and_the_certificate_have_names_for_people(stage: Stage) -> None:
    file = stage.store.put(PDF, "application.pdf")
    stage.services.answers.update(GetFiling=on.filing(), PrintFiling=file, GetCredential=on.credential(document=file))
    client = stage.signed_in(on.ENTERPRISE)
    printed = client.get(f"{FILING}/application.pdf")
    assert printed.data == PDF and "430100-2026-000001.pdf" in printed.headers["Content-Disposition"]
    document = client.get(f"/api/v1/certificates/{on.CREDENTIAL_ID}/document")
    assert document.data == PDF and "2432026202600001.pdf" in document.headers["Content-Disposition"]


def test_a_certificate_whose_document_is_still_being_made(stage: Stage) -> None:
    stage.services.answers["GetCredential"] = on.credential(document=None)
    reply = stage.signed_in(on.PERSON).get(f"/api/v1/certificates/{on.CREDENTIAL_ID}/document")
    assert (reply.status_code, reply.get_json()["code"]) == (404, "document_not_issued_yet")


def test_an_old_certificate_has_no_document_until_a_filing_issues_it_anew(stage: Stage) -> None:
    stage.services.answers["GetCredential"] = on.credential(document=None, identifier=None, origin="imported")
    reply = stage.signed_in(on.PERSON).get(f"/api/v1/certificates/{on.CREDENTIAL_ID}/document")
    assert (reply.status_code, reply.get_json()["code"]) == (404, "document_of_none")
    assert "尚无电子证书" in reply.get_json()["detail"]


def test_a_file_that_is_gone_from_the_store(stage: Stage) -> None:
    stage.services.answers["GetPerson"] = on.person(files={"portrait": samples.file()})
    reply = stage.signed_in(on.PERSON).get(f"/api/v1/persons/{samples.PERSON_ID}/files/portrait")
    assert (reply.status_code, reply.get_json()["code"]) == (404, "file_not_found")


def test_anybody_can_have_a_pdf_checked(stage: Stage) -> None:
    stage.services.answers["VerifyDocument"] = {
        "genuine": False,
        "intact": False,
        "trusted": False,
        "recorded": False,
        "signer": None,
        "signed_at": None,
        "algorithm": None,
        "problems": ["unsigned"],
        "credential": None,
    }
    reply = stage.anyone().post("/api/v1/verifications?name=c.pdf", data=PDF, content_type="application/pdf")
    assert (reply.status_code, reply.get_json()["problems"]) == (200, ["unsigned"])
    assert stage.services.last.sha256 == hashlib.sha256(PDF).hexdigest()
    cut = stage.anyone().post("/api/v1/verifications?name=c.pdf", data=PDF[:200], content_type="application/pdf")
    assert cut.status_code == 200, "a damaged one is evidence too"
    text = stage.anyone().post("/api/v1/verifications?name=c.pdf", data=b"text", content_type="application/pdf")
    assert (text.status_code, text.get_json()["code"]) == (422, "file_type_unknown")
