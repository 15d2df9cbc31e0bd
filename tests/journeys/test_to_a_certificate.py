"""The main job: a filing goes all the way, and everybody concerned can see the result, each their own part of it."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date, timedelta

import pypdfium2
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from contracts.certificate_feed import TYPE_DOCUMENT_ISSUED, TYPE_GRANTED
from contracts.identifiers import parse_certificate_identifier
from demo import checks
from tests.journeys.product import Certified


def test_the_filing_is_approved(certified: Certified) -> None:
    steps = certified.steps
    filing = steps.enterprise.get(f"/filings/{steps.filing_id}")
    assert (filing["status"], filing["round"], filing["reason"]) == ("approved", 1, None)
    assert filing["number"].isdigit() and filing["number"].startswith(filing["submitted_on"].replace("-", ""))
    assert filing["problems"] == []
    attached = {one["attachment"] for one in filing["attachments"]}
    assert {"portrait", "id_card_front", "id_card_back", "education_certificate", "commitment_letter"} <= attached


def test_the_filing_list_tells_the_whole_way_in_one_line(certified: Certified) -> None:
    steps = certified.steps
    rows = steps.enterprise.get("/filings", resident_id=steps.resident_id)["rows"]
    (row,) = [row for row in rows if row["filing_id"] == steps.filing_id]
    assert (row["status"], row["case_status"]) == ("approved", "approved")
    assert [(one["name"], one["level"], one["state"]) for one in row["stages"]] == [
        ("acceptance", "city", "passed"),
        ("preliminary", "city", "passed"),
        ("second", "province", "passed"),
    ]
    assert (row["person_name"], row["enterprise_name"]) == (steps.name, steps.enterprise_name)
    assert row["credential_id"] == certified.row["credential_id"] and row["document_issued_at"]
    assert row["announcement"].endswith(f"{steps.tag}号")


def test_progress_names_each_step_and_who_took_it(certified: Certified) -> None:
    steps = certified.steps
    told = steps.person.get(f"/filings/{steps.filing_id}/progress")["steps"]
    names = [one["event"].split(".")[1] for one in told]
    assert names[:3] == ["FilingDrafted", "FilingSubmitted", "CaseOpened"]
    assert [one["who"] for one in told if one["event"] == "review.StagePassed.v1"] == ["李初审", "李初审", "陈复审"]
    assert {"CasePublicised", "PublicityEnded", "CaseAnnounced", "CaseApproved"} <= set(names)
    assert {"CredentialGranted", "DocumentIssued"} <= set(names)
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)


def test_the_officers_see_a_finished_case(certified: Certified) -> None:
    steps = certified.steps
    case = steps.province.get(f"/cases/{steps.case_id}")
    assert case["status"] == "approved"
    (row,) = steps.city.get("/cases", filing_id=steps.filing_id)["rows"]
    assert (row["status"], row["applicant"]) == ("approved", steps.name)


def test_the_public_sees_publicity_and_announcement_without_personal_data(certified: Certified) -> None:
    steps = certified.steps
    number = f"湘建建公告〔2026〕{steps.tag}号"
    announced = steps.anyone.send("GET", "/announcements", params={"document_number": number})
    shown = [row for row in certified.publicised.json()["rows"] if row["case_id"] == steps.case_id]
    (row,) = [row for row in announced.json()["rows"] if row["case_id"] == steps.case_id]
    assert [one["masked_name"] for one in (*shown, row)] == ["张**", "张**"]
    assert row["enterprise_name"] == steps.enterprise_name
    for personal in (steps.name, steps.resident_id, steps.phone):
        assert personal not in certified.publicised.text and personal not in announced.text
    start, end = date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])
    assert end - start >= timedelta(days=11), "ten working days have a weekend in between"
    later = steps.anyone.get("/publicity", per_page=200)["rows"]
    assert steps.case_id not in [row["case_id"] for row in later]


def test_the_register_has_the_certificate(certified: Certified) -> None:
    steps, row = certified.steps, certified.row
    assert parse_certificate_identifier(row["identifier"]).version == 1
    assert row["identifier"].startswith("1.2.156.3005.2.11100000000013338W001.11430000006122244L.")
    assert re.fullmatch(r"湘2432025202\d{6}", row["registration_number"])
    assert (row["status"], row["holder_name"], row["resident_id"]) == ("valid", steps.name, steps.resident_id)
    start, end = date.fromisoformat(row["valid_from"]), date.fromisoformat(row["valid_until"])
    assert end == start.replace(year=start.year + 3) - timedelta(days=1)
    assert [one["label"] for one in row["scopes"]] == ["建筑工程"]
    for who in (steps.enterprise, steps.city, steps.province, steps.auditor):
        found = who.get("/certificates", identifier=row["identifier"])["rows"]
        assert [one["credential_id"] for one in found] == [row["credential_id"]]


def test_the_document_can_be_read_and_its_code_leads_to_the_page(certified: Certified) -> None:
    steps, row = certified.steps, certified.row
    shown = [steps.name, steps.enterprise_name, row["registration_number"], "建筑工程", "二级建造师注册证书"]
    assert checks.look_into(certified.pdf, expect=shown).pages == 1
    assert checks.address_in_qr_code(certified.pdf) == f"{steps.url}/verify/{row['identifier']}"
    assert hashlib.sha256(certified.pdf).hexdigest() == row["document"]["sha256"]


def test_the_document_carries_one_pades_signature_over_all_of_it(certified: Certified) -> None:
    (signature,) = PdfFileReader(io.BytesIO(certified.pdf)).embedded_signatures
    assert isinstance(signature, EmbeddedPdfSignature)
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]
    assert signature.evaluate_signature_coverage().name == "ENTIRE_FILE"


def test_anybody_can_have_the_document_checked(certified: Certified) -> None:
    found = certified.steps.checked(certified.pdf)
    assert {key: found[key] for key in ("genuine", "intact", "trusted", "recorded", "problems")} == {
        "genuine": True, "intact": True, "trusted": True, "recorded": True, "problems": [],
    }  # fmt: skip
    assert found["credential"]["identifier"] == certified.row["identifier"]
    assert found["algorithm"] and "湖南省住房和城乡建设厅" in found["signer"]
    assert certified.steps.name not in str(found) and certified.steps.resident_id not in str(found)


def test_the_filer_can_print_the_application_form(certified: Certified) -> None:
    steps = certified.steps
    printed = pypdfium2.PdfDocument(steps.enterprise.download(f"/filings/{steps.filing_id}/application.pdf"))
    text = "".join("".join(page.get_textpage().get_text_bounded() for page in printed).split())
    number = steps.enterprise.get(f"/filings/{steps.filing_id}")["number"]
    for wanted in ("二级建造师初始注册申请表", number, steps.name, steps.resident_id, "湖南大学", "建筑工程"):
        assert wanted in text


def test_another_province_receives_the_certificate_events(certified: Certified) -> None:
    steps, row = certified.steps, certified.row
    subscriber = steps.subscriber()
    page = subscriber.get("/feeds/certificates", after=0, limit=1000)
    granted, issued = [event for event in page["events"] if event["subject"] == row["identifier"]]
    assert (granted["type"], issued["type"]) == (TYPE_GRANTED, TYPE_DOCUMENT_ISSUED)
    assert granted["specversion"] == "1.0" and granted["position"] < issued["position"] <= page["next"]
    assert granted["data"]["holder_resident_id"] == steps.resident_id
    assert issued["data"]["sha256"] == row["document"]["sha256"]
    assert subscriber.get("/feeds/certificates", after=page["next"])["events"] == []
    one_by_one = subscriber.get("/feeds/certificates", after=granted["position"], limit=1)
    assert [event["id"] for event in one_by_one["events"]] == [issued["id"]]


def test_nothing_personal_was_written_to_the_log(certified: Certified, product: object) -> None:
    from demo.product import Running

    assert isinstance(product, Running) and product.log is not None
    steps, logged = certified.steps, product.log.read_text("utf-8")
    assert logged.count("\n") > 50
    for personal in (steps.name, steps.resident_id, steps.phone):
        assert personal not in logged
