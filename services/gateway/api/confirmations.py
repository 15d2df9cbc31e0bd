"""What the parties of a filing say to it: each of one, or one party of many at once; taken back; and what waits for whom."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import eventlet
from flask import Response
from pydantic import Field

from contracts.errors import Refusal, Unavailable
from contracts.filing import ConfirmFiling, DeclineFiling, MatterCode, WithdrawFiling
from contracts.message import Accepted, Model
from contracts.query import ConfirmationRow, ConfirmationStatus, ListConfirmations, Page, Search, Side
from services.gateway.access import give_as_party
from services.gateway.api.common import ById, Reason, Turned, WithReason, listed, until_seen
from services.gateway.asking import actor, here, meta, shown
from services.gateway.refusals import ProblemItem, worded
from services.gateway.routes import only, route, section
from services.gateway.words import our_code, sentence

api = section("confirmations")
PARTIES = only("person", "enterprise")
MOST = 500
AT_ONCE = 8
"""Commands of one request that are under way at the same time."""


class ConfirmationBody(Model):
    """``commitment_accepted``: the commitment was read, where the matter has one for this party."""

    commitment_accepted: bool = False


class WithdrawalBody(Model):
    """Why it is taken back, if one likes to say."""

    reason: Reason | None = None


class ConfirmationItem(Model):
    """A filing, in the ``round`` of handing in that was seen: as the list shows it; what it said then does not change.

    ``version``: also nothing else may have happened to it since.
    """

    filing_id: UUID
    round: Annotated[int, Field(ge=1)]
    version: Annotated[int, Field(ge=0)] | None = None


class ConfirmationsBody(Model):
    """Many at once, as an enterprise reports its people. The commitment is accepted for each of them."""

    items: Annotated[tuple[ConfirmationItem, ...], Field(min_length=1, max_length=MOST)]
    commitment_accepted: bool = False


class ConfirmedLine(Model):
    """What became of one: ``version`` where it is confirmed; else the code, and in words what is wrong and what to do."""

    line: int
    filing_id: UUID
    confirmed: bool
    version: int | None = None
    code: str | None = None
    words: str | None = None
    problems: tuple[ProblemItem, ...] = ()


class Confirmed(Model):
    """Every line in the order that it was sent in. What was refused stops none of the others."""

    confirmed: int
    refused: int
    lines: tuple[ConfirmedLine, ...]


class ConfirmationFilters(Model):
    """``who`` is how the person's name begins, or a whole ID number."""

    filing_id: UUID | None = None
    side: Side | None = None
    open: bool | None = None
    status: ConfirmationStatus | None = None
    who: Search | None = None
    matter: MatterCode | None = None
    credential: Search | None = None
    registration_type: Search | None = None


class ConfirmationsQuery(Turned, ConfirmationFilters):
    """Filters, and which page."""


@route(api, "post", "/filings/<uuid:id>/confirmation", who=PARTIES, gives=Accepted, changes=True, of_seen=True)
def confirm(path: ById, body: ConfirmationBody) -> Response:
    command = ConfirmFiling(filing_id=path.id, commitment_accepted=body.commitment_accepted, meta=meta())
    return give_as_party(command, "filing", path.id)


@route(api, "post", "/filings/<uuid:id>/refusal", who=PARTIES, gives=Accepted, changes=True, of_seen=True)
def decline(path: ById, body: WithReason) -> Response:
    return give_as_party(DeclineFiling(filing_id=path.id, meta=meta(reason=body.reason)), "filing", path.id)


@route(api, "post", "/filings/<uuid:id>/withdrawal", who=PARTIES, gives=Accepted, changes=True)
def withdraw(path: ById, body: WithdrawalBody) -> Response:
    return give_as_party(WithdrawFiling(filing_id=path.id, meta=meta(reason=body.reason)), "filing", path.id)


@route(api, "get", "/confirmations", who=PARTIES, gives=Page[ConfirmationRow], waits=True)
def list_confirmations(query: ConfirmationsQuery) -> Response:
    return listed(ListConfirmations(viewer=actor(), **dict(query), **until_seen()))


@route(api, "post", "/confirmations", who=PARTIES, gives=Confirmed, changes=True, makes=True)
def confirm_many(body: ConfirmationsBody) -> Response:
    """Each under a command id of its own, so that the whole can be sent again; a few at a time."""
    orders = [_order(item, body.commitment_accepted) for item in body.items]
    given = _give_all(orders)
    lines = tuple(_line(n, order.filing_id, reply) for n, (order, reply) in enumerate(zip(orders, given, strict=True), 1))
    done = sum(line.confirmed for line in lines)
    response = shown(Confirmed(confirmed=done, refused=len(lines) - done, lines=lines))
    positions = [reply.position for reply in given if isinstance(reply, Accepted)]
    if positions:
        response.headers["Zhuce-Position"] = f"filing:{max(positions)}"
    return response


def _order(item: ConfirmationItem, accepted: bool) -> ConfirmFiling:
    about = meta(part=item.filing_id).model_copy(update={"expected_version": item.version})
    return ConfirmFiling(filing_id=item.filing_id, round=item.round, commitment_accepted=accepted, meta=about)


def _give_all(orders: list[ConfirmFiling]) -> list[Accepted | Refusal]:
    """Once the service does not answer, the rest is not sent: each would wait as long."""
    rpc, away = here().rpc, list[Unavailable]()

    def give(order: ConfirmFiling) -> Accepted | Refusal:
        if away:
            return away[0]
        try:
            return Accepted.model_validate(rpc.send(order))
        except Unavailable as silent:
            away.append(silent)
            return silent
        except Refusal as refusal:
            return refusal

    return list(eventlet.GreenPool(AT_ONCE).imap(give, orders))


def _line(number: int, filing_id: UUID, reply: Accepted | Refusal) -> ConfirmedLine:
    if isinstance(reply, Accepted):
        return ConfirmedLine(line=number, filing_id=filing_id, confirmed=True, version=reply.version)
    # to whoever is no party of it, it is not there
    code = our_code("filing_not_found" if reply.code == "not_a_party" else reply.code)
    found: dict[str, Any] = {"code": code, "words": sentence(code, reply.params)}
    problems = tuple(ProblemItem(**worded(one)) for one in reply.problems)
    return ConfirmedLine(line=number, filing_id=filing_id, confirmed=False, problems=problems, **found)
