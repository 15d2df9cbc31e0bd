"""What is sent and answered is what the API's description says: asked at random, by every kind of caller."""

from __future__ import annotations

from typing import Any, get_args

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from contracts.query import ListName, TurnCounts
from tests import samples
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage
from tests.services.test_gateway_batches import batch, check
from tests.services.test_gateway_openapi import DOCUMENT, stage

__all__ = ["stage"]  # fixture

LINE = {"line": 2, "code": "cell_blank", "column": "姓名", "params": {}}
AN_IMPORT = {
    "import_id": str(on.CASE_ID),
    "version": 3,
    "kind": "certificates",
    "status": "undone",
    "file_name": "二级建造师.xlsx",
    "file_sha256": "a" * 64,
    "lines": 2,
    "upto": 2,
    "made": 1,
    "repeated": 0,
    "refused": 1,
    "begun_at": "2026-03-02T09:00:00+08:00",
    "begun_by": "city",
    "authority_id": str(samples.CITY_ID),
    "place": "430100",
    "undo_reason": "清单有误",
    "undone_upto": 2,
    "withdrawn": 0,
    "kept": 1,
    "credential": "constructor-2",
    "problems": [LINE],
    "conflicts": [{"line": 1, "id": str(on.CREDENTIAL_ID), "code": "changed_since"}],
}


def _answering(stage: Stage) -> None:
    page = {"rows": [], "total": 0, "page": 1, "per_page": 20, "behind": False}
    listings = ("Filings", "Cases", "Certificates", "Qualifications", "Employments", "Parties", "Publicity")
    listings = (*listings, "Announcements", "Gazette", "Confirmations", "RegisteredPeople")
    stage.services.answers.update({f"List{name}": page for name in listings})
    stage.services.answers.update(
        ListCases={**page, "counts": [], "turn": dict.fromkeys(TurnCounts.model_fields, 0)},
        GetCaseHistory={"case_id": str(on.CASE_ID), "filing_id": str(on.CASE_ID), "steps": [], "behind": False},
        GetWorkload={"from_on": "2026-03-01", "until_on": "2026-03-31", "by": "authority", "rows": [], "behind": False},
        GetFiling=on.filing(),
        GetCase=on.case(),
        GetBatch=batch(),
        GetSpotCheck=check(),
        ReadDesks={
            "authority_id": str(samples.CITY_ID),
            "level": "city",
            "place": "430100",
            "unclaimed": 0,
            "desks": [],
        },
        HandOutCases={"handed_out": [], "waiting": []},
        GetCredential=on.credential(),
        GetUsability={"certificates": [on.usability()]},
        CheckEligibility=on.eligibility(),
        GetPersonalInformation=on.personal_information(),
        GetEnterpriseHome=on.enterprise_home(),
        FindPublic={"certificates": [on.public_credential().model_dump(mode="json")]},
        GetPerson=on.person(),
        GetEnterprise=on.enterprise(),
        GetEmployment=on.employment(),
        LookUpIdentifier=on.public_credential(),
        ListMatters=[],
        ReadFeed={"events": [], "next": 0},
        ReadCalendar={"packaged": [2004, 2026], "years": [], "known_until": 2026, "then": "refused"},
        ReadMessages=[],
        AdvanceClock={"offset_seconds": 0},
        GetAuthority={
            "authority_id": str(samples.CITY_ID),
            "version": 1,
            "name": "长沙市住房和城乡建设局",
            "level": "city",
            "place": "430100",
            "uscc": None,
        },
        GetPublicity={
            "case_id": str(on.CASE_ID),
            "number": "430100-2026-000001",
            "title": "二级建造师初始申报",
            "starts_on": "2026-03-02",
            "ends_on": "2026-03-16",
            "anonymous": True,
            "working_days": 10,
        },
        GetObjection={
            "objection_id": str(on.CASE_ID),
            "number": "430100-2026-000001-Y1",
            "case_number": "430100-2026-000001",
            "title": "二级建造师初始申报",
            "lodged_at": "2026-03-16T23:59:59+08:00",
            "due_on": "2026-03-30",
            "outcome": None,
            "answer": None,
            "answered_on": None,
        },
        FindSubject={"subject": {"person_id": str(samples.PERSON_ID)}, "filer": None},
        ListViews={"views": [{"view": "timeline", "state": "idle"}]},
        ReadRebuild={"view": "timeline", "state": "idle"},
        RebuildView={"view": "timeline", "state": "running"},
        LoadQualifications={"loaded": 0, "repeated": 0, "problems": []},
        ListImports={"imports": [AN_IMPORT]},
        GetImport=AN_IMPORT,
        ImportRows={"made": 1, "repeated": 0, "problems": [LINE], "upto": 2},
        CheckRows={"made": 1, "repeated": 0, "problems": [LINE]},
        SignIn={
            "account_id": on.ENTERPRISE.account_id,
            "actor": on.ENTERPRISE.model_dump(mode="json"),
            "name": "湖南岳麓建筑工程有限公司",
        },
    )
    stage.services.answers["WhoIs"] = stage.services.answers["SignIn"]
    for service in ("identity", "filing", "review", "certificate"):
        stage.services.answers[f"{service}.dead_letters"] = {"letters": [on.DEAD_LETTER], "total": 1}
        stage.services.answers[f"{service}.replay_dead_letters"] = {"jobs": [on.DEAD_LETTER["job"]], "left": 0}


UNSCRIPTED = (
    "matters_get_matter",
    "persons_get_history",
    "filings_get_progress",
    "filings_print_application",
    "files_upload",
    "public_check_document",
    *(f"exports_{name}" for name in get_args(ListName)),
)
"""Files, and answers that are whole documents of other services, which this stage does not make."""
schemathesis.checks.load_all_checks()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    *schemathesis.checks.CHECKS.get_by_names(
        ["status_code_conformance", "content_type_conformance", "response_schema_conformance"]
    ),
]


@pytest.mark.parametrize("kind", ["enterprise", "officer", "operator"])
def test_it_is_true(stage: Stage, kind: str) -> None:
    """Requests made from the description get replies that the description allows, and never a 500."""
    _answering(stage)
    token = stage.gateway.sessions.issue(on.ACTORS[kind]).token
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, stage.app)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        definition = operation.definition.raw
        if kind in definition["x-actors"] and definition["operationId"] not in UNSCRIPTED:
            _ask(operation, token)
            asked += 1
    assert asked > 10


def _ask(operation: Any, token: str) -> None:
    @settings(
        max_examples=4,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        reply = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(reply, checks=CHECKS)

    ask()
