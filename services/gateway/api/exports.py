"""Lists as workbooks (XLSX): the same filters, the same rows that the list shows to whoever asks, all of them."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, send_file

from contracts.message import Model
from contracts.query import Exported, ExportList, ListName
from services.gateway.api.certificates import CertificateFilters, RegisterFilters
from services.gateway.api.common import until_seen
from services.gateway.api.confirmations import ConfirmationFilters
from services.gateway.api.filings import FilingFilters
from services.gateway.api.own import PeopleFilters
from services.gateway.api.registers import QualificationFilters
from services.gateway.asking import actor, ask, here
from services.gateway.routes import only, route, section
from services.kernel.exports import CONTENT_TYPE, Exports

api = section("exports")
PARTIES = only("person", "enterprise")
READERS = only("person", "enterprise", "officer", "auditor")
ALL = only("person", "enterprise", "officer", "auditor", "operator")
WORKBOOK = (CONTENT_TYPE,)
PATIENCE = 120.0
"""Seconds; a hundred thousand rows take a while."""


@route(api, "get", "/certificates.xlsx", who=READERS, gives_files=WORKBOOK, waits=True)
def certificates(query: RegisterFilters) -> Response:
    return _workbook("certificates", query)


@route(api, "get", "/electronic-certificates.xlsx", who=READERS, gives_files=WORKBOOK, waits=True)
def electronic_certificates(query: CertificateFilters) -> Response:
    return _workbook("electronic_certificates", query)


@route(api, "get", "/historical-certificates.xlsx", who=READERS, gives_files=WORKBOOK, waits=True)
def historical_certificates(query: CertificateFilters) -> Response:
    return _workbook("historical_certificates", query)


@route(api, "get", "/filings.xlsx", who=READERS, gives_files=WORKBOOK, waits=True)
def filings(query: FilingFilters) -> Response:
    return _workbook("filings", query)


@route(api, "get", "/qualifications.xlsx", who=ALL, gives_files=WORKBOOK, waits=True)
def qualifications(query: QualificationFilters) -> Response:
    return _workbook("qualifications", query)


@route(api, "get", "/confirmations.xlsx", who=PARTIES, gives_files=WORKBOOK, waits=True)
def confirmations(query: ConfirmationFilters) -> Response:
    return _workbook("confirmations", query)


@route(
    api,
    "get",
    "/registered-people.xlsx",
    who=only("enterprise", "officer", "auditor", "operator"),
    gives_files=WORKBOOK,
    waits=True,
)
def registered_people(query: PeopleFilters) -> Response:
    return _workbook("registered_people", query)


def _workbook(name: ListName, filters: Model) -> Response:
    """Made, handed out and forgotten: it holds personal data. ``Zhuce-Truncated``: there are more rows than a workbook is given."""
    given = filters.model_dump(mode="json", exclude_none=True)
    made = ask(ExportList(viewer=actor(), list=name, filters=given, **until_seen()), Exported, timeout=PATIENCE)
    store = Exports(here().config["DATA"])
    path = store.path(made.export_id)
    response = send_file(path, mimetype=CONTENT_TYPE, etag=False)
    store.discard(made.export_id)
    response.headers["Content-Disposition"] = _called(name, made.name)
    response.headers["Cache-Control"] = "no-store"
    if made.truncated:
        response.headers["Zhuce-Truncated"] = str(made.rows)
    return response


def _called(listed: ListName, name: str) -> str:
    """Its name in Chinese (RFC 6266), and one in ASCII for whoever reads only that."""
    plain = f"{listed.replace('_', '-')}-{name.rpartition('-')[2]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
