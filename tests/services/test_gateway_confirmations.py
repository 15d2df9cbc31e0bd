"""Parties say yes or no to a filing, one or many at once; whoever was not asked yet does not see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import NotAllowed, NotFound, Refused, Stale, Unavailable
from contracts.filing import Attachment, ConfirmationView, ConfirmFiling, DeclineFiling, PartyRef
from contracts.message import Actor
from contracts.query import CertificateRow
from tests import samples
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage

FILING = f"/api/v1/filings/{samples.FILING_ID}"
FORMER = on.with_account(samples.OTHER_ENTERPRISE)
SEEN = {"If-Match": '"7"'}
IDS = [str(UUID(int=n)) for n in range(1, 21)]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def waiting(status: str, **changes: Any) -> Any:
    former = ConfirmationView(
        by="former_enterprise", person_id=None, enterprise_id=samples.OTHER_ENTERPRISE.enterprise_id, status=status
    )  # type: ignore[arg-type]
    return on.filing(status="awaiting_confirmation", submitted_on=None, confirmations=(former,), **changes)


@pytest.mark.parametrize(
    ("status", "seen"), [("waiting", 404), ("asked", 200), ("confirmed", 200), ("declined", 200), ("timed_out", 200)]
)
def test_a_party_sees_the_filing_from_the_moment_it_is_asked(stage: Stage, status: str, seen: int) -> None:
    stage.services.answers["GetFiling"] = waiting(status)
    reply = stage.signed_in(FORMER).get(FILING)
    assert reply.status_code == seen, reply.text
    assert stage.signed_in(on.ENTERPRISE).get(FILING).status_code == 200


@pytest.mark.parametrize("official", [on.OFFICER, on.AUDITOR])
def test_the_authority_sees_nothing_while_parties_are_asked(stage: Stage, official: Actor) -> None:
    stage.services.answers["GetFiling"] = waiting("asked")
    assert stage.signed_in(official).get(FILING).status_code == 404


def test_a_party_agrees_or_says_why_not(stage: Stage) -> None:
    client = stage.signed_in(FORMER)
    assert client.post(f"{FILING}/confirmation", json={"commitment_accepted": True}, headers=SEEN).status_code == 200
    given = stage.services.last
    assert isinstance(given, ConfirmFiling) and given.commitment_accepted and given.meta.actor == FORMER
    assert client.post(f"{FILING}/refusal", json={"reason": "尚未解除劳动合同"}, headers=SEEN).status_code == 200
    given = stage.services.last
    assert isinstance(given, DeclineFiling) and given.meta.reason == "尚未解除劳动合同"
    assert given.meta.expected_version == 7
    assert client.post(f"{FILING}/refusal", json={}, headers=SEEN).get_json()["problems"][0]["field"] == "reason"
    assert client.post(f"{FILING}/withdrawal", json={}).status_code == 200


@pytest.mark.parametrize("act", ["confirmation", "refusal"])
@pytest.mark.parametrize("seen", [{}, {"If-Match": "*"}])
def test_only_to_what_it_has_seen(stage: Stage, act: str, seen: dict[str, str]) -> None:
    before = len(stage.services.sent)
    reply = stage.signed_in(FORMER).post(f"{FILING}/{act}", json={"reason": "尚未解除劳动合同"}, headers=seen)
    assert (reply.status_code, reply.get_json()["code"]) == (428, "if_match_missing"), reply.text
    assert len(stage.services.sent) == before
    stage.services.answers |= {"ConfirmFiling": Stale.at(7, 9), "GetFiling": waiting("asked")}
    reply = stage.signed_in(FORMER).post(f"{FILING}/confirmation", json={}, headers=SEEN)
    assert (reply.status_code, reply.get_json()["code"]) == (412, "stale_version")
    stage.services.answers["GetFiling"] = waiting("waiting")
    reply = stage.signed_in(FORMER).post(f"{FILING}/confirmation", json={}, headers=SEEN)
    assert (reply.status_code, reply.get_json()["code"]) == (404, "filing_not_found"), "nor does it learn that it is there"


def test_who_was_told_without_a_say_sees_what_it_is_and_no_papers(stage: Stage) -> None:
    told = PartyRef(by="enterprise", enterprise_id=FORMER.enterprise_id)
    form = {"specialty": "building", "phone": "13900000009"}
    paper = Attachment(attachment="portrait", file=samples.file())
    on_record = {"holder_resident_id": samples.RESIDENT_ID, "holder_name": samples.NAME, "status": "valid"}
    about = {"certificate_id": on.CREDENTIAL_ID, "credential": "constructor-2", "number": "湘2432026202600001", **on_record}
    view = on.filing(informs=(told,), form=form, attachments=(paper,), certificate=about, filer=None)
    stage.services.answers["GetFiling"] = view
    client = stage.signed_in(FORMER)
    seen = client.get(FILING)
    assert seen.status_code == 200, seen.text
    found = seen.get_json()
    assert (found["number"], found["status"], found["form"]) == (view.number, "submitted", {"specialty": "building"})
    assert (found["attachments"], found["subject"]) == ([], None)
    assert found["certificate"]["holder_name"] == samples.NAME and "13900000009" not in seen.text
    assert samples.RESIDENT_ID not in seen.text
    assert client.get(f"{FILING}/attachments/{paper.file.sha256}").status_code == 404
    assert client.get(f"{FILING}/application.pdf").status_code == 404
    assert stage.signed_in(on.ENTERPRISE).get(FILING).get_json()["form"] == form, "who files sees it whole"
    stranger = on.with_account(samples.OTHER_PERSON)
    assert stage.signed_in(stranger).get(FILING).status_code == 404


def test_to_whoever_is_no_party_it_is_not_there(stage: Stage) -> None:
    client, headers = stage.signed_in(FORMER), {"X-Request-ID": "one", **SEEN}
    stage.services.answers["ConfirmFiling"] = NotAllowed("not_a_party")
    foreign = client.post(f"{FILING}/confirmation", json={}, headers=headers)
    stage.services.answers["ConfirmFiling"] = NotFound.of("filing", samples.FILING_ID)
    missing = client.post(f"{FILING}/confirmation", json={}, headers=headers)
    assert (foreign.status_code, foreign.data) == (404, missing.data)


def answering(order: ConfirmFiling) -> Any:
    if str(order.filing_id) == IDS[1]:
        return Refused("not_awaiting_confirmation")
    if str(order.filing_id) == IDS[2]:
        return NotAllowed("not_a_party")
    return {"id": str(order.filing_id), "version": 9, "position": 40, "service": "filing"}


def test_many_at_once_are_told_line_by_line_and_one_refused_stops_no_other(stage: Stage) -> None:
    stage.services.answers["ConfirmFiling"] = answering
    items = [{"filing_id": one, "round": n + 1, "version": n} for n, one in enumerate(IDS)]
    reply = stage.signed_in(on.ENTERPRISE).post("/api/v1/confirmations", json={"items": items, "commitment_accepted": True})
    assert reply.status_code == 200, reply.text
    found = reply.get_json()
    assert (found["confirmed"], found["refused"]) == (18, 2)
    assert [one["filing_id"] for one in found["lines"]] == IDS
    assert [one["line"] for one in found["lines"]] == list(range(1, 21))
    assert [one["code"] for one in found["lines"] if one["code"]] == ["not_awaiting_confirmation", "filing_not_found"]
    assert all(one["words"] for one in found["lines"] if not one["confirmed"])
    assert reply.headers["Zhuce-Position"] == "filing:40"
    sent = [one for one in stage.services.sent if isinstance(one, ConfirmFiling)]
    assert {(one.round, one.meta.expected_version) for one in sent} == {(n + 1, n) for n in range(20)}
    assert all(one.commitment_accepted for one in sent)


def test_each_has_a_command_id_of_its_own_and_the_same_when_sent_again(stage: Stage) -> None:
    body, client = {"items": [{"filing_id": one, "round": 1} for one in IDS]}, stage.signed_in(on.ENTERPRISE)
    for _ in range(2):
        client.post("/api/v1/confirmations", json=body, headers={"Idempotency-Key": "march"})
    sent = [one.meta.command_id for one in stage.services.sent if isinstance(one, ConfirmFiling)]
    assert len(sent) == 40 and len(set(sent)) == 20
    client.post("/api/v1/confirmations", json=body, headers={"Idempotency-Key": "april"})
    assert len({one.meta.command_id for one in stage.services.sent if isinstance(one, ConfirmFiling)}) == 40


def test_once_the_service_is_away_the_rest_is_not_sent(stage: Stage) -> None:
    stage.services.answers["ConfirmFiling"] = Unavailable("service_unavailable")
    body = {"items": [{"filing_id": one, "round": 1} for one in IDS]}
    found = stage.signed_in(on.ENTERPRISE).post("/api/v1/confirmations", json=body).get_json()
    assert (found["confirmed"], found["refused"]) == (0, 20)
    assert {one["code"] for one in found["lines"]} == {"service_unavailable"}
    assert len([one for one in stage.services.sent if isinstance(one, ConfirmFiling)]) <= 8


@pytest.mark.parametrize("items", [[], [{"filing_id": IDS[0]}], [{"filing_id": IDS[0], "round": 1}] * 501])
def test_none_and_too_many_are_refused_and_what_was_not_seen(stage: Stage, items: list[Any]) -> None:
    reply = stage.signed_in(on.ENTERPRISE).post("/api/v1/confirmations", json={"items": items})
    assert reply.status_code == 422 and not [one for one in stage.services.sent if isinstance(one, ConfirmFiling)]


def test_eligibility_is_asked_in_the_name_of_the_one_who_asks(stage: Stage) -> None:
    stage.services.answers["CheckEligibility"] = on.eligibility()
    path = "/api/v1/matters/hunan/constructor-2-renewal/eligibility"
    query = {"name": samples.NAME, "resident_id": "11010519491231002X", "on": "2026-03-02"}
    reply = stage.signed_in(on.ENTERPRISE).get(path, query_string=query)
    assert reply.status_code == 200, reply.text
    assert reply.get_json()["rules"][0]["remedy"]
    asked = stage.services.last
    assert (asked.asker, asked.matter, asked.person_id) == (on.ENTERPRISE, "hunan/constructor-2-renewal", None)
    stage.signed_in(on.PERSON).get(path)
    assert stage.services.last.person_id == samples.PERSON_ID and stage.services.last.on is not None
    assert stage.anyone().get(path).status_code == 401


def test_a_person_picks_only_the_certificate(stage: Stage) -> None:
    number = {"certificate_number": "湘2432026202600001"}
    reply = stage.signed_in(on.PERSON).put(f"{FILING}/subject", json=number)
    assert reply.status_code == 200, reply.text
    picked = stage.services.last
    assert (picked.name, picked.certificate_number) == (None, "湘2432026202600001")


def test_an_enterprise_is_closed_with_a_reason(stage: Stage) -> None:
    path = f"/api/v1/enterprises/{samples.ENTERPRISE_ID}"
    body = {"closed_on": "2026-03-02", "reason": "破产,(2026)湘01破3号"}
    assert stage.signed_in(on.OFFICER).post(f"{path}/closure", json=body).status_code == 200
    assert stage.services.last.meta.reason == body["reason"]
    assert stage.signed_in(on.ENTERPRISE).post(f"{path}/closure", json=body).status_code == 403
    for act, day in (("qualification-loss", "lost_on"), ("qualification-recovery", "regained_on")):
        given = {day: "2026-03-02", "reason": "资质证书被撤销"}
        assert stage.signed_in(on.OPERATOR).post(f"{path}/{act}", json=given).status_code == 200
        assert str(getattr(stage.services.last, day)) == "2026-03-02"


def test_a_death_is_recorded_with_a_reason_for_a_person_of_the_place_and_taken_back(stage: Stage) -> None:
    path = f"/api/v1/persons/{samples.PERSON_ID}"
    body = {"died_on": "2026-03-02", "reason": "死亡医学证明"}
    stage.services.answers["ListParties"] = {"rows": [{}]}
    assert stage.signed_in(on.OFFICER).post(f"{path}/death", json=body).status_code == 200
    told = stage.services.last
    assert (told.NAME, str(told.died_on), told.meta.reason) == ("identity.RecordDeath.v1", "2026-03-02", body["reason"])
    assert stage.signed_in(on.OPERATOR).post(f"{path}/death-withdrawal", json={"reason": "同名有误"}).status_code == 200
    assert (stage.services.last.NAME, stage.services.last.meta.reason) == ("identity.WithdrawDeath.v1", "同名有误")
    assert stage.signed_in(on.PERSON).post(f"{path}/death", json=body).status_code == 403
    stage.services.answers["ListParties"] = {"rows": []}
    reply = stage.signed_in(on.OFFICER).post(f"{path}/death", json=body)
    assert (reply.status_code, reply.get_json()["code"]) == (403, "outside_jurisdiction")


def test_a_persons_certificates_are_told_with_their_usability(stage: Stage) -> None:
    row = {**on.credential().model_dump(mode="json"), "registration_type": None, "place": "430000"}
    row.update(issuer_name="湖南省住房和城乡建设厅", holder_name=samples.NAME, resident_id="11010519491231002X")
    row.update(person_id=str(samples.PERSON_ID), enterprise_id=None, enterprise_name=None, issues=1)
    known = {name: row[name] for name in CertificateRow.model_fields if name in row}
    stage.services.answers["ListCertificates"] = {"rows": [known], "total": 1, "page": 1, "per_page": 200}
    stage.services.answers["GetUsability"] = {"certificates": [on.usability(usability="unavailable", says="暂不可用")]}
    reply = stage.signed_in(on.PERSON).get(f"/api/v1/persons/{samples.PERSON_ID}/certificates")
    assert reply.status_code == 200, reply.text
    (one,) = reply.get_json()["certificates"]
    assert one["usability"]["says"] == "暂不可用" and one["certificate"]["credential_id"] == str(on.CREDENTIAL_ID)
    stranger = stage.signed_in(on.with_account(samples.OTHER_PERSON))
    assert stranger.get(f"/api/v1/persons/{samples.PERSON_ID}/certificates").status_code == 404
