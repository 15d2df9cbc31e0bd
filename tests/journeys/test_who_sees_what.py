"""People see what is theirs, officials what lies in their places, auditors everything there and change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from demo.client import Api
from demo.steps import Steps
from tests.journeys.product import Certified
from tests.journeys.replies import refusal, unchanged

_NOBODY = "00000000-0000-4000-8000-000000000000"
MADE_UP = {"sha256": "0" * 64, "stage": "acceptance", "kind": "portrait", "attachment": "portrait", "identifier": "none"}
MADE_UP |= {"service": "identity", "job": "notices", "view": "timeline", "round": "1", "year": "2027", "officer": _NOBODY}
MADE_UP |= {"case_id": _NOBODY, "objection_id": _NOBODY, "province": "hunan", "code": "constructor-2-initial"}


@pytest.fixture(scope="module")
def stranger(world: Steps) -> Steps:
    """Somebody verified with nothing to do with anybody, and another enterprise."""
    steps = world.with_another_person()
    steps.registered()
    steps.verified()
    steps.enterprise_registered()
    steps.enterprise_authenticated()
    return steps


def _theirs(certified: Certified) -> Iterator[tuple[str, str]]:
    """Addresses of one person's and one enterprise's things, each with what it is not found as."""
    steps, row = certified.steps, certified.row
    yield f"/filings/{steps.filing_id}", "filing"
    yield f"/filings/{steps.filing_id}/progress", "filing"
    yield f"/filings/{steps.filing_id}/application.pdf", "filing"
    yield f"/employments/{steps.employment_id}", "employment"
    yield f"/certificates/{row['credential_id']}", "credential"
    yield f"/certificates/{row['credential_id']}/document", "credential"


def test_everybody_concerned_sees_it(certified: Certified) -> None:
    for path, _ in _theirs(certified):
        for who in (certified.steps.person, certified.steps.enterprise, certified.steps.city, certified.steps.auditor):
            assert who.send("GET", path).status_code == 200, path


def test_to_others_it_does_not_exist(certified: Certified, stranger: Steps) -> None:
    for path, what in _theirs(certified):
        for who in (stranger.person, stranger.enterprise):
            refusal(who.send("GET", path), 404, f"{what}_not_found")
    person = f"/persons/{certified.steps.person_id}"
    for path in (person, f"{person}/history", f"{person}/files/portrait"):
        refusal(stranger.person.send("GET", path), 404, "person_not_found")
    refusal(stranger.enterprise.send("GET", f"/enterprises/{certified.steps.enterprise_id}"), 404, "enterprise_not_found")


def test_nothing_of_others_is_in_ones_lists(certified: Certified, stranger: Steps) -> None:
    for path in ("/filings", "/certificates", "/employments"):
        for who in (stranger.person, stranger.enterprise):
            page = who.get(path, per_page=200)
            assert (page["rows"], page["total"]) == ([], 0)


def test_to_others_it_cannot_be_changed_either(draft: Steps, stranger: Steps) -> None:
    path = f"/filings/{draft.filing_id}"
    with unchanged((draft.enterprise, path)):
        for method, at, body in (
            ("PATCH", f"{path}/form", {"penalties": "别人"}),
            ("POST", f"{path}/submission", {}),
            ("POST", f"{path}/commitment", {}),
            ("DELETE", path, {}),
        ):
            refusal(stranger.enterprise.send(method, at, json=body), 404, "filing_not_found")


def test_a_draft_is_the_filers_own_affair(draft: Steps) -> None:
    for who in (draft.city, draft.province, draft.auditor):
        refusal(who.send("GET", f"/filings/{draft.filing_id}"), 404, "filing_not_found")
        assert draft.filing_id not in [row["filing_id"] for row in who.get("/filings", per_page=200)["rows"]]


def test_an_officer_of_another_city_is_told_that_it_is_not_theirs(certified: Certified) -> None:
    steps = certified.steps
    for path in (f"/filings/{steps.filing_id}", f"/cases/{steps.case_id}", f"/persons/{steps.person_id}"):
        refusal(steps.other_city.send("GET", path), 403, "outside_jurisdiction")
    for path in ("/filings", "/cases", "/certificates", "/parties", "/employments"):
        assert steps.other_city.get(path)["rows"] == [], path


def test_an_auditor_of_another_city_sees_none_of_it(certified: Certified) -> None:
    steps = certified.steps
    elsewhere = steps.with_another_person()
    zhuzhou = elsewhere.operator.post(
        "/authorities",
        {"name": "株洲市住房和城乡建设局", "level": "city", "place": "430200"},
        **{"Idempotency-Key": "demo-zhuzhou"},
    )["id"]
    auditor = elsewhere.officer(zhuzhou, "az", "郑审计", [], auditor=True)
    refusal(auditor.send("GET", f"/persons/{steps.person_id}/history"), 403, "outside_jurisdiction")
    assert auditor.get("/cases")["rows"] == []


def test_an_auditor_reads_everything_in_the_place(certified: Certified) -> None:
    steps, auditor = certified.steps, certified.steps.auditor
    person, case = f"/persons/{steps.person_id}", f"/cases/{steps.case_id}"
    for path in (person, f"{person}/history", f"{person}/files/portrait", case, f"/enterprises/{steps.enterprise_id}"):
        assert auditor.send("GET", path).status_code == 200, path
    sha256 = auditor.get(case)["attachments"][0]["file"]["sha256"]
    assert auditor.send("GET", f"{case}/attachments/{sha256}").status_code == 200
    assert auditor.get("/feeds/certificates")["events"]
    for path in ("/filings", "/cases", "/certificates", "/qualifications", "/parties", "/employments"):
        assert auditor.get(path)["total"] >= 1, path


def _changes(who: Api) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in who.send("GET", "/openapi/openapi.json").json()["paths"].items():
        for method, operation in item.items():
            if method != "get":
                yield path, method, operation


def _reachable(path: str, steps: Steps) -> str:
    """The address with ids of things that are there."""
    ids = {"persons": steps.person_id, "enterprises": steps.enterprise_id, "employments": steps.employment_id}
    ids |= {"filings": steps.filing_id, "cases": steps.case_id}
    section = path.split("/")[3]
    made = path.replace("{id}", ids.get(section, steps.person_id))
    return re.sub(r"\{(\w+)\}", lambda found: MADE_UP[found[1]], made).removeprefix("/api/v1")


def test_an_auditor_changes_nothing(case: Steps) -> None:
    auditor, refused = case.auditor, 0
    looked_at = [(case.city, f"/cases/{case.case_id}"), (case.enterprise, f"/filings/{case.filing_id}")]
    with unchanged(*looked_at, (case.auditor, f"/persons/{case.person_id}")):
        for path, method, operation in _changes(auditor):
            if "auditor" in operation["x-actors"]:
                continue
            reply = auditor.send(method.upper(), _reachable(path, case), json={})
            refusal(reply, 403, "not_for_this_actor")
            refused += 1
    assert refused > 25


def test_what_is_open_to_an_auditor_is_open_to_anybody_or_their_own(world: Steps) -> None:
    allowed = {
        (method, path.removeprefix("/api/v1"))
        for path, method, operation in _changes(world.auditor)
        if "auditor" in operation["x-actors"]
    }
    own = {("put", "/account/password")}
    everybodys = {
        (method, path.removeprefix("/api/v1"))
        for path, method, operation in _changes(world.auditor)
        if "anonymous" in operation["x-actors"]
    }
    assert allowed == own | everybodys


def test_without_a_session_nothing_but_the_public_part(case: Steps) -> None:
    document = case.anyone.send("GET", "/openapi/openapi.json").json()
    asked = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if "anonymous" not in operation["x-actors"]:
                reply = case.anyone.send(method.upper(), _reachable(path, case), json={})
                refusal(reply, 401, "session_missing")
                asked += 1
    assert asked > 40
