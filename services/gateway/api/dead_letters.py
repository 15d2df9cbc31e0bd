"""Dead letters, for operators: the jobs that services have laid aside, and a new start for them.

Every service is asked at once. One that does not answer is named, and the others' letters are shown all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar, get_args

import eventlet
from flask import Response
from pydantic import BaseModel, Field

from contracts.dead_letters import (
    AT_ONCE,
    DeadLetter,
    DeadLetters,
    JobId,
    JobName,
    ReadDeadLetters,
    ReplayDeadLetters,
    Replayed,
)
from contracts.errors import NotFound, Unavailable
from contracts.message import Model
from services.gateway.asking import actor, here, shown
from services.gateway.refusals import correlation_id
from services.gateway.routes import only, route, section

api = section("dead_letters")
Service = Literal["identity", "filing", "review", "certificate"]
PATIENCE = 12.0
"""Seconds; a service waits up to ten for another operator to be done."""
A = TypeVar("A", bound=BaseModel)


class LettersQuery(Model):
    """Of one service or of all; jobs of one name or of all."""

    service: Service | None = None
    name: JobName | None = None
    limit: int = Field(default=200, ge=1, le=AT_ONCE)


class LetterPath(Model):
    """A job by its id, at the service that was to do it."""

    service: Service
    job: JobId


class ReplayBody(Model):
    """Those of one service or of all, of one name or of all; ``jobs`` by id. Nothing given: all of them."""

    service: Service | None = None
    name: JobName | None = None
    jobs: Annotated[tuple[JobId, ...], Field(min_length=1, max_length=AT_ONCE)] | None = None


class LaidAside(DeadLetter):
    """A dead letter and where it is."""

    service: Service


class LettersView(Model):
    """The oldest first within a service. ``unreachable``: services that did not answer."""

    letters: tuple[LaidAside, ...]
    total: int
    unreachable: tuple[str, ...]


class ReplayedView(Model):
    """The ids of the jobs that have a new start. ``left``: letters that are there still."""

    replayed: tuple[str, ...]
    left: int
    unreachable: tuple[str, ...]


@route(api, "get", "/dead-letters", who=only("operator"), gives=LettersView)
def list_letters(query: LettersQuery) -> Response:
    asked = ReadDeadLetters(actor=actor(), name=query.name, limit=query.limit)
    found, unreachable = _ask_all(_services(query.service), "dead_letters", asked, DeadLetters)
    letters = tuple(_at(service, letter) for service, answer in found for letter in answer.letters)
    total = sum(answer.total for _, answer in found)
    return shown(LettersView(letters=letters[: query.limit], total=total, unreachable=unreachable))


@route(api, "get", "/dead-letters/<string:service>/<string:job>", who=only("operator"), gives=LaidAside)
def show_letter(path: LetterPath) -> Response:
    asked = ReadDeadLetters(actor=actor(), jobs=(path.job,), limit=1)
    found = _ask_one(path.service, "dead_letters", asked, DeadLetters).letters
    if not found:
        raise NotFound.of("dead_letter", path.job)
    return shown(_at(path.service, found[0]))


@route(api, "post", "/dead-letters/<string:service>/<string:job>/replay", who=only("operator"), gives=ReplayedView)
def replay_letter(path: LetterPath) -> Response:
    asked = ReplayDeadLetters(actor=actor(), correlation_id=correlation_id(), jobs=(path.job,))
    done = _ask_one(path.service, "replay_dead_letters", asked, Replayed)
    if not done.jobs:
        raise NotFound.of("dead_letter", path.job)
    return shown(ReplayedView(replayed=done.jobs, left=done.left, unreachable=()))


@route(api, "post", "/dead-letters/replay", who=only("operator"), gives=ReplayedView)
def replay_letters(body: ReplayBody) -> Response:
    asked = ReplayDeadLetters(actor=actor(), correlation_id=correlation_id(), name=body.name, jobs=body.jobs)
    done, unreachable = _ask_all(_services(body.service), "replay_dead_letters", asked, Replayed)
    replayed = tuple(job for _, answer in done for job in answer.jobs)
    left = sum(answer.left for _, answer in done)
    return shown(ReplayedView(replayed=replayed, left=left, unreachable=unreachable))


def _services(only_one: Service | None) -> Sequence[Service]:
    return (only_one,) if only_one else get_args(Service)


def _at(service: Service, letter: DeadLetter) -> LaidAside:
    return LaidAside(service=service, **dict(letter))


def _ask_one(service: Service, method: str, asked: BaseModel, answer: type[A]) -> A:
    return answer.model_validate(here().rpc.call(service, method, asked.model_dump(mode="json"), PATIENCE))


def _ask_all(
    services: Sequence[Service], method: str, asked: BaseModel, answer: type[A]
) -> tuple[list[tuple[Service, A]], tuple[str, ...]]:
    """What each said, and who did not. When nobody did, that is the answer."""
    rpc, payload = here().rpc, asked.model_dump(mode="json")

    def ask(service: Service) -> Any:
        try:
            return answer.model_validate(rpc.call(service, method, payload, PATIENCE))
        except Unavailable as away:
            return away

    said = list(zip(services, eventlet.GreenPool(len(services)).imap(ask, services), strict=True))
    away = [one for _, one in said if isinstance(one, Unavailable)]
    if len(away) == len(services):
        raise away[0]
    silent = tuple(service for service, one in said if isinstance(one, Unavailable))
    return [(service, one) for service, one in said if not isinstance(one, Unavailable)], silent
