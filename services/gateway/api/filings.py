"""Filings: drafted, filled in, given files, submitted; seen by filer and person, later by the authority."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from pydantic import RootModel

from contracts.files import FileRef, Sha256
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    AttachmentName,
    DeleteDraft,
    DetachFile,
    DraftFiling,
    FilingView,
    FillForm,
    Form,
    GetFiling,
    MatterCode,
    PickSubject,
    PrintFiling,
    SubmitFiling,
)
from contracts.identifiers import ResidentId
from contracts.identity import PersonName
from contracts.message import Accepted, Command, Model
from contracts.query import (
    FilingProgress,
    FilingRow,
    FilingStatus,
    GetFilingProgress,
    ListFilings,
    Page,
    Search,
)
from services.gateway.access import as_seen, give_as_party, may_see_filing
from services.gateway.api.common import (
    FILE_TYPES,
    Attached,
    ById,
    CertificateNumber,
    Turned,
    download,
    listed,
    plain,
    until_seen,
)
from services.gateway.asking import actor, ask, brought, give, here, meta, new_id, one_of, shown
from services.gateway.refusals import worded
from services.gateway.routes import only, route, section
from services.kernel.clock import clock

api = section("filings")
FILERS = only("person", "enterprise")
READERS = only("person", "enterprise", "officer", "auditor")


class FilingBody(Model):
    """The matter that the filing is about; the draft pins its latest version."""

    matter: MatterCode


class SubjectBody(Model):
    """The person that the filing is about: name and ID number must agree; not given by a person, who files for themselves.

    ``certificate_id``, or its number: which certificate, where the matter is about one; by default the one that lasts longest.
    """

    name: PersonName | None = None
    resident_id: ResidentId | None = None
    certificate_id: UUID | None = None
    certificate_number: CertificateNumber | None = None


class FormBody(RootModel[Form]):
    """Fields to change, by name; null clears one, others stay."""


class AttachmentBody(Attached):
    """A file, under one of the names that the matter asks for."""

    attachment: AttachmentName


class AttachmentPath(ById):
    """One attached file of a filing."""

    sha256: Sha256


class DetachPath(AttachmentPath):
    """One file under one name."""

    attachment: AttachmentName


class FilingFilters(Model):
    """``name`` is how the person's name begins."""

    status: FilingStatus | None = None
    name: Search | None = None
    resident_id: Search | None = None
    matter: MatterCode | None = None
    registration_type: Search | None = None
    specialty: Search | None = None


class FilingsQuery(Turned, FilingFilters):
    """Filters, and which page."""


@route(api, "post", "/filings", who=FILERS, gives=Accepted, status=201, changes=True, makes=True)
def draft(body: FilingBody) -> Response:
    return give(DraftFiling(filing_id=new_id("filing"), matter=body.matter, meta=meta()), 201)


@route(api, "get", "/filings", who=READERS, gives=Page[FilingRow], waits=True)
def list_filings(query: FilingsQuery) -> Response:
    return listed(ListFilings(viewer=actor(), **dict(query), **until_seen()))


@route(api, "get", "/filings/<uuid:id>", who=READERS, gives=FilingView)
def get_filing(path: ById) -> Response:
    view = as_seen(ask(GetFiling(filing_id=path.id), FilingView))
    found = tuple({**one, **worded(one)} for one in view.problems)
    return shown(view.model_copy(update={"problems": found}), view.version)


@route(api, "put", "/filings/<uuid:id>/subject", who=FILERS, gives=Accepted, changes=True)
def pick_subject(path: ById, body: SubjectBody) -> Response:
    return _give(PickSubject(filing_id=path.id, **dict(body), meta=meta()), path.id)


@route(api, "patch", "/filings/<uuid:id>/form", who=FILERS, gives=Accepted, changes=True)
def fill_form(path: ById, body: FormBody) -> Response:
    return _give(FillForm(filing_id=path.id, form=body.root, meta=meta()), path.id)


@route(api, "post", "/filings/<uuid:id>/attachments", who=FILERS, gives=Accepted, status=201, changes=True)
def attach(path: ById, body: AttachmentBody) -> Response:
    file = brought(body.sha256)
    return _give(AttachFile(filing_id=path.id, attachment=body.attachment, file=file, meta=meta()), path.id, 201)


@route(
    api,
    "delete",
    "/filings/<uuid:id>/attachments/<attachment>/<sha256>",
    who=FILERS,
    gives=Accepted,
    changes=True,
)
def detach(path: DetachPath) -> Response:
    command = DetachFile(filing_id=path.id, attachment=path.attachment, sha256=path.sha256, meta=meta())
    return _give(command, path.id)


@route(api, "get", "/filings/<uuid:id>/attachments/<sha256>", who=READERS, gives_files=FILE_TYPES)
def get_attachment(path: AttachmentPath) -> Response:
    attached = {one.file.sha256: one.file for one in _visible(path.id).attachments}
    return download(one_of(attached, path.sha256))


@route(api, "post", "/filings/<uuid:id>/commitment", who=FILERS, gives=Accepted, changes=True)
def accept_commitment(path: ById) -> Response:
    return _give(AcceptCommitment(filing_id=path.id, meta=meta()), path.id)


@route(api, "post", "/filings/<uuid:id>/submission", who=FILERS, gives=Accepted, changes=True)
def submit(path: ById) -> Response:
    return _give(SubmitFiling(filing_id=path.id, meta=meta()), path.id)


@route(api, "delete", "/filings/<uuid:id>", who=FILERS, gives=Accepted, changes=True)
def delete_draft(path: ById) -> Response:
    return _give(DeleteDraft(filing_id=path.id, meta=meta()), path.id)


@route(api, "get", "/filings/<uuid:id>/application.pdf", who=READERS, gives_files=("application/pdf",))
def print_application(path: ById) -> Response:
    view = _visible(path.id)
    printed = ask(PrintFiling(filing_id=path.id, at=clock.now()), FileRef)
    return download(printed, f"{view.title}-{view.number or '草稿'}.pdf")


@route(api, "get", "/filings/<uuid:id>/progress", who=READERS, gives=FilingProgress, waits=True)
def get_progress(path: ById) -> Response:
    _visible(path.id)
    return plain(here().rpc.send(GetFilingProgress(viewer=actor(), filing_id=path.id, **until_seen())))


def _visible(filing_id: UUID) -> FilingView:
    view = ask(GetFiling(filing_id=filing_id), FilingView)
    may_see_filing(view)
    return view


def _give(command: Command, filing_id: UUID, status: int = 200) -> Response:
    return give_as_party(command, "filing", filing_id, status)
