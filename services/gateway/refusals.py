"""The one place that turns errors into HTTP: a status, a title and Chinese words (RFC 9457 problem+json).

Nothing that was typed in is ever echoed: a problem names the field and the rule, never the value.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Response, g, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from contracts.errors import NotAllowed, NotFound, Refusal, Refused, Stale, Unavailable
from services.gateway.words import about, our_code, sentence, words
from services.kernel.observe import describe
from services.kernel.rpc import field_problems

log = logging.getLogger("zhuce.gateway")
MEDIA_TYPE = "application/problem+json"

_BY_KIND: dict[type[Refusal], int] = {
    Refused: 422,
    NotFound: 404,
    Stale: 412,
    NotAllowed: 403,
    Unavailable: 503,
}
_BY_CODE = {
    "not_json": 400,
    "not_an_object": 400,
    "unreadable_text": 400,
    "if_match_malformed": 400,
    "idempotency_key_malformed": 400,
    "after_malformed": 400,
    "session_missing": 401,
    "session_invalid": 401,
    "session_expired": 401,
    "sign_in_failed": 401,
    "file_too_large": 413,
    "content_type_not_json": 415,
    "if_match_missing": 428,
    "account_locked": 429,
    "code_sent_recently": 429,
    "too_many_objections": 429,
    "too_many_lookups": 429,
}
_CONFLICT_ENDS = ("_already", "_exists", "_taken", "_registered", "_reused", "_already_open", "_already_employed", "_already")
_HTTP_CODES = {
    400: "bad_request",
    404: "route_not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "request_too_large",
    414: "request_too_large",
    415: "content_type_unknown",
    416: "range_not_satisfiable",
    429: "too_many_requests",
    431: "request_too_large",
}
_RETRY_AFTER = {429: "60", 503: "2"}


class ProblemItem(BaseModel):
    """One thing that is wrong: its code, the field it is about, and what to do."""

    model_config = ConfigDict(extra="forbid")

    code: str
    field: str | None = None
    detail: str


class Problem(BaseModel):
    """Why a request was not carried out. Nothing was changed."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(examples=["urn:zhuce:problem:stale_version"])
    title: str
    status: int
    detail: str
    code: str
    problems: tuple[ProblemItem, ...] = ()
    correlation_id: str


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal: by its code where that says more than its kind."""
    if refusal.code in _BY_CODE:
        return _BY_CODE[refusal.code]
    if isinstance(refusal, Refused) and (
        refusal.code.endswith(_CONFLICT_ENDS) or refusal.code.startswith("already_") or "_already_" in refusal.code
    ):
        return 409
    return next((status for kind, status in _BY_KIND.items() if isinstance(refusal, kind)), 422)


def problem(code: str, status: int, params: Mapping[str, Any], found: Iterable[Mapping[str, Any]], id: str) -> Problem:
    """The body of a refusal."""
    return Problem(
        type=f"urn:zhuce:problem:{code}",
        title=words(f"titles.{status}"),
        status=status,
        detail=sentence(code, params),
        code=code,
        problems=tuple(ProblemItem(**worded(one)) for one in found),
        correlation_id=id,
    )


def worded(found: Mapping[str, Any]) -> dict[str, Any]:
    """A problem as a service found it, with words: its own where it brought some."""
    code = our_code(str(found.get("code") or "invalid_message"))
    field = found.get("field") or found.get("attachment") or found.get("rule")
    field = str(field)[:120] if field is not None else None
    said = found.get("detail")
    if not said:
        params = {"name": about(field) if field else "…", **(found.get("params") or {})}
        said = sentence(code, params, in_field=field is not None)
    return {"code": code, "field": field, "detail": str(said)}


def _retry_after(status: int, params: Mapping[str, Any]) -> str:
    """Seconds: as long as the rule says that it lasts, where it says so."""
    said = params.get("seconds") or int(params.get("minutes", 0)) * 60
    return str(said or _RETRY_AFTER[status])


def from_validation(error: ValidationError) -> Refused:
    """Every field of a request that is wrong, all at once."""
    return Refused("invalid_request", problems=field_problems(error))


def respond(refusal: Refusal) -> Response:
    """The reply to a refused request."""
    status = status_of(refusal)
    code = our_code(refusal.code)
    body = problem(code, status, refusal.params, refusal.problems, correlation_id())
    headers = {"Retry-After": _retry_after(status, refusal.params)} if status in _RETRY_AFTER else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="zhuce"'
    return _response(body, headers)


def correlation_id() -> str:
    """The request's id, in every reply and log line."""
    return str(getattr(g, "correlation_id", ""))


def install(app: Flask) -> None:
    """Answer every error as a problem, whatever raised it."""
    app.register_error_handler(Refusal, respond)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:  # a redirect, to the address with a slash at its end
        return AnyResponse.force_type(error.get_response(), request.environ)
    code = _HTTP_CODES.get(status, "internal_error" if status >= 500 else "bad_request")
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "Content-Range")}
    body = problem(code, status if status in _HTTP_CODES else (500 if status >= 500 else 400), {}, (), correlation_id())
    return _response(body, kept)


def _unexpected(error: Exception) -> Response:
    log.error("failed", extra={"correlation_id": correlation_id(), "error": describe(error)})
    return _response(problem("internal_error", 500, {}, (), correlation_id()), {})


def _response(body: Problem, headers: Mapping[str, str]) -> Response:
    g.problem = body.code  # for the log line and the measurement
    text = json.dumps(body.model_dump(mode="json"), ensure_ascii=False)
    return Response(text, body.status, {**headers, "Cache-Control": "no-store"}, content_type=MEDIA_TYPE)
