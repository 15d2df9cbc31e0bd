"""Decision documents 文书: for the officers of the case's place, and for the filer and the person whom they are about."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from contracts.errors import NotFound
from contracts.files import Sha256
from contracts.filing import FilingView, GetFiling
from contracts.message import Model, derived_id
from contracts.review import CaseView, DocumentView, GetCase
from services.gateway.access import may_see_case, may_see_filing
from services.gateway.api.common import ById, download
from services.gateway.asking import actor, ask, shown
from services.gateway.routes import only, route, section

api = section("documents")
OFFICIALS = only("officer", "auditor")
PARTIES = only("person", "enterprise", "officer", "auditor")
PDF = ("application/pdf",)


class DocumentPath(ById):
    """One document, by its content: numbers have letters that no address takes."""

    sha256: Sha256


class Documents(Model):
    """Every decision document that was issued, oldest first."""

    documents: tuple[DocumentView, ...]


@route(api, "get", "/cases/<uuid:id>/documents", who=OFFICIALS, gives=Documents)
def list_of_case(path: ById) -> Response:
    return shown(Documents(documents=_of_case(path.id)))


@route(api, "get", "/cases/<uuid:id>/documents/<sha256>", who=OFFICIALS, gives_files=PDF)
def get_of_case(path: DocumentPath) -> Response:
    return _download(_of_case(path.id), path.sha256)


@route(api, "get", "/filings/<uuid:id>/documents", who=PARTIES, gives=Documents)
def list_of_filing(path: ById) -> Response:
    return shown(Documents(documents=_of_filing(path.id)))


@route(api, "get", "/filings/<uuid:id>/documents/<sha256>", who=PARTIES, gives_files=PDF)
def get_of_filing(path: DocumentPath) -> Response:
    return _download(_of_filing(path.id), path.sha256)


def _of_case(case_id: UUID) -> tuple[DocumentView, ...]:
    view = ask(GetCase(case_id=case_id), CaseView)
    may_see_case(view)
    return view.documents


def _of_filing(filing_id: UUID) -> tuple[DocumentView, ...]:
    """A filing has one case, from its first submission on; before it there are no documents.

    To a person, of the rounds that were about them: a correction may have put somebody else in their place.
    """
    may_see_filing(ask(GetFiling(filing_id=filing_id), FilingView))
    try:
        case = ask(GetCase(case_id=derived_id("case", filing_id, 1)), CaseView)
    except NotFound:
        return ()
    if actor().kind != "person":
        return case.documents
    theirs = {one.round for one in case.submissions if one.person_id == actor().person_id}
    return tuple(one for one in case.documents if one.round in theirs)


def _download(documents: tuple[DocumentView, ...], sha256: str) -> Response:
    found = next((one for one in documents if one.document.sha256 == sha256), None)
    if found is None:
        raise NotFound.of("document", sha256)
    return download(found.document, f"{found.number}.pdf")
