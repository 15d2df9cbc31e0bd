"""A workbook is asked for with the list's own filters, handed out once, and not kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from contracts.query import ExportList, ListName
from services.kernel.exports import CONTENT_TYPE, Exports
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)

    def made(question: ExportList) -> Any:
        with Exports(tmp_path).new() as (export_id, path):
            path.write_bytes(b"workbook")
        size = {"rows": 1, "size": 8, "truncated": question.list == "filings"}
        return {"export_id": str(export_id), "name": "电子证书-20260302.xlsx", **size, "behind": False}

    stage.services.answers["ExportList"] = made
    return stage


@pytest.mark.parametrize("name", get_args(ListName))
def test_every_list_has_a_workbook(stage: Stage, tmp_path: Path, name: str) -> None:
    reply = stage.signed_in(on.ENTERPRISE).get(f"/api/v1/{name.replace('_', '-')}.xlsx")
    assert (reply.status_code, reply.data) == (200, b"workbook"), reply.text
    assert reply.headers["Content-Type"] == CONTENT_TYPE and "xlsx" in reply.headers["Content-Disposition"]
    assert (stage.services.last.list, stage.services.last.viewer) == (name, on.ENTERPRISE)
    assert ("Zhuce-Truncated" in reply.headers) == (name == "filings")
    assert not list((tmp_path / "exports").iterdir()), "it holds personal data, and was fetched"


def test_its_filters_are_those_of_the_list(stage: Stage) -> None:
    client = stage.signed_in(on.OFFICER)
    client.get("/api/v1/certificates.xlsx", query_string={"status": "valid", "name": "张"})
    assert stage.services.last.filters == {"status": "valid", "name": "张"}
    assert client.get("/api/v1/certificates.xlsx", query_string={"page": 2}).status_code == 422
    assert stage.anyone().get("/api/v1/certificates.xlsx").status_code == 401
    assert client.get("/api/v1/confirmations.xlsx").status_code == 403
