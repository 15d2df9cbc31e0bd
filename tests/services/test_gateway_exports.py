"""A workbook is asked for with the list's own filters, handed out once, and not kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

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
    called = f"attachment; filename=\"{name.replace('_', '-')}-20260302.xlsx\"; filename*=UTF-8''{quote('电子证书')}-20260302.xlsx"
    assert (reply.headers["Content-Type"], reply.headers["Content-Disposition"]) == (CONTENT_TYPE, called)
    assert (stage.services.last.list, stage.services.last.viewer) == (name, on.ENTERPRISE)
    assert ("Zhuce-Truncated" in reply.headers) == (name == "filings")
    assert not list((tmp_path / "exports").iterdir()), "it holds personal data, and was fetched"


@pytest.mark.parametrize("name", get_args(ListName))
def test_its_filters_are_those_of_the_list(stage: Stage, name: str) -> None:
    paths = stage.anyone().get("/openapi/openapi.json").get_json()["paths"]
    listed, exported = (
        {one["name"] for one in paths[f"/api/v1/{name.replace('_', '-')}{end}"]["get"]["parameters"] if one.get("in") == "query"}
        for end in ("", ".xlsx")
    )
    assert exported == listed - {"page", "per_page", "after_row"} and len(exported) > 4


def test_its_filters_are_asked_for(stage: Stage) -> None:
    client = stage.signed_in(on.OFFICER)
    client.get("/api/v1/certificates.xlsx", query_string={"status": "valid", "part": "historical", "name": "张"})
    assert stage.services.last.filters == {"status": "valid", "part": "historical", "name": "张"}
    assert client.get("/api/v1/certificates.xlsx", query_string={"page": 2}).status_code == 422
    assert stage.anyone().get("/api/v1/certificates.xlsx").status_code == 401
    assert client.get("/api/v1/confirmations.xlsx").status_code == 403
