"""The public register: anybody who knows a holder's name and a number with it learns whether that certificate holds."""

from __future__ import annotations

from flask import Response, current_app

from contracts.certificate import FindPublic, PublicCredentials
from contracts.errors import Refused
from contracts.identifiers import ResidentId
from contracts.identity import PersonName
from contracts.message import Model
from services.gateway.api.common import CertificateNumber
from services.gateway.asking import ask, shown
from services.gateway.counting import Hourly
from services.gateway.objecting import address
from services.gateway.routes import EVERYONE, route, section
from services.kernel.clock import clock

api = section("public_register")
AN_HOUR = 120
"""Questions from one address."""
COUNTED = "zhuce.public_register"


class RegisterQuery(Model):
    """The holder's whole name, and the certificate's number or the holder's ID number, or both."""

    name: PersonName
    number: CertificateNumber | None = None
    resident_id: ResidentId | None = None


@route(api, "get", "/register", who=EVERYONE, gives=PublicCredentials, refuses=(429,))
def look_up(query: RegisterQuery) -> Response:
    """Masked as on the verification page; what may not be used normally is not in it, where its kind says so."""
    counted: Hourly = current_app.extensions.setdefault(COUNTED, Hourly(AN_HOUR, "too_many_lookups"))
    counted.count(address())
    if query.number is None and query.resident_id is None:
        raise Refused("number_needed")
    return shown(ask(FindPublic(on=clock.now().date(), **dict(query)), PublicCredentials))
