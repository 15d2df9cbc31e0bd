"""Certificates, for their holders and the authorities: the register, one certificate, its signed document."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from contracts.certificate import CredentialStatus, CredentialView, GetCredential
from contracts.errors import NotFound
from contracts.query import CertificateRow, ListCertificates, Page, Search
from services.gateway.access import may_see_certificate
from services.gateway.api.common import ById, Paged, download, listed, until_seen
from services.gateway.asking import actor, ask, shown
from services.gateway.routes import only, route, section

api = section("certificates")
READERS = only("person", "enterprise", "officer", "auditor")


class CertificatesQuery(Paged):
    """Filters (manual 001, 3.2.4)."""

    status: CredentialStatus | None = None
    registration_type: Search | None = None
    kind: Search | None = None
    name: Search | None = None
    resident_id: Search | None = None
    number: Search | None = None
    identifier: Search | None = None


@route(api, "get", "/certificates", who=READERS, gives=Page[CertificateRow], waits=True)
def list_certificates(query: CertificatesQuery) -> Response:
    return listed(ListCertificates(viewer=actor(), **dict(query), **until_seen()))


@route(api, "get", "/certificates/<uuid:id>", who=READERS, gives=CredentialView)
def get_certificate(path: ById) -> Response:
    view = _visible(path.id)
    return shown(view, view.version)


@route(api, "get", "/certificates/<uuid:id>/document", who=READERS, gives_files=("application/pdf",))
def get_document(path: ById) -> Response:
    view = _visible(path.id)
    if view.document is None:
        raise NotFound("document_not_issued_yet")
    return download(view.document, f"{view.title}-{view.registration_number}.pdf")


def _visible(credential_id: UUID) -> CredentialView:
    view = ask(GetCredential(credential_id=credential_id), CredentialView)
    may_see_certificate(view)
    return view
