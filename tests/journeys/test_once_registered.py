"""Whoever has a certificate cannot be filed for as if they had none, and is told so before anything is typed."""

from __future__ import annotations

from demo.steps import MATTER
from tests.journeys.product import Certified
from tests.journeys.replies import refusal, unchanged


def test_a_second_initial_registration_is_refused_when_the_person_is_picked(certified: Certified) -> None:
    steps = certified.steps
    filing = f"/filings/{steps.enterprise.post('/filings', {'matter': MATTER})['id']}"
    subject = {"name": steps.name, "resident_id": steps.resident_id}
    with unchanged((steps.enterprise, filing), (steps.person, f"/certificates/{certified.row['credential_id']}")):
        reply = steps.enterprise.send("PUT", f"{filing}/subject", json=subject)
        problem = refusal(reply, 422, "subject_not_eligible", about="not_registered")
    (told,) = problem["problems"]
    assert told["detail"] == "所选人员已持有有效的二级建造师注册证书。已注册的人员不能再次申报初始注册,请改报相应的注册事项"
    assert steps.enterprise.get(filing)["subject"] is None


def test_the_certificate_is_there_once(certified: Certified) -> None:
    rows = certified.steps.person.get("/certificates")["rows"]
    assert [row["credential_id"] for row in rows] == [certified.row["credential_id"]]
