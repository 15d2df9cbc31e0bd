"""Each decision reaches the parties as a numbered, sealed document that anybody can verify, and nobody else can fetch."""

from __future__ import annotations

from typing import Any

from demo.client import Api, wait_for
from demo.steps import Steps
from tests.documents.sample import text_of
from tests.journeys.product import submitted
from tests.journeys.replies import refusal

NEEDS = "请写明近三年有无行政处罚"
ITEMS = [{"part": "field", "name": "penalties", "needs": NEEDS}]


def _document(api: Api, path: str, kind: str) -> dict[str, Any]:
    """The document of that kind, once it is printed."""

    def look() -> dict[str, Any] | None:
        documents: list[dict[str, Any]] = api.get(path)["documents"]
        return next((one for one in documents if one["kind"] == kind), None)

    return wait_for(f"the {kind} document is issued", look)


def test_what_is_to_be_corrected_is_told_in_a_letter(newcomer: Steps) -> None:
    steps = submitted(newcomer)
    of_case, of_filing = f"/cases/{steps.case_id}/documents", f"/filings/{steps.filing_id}/documents"
    seen = steps.city.get(f"/cases/{steps.case_id}")["version"]
    body = {"reason": "填报内容不完整。", "items": ITEMS}
    steps.city.post(f"/cases/{steps.case_id}/stages/acceptance/return", body)
    letter = _document(steps.enterprise, of_filing, "correction")
    assert letter["number"].startswith("湘建许补〔")
    assert steps.city.get(of_case) == steps.person.get(of_filing) == {"documents": [letter]}
    assert steps.city.get(f"/cases/{steps.case_id}")["version"] == seen + 1, "the letter is no change of the case"

    sha256 = letter["document"]["sha256"]
    replies = [api.send("GET", f"{path}/{sha256}") for api, path in ((steps.enterprise, of_filing), (steps.city, of_case))]
    pdf = replies[0].content
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[1].content == pdf
    for words in ("行政许可申请材料补正告知书", letter["number"], NEEDS, "逾期未补正的，视为放弃申请"):
        assert words in text_of(pdf), words

    headers = {"Content-Type": "application/pdf"}
    found = steps.anyone.send("POST", "/verifications?name=letter.pdf", data=pdf, headers=headers).json()
    assert (found["genuine"], found["problems"], found["credential"]) == (True, [], None)
    assert found["decision"]["number"] == letter["number"]
    refusal(steps.anyone.send("GET", f"{of_filing}/{sha256}"), 401, "session_missing")


def test_a_rejection_tells_what_can_be_done_against_it(newcomer: Steps) -> None:
    steps = submitted(newcomer)
    body = {"reason": "申请人不符合注册条件。", "legal_basis": "《注册建造师管理规定》第十五条"}
    steps.city.post(f"/cases/{steps.case_id}/stages/acceptance/rejection", body)
    of_filing = f"/filings/{steps.filing_id}/documents"
    letter = _document(steps.enterprise, of_filing, "refusal")
    text = text_of(steps.enterprise.send("GET", f"{of_filing}/{letter['document']['sha256']}").content)
    for words in (body["reason"], body["legal_basis"], "申请行政复议", "提起行政诉讼"):
        assert words in text, words
