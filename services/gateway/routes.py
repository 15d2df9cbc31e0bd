"""Declares a route: where it is, who may call it, what it takes and gives. None without saying who."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from flask import Flask, current_app, g, request
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel

from contracts.errors import NotAllowed, Refused
from contracts.message import Actor, ActorKind
from services.gateway.asking import ANONYMOUS, here

JSON_LIMIT = 1024 * 1024
ATTRIBUTE = "zhuce_route"

EVERYONE: frozenset[ActorKind] = frozenset(get_args(ActorKind)) - {"system"}
SIGNED_IN: frozenset[ActorKind] = EVERYONE - {"anonymous"}
F = TypeVar("F", bound=Callable[..., Any])


def only(*kinds: ActorKind) -> frozenset[ActorKind]:
    """These kinds of actors."""
    return frozenset(kinds)


@dataclass(frozen=True)
class Route:
    """What was declared. ``…_files``: media types of a raw body or reply; ``changes``: it gives a command; ``of_seen``: only of
    what was seen, so it needs If-Match; ``refuses``: statuses that such a route has for reasons of its own.
    """

    who: frozenset[ActorKind]
    path: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    gives: type[BaseModel] | None = None
    status: int = 200
    takes: type[BaseModel] | None = None
    takes_files: tuple[str, ...] = ()
    gives_files: tuple[str, ...] = ()
    max_body: int = JSON_LIMIT
    changes: bool = False
    of_seen: bool = False
    makes: bool = False
    waits: bool = False
    documented: bool = True
    refuses: tuple[int, ...] = ()


def section(name: str) -> APIBlueprint:
    """The routes of one resource, under /api/v1."""
    return APIBlueprint(name, __name__, url_prefix="/api/v1")


def route(api: APIBlueprint, method: str, rule: str, *, who: frozenset[ActorKind], **declared: Any) -> Callable[[F], F]:
    """``@route(api, "post", "/filings", who=only("enterprise"), gives=Accepted, status=201, changes=True)``.

    The function's ``path``, ``query`` and ``body`` annotations are pydantic models; its summary in the API's
    description is the label ``routes.<section>.<function>``.
    """

    def declare(function: F) -> F:
        hints = get_type_hints(function)
        models: dict[str, Any] = {
            "path": hints.get("path"),
            "query": hints.get("query"),
            "takes": hints.get("body"),
        }
        setattr(function, ATTRIBUTE, Route(who=who, **models, **declared))
        getattr(api, method)(rule, doc_ui=False)(function)
        return function

    return declare


def page(app: Flask, method: str, rule: str, endpoint: str, function: Callable[..., Any], **declared: Any) -> None:
    """A route outside the API document: pages, health, metrics. Open to everyone."""
    setattr(function, ATTRIBUTE, Route(who=EVERYONE, documented=False, **declared))
    app.add_url_rule(rule, endpoint, function, methods=[method.upper()])


def declared(app: Flask, endpoint: str) -> Route | None:
    """What the route of this endpoint declared."""
    return getattr(app.view_functions[endpoint], ATTRIBUTE, None)


def admit() -> None:
    """Before every request: who is it, may they call this, is the body of a kind and size that it takes."""
    g.actor = ANONYMOUS
    g.expires_at = None
    if request.endpoint is None:
        return  # no such route: told as such by routing
    found = declared(current_app, request.endpoint)
    if found is None:
        raise NotAllowed("route_undeclared")
    request.max_content_length = found.max_body
    g.actor = _session_actor(found)
    if g.actor.kind not in found.who:
        raise Refused("session_missing") if g.actor.kind == "anonymous" else NotAllowed("not_for_this_actor")
    _readable()
    if found.of_seen and request.headers.get("If-Match", "*").strip() == "*":
        raise Refused("if_match_missing")
    if found.takes is not None and request.method in ("POST", "PUT", "PATCH"):
        request.get_json()


def _session_actor(found: Route) -> Actor:
    header = request.headers.get("Authorization")
    if header is None:
        return ANONYMOUS
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused("session_invalid")
    try:
        signed_in = here().sessions.read(token.strip())
    except Refused:
        if "anonymous" in found.who:
            return ANONYMOUS  # an old token must not keep anybody from signing in again
        raise
    g.expires_at = signed_in.expires_at
    return signed_in.actor


def _readable() -> None:
    """Text that no database keeps (NUL, half of a surrogate pair) is refused before anything is asked."""
    for text in (request.path, *request.args.keys(), *request.args.values()):
        if "\x00" in text or "�" in text:
            raise Refused("unreadable_text")
