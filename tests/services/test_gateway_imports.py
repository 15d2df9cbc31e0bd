"""Imports over HTTP: the same file goes on or, once undone, begins anew; each line in words; other places' do not exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.certificate.imports import BeginImport
from contracts.errors import NotFound, Refused
from contracts.identity import imports as qualifications
from contracts.imports import LineProblem
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage
from tests.services.test_gateway_as_described import AN_IMPORT

IMPORTS = "/api/v1/imports"
FILE = {"kind": "certificates", "credential": "constructor-2", "file_name": "名单.csv", "file_sha256": "c" * 64, "lines": 9}
ONE = f"{IMPORTS}/{AN_IMPORT['import_id']}"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path)
    made.services.answers["GetImport"] = _certificates_only
    return made


def _certificates_only(question: Any) -> Any:
    return NotFound.of("import", "") if isinstance(question, qualifications.GetImport) else AN_IMPORT


class TestBegun:
    def test_the_same_file_is_the_same_import_whatever_it_is_called(self, stage: Stage) -> None:
        client = stage.signed_in(on.OFFICER)
        first = client.post(IMPORTS, json=FILE)
        assert first.status_code == 201 and first.headers["Location"].startswith(f"{IMPORTS}/")
        again = client.post(IMPORTS, json={**FILE, "file_name": "名单(1).csv"})
        other = client.post(IMPORTS, json={**FILE, "file_sha256": "d" * 64})
        same, anew = first.headers["Location"], other.headers["Location"]
        assert again.headers["Location"] == same != anew
        elsewhere = stage.signed_in(on.OTHER_OFFICER).post(IMPORTS, json=FILE)
        assert elsewhere.headers["Location"] != same, "another authority's is its own"

    def test_once_undone_it_begins_anew(self, stage: Stage) -> None:
        client = stage.signed_in(on.OPERATOR)
        undone = client.post(IMPORTS, json=FILE).headers["Location"]
        accepted = {"id": "stream", "version": 1, "position": 1, "service": "certificate"}
        stage.services.answers["BeginImport"] = lambda command: (
            Refused("import_undone") if str(command.import_id) in undone else accepted
        )
        assert client.post(IMPORTS, json=FILE).headers["Location"] != undone

    def test_the_issuer_is_the_one_that_the_matters_name(self, stage: Stage) -> None:
        client = stage.signed_in(on.OPERATOR)
        client.post(IMPORTS, json=FILE)
        (begun,) = [one for one in stage.services.sent if isinstance(one, BeginImport)]
        assert (begun.issuer.name, begun.issuer.place) == ("湖南省住房和城乡建设厅", "430000")
        own = {"name": "长沙市建设委员会", "place": "430100"}
        client.post(IMPORTS, json={**FILE, "issuer": own})
        assert stage.services.sent[-2].issuer.name == own["name"]  # type: ignore[attr-defined]
        unknown = client.post(IMPORTS, json={**FILE, "credential": "nothing"})
        assert unknown.status_code == 422 and unknown.get_json()["code"] == "issuer_missing"
        missing = client.post(IMPORTS, json={key: FILE[key] for key in FILE if key != "credential"})
        assert missing.get_json()["problems"][0]["field"] == "credential"

    @pytest.mark.parametrize("actor", [on.PERSON, on.ENTERPRISE, on.AUDITOR, on.SUBSCRIBER])
    def test_not_by_anybody(self, stage: Stage, actor: Any) -> None:
        client = stage.signed_in(actor)
        for reply in (client.post(IMPORTS, json=FILE), client.post(f"{ONE}/undo", json={"reason": "错"})):
            assert reply.status_code == 403


class TestShown:
    def test_each_line_that_was_not_taken_has_words(self, stage: Stage) -> None:
        codes = (
            "cell_blank", "number_rounded", "date_unreadable", "credential_differs", "string_too_short", "number_form", "date_impossible",
        )
        told = [LineProblem(line=line, code=code, column="姓名").model_dump() for line, code in enumerate(codes, start=1)]
        twice = LineProblem(line=9, code="repeated_in_file", params={"first": 4}).model_dump()
        stage.services.answers["ImportRows"] = {"made": 0, "repeated": 0, "problems": [*told, twice], "upto": 9}
        body = {"after": 0, "upto": 9, "rows": [{"line": 1, "values": {"name": "张伟明"}}]}
        said = [one["words"] for one in stage.signed_in(on.OFFICER).post(f"{ONE}/rows", json=body).get_json()["problems"]]
        assert len(set(said)) == 8 and not any("代码" in one for one in said)
        assert "第4行" in said[-1] and "不是存在的日期" in said[6]

    def test_with_conflicts_in_words_and_only_within_ones_place(self, stage: Stage) -> None:
        shown = stage.signed_in(on.OFFICER).get(ONE, query_string={"page": 3, "per_page": 50})
        assert shown.status_code == 200 and shown.headers["ETag"] == '"3"'
        assert "保留" in shown.get_json()["conflicts"][0]["words"]
        assert (stage.services.last.skip, stage.services.last.limit) == (100, 50)
        assert stage.signed_in(on.OTHER_OFFICER).get(ONE).status_code == 404
        assert stage.signed_in(on.AUDITOR).get(ONE).status_code == 200

    def test_undone_with_a_reason(self, stage: Stage) -> None:
        client = stage.signed_in(on.OFFICER)
        assert client.post(f"{ONE}/undo", json={}).status_code == 422
        assert client.post(f"{ONE}/undo", json={"reason": "清单有误"}).status_code == 202
        assert stage.services.last.NAME == "certificate.UndoImport.v1" and stage.services.last.meta.reason == "清单有误"
