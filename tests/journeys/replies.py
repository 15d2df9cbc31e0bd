"""What every refusal must be, and a way to show that a refusal changed nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from demo.client import Api

REMEDY = re.compile("请|应|只能|只接受|不能")
INTERNALS = re.compile(r"Traceback|File \"|psycopg2|pydantic|nameko|SELECT ")


def refusal(reply: requests.Response, status: int, code: str, about: str | None = None) -> dict[str, Any]:
    """The problem of a refused request; ``about`` is the code of the one thing that must be among what is wrong."""
    assert reply.status_code == status, reply.text
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"
    problem: dict[str, Any] = reply.json()
    assert (problem["code"], problem["status"]) == (code, status)
    assert problem["type"] == f"urn:zhuce:problem:{code}"
    assert problem["correlation_id"] == reply.headers["X-Request-ID"]
    told = [problem["detail"], *(one["detail"] for one in problem["problems"])]
    for sentence in (problem["title"], *told):
        assert re.search(r"[一-鿿]", sentence) and "(代码" not in sentence and "…" not in sentence, sentence
    assert status == 404 or any(REMEDY.search(sentence) for sentence in told), told
    assert not INTERNALS.search(reply.text)
    if about is not None:
        assert about in [one["code"] for one in problem["problems"]]
    return problem


def field_of(problem: dict[str, Any], code: str) -> str | None:
    """Which field the problem of this code is about."""
    found: list[str | None] = [one["field"] for one in problem["problems"] if one["code"] == code]
    assert len(found) == 1, problem["problems"]
    return found[0]


@contextmanager
def unchanged(*things: tuple[Api, str]) -> Iterator[None]:
    """Whoever looks at these addresses sees the same before and after: content and version.

    The papers of a case are left out: they are printed after the act that they tell of, and may come at any moment.
    """
    before = [_seen(who, path) for who, path in things]
    yield
    assert [_seen(who, path) for who, path in things] == before


def _seen(who: Api, path: str) -> tuple[str | None, Any]:
    reply = who.send("GET", path)
    assert reply.status_code == 200, reply.text
    shown = reply.json()
    return reply.headers.get("ETag"), {name: value for name, value in shown.items() if name != "documents"}
