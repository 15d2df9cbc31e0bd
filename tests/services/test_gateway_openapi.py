"""The API's description is OpenAPI 3.1, complete, and in Chinese."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from jsonschema_rs import ValidationError as SchemaError

from tests.services.gateway_stage import Stage

DOCUMENT = "/openapi/openapi.json"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    # The clients here do not close replies, so that permits are never given back.
    return Stage(tmp_path_factory.mktemp("openapi"), DEVELOPMENT=True, MAX_REQUESTS=1_000_000)


@pytest.fixture(scope="module")
def document(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.anyone().get(DOCUMENT).get_json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()
    broken = json.loads(json.dumps(document))
    broken["paths"]["/api/v1/filings"]["post"]["responses"] = "nothing"
    with pytest.raises(SchemaError):
        schemathesis.openapi.from_dict(broken).validate()


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)))
    assert len(references) > 60
    for reference in references:
        found: Any = document
        for part in reference.split("/"):
            found = found[part]
        assert found


def test_every_operation_is_told_whole(document: dict[str, Any]) -> None:
    names = set()
    for path, method, operation in _operations(document):
        where = f"{method} {path}"
        assert re.search(r"[一-鿿]", operation["summary"]), where
        assert operation["x-actors"] and operation["tags"], where
        names.add(operation["operationId"])
        wanted = [{}, {"session": []}] if "anonymous" in operation["x-actors"] else [{"session": []}]
        assert operation["security"] == wanted, where
        in_path = {one["name"] for one in operation["parameters"] if one.get("in") == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path)), where
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert len(good) == 1 and operation["responses"][good[0]]["content"], where
        assert {"400", "401", "403", "422", "500", "503"} <= operation["responses"].keys(), where
        if method in ("put", "patch"):
            assert "requestBody" in operation, where
    assert len(names) == sum(1 for _ in _operations(document)) > 60


def test_every_problem_has_one_shape(document: dict[str, Any]) -> None:
    for response in document["components"]["responses"].values():
        assert response["content"] == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_personal_data_and_bounds_are_marked(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["PersonBody"]["properties"]["resident_id"]["x-personal"] is True
    assert schemas["PersonBody"]["additionalProperties"] is False
    assert schemas["SignInBody"]["properties"]["password"]["format"] == "password"
    parameters = {one.get("name"): one for one in document["paths"]["/api/v1/filings"]["get"]["parameters"]}
    assert parameters["per_page"]["schema"]["maximum"] == 200
    assert '"null"' not in json.dumps(list(parameters.values()))


def test_people_can_read_it_too(stage: Stage, document: dict[str, Any]) -> None:
    reply = stage.anyone().get("/openapi/")
    assert reply.status_code == 200 and "<script" not in reply.text
    for path, _, operation in _operations(document):
        assert path in reply.text and operation["summary"] in reply.text
    assert stage.anyone().get("/openapi").status_code == 308
    assert stage.anyone().get("/openapi.json").headers["Location"] == DOCUMENT
