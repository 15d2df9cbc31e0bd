"""Imports of long lists: begun or gone on with, page by page, each line that was not taken explained; looked at, and undone."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from flask import Response
from pydantic import Field

from contracts import imports as shared
from contracts.certificate import imports as certificates
from contracts.certificate.types import Issuer
from contracts.errors import NotFound, Refused
from contracts.files import Sha256
from contracts.identity import PersonalWords
from contracts.identity import imports as qualifications
from contracts.import_life import may_see
from contracts.imports import (
    PAGE,
    CheckedRows,
    Conflict,
    ImportKind,
    ImportList,
    ImportRow,
    ImportView,
    Line,
    LineProblem,
    PageTaken,
)
from contracts.matters.names import Kebab
from contracts.matters.registry import default_registry
from contracts.message import Accepted, Model, derived_id
from services.gateway.api.common import ById, Paged, WithReason
from services.gateway.asking import actor, ask, give, meta, shown
from services.gateway.routes import only, route, section
from services.gateway.words import about, our_code, sentence

api = section("imports")
BRINGERS = only("operator", "officer")
READERS = only("operator", "officer", "auditor")
PAGE_LIMIT = 8 * 1024 * 1024
"""Five thousand rows with every character written as an escape."""
PATIENCE = 120.0
"""Seconds; five thousand rows take a few."""
ATTEMPTS = 100
"""How often one file can be brought again after it was undone."""
MODULES: dict[ImportKind, Any] = {"qualifications": qualifications, "certificates": certificates}


class Listed(Model):
    """What the list is of: ``credential`` is the kind of certificates, ``issuer`` whose they are where rows do not say.

    For certificates the first is needed; the second where their matters name no issuer or several.
    """

    kind: ImportKind
    credential: Kebab | None = None
    issuer: Issuer | None = None


class ImportBody(Listed):
    """A file that is to be brought. The same one again goes on where it stopped."""

    file_name: PersonalWords
    file_sha256: Sha256
    lines: Line


class RowsBody(Model):
    """The lines after ``after`` up to and with ``upto``: rows that could be read, problems of others; blank ones in neither."""

    after: int = Field(ge=0, le=shared.LINES)
    upto: Line
    rows: Annotated[tuple[ImportRow, ...], Field(max_length=PAGE)] = ()
    problems: Annotated[tuple[LineProblem, ...], Field(max_length=PAGE)] = ()


class CheckBody(Listed):
    """Rows that are to be looked at, and not kept."""

    rows: Annotated[tuple[ImportRow, ...], Field(min_length=1, max_length=PAGE)]


class ProblemInWords(LineProblem):
    """Why a line was not taken, and what to do."""

    words: str


class CheckAnswer(CheckedRows):
    """What would become of the rows."""

    problems: tuple[ProblemInWords, ...]


class PageAnswer(PageTaken):
    """What became of a page."""

    problems: tuple[ProblemInWords, ...]


class ConflictInWords(Conflict):
    """Why a row was kept although its import is undone."""

    words: str


class ImportAnswer(ImportView):
    """An import, with a page of its problems and of its conflicts in words."""

    problems: tuple[ProblemInWords, ...]
    conflicts: tuple[ConflictInWords, ...]


@route(api, "post", "/imports", who=BRINGERS, gives=ImportAnswer, status=201, changes=True)
def begin_import(body: ImportBody) -> Response:
    module, more = MODULES[body.kind], _of_certificates(body)
    file = {"file_name": body.file_name, "file_sha256": body.file_sha256, "lines": body.lines}
    for attempt in range(1, ATTEMPTS + 1):
        whose = (body.kind, body.credential or "", actor().place or "", body.file_sha256)
        import_id = derived_id("import", *whose, attempt)
        try:
            give(module.BeginImport(import_id=import_id, **file, **more, meta=meta(fresh=True)))
        except Refused as refused:
            if refused.code != "import_undone":
                raise
            continue
        response = _shown(ask(module.GetImport(import_id=import_id), ImportView))
        response.status_code = 201
        response.headers["Location"] = f"/api/v1/imports/{import_id}"
        return response
    raise Refused("import_undone")


@route(
    api,
    "post",
    "/imports/<uuid:id>/rows",
    who=BRINGERS,
    gives=PageAnswer,
    max_body=PAGE_LIMIT,
    changes=True,
)
def import_rows(path: ById, body: RowsBody) -> Response:
    module = MODULES[_visible(path.id).kind]
    command = module.ImportRows(import_id=path.id, **dict(body), meta=meta(fresh=True))
    taken = ask(command, PageTaken, timeout=PATIENCE)
    return shown(PageAnswer(**{**dict(taken), "problems": _in_words(taken.problems)}))


@route(api, "post", "/imports/checks", who=BRINGERS, gives=CheckAnswer, max_body=PAGE_LIMIT)
def check_rows(body: CheckBody) -> Response:
    question = MODULES[body.kind].CheckRows(asker=actor(), rows=body.rows, **_of_certificates(body))
    checked = ask(question, CheckedRows, timeout=PATIENCE)
    return shown(CheckAnswer(**{**dict(checked), "problems": _in_words(checked.problems)}))


@route(api, "get", "/imports", who=READERS, gives=ImportList)
def list_imports() -> Response:
    found = [
        one
        for module in MODULES.values()
        for one in ask(module.ListImports(asker=actor()), ImportList).imports
    ]
    found.sort(key=lambda one: one.begun_at, reverse=True)
    return shown(ImportList(imports=tuple(found)))


@route(api, "get", "/imports/<uuid:id>", who=READERS, gives=ImportAnswer)
def get_import(path: ById, query: Paged) -> Response:
    return _shown(_visible(path.id, skip=(query.page - 1) * query.per_page, limit=query.per_page))


@route(api, "post", "/imports/<uuid:id>/undo", who=BRINGERS, gives=Accepted, status=202, changes=True)
def undo_import(path: ById, body: WithReason) -> Response:
    module = MODULES[_visible(path.id).kind]
    return give(module.UndoImport(import_id=path.id, meta=meta(reason=body.reason)), 202)


def _visible(import_id: UUID, **page: int) -> ImportView:
    """Whichever service has it; of another place it is as if it were not there."""
    for module in MODULES.values():
        try:
            view = ask(module.GetImport(import_id=import_id, **page), ImportView)
        except NotFound:
            continue
        if may_see(actor(), view.place):
            return view
    raise NotFound.of("import", import_id)


def _of_certificates(body: Listed) -> dict[str, Any]:
    if body.kind == "qualifications":
        return {}
    if body.credential is None:
        raise Refused("invalid_request", problems=[{"code": "required", "field": "credential"}])
    return {"credential": body.credential, "issuer": body.issuer or _usual_issuer(body.credential)}


def _usual_issuer(credential: str) -> Issuer:
    """The one that the matters of this kind name."""
    named = {
        (one.effect.identifier.issuer_name, one.effect.identifier.issuer, one.province)
        for one in default_registry().all()
        if one.effect.credential == credential and one.effect.identifier is not None
    }
    if len(named) != 1:
        raise Refused("issuer_missing")
    ((name, uscc, place),) = named
    return Issuer(name=name, uscc=uscc, place=place)


def _shown(view: ImportView) -> Response:
    conflicts = tuple(ConflictInWords(**dict(one), words=sentence(one.code)) for one in view.conflicts)
    answer = ImportAnswer(**{**dict(view), "problems": _in_words(view.problems), "conflicts": conflicts})
    return shown(answer, view.version)


def _in_words(problems: tuple[LineProblem, ...]) -> tuple[ProblemInWords, ...]:
    return tuple(ProblemInWords(**dict(one), words=_words(one)) for one in problems)


def _words(one: LineProblem) -> str:
    name = about(one.column) if one.column is not None else "…"
    return sentence(our_code(one.code), {"name": name, **one.params}, in_field=one.column is not None)
