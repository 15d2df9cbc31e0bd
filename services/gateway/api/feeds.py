"""Certificate events for other provinces: ask on from the position of the last one seen."""

from __future__ import annotations

from flask import Response
from pydantic import Field

from contracts.certificate import ReadFeed
from contracts.certificate_feed import FeedPage
from contracts.message import Model
from services.gateway.api.common import plain
from services.gateway.asking import here
from services.gateway.routes import only, route, section

api = section("feeds")


class FeedQuery(Model):
    """``after`` is the ``next`` of the page before, 0 at the beginning."""

    after: int = Field(default=0, ge=0, le=2**62)
    limit: int = Field(default=100, ge=1, le=1000)


@route(api, "get", "/feeds/certificates", who=only("subscriber", "auditor", "operator"), gives=FeedPage)
def certificates(query: FeedQuery) -> Response:
    return plain(here().rpc.send(ReadFeed(after=query.after, limit=query.limit)))
