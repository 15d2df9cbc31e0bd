"""What becomes of people's certificates over HTTP: their enterprise closes; old ones are matched; usable or not, and who sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from demo import people
from demo.client import wait_for
from tests.journeys.cast import HUNAN, JIANGXI, Cast, Person, number_of, paper
from tests.journeys.every_matter import Journey
from tests.journeys.replies import refusal
from tests.journeys.test_parties_agree import told


def about(cast: Cast, person: Person, certificate: str) -> Any:
    return cast.held(person)[certificate]


def test_when_an_enterprise_closes_its_peoples_certificates_lapse_and_they_are_told(cast: Cast) -> None:
    firm = cast.new_firm()
    staff = [cast.person() for _ in range(2)]
    held = {}
    for person in staff:
        employment = cast.employ(person, firm)
        history = {"enterprise_name": firm.name, "enterprise_uscc": firm.uscc}
        held[person.person_id] = (cast.had(person, "constructor-2", ["building"], **history), employment)
    said = {"closed_on": cast.today().isoformat(), "reason": "破产,(2026)湘01破3号"}
    refusal(firm.api.send("POST", f"/enterprises/{firm.enterprise_id}/closure", json=said), 403, "not_for_this_actor")
    cast.officer("city", HUNAN).post(f"/enterprises/{firm.enterprise_id}/closure", said)
    for person in staff:
        certificate, employment = held[person.person_id]
        lapsed = wait_for(
            "失效",
            lambda who=person, one=certificate: (  # type: ignore[misc]
                found if (found := who.api.get(f"/certificates/{one}"))["status"] == "lapsed" else None
            ),
        )
        assert lapsed["ended_because"] == "employer_closed" and lapsed["ended_on"] == said["closed_on"]
        told(cast, person.phone, "依法失效")
        wait_for(
            "聘用结束",
            lambda who=person, one=employment: who.api.get(f"/employments/{one}")["status"] == "ended" or None,  # type: ignore[misc]
        )
    contract = firm.api.upload("contract.pdf", paper(), "application/pdf")["sha256"]
    again = {"name": staff[0].name, "resident_id": staff[0].resident_id, "enterprise_id": firm.enterprise_id}
    proposal = {**again, "contract_sha256": contract, "starts_on": "2026-01-01"}
    refusal(firm.api.send("POST", "/employments", json=proposal), 422, "enterprise_closed")


def test_an_old_certificate_is_matched_at_first_sign_in_and_public_only_when_normal(cast: Cast) -> None:
    number, resident_id = number_of("special-operation"), people.resident_id(place="360102")
    nobody = Person("", "张伟明", resident_id, "", cast.anyone)
    row = {"number": number, "name": nobody.name, "resident_id": resident_id, "scopes": [{"specialty": "01"}]}
    today = cast.today()
    days = {"granted_on": today - timedelta(days=700), "valid_until": today + timedelta(days=60)}
    cast.imported("special-operation", [{**row, **{name: day.isoformat() for name, day in days.items()}}])

    person = cast.person(resident_id)
    ((certificate, seen),) = wait_for("归集", lambda: cast.held(person).items() or None)
    assert (seen["usability"]["usability"], seen["usability"]["says"]) == ("new_archived", "新增归档")
    assert any(one["holds"] and one["says"] for one in seen["usability"]["reasons"])
    asked = {"name": person.name, "number": number}
    assert cast.anyone.get("/register", **asked)["certificates"] == []

    journey = Journey(cast, "jiangxi/special-operation-renewal")
    journey.person, journey.number, journey.credential_id = person, number, certificate
    journey.now = journey.before = cast.firm(JIANGXI)
    journey.scope = journey.wanted = "01"
    now = journey.filed().confirmed().examined().announced().took_effect()
    assert about(cast, person, certificate)["usability"]["usability"] == "normal"
    for way in (asked, {"name": person.name, "resident_id": resident_id}):
        (shown,) = cast.anyone.get("/register", **way)["certificates"]
        assert (shown["holder_name"], shown["status"], shown["identifier"]) == ("张**", "valid", now["identifier"])
    assert cast.anyone.get("/register", name="李四", number=number)["certificates"] == []
    address = f"/verifications/{now['identifier']}"
    assert cast.anyone.get(address)["usability"] == "normal"

    other = Journey(cast, "jiangxi/special-operation-cancellation")
    other.person, other.number, other.now, other.before = person, number, journey.now, journey.now
    other.scope = other.wanted = "01"
    other.filed()
    seen = about(cast, person, certificate)["usability"]
    assert seen["usability"] == "unavailable"
    assert "filing_open" in [one["code"] for one in seen["reasons"] if one["holds"]]
    refusal(cast.anyone.send("GET", address), 404, "certificate_not_public")
    page = cast.anyone.http.get(f"{cast.anyone.url}/verify/{now['identifier']}", timeout=30)
    assert page.status_code == 404 and "暂不可使用" in page.text and person.name not in page.text
    assert cast.anyone.get("/register", **asked)["certificates"] == []


def test_eligibility_is_told_beforehand_and_the_same_rule_refuses_later(cast: Cast) -> None:
    code, firm = "hunan/constructor-2-renewal", cast.new_firm()
    journey = Journey(cast, code)
    journey.now = journey.before = firm
    journey.person, journey.number = cast.person(), number_of("constructor-2")
    cast.employ(journey.person, firm)
    early = {"valid_until": (cast.today() + timedelta(days=200)).isoformat()}
    history = {"enterprise_name": firm.name, "enterprise_uscc": firm.uscc, "number": journey.number}
    who = {"name": journey.person.name, "resident_id": journey.person.resident_id}
    journey.credential_id = cast.had(journey.person, "constructor-2", ["building"], **history, **early)

    def failing() -> dict[str, Any]:
        answer = firm.api.get(f"{journey.path}/eligibility", **who)
        return {one["code"]: one for one in answer["rules"] if one["holds"] is False}

    told_before = failing()
    assert told_before.keys() == {"renewal_window_open"}
    rule = told_before["renewal_window_open"]
    assert rule["says"] and rule["remedy"] and "153号" in rule["legal_basis"] and rule["effective_from"] == "2007-03-01"
    filing = firm.api.post("/filings", {"matter": code})["id"]
    refusal(firm.api.send("PUT", f"/filings/{filing}/subject", json=who), 422, "subject_not_eligible", "renewal_window_open")

    cast.province.days_pass(130)
    assert failing() == {}
    journey.scope = journey.wanted = "building"
    journey.drafted().completed()
    said = {"lost_on": cast.today().isoformat(), "reason": "资质证书有效期届满未延续"}
    cast.officer("city", HUNAN).post(f"/enterprises/{firm.enterprise_id}/qualification-loss", said)
    assert "filer_fit" in failing()
    refused = firm.api.send("POST", f"/filings/{journey.filing_id}/submission", json={})
    problem = refused.json()
    assert refused.status_code == 422 and "filer_fit" in [one["code"] for one in problem["problems"]], problem
