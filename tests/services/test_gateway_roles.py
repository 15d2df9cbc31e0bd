"""Who may call what: every route says so, and the table below is what each is meant to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from services.gateway.openapi import METHODS
from services.gateway.routes import declared
from tests.services.gateway_stage import ACTORS, Stage

PUBLIC = "anonymous person enterprise officer auditor operator subscriber"
SIGNED_IN = "person enterprise officer auditor operator subscriber"
SEEN = "person enterprise officer auditor"
TABLE = {
    "sessions.sign_in": PUBLIC,
    "sessions.who_am_i": SIGNED_IN,
    "sessions.change_password": SIGNED_IN,
    "authorities.establish_authority": "operator",
    "authorities.get_authority": "operator officer auditor",
    "authorities.appoint_officer": "operator officer",
    "authorities.open_subscriber": "operator",
    "authorities.load_qualifications": "operator officer",
    "persons.register_person": PUBLIC,
    "persons.send_phone_code": PUBLIC,
    "persons.confirm_phone": PUBLIC,
    "persons.verify_real_name": "person officer",
    "persons.complete_details": "person",
    "persons.attach_file": "person",
    "persons.get_file": "person officer auditor",
    "persons.get_person": "person officer auditor",
    "persons.get_history": "person officer auditor operator",
    "persons.record_death": "officer operator",
    "persons.withdraw_death": "officer operator",
    "enterprises.register_enterprise": PUBLIC,
    "enterprises.send_phone_code": PUBLIC,
    "enterprises.confirm_phone": PUBLIC,
    "enterprises.attach_file": "enterprise",
    "enterprises.get_file": "enterprise officer auditor",
    "enterprises.authenticate": "officer",
    "enterprises.get_enterprise": "enterprise officer auditor",
    "enterprises.close": "officer operator",
    "enterprises.lose_qualification": "officer operator",
    "enterprises.regain_qualification": "officer operator",
    "employments.propose": "person enterprise",
    "employments.list_employments": SEEN,
    "employments.get_employment": SEEN,
    "employments.get_contract": SEEN,
    "employments.accept": "person enterprise",
    "employments.decline": "person enterprise",
    "employments.end": "person enterprise",
    "files.upload": "person enterprise officer",
    "matters.list_matters": PUBLIC,
    "matters.get_matter": PUBLIC,
    "matters.check_eligibility": "person enterprise officer",
    "filings.draft": "person enterprise",
    "filings.list_filings": SEEN,
    "filings.get_filing": SEEN,
    "filings.pick_subject": "person enterprise",
    "filings.fill_form": "person enterprise",
    "filings.attach": "person enterprise",
    "filings.detach": "person enterprise",
    "filings.get_attachment": SEEN,
    "filings.accept_commitment": "person enterprise",
    "filings.submit": "person enterprise",
    "filings.delete_draft": "person enterprise",
    "filings.print_application": SEEN,
    "filings.get_progress": SEEN,
    "cases.list_cases": "officer auditor",
    "cases.get_case": "officer auditor",
    "cases.get_history": "officer auditor",
    "cases.get_attachment": "officer auditor",
    "cases.pass_stage": "officer",
    "cases.return_case": "officer",
    "cases.reject_case": "officer",
    "cases.publicise": "officer",
    "cases.announce": "officer",
    "cases.get_submission": "officer auditor",
    "documents.list_of_case": "officer auditor",
    "documents.get_of_case": "officer auditor",
    "documents.list_of_filing": SEEN,
    "documents.get_of_filing": SEEN,
    "cases.suspend_clock": "officer",
    "cases.resume_clock": "officer",
    "cases.extend_stage": "officer",
    "cases.escalate_case": "officer",
    "cases.hand_back_case": "officer",
    "cases.claim_case": "officer",
    "cases.release_case": "officer",
    "cases.assign_case": "officer",
    "desks.read_desks": "officer auditor",
    "desks.hand_out": "officer",
    "desks.record_absence": "officer",
    "desks.end_absence": "officer",
    "calendar.read_calendar": SIGNED_IN,
    "calendar.publish_year": "operator",
    "batches.start_batch": "officer",
    "batches.get_batch": "officer auditor",
    "spot_checks.draw_spot_check": "officer",
    "spot_checks.get_spot_check": "officer auditor",
    "spot_checks.record_inspection": "officer",
    "certificates.list_certificates": SEEN,
    "certificates.get_certificate": SEEN,
    "certificates.get_document": SEEN,
    "certificates.list_electronic": SEEN,
    "certificates.list_historical": SEEN,
    "certificates.get_usability": SEEN,
    "confirmations.confirm": "person enterprise",
    "confirmations.decline": "person enterprise",
    "confirmations.withdraw": "person enterprise",
    "confirmations.confirm_many": "person enterprise",
    "confirmations.list_confirmations": "person enterprise",
    "own.list_certificates": "person officer auditor",
    "own.get_information": "person enterprise officer auditor operator",
    "own.get_enterprise_home": "enterprise officer auditor operator",
    "own.list_registered_people": "enterprise officer auditor operator",
    "public_register.look_up": PUBLIC,
    "imports.begin_import": "operator officer",
    "imports.import_rows": "operator officer",
    "imports.check_rows": "operator officer",
    "imports.list_imports": "operator officer auditor",
    "imports.get_import": "operator officer auditor",
    "imports.undo_import": "operator officer",
    "exports.certificates": SEEN,
    "exports.electronic_certificates": SEEN,
    "exports.historical_certificates": SEEN,
    "exports.filings": SEEN,
    "exports.qualifications": "person enterprise officer auditor operator",
    "exports.confirmations": "person enterprise",
    "exports.registered_people": "enterprise officer auditor operator",
    "registers.list_qualifications": "person enterprise officer auditor operator",
    "registers.list_parties": "officer auditor operator",
    "public.list_publicity": PUBLIC,
    "public.list_announcements": PUBLIC,
    "public.list_gazette": PUBLIC,
    "public.look_up": PUBLIC,
    "public.check_document": PUBLIC,
    "objections.lodge": PUBLIC,
    "objections.get_receipt": PUBLIC,
    "objections.assign": "officer",
    "objections.answer": "officer",
    "objections.get_file": "officer auditor",
    "feeds.certificates": "subscriber auditor operator",
    "statistics.get_workload": "officer auditor operator",
    "status.get_status": "operator",
    "dead_letters.list_letters": "operator",
    "dead_letters.show_letter": "operator",
    "dead_letters.replay_letter": "operator",
    "dead_letters.replay_letters": "operator",
    "views.list_views": "operator",
    "views.get_rebuild": "operator",
    "views.rebuild": "operator",
    "development.read_messages": PUBLIC,
    "development.advance_clock": PUBLIC,
}
OPEN_PAGES = {
    "live",
    "ready",
    "metrics",
    "openapi_json",
    "openapi_page",
    "openapi_moved",
    "verify",
    "verify_any",
    "verify_file",
    "verify_any_file",
    "publicity_list",
    "publicity_case",
    "publicity_object",
    "objection_receipt",
    "gazette",
    "gazette_feed",
    "gazette_document",
}
VALUES = {
    "kind": "portrait",
    "stage": "acceptance",
    "sha256": "a" * 64,
    "attachment": "portrait",
    "province": "hunan",
    "code": "constructor-2-initial",
    "identifier": "1.2.156",
    "service": "identity",
    "view": "timeline",
    "year": 2027,
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("roles"), DEVELOPMENT=True)


def _requests(stage: Stage) -> Iterator[tuple[str, str, str]]:
    adapter = stage.app.url_map.bind("zhuce.test")
    for rule in stage.app.url_map.iter_rules():
        values = {name: VALUES.get(name, UUID(int=9)) for name in rule.arguments}
        for method in (m for m in rule.methods or () if m.lower() in METHODS):
            yield rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)


def test_every_route_says_who_may_call_it(stage: Stage) -> None:
    found = {rule.endpoint: declared(stage.app, rule.endpoint) for rule in stage.app.url_map.iter_rules()}
    assert found.keys() == TABLE.keys() | OPEN_PAGES
    for endpoint, route in found.items():
        assert route is not None, f"{endpoint} does not say who may call it"
        wanted = PUBLIC if endpoint in OPEN_PAGES else TABLE[endpoint]
        assert route.who == set(wanted.split()), endpoint


def test_a_route_that_says_nothing_is_closed(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    reply = stage.signed_in(ACTORS["operator"]).get("/forgotten")
    assert (reply.status_code, reply.get_json()["code"]) == (403, "route_undeclared")


@pytest.mark.parametrize("kind", ["anonymous", *ACTORS])
def test_whoever_is_not_named_is_turned_away_before_anything_is_asked(stage: Stage, kind: str) -> None:
    client = stage.anyone() if kind == "anonymous" else stage.signed_in(ACTORS[kind])
    client.get("/health/live")  # the first request of a development product asks for the time
    expected = (401, "session_missing") if kind == "anonymous" else (403, "not_for_this_actor")
    turned_away = 0
    for endpoint, method, path in _requests(stage):
        if endpoint not in TABLE or kind in TABLE[endpoint].split():
            continue
        sent = len(stage.services.sent) + len(stage.services.calls)
        reply = client.open(path, method=method, json={})
        assert (reply.status_code, reply.get_json()["code"]) == expected, f"{kind} {method} {path}"
        assert len(stage.services.sent) + len(stage.services.calls) == sent, f"{method} {path} asked a service"
        turned_away += 1
    assert turned_away > 10


@pytest.mark.parametrize("kind", ["anonymous", *ACTORS])
def test_whoever_is_named_is_let_in(stage: Stage, kind: str) -> None:
    client = stage.anyone() if kind == "anonymous" else stage.signed_in(ACTORS[kind])
    for endpoint, method, path in _requests(stage):
        if endpoint in TABLE and kind in TABLE[endpoint].split():
            reply = client.open(path, method=method, json={"not": "what it takes"})
            assert reply.status_code != 401, f"{kind} {method} {path}"
            code = (reply.get_json(silent=True) or {}).get("code") if reply.status_code >= 400 else None
            assert code != "not_for_this_actor", f"{kind} {method} {path}"


def test_development_routes_are_not_there_outside_development(tmp_path: Path) -> None:
    client = Stage(tmp_path).anyone()
    assert client.get("/api/v1/development/messages?phone=13900000000").status_code == 404
    assert client.post("/api/v1/development/clock", json={"advance_days": 1}).status_code == 404
