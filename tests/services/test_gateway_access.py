"""Everybody sees only what is theirs: to a party, a foreign thing is not there; to another city's officer, foreign."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.examples import example
from contracts.message import Actor
from tests import samples
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage

FILING = f"/api/v1/filings/{samples.FILING_ID}"
CASE = f"/api/v1/cases/{on.CASE_ID}"
CERTIFICATE = f"/api/v1/certificates/{on.CREDENTIAL_ID}"
PERSON = f"/api/v1/persons/{samples.PERSON_ID}"
ENTERPRISE = f"/api/v1/enterprises/{samples.ENTERPRISE_ID}"
EMPLOYMENT = f"/api/v1/employments/{samples.EMPLOYMENT_ID}"
STRANGER = on.with_account(samples.OTHER_PERSON)
RIVAL = on.with_account(samples.OTHER_ENTERPRISE)
OTHER_AUDITOR = on.AUDITOR.model_copy(update={"place": "360000"})


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.services.answers.update(
        GetFiling=on.filing(),
        GetCase=on.case(),
        GetCredential=on.credential(),
        GetPerson=on.person(),
        GetEnterprise=on.enterprise(),
        GetEmployment=on.employment(),
        ListParties=lambda question: {"rows": [{}] if question.viewer.place in ("430100", "430000") else []},
    )
    return stage


@pytest.mark.parametrize(
    ("path", "actor", "status"),
    [
        (FILING, on.ENTERPRISE, 200),
        (FILING, on.PERSON, 200),
        (FILING, on.OFFICER, 200),
        (FILING, on.AUDITOR, 200),
        (FILING, RIVAL, 404),
        (FILING, STRANGER, 404),
        (FILING, on.OTHER_OFFICER, 403),
        (FILING, OTHER_AUDITOR, 403),
        (CASE, on.OFFICER, 200),
        (CASE, on.AUDITOR, 200),
        (CASE, on.OTHER_OFFICER, 403),
        (CASE, OTHER_AUDITOR, 403),
        (CERTIFICATE, on.PERSON, 200),
        (CERTIFICATE, on.ENTERPRISE, 200),
        (CERTIFICATE, on.OFFICER, 200),
        (CERTIFICATE, on.AUDITOR, 200),
        (CERTIFICATE, STRANGER, 404),
        (CERTIFICATE, RIVAL, 404),
        (CERTIFICATE, on.OTHER_OFFICER, 403),
        (PERSON, on.PERSON, 200),
        (PERSON, STRANGER, 404),
        (PERSON, on.OFFICER, 200),
        (PERSON, on.OTHER_OFFICER, 403),
        (ENTERPRISE, on.ENTERPRISE, 200),
        (ENTERPRISE, RIVAL, 404),
        (ENTERPRISE, on.OFFICER, 200),
        (ENTERPRISE, on.OTHER_OFFICER, 403),
        (EMPLOYMENT, on.PERSON, 200),
        (EMPLOYMENT, on.ENTERPRISE, 200),
        (EMPLOYMENT, STRANGER, 404),
        (EMPLOYMENT, RIVAL, 404),
        (EMPLOYMENT, on.OFFICER, 200),
        (EMPLOYMENT, on.OTHER_OFFICER, 403),
    ],
)
def test_who_sees_it(stage: Stage, path: str, actor: Actor, status: int) -> None:
    reply = stage.signed_in(actor).get(path)
    assert reply.status_code == status, reply.text
    if status != 200:
        assert samples.NAME not in reply.text
        if status == 403:
            assert reply.get_json()["code"] == "outside_jurisdiction"


@pytest.mark.parametrize("actor", [on.OFFICER, on.AUDITOR])
def test_a_draft_is_the_filers_own_affair(stage: Stage, actor: Actor) -> None:
    stage.services.answers["GetFiling"] = on.filing(status="draft", round=0, number=None)
    assert stage.signed_in(actor).get(FILING).status_code == 404
    assert stage.signed_in(on.ENTERPRISE).get(FILING).status_code == 200


def test_a_foreign_filing_looks_exactly_like_one_that_is_not_there(stage: Stage) -> None:
    foreign = stage.signed_in(RIVAL).get(FILING, headers={"X-Request-ID": "one"})
    stage.services.answers["GetFiling"] = NotFound.of("filing", samples.FILING_ID)
    missing = stage.signed_in(RIVAL).get(FILING, headers={"X-Request-ID": "one"})
    assert (foreign.status_code, foreign.data) == (missing.status_code, missing.data)


def test_so_it_does_when_it_is_to_be_changed(stage: Stage) -> None:
    client = stage.signed_in(RIVAL)
    headers = {"X-Request-ID": "one"}
    stage.services.answers["SubmitFiling"] = NotAllowed("not_your_filing")
    foreign = client.post(f"{FILING}/submission", headers=headers)
    stage.services.answers["SubmitFiling"] = NotFound.of("filing", samples.FILING_ID)
    missing = client.post(f"{FILING}/submission", headers=headers)
    assert (foreign.status_code, foreign.data) == (404, missing.data)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("put", f"{PERSON}/details"),
        ("put", f"{PERSON}/files/portrait"),
        ("post", f"{PERSON}/verification"),
        ("get", f"{PERSON}/files/portrait"),
        ("get", f"{PERSON}/history"),
    ],
)
def test_a_persons_record_is_closed_to_others(stage: Stage, method: str, path: str) -> None:
    bodies = {
        "details": example("identity.CompletePersonDetails.v1").model_dump(mode="json")["details"],
        "portrait": {"sha256": "a" * 64},
        "verification": {"method": "liveness", "evidence": "clip"},
    }
    body = bodies.get(path.rpartition("/")[2]) if method != "get" else None
    reply = stage.signed_in(STRANGER).open(path, method=method.upper(), json=body)
    assert (reply.status_code, reply.get_json()["code"]) == (404, "person_not_found"), reply.text
    assert stage.services.sent == []


def test_lists_are_asked_for_in_the_name_of_the_one_who_asks(stage: Stage) -> None:
    page = {"rows": [], "total": 0, "page": 1, "per_page": 20}
    for path, question, actor in (
        ("/api/v1/filings", "ListFilings", on.ENTERPRISE),
        ("/api/v1/cases", "ListCases", on.OFFICER),
        ("/api/v1/certificates", "ListCertificates", on.PERSON),
        ("/api/v1/employments", "ListEmployments", on.PERSON),
        ("/api/v1/qualifications", "ListQualifications", on.ENTERPRISE),
        ("/api/v1/parties", "ListParties", on.AUDITOR),
    ):
        stage.services.answers[question] = page
        assert stage.signed_in(actor).get(path).status_code == 200
        assert stage.services.last.viewer == actor


def test_an_enterprise_proposes_for_itself_and_finds_the_person_by_name_and_number(stage: Stage) -> None:
    contract = samples.file("contract.pdf", "application/pdf")
    stage.store.claimed = lambda sha256, owner: contract  # type: ignore[method-assign]
    stage.services.answers["FindSubject"] = {"subject": {"person_id": str(samples.PERSON_ID)}, "filer": None}
    body = {
        "name": samples.NAME,
        "resident_id": "11010519491231002X",
        "contract_sha256": contract.sha256,
        "starts_on": "2026-01-01",
    }
    reply = stage.signed_in(on.ENTERPRISE).post("/api/v1/employments", json=body)
    assert reply.status_code == 201, reply.text
    proposed = stage.services.last
    assert (proposed.person_id, proposed.enterprise_id) == (samples.PERSON_ID, samples.ENTERPRISE_ID)
    assert isinstance(proposed.employment_id, UUID)
