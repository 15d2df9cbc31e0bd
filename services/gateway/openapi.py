"""The API's own description, OpenAPI 3.1: every route with what it takes, gives and refuses, from the contracts' models.

flask-openapi3 collects the routes; the schemas here are pydantic's own, because its schema objects drop what they do not
know (personal data marks, pattern properties) and give one name to what is read and what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
Keys = dict[tuple[type[BaseModel], str], Any]

_HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {"pattern": "^[!-~]{1,128}$", "maxLength": 128},
    "If-Match": {"pattern": '^("(0|[1-9][0-9]{0,8})"|\\*)$', "examples": ['"7"']},
    "Zhuce-After": {"pattern": "^[a-z]{1,20}:[0-9]{1,18}(\\s*,\\s*[a-z]{1,20}:[0-9]{1,18}){0,9}$"},
    "X-Request-ID": {"pattern": "^[A-Za-z0-9._:-]{1,100}$"},
}
_REPLY_HEADERS = ("ETag", "Zhuce-Position", "X-Request-ID")


class ApiDocument(OpenAPI):
    """A Flask application that can describe itself."""

    def __init__(self, refusal_of: Callable[[ValidationError], Refused]) -> None:
        def refuse(error: ValidationError) -> None:
            raise refusal_of(error) from None

        super().__init__(
            "services.gateway",
            info=Info(title=words("api.title"), version=_version(), description=words("api.description")),
            security_schemes={"session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            validation_error_callback=refuse,
            doc_ui=False,
            static_folder=None,
        )

    def generate_spec_json(self) -> None:
        """Complete what was collected."""
        super().generate_spec_json()
        found = [(self.spec_json["paths"][uri][method], route) for uri, method, route in self.documented()]
        keys, schemas = models_json_schema(_models([route for _, route in found]), ref_template=REF)
        self.spec_json["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base"
        self.spec_json["components"] = {
            "schemas": schemas["$defs"],
            "securitySchemes": self.spec_json["components"]["securitySchemes"],
            "parameters": {name: _parameter(name) for name in _HEADERS},
            "headers": {name: _reply_header(name) for name in _REPLY_HEADERS},
            "responses": {f"Problem{status}": _problem(status, keys) for status in _PROBLEMS},
        }
        for operation, route in found:
            _complete(operation, route, keys)

    def documented(self) -> Iterator[tuple[str, str, Route]]:
        """Address, method and declaration of every route of the API."""
        for rule in self.url_map.iter_rules():
            route = declared(self, rule.endpoint)
            if route is not None and route.documented:
                for method in sorted(method.lower() for method in rule.methods or ()):
                    if method in METHODS:
                        yield parse_rule(rule.rule), method, route


_PROBLEMS = (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 500, 503)


def _version() -> str:
    try:
        return version("zhuce")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "0"


def _models(routes: list[Route]) -> list[tuple[type[BaseModel], Any]]:
    taken = {(route.takes, "validation") for route in routes if route.takes}
    given = {(route.gives, "serialization") for route in routes if route.gives}
    return sorted({*taken, *given, (Problem, "serialization")}, key=lambda pair: (pair[0].__name__, pair[1]))


def _complete(operation: dict[str, Any], route: Route, keys: Keys) -> None:
    operation["x-actors"] = sorted(route.who)
    operation["security"] = _security(route)
    parameters = [_plain(one) for one in operation.get("parameters", [])]
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in _headers_of(route)]
    operation["parameters"] = parameters
    if route.takes:
        schema = keys[route.takes, "validation"]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif route.takes_files:
        operation["requestBody"] = {"required": True, "content": {kind: {} for kind in route.takes_files}}
    in_path = any(one.get("in") == "path" for one in parameters)
    operation["responses"] = {
        str(route.status): _success(route, keys),
        **{str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in _refusals(route, in_path)},
    }


def _security(route: Route) -> list[dict[str, list[str]]]:
    # An empty requirement says that it also works without a session.
    return [{}, {"session": []}] if "anonymous" in route.who else [{"session": []}]


def _headers_of(route: Route) -> Iterator[str]:
    if route.changes:
        yield "Idempotency-Key"
        if not route.makes:
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


def _refusals(route: Route, in_path: bool) -> Iterator[int]:
    takes = bool(route.takes or route.takes_files)
    for status in _PROBLEMS:
        wanted = {
            401: True,  # a bad token is told even where none is needed to sign in
            403: True,
            404: in_path or route.changes or route.takes_files,
            409: route.changes,
            412: route.changes,
            413: takes,
            415: takes,
            429: route.takes or route.changes,
        }
        if wanted.get(status, True):
            yield status


def _problem(status: int, keys: Keys) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": keys[Problem, "serialization"]}}
    headers = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}
    return {"description": words(f"titles.{status}"), "headers": headers, "content": content}


def _parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", **_HEADERS[name]}
    return {"name": name, "in": "header", "required": False, "description": words(f"headers.{name}"), "schema": schema}


def _reply_header(name: str) -> dict[str, Any]:
    return {"description": words(f"headers.{name}"), "schema": {"type": "string"}}


def _plain(parameter: dict[str, Any]) -> dict[str, Any]:
    """A query parameter that may be left out is not one that may be null: an address has no null."""
    schema = dict(parameter["schema"])
    kinds = [one for one in schema.pop("anyOf", []) if one.get("type") != "null"]
    if len(kinds) == 1:
        schema.update(kinds[0])
    elif kinds:
        schema["anyOf"] = kinds
    if schema.get("default", ...) is None:
        schema.pop("default")
    schema.pop("title", None)
    return {**parameter, "schema": schema}
