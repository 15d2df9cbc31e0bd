"""What can be filed, told plainly, and one matter whole for a form's sake."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Response, jsonify
from pydantic import ConfigDict, Field

from contracts.filing import GetMatter, ListMatters
from contracts.message import Model
from services.gateway.api.common import plain
from services.gateway.asking import here
from services.gateway.routes import EVERYONE, route, section

api = section("matters")
Part = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]


class MatterSummary(Model):
    """A matter in words: who files, under which rules, with which files, how long it takes, what results."""

    model_config = ConfigDict(extra="allow", frozen=True)

    code: str
    version: int
    title: str
    place: str
    credential: str


class Matters(Model):
    """Every matter on offer."""

    matters: tuple[MatterSummary, ...]


class MatterWhole(Model):
    """``matter`` is the data that rules and forms are made of, ``described`` the same in words."""

    matter: dict[str, Any]
    described: MatterSummary


class MatterPath(Model):
    """A matter's code has two parts: hunan/constructor-2-initial."""

    province: Part
    code: Part


class MatterQuery(Model):
    """Which version; none is the latest."""

    version: int | None = None


@route(api, "get", "/matters", who=EVERYONE, gives=Matters)
def list_matters() -> Response:
    return jsonify({"matters": here().rpc.send(ListMatters())})


@route(api, "get", "/matters/<province>/<code>", who=EVERYONE, gives=MatterWhole)
def get_matter(path: MatterPath, query: MatterQuery) -> Response:
    return plain(here().rpc.send(GetMatter(matter=f"{path.province}/{path.code}", version=query.version)))
