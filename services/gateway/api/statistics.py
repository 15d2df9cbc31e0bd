"""Statistics, for officers and auditors: workload and timeliness of their authority and those of places under it."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from flask import Response
from pydantic import Field

from contracts.message import Model
from contracts.query import GetWorkload, Workload
from services.gateway.api.common import listed, until_seen
from services.gateway.asking import actor
from services.gateway.routes import only, route, section

api = section("statistics")


class WorkloadQuery(Model):
    """A period, both days included; a line for each authority, or for each officer."""

    from_on: date = Field(alias="from")
    until_on: date = Field(alias="until")
    by: Literal["authority", "officer"] = "authority"
    authority_id: UUID | None = None


@route(api, "get", "/statistics/workload", who=only("officer", "auditor", "operator"), gives=Workload, waits=True)
def get_workload(query: WorkloadQuery) -> Response:
    return listed(GetWorkload(viewer=actor(), **dict(query), **until_seen()))
