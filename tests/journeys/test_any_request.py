"""Requests made from the API's own description, by everybody who may make them: none breaks the running product.

Every reply is one that the description allows: its status, its media type, its shape; errors are problem+json.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from demo.client import Api
from demo.pictures import make_letter_pdf, make_portrait
from demo.steps import Steps
from tests.journeys.product import Certified, employee, submitted

SECTIONS = (
    *("authorities", "batches", "calendar", "cases", "certificates", "desks", "development", "dead", "documents"),
    *("employments", "enterprises", "feeds", "files", "filings", "matters", "objections", "persons", "public"),
    *("registers", "sessions", "spot", "statistics", "status", "views", "confirmations", "exports", "imports", "own"),
)
DEEPER = int(os.environ.get("ZHUCE_FUZZ", "0"))
"""So many requests of a kind, and others at every run; without it a few, always the same."""
DOCUMENT = "/openapi/openapi.json"
NOT_HERE = {"development_advance_clock", "calendar_publish_year"}
"""They would move every other test's sessions a year ahead, and their deadlines to made-up days."""
NOT_REALLY = {"enterprises_close", "enterprises_lose_qualification"}
"""Asked for of enterprises that nobody knows only: every other test files for the one that there is."""

FILES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([make_letter_pdf("任意文件", ["样本"]), make_portrait("任意"), b"%PDF-1.7 cut", b"\xff\xd8\xff"]),
)
schemathesis.openapi.media_type("application/pdf", FILES, aliases=["image/jpeg", "image/png"])
schemathesis.checks.load_all_checks()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    *schemathesis.checks.CHECKS.get_by_names(
        ["status_code_conformance", "content_type_conformance", "response_schema_conformance"]
    ),
]


@pytest.fixture(scope="module")
def target(world: Steps) -> Steps:
    """A person, an enterprise and a case that may be changed at will."""
    return submitted(employee(world))


@pytest.fixture(scope="module")
def actors(target: Steps) -> dict[str, Api]:
    """One of each kind."""
    return {
        "anonymous": target.anyone,
        "person": target.person,
        "enterprise": target.enterprise,
        "officer": target.city,
        "auditor": target.auditor,
        "operator": target.operator,
        "subscriber": target.subscriber(),
    }


@pytest.fixture(scope="module")
def operations(target: Steps) -> list[Any]:
    """Every operation that the product describes."""
    schema = schemathesis.openapi.from_url(f"{target.url}{DOCUMENT}")
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
    return operations


def _name(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


def test_no_section_is_left_out(operations: list[Any]) -> None:
    assert {_name(operation).partition("_")[0] for operation in operations} == set(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_replies_are_as_described(
    target: Steps, certified: Certified, actors: dict[str, Api], operations: list[Any], section: str
) -> None:
    for who in actors.values():
        if who is not target.anyone:
            who.get("/session")  # signs in again where the session has run out meanwhile
    for operation in operations:
        if _name(operation).startswith(f"{section}_") and _name(operation) not in NOT_HERE:
            may = [who for kind, who in actors.items() if kind in operation.definition.raw["x-actors"]]
            assert may
            # What is open to everybody asks nobody who they are: two of them say as much as seven.
            there = _there(target, certified, operation.path) if _name(operation) not in NOT_REALLY else None
            _ask(operation, may[:2] if may[0] is target.anyone else may, there)


def _there(steps: Steps, certified: Certified, path: str) -> str | None:
    """The id of something that this address can be about."""
    ids = {"persons": steps.person_id, "enterprises": steps.enterprise_id, "employments": steps.employment_id}
    ids |= {"filings": steps.filing_id, "cases": steps.case_id, "certificates": certified.row["credential_id"]}
    return ids.get(path.split("/")[3])


def _ask(operation: Any, may: list[Api], there: str | None) -> None:
    @settings(
        max_examples=DEEPER or 4,
        deadline=None,
        database=None,
        derandomize=not DEEPER,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), real=st.booleans())
    def ask(case: Any, real: bool) -> None:
        if there is not None and real and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = there
        if "Zhuce-After" in (case.headers or {}):  # made up, it names what never comes: three seconds each
            case.headers["Zhuce-After"] = "filing:1,review:1"
        for who in may:
            session = {name: value for name, value in who.http.headers.items() if name == "Authorization"}
            reply = case.call(headers=session, timeout=30)
            case.validate_response(reply, checks=CHECKS)
            if reply.status_code >= 400:
                assert reply.headers["content-type"] == ["application/problem+json"]

    ask()


def test_the_product_is_whole_afterwards(target: Steps) -> None:
    ready = target.anyone.send("GET", "/health/ready")
    assert ready.status_code == 200 and ready.json()["ok"] is True, ready.text
