"""Certificates, for their holders and the authorities: the registers, one certificate, its documents, its usability."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from contracts.certificate import (
    CertificateUsability,
    CredentialStatus,
    CredentialView,
    GetCredential,
    GetUsability,
    UsabilityView,
)
from contracts.errors import NotFound
from contracts.message import Model
from contracts.query import CertificateRow, ListCertificates, Page, RegisterPart, Search
from services.gateway.access import may_see_certificate
from services.gateway.api.common import ById, Turned, download, listed, until_seen
from services.gateway.asking import actor, ask, shown
from services.gateway.routes import only, route, section
from services.kernel.clock import clock

api = section("certificates")
READERS = only("person", "enterprise", "officer", "auditor")


class CertificateFilters(Model):
    """``who`` is how the holder's name begins, or a whole ID number."""

    status: CredentialStatus | None = None
    registration_type: Search | None = None
    kind: Search | None = None
    who: Search | None = None
    name: Search | None = None
    resident_id: Search | None = None
    number: Search | None = None
    identifier: Search | None = None
    enterprise_id: UUID | None = None
    person_id: UUID | None = None


class RegisterFilters(CertificateFilters):
    """``part``: only electronic certificates (manual 001, 3.2.4.1), or only those that were there before."""

    part: RegisterPart | None = None


class CertificatesQuery(Turned, RegisterFilters):
    """Filters, and which page."""


class PartQuery(Turned, CertificateFilters):
    """Filters, and which page."""


@route(api, "get", "/certificates", who=READERS, gives=Page[CertificateRow], waits=True)
def list_certificates(query: CertificatesQuery) -> Response:
    return listed(ListCertificates(viewer=actor(), **dict(query), **until_seen()))


@route(api, "get", "/electronic-certificates", who=READERS, gives=Page[CertificateRow], waits=True)
def list_electronic(query: PartQuery) -> Response:
    """What was approved here (manual 001, 3.2.4.1)."""
    return listed(ListCertificates(viewer=actor(), part="electronic", **dict(query), **until_seen()))


@route(api, "get", "/historical-certificates", who=READERS, gives=Page[CertificateRow], waits=True)
def list_historical(query: PartQuery) -> Response:
    """What was there before this product, and no filing here has issued anew (manual 001, 3.2.4.2)."""
    return listed(ListCertificates(viewer=actor(), part="historical", **dict(query), **until_seen()))


@route(api, "get", "/certificates/<uuid:id>", who=READERS, gives=CredentialView)
def get_certificate(path: ById) -> Response:
    view = _visible(path.id)
    return shown(view, view.version)


@route(api, "get", "/certificates/<uuid:id>/document", who=READERS, gives_files=("application/pdf",))
def get_document(path: ById) -> Response:
    view = _visible(path.id)
    if view.document is None:
        raise NotFound("document_not_issued_yet" if view.identifier else "document_of_none")
    return download(view.document, f"{view.title}-{view.registration_number}.pdf")


@route(api, "get", "/certificates/<uuid:id>/usability", who=READERS, gives=CertificateUsability)
def get_usability(path: ById) -> Response:
    """How it may be used today, and why (manual 004, 1.2.1)."""
    _visible(path.id)
    (found,) = ask(GetUsability(credential_id=path.id, on=clock.now().date()), UsabilityView).certificates
    return shown(found)


def _visible(credential_id: UUID) -> CredentialView:
    view = ask(GetCredential(credential_id=credential_id), CredentialView)
    may_see_certificate(view)
    return view
