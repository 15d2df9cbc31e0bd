"""The API's description: as JSON for programs, as a page for people, both from the same document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import Flask, Response, current_app, jsonify, redirect
from werkzeug.wrappers import Response as AnyResponse

from services.gateway.openapi import METHODS, ApiDocument
from services.gateway.portal import rendered
from services.gateway.routes import page


def install(app: Flask) -> None:
    """Serve /openapi/openapi.json and /openapi/."""
    page(app, "get", "/openapi/openapi.json", "openapi_json", document)
    page(app, "get", "/openapi/", "openapi_page", show)
    page(app, "get", "/openapi.json", "openapi_moved", moved)


def document() -> Response:
    """OpenAPI 3.1."""
    return jsonify(_document())


def moved() -> AnyResponse:
    """Where many tools look first."""
    return redirect("/openapi/openapi.json", 308)


def show() -> Response:
    """Every route by resource."""
    spec = _document()
    sections: dict[str, list[dict[str, Any]]] = {}
    for path, item in spec["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                about = {"path": path, "method": method.upper(), **operation}
                about["takes"] = _shape(operation.get("requestBody"))
                about["gives"] = {
                    status: _shape(one) for status, one in operation["responses"].items() if "$ref" not in one
                }
                about["refuses"] = [status for status, one in operation["responses"].items() if "$ref" in one]
                sections.setdefault(operation["tags"][0], []).append(about)
    return rendered("reference.html", spec=spec, sections=sections, describe=_describe)


def _document() -> dict[str, Any]:
    document: dict[str, Any] = cast(ApiDocument, current_app).api_doc
    return document


def _shape(body: Mapping[str, Any] | None) -> str | None:
    """The name of the model in a request or reply, or its media types."""
    if body is None:
        return None
    content = body.get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return "、".join(content) or None


def _describe(schema: Mapping[str, Any]) -> str:
    """A property's type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_describe(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"[{_describe(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")
