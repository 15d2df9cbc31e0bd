"""The API's own description, OpenAPI 3.1: every route with what it takes, gives and refuses.

flask-openapi3 parses requests; its collecting of documents is not used, because its schema objects drop what
they do not know (marks of personal data, lists of examples) and give one name to what is read and written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from flask_openapi3 import Info, OpenAPI
from flask_openapi3.utils import parse_rule
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

from contracts.errors import Refused
from services.gateway.refusals import MEDIA_TYPE, Problem
from services.gateway.routes import Route, declared
from services.gateway.words import words

REF = "#/components/schemas/{model}"
METHODS = ("get", "post", "put", "patch", "delete")
Keys = Mapping[tuple[Any, Any], Any]

_HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {"pattern": "^[!-~]{1,128}$", "maxLength": 128},
    "If-Match": {"pattern": '^("(0|[1-9][0-9]{0,8})"|\\*)$', "examples": ['"7"']},
    "Zhuce-After": {
        "pattern": "^[a-z]{1,20}:[0-9]{1,18}( *, *[a-z]{1,20}:[0-9]{1,18}){0,9}$",
        "examples": ["filing:17,review:3"],
    },
    "X-Request-ID": {"pattern": "^[A-Za-z0-9._:-]{1,100}$"},
}
_REPLY_HEADERS = ("ETag", "Zhuce-Position", "X-Request-ID")
_PROBLEMS = (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503)


class ApiDocument(OpenAPI):
    """A Flask application that can describe itself."""

    def __init__(self, refusal_of: Callable[[ValidationError], Refused]) -> None:
        def refuse(error: ValidationError) -> Any:
            raise refusal_of(error) from None

        super().__init__(
            "services.gateway",
            info=Info(title=words("api.title"), version=_version()),
            validation_error_callback=refuse,
            doc_ui=False,
            static_folder=None,
        )

    def generate_spec_json(self) -> None:
        """Write the document."""
        found = list(self.documented())
        keys, schemas = models_json_schema(_models([route for *_, route in found]), ref_template=REF)
        paths: dict[str, Any] = {}
        for uri, method, endpoint, route in found:
            paths.setdefault(uri, {})[method] = _operation(endpoint, route, keys)
        sections = dict.fromkeys(endpoint.partition(".")[0] for _, _, endpoint, _ in found)
        self.spec_json = {
            "openapi": self.openapi_version,
            "info": {
                "title": words("api.title"),
                "version": self.info.version,
                "description": words("api.description"),
            },
            "servers": [{"url": "/"}],
            "tags": [{"name": words(f"tags.{name}")} for name in sections],
            "paths": paths,
            "components": {
                "schemas": schemas["$defs"],
                "securitySchemes": {"session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
                "parameters": {name: _parameter(name) for name in _HEADERS},
                "headers": {name: _reply_header(name) for name in _REPLY_HEADERS},
                "responses": {f"Problem{status}": _problem(status, keys) for status in _PROBLEMS},
            },
        }

    def documented(self) -> Iterator[tuple[str, str, str, Route]]:
        """Address, method, endpoint and declaration of every route of the API."""
        for rule in self.url_map.iter_rules():
            route = declared(self, rule.endpoint)
            if route is not None and route.documented:
                for method in sorted(method.lower() for method in rule.methods or ()):
                    if method in METHODS:
                        yield parse_rule(rule.rule), method, rule.endpoint, route


def _version() -> str:
    try:
        return version("zhuce")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "0"


def _models(routes: list[Route]) -> list[tuple[type[BaseModel], Any]]:
    taken = {(route.takes, "validation") for route in routes if route.takes}
    given = {(route.gives, "serialization") for route in routes if route.gives}
    return sorted({*taken, *given, (Problem, "serialization")}, key=lambda pair: (pair[0].__name__, pair[1]))


def _operation(endpoint: str, route: Route, keys: Keys) -> dict[str, Any]:
    section, _, name = endpoint.partition(".")
    parameters = [*_fields(route.path, "path"), *_fields(route.query, "query")]
    headers = ({"$ref": f"#/components/parameters/{one}"} for one in _headers(route))
    parameters += [_parameter("If-Match", required=True)] if route.of_seen else []
    refused = {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in _refusals(route)}
    operation: dict[str, Any] = {
        "tags": [words(f"tags.{section}")],
        "summary": words(f"routes.{section}.{name}"),
        "operationId": f"{section}_{name}",
        # An empty requirement says that it also works without a session.
        "security": [{}, {"session": []}] if "anonymous" in route.who else [{"session": []}],
        "x-actors": sorted(route.who),
        "parameters": [*parameters, *headers],
        "responses": {str(route.status): _success(route, keys), **refused},
    }
    if route.takes:
        schema = keys[route.takes, "validation"]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif route.takes_files:
        operation["requestBody"] = {"required": True, "content": {kind: {} for kind in route.takes_files}}
    return operation


def _fields(model: type[BaseModel] | None, place: str) -> Iterator[dict[str, Any]]:
    if model is None:
        return
    schema = model.model_json_schema(mode="validation", ref_template=REF)
    if "$defs" in schema:
        raise TypeError(f"{model.__name__}: a parameter needs a plain type")
    for name, found in schema["properties"].items():
        required = place == "path" or name in schema.get("required", ())
        yield {"name": name, "in": place, "required": required, "schema": _plain(found)}


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is not one that may be null: an address has no null."""
    schema = {key: value for key, value in found.items() if key not in ("title", "anyOf")}
    kinds = [one for one in found.get("anyOf", ()) if one.get("type") != "null"]
    if len(kinds) == 1:
        schema.update(kinds[0])
    elif kinds:
        schema["anyOf"] = kinds
    if schema.get("default", ...) is None:
        del schema["default"]
    return schema


def _headers(route: Route) -> Iterator[str]:
    if route.changes:
        yield "Idempotency-Key"
        if not route.makes and not route.of_seen:
            yield "If-Match"
    if route.waits:
        yield "Zhuce-After"
    yield "X-Request-ID"


def _success(route: Route, keys: Keys) -> dict[str, Any]:
    content: dict[str, Any] = {kind: {} for kind in route.gives_files}
    if route.gives:
        content["application/json"] = {"schema": keys[route.gives, "serialization"]}
    names = _REPLY_HEADERS if route.changes else ("X-Request-ID",)
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    return {"description": words(f"replies.{route.status}"), "headers": headers, "content": content}


def _refusals(route: Route) -> Iterator[int]:
    takes = bool(route.takes or route.takes_files)
    wanted = {
        404: route.path is not None or route.changes,
        409: route.changes,
        412: route.changes,
        428: route.of_seen,
        413: takes,
        415: takes,
        429: takes or route.changes,
    }
    return (status for status in _PROBLEMS if status in route.refuses or wanted.get(status, True))


def _problem(status: int, keys: Keys) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": keys[Problem, "serialization"]}}
    headers = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}
    return {"description": words(f"titles.{status}"), "headers": headers, "content": content}


def _parameter(name: str, required: bool = False) -> dict[str, Any]:
    schema = {"type": "string", **_HEADERS[name]}
    if required:  # the version itself: that there is one says nothing of what was seen
        schema["pattern"] = '^"(0|[1-9][0-9]{0,8})"$'
    said = words(f"headers.{name}")
    return {"name": name, "in": "header", "required": required, "description": said, "schema": schema}


def _reply_header(name: str) -> dict[str, Any]:
    return {"description": words(f"headers.{name}"), "schema": {"type": "string"}}
