"""The read models, for operators: how each stands, and the order to make one anew from the logs."""

from __future__ import annotations

from flask import Response

from contracts.message import Model
from contracts.query import ListViews, ReadRebuild, RebuildProgress, RebuildView, ViewList, ViewName
from services.gateway.asking import ask, meta, shown
from services.gateway.routes import only, route, section

api = section("views")


class ViewPath(Model):
    """Which one."""

    view: ViewName


@route(api, "get", "/views", who=only("operator"), gives=ViewList)
def list_views() -> Response:
    return shown(ask(ListViews(), ViewList))


@route(api, "get", "/views/<string:view>/rebuild", who=only("operator"), gives=RebuildProgress)
def get_rebuild(path: ViewPath) -> Response:
    return shown(ask(ReadRebuild(view=path.view), RebuildProgress))


@route(api, "post", "/views/<string:view>/rebuild", who=only("operator"), gives=RebuildProgress, status=202)
def rebuild(path: ViewPath) -> Response:
    """Begun, not done: the other route tells how far it is. One that runs already is not begun again."""
    begun = shown(ask(RebuildView(view=path.view, meta=meta()), RebuildProgress))
    begun.status_code = 202
    return begun
