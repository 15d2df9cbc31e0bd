"""What can be filed, told plainly; one matter whole for a form's sake; and whether somebody may be filed for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from flask import Response, jsonify
from pydantic import ConfigDict, Field

from contracts.filing import CheckEligibility, Eligibility, GetMatter, ListMatters
from contracts.identifiers import ResidentId
from contracts.identity import PersonName
from contracts.message import Model
from services.gateway.api.common import CertificateNumber, plain
from services.gateway.asking import actor, ask, here, shown
from services.gateway.routes import EVERYONE, only, route, section
from services.kernel.clock import clock

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


class EligibilityQuery(MatterQuery):
    """An enterprise names the person, and so does an officer; a person asks for themselves.

    ``on``: by the rules and as of this day, none is today.

    Which certificate, where the matter is about one; by default the one that lasts longest.
    """

    name: PersonName | None = None
    resident_id: ResidentId | None = None
    certificate_id: UUID | None = None
    certificate_number: CertificateNumber | None = None
    on: date | None = None


@route(api, "get", "/matters", who=EVERYONE, gives=Matters)
def list_matters() -> Response:
    return jsonify({"matters": here().rpc.send(ListMatters())})


@route(api, "get", "/matters/<province>/<code>", who=EVERYONE, gives=MatterWhole)
def get_matter(path: MatterPath, query: MatterQuery) -> Response:
    return plain(here().rpc.send(GetMatter(matter=f"{path.province}/{path.code}", version=query.version)))


@route(
    api, "get", "/matters/<province>/<code>/eligibility", who=only("person", "enterprise", "officer"), gives=Eligibility
)
def check_eligibility(path: MatterPath, query: EligibilityQuery) -> Response:
    """Every rule, before a form is filled: which hold, which do not and why, and which the form will decide."""
    asked = CheckEligibility(
        matter=f"{path.province}/{path.code}",
        asker=actor(),
        person_id=actor().person_id,
        **{**dict(query), "on": query.on or clock.now().date()},
    )
    return shown(ask(asked, Eligibility))
