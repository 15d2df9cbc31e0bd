"""The public list for people: what is shown until when, and a form to object with, that needs no script.

No session is involved, so no other site can make somebody object in their own name: there is no name to borrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, redirect, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from contracts.errors import NotFound, Refusal, Refused
from contracts.identifiers import Phone
from contracts.identity import PersonName
from contracts.message import Model, derived_id
from contracts.query import ListPublicity, Page, PublicityRow
from contracts.review import GetObjection, GetPublicity, ObjectionReceipt, PublicityView, Reasons
from services.gateway import objecting
from services.gateway.api.objections import objector
from services.gateway.asking import ask
from services.gateway.portal import rendered
from services.gateway.reading import pieces
from services.gateway.refusals import from_validation, status_of, worded
from services.gateway.routes import page
from services.gateway.words import sentence
from services.kernel.clock import clock

PER_PAGE = 50
TYPED = ("reasons", "name", "phone", "anonymous")


class Said(Model):
    """What was typed."""

    reasons: Reasons
    name: PersonName | None = None
    phone: Phone | None = None
    anonymous: bool = False


def install(app: Flask) -> None:
    """Serve /publicity, /publicity/<case> with its form, and /objections/<receipt>."""
    page(app, "get", "/publicity", "publicity_list", show_list)
    page(app, "get", "/publicity/<uuid:id>", "publicity_case", show_case)
    page(app, "post", "/publicity/<uuid:id>", "publicity_object", object_to, max_body=objecting.FORM_BYTES)
    page(app, "get", "/objections/<uuid:id>", "objection_receipt", show_receipt)


def page_number() -> int:
    """Which page of a list; the first, where somebody typed something else."""
    number = request.args.get("page", "1")
    return int(number) if number.isascii() and number.isdigit() and 1 <= len(number) <= 6 and int(number) else 1


def show_list() -> Response:
    """What is shown today, what ends first above."""
    found = ask(ListPublicity(page=page_number(), per_page=PER_PAGE), Page[PublicityRow])
    return rendered("publicity.html", rows=found.rows, found=found, pages=-(-found.total // PER_PAGE))


def show_case(id: UUID) -> Response:
    """One entry, and the form where one may object."""
    return _case(id)


def object_to(id: UUID) -> AnyResponse:
    """Lodge what was typed; from then on the receipt's address shows what becomes of it."""
    try:
        said = _said()
        who = objector(said.anonymous, said.name, said.phone)
        chosen = [one for one in request.files.getlist("files") if one.filename]
        uploads = [(one.filename or "", pieces(one.stream)) for one in chosen]
        _, receipt = objecting.lodge(id, derived_id("objection", id, _attempt()), said.reasons, who, uploads)
    except Refusal as refused:
        return _case(id, refused=refused)
    return redirect(f"/objections/{receipt.objection_id}", 303)


def show_receipt(id: UUID) -> Response:
    """What became of an objection; for whoever has its address."""
    try:
        receipt: ObjectionReceipt | None = ask(GetObjection(objection_id=id), ObjectionReceipt)
    except NotFound:
        receipt = None
    return rendered("objection.html", 200 if receipt else 404, receipt=receipt)


def _said() -> Said:
    typed: dict[str, Any] = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in TYPED}
    if any("\x00" in text for text in typed.values()):
        raise Refused("unreadable_text")
    kept = {name: text for name, text in typed.items() if text}
    try:
        return Said.model_validate(kept)
    except ValidationError as error:
        raise from_validation(error) from None


def _attempt() -> str:
    """The form's own: sent twice, or corrected after a refusal, it is one objection still.

    Whoever only opens the form gets a new one: the receipt follows from it, and a link must not name it in advance.
    """
    try:
        return str(UUID(request.args.get("attempt", ""))) if request.method == "POST" else str(uuid4())
    except ValueError:
        return str(uuid4())


def _case(id: UUID, refused: Refusal | None = None) -> Response:
    rows: Sequence[PublicityRow] = ask(ListPublicity(case_id=id, per_page=1), Page[PublicityRow]).rows
    shown, closed = _publicity(id)
    problems = [str(worded(one)["detail"]) for one in refused.problems] if refused is not None else []
    status = 200 if rows or shown else 404
    return rendered(
        "objecting.html",
        status if refused is None else status_of(refused),
        row=rows[0] if rows else None,
        shown=shown,
        closed=closed,
        refused=sentence(refused.code, refused.params) if refused is not None else None,
        problems=problems,
        typed={name: request.form.get(name, "") for name in TYPED},
        attempt=uuid4() if refused is not None and refused.code == "objection_exists" else _attempt(),
        files=objecting.FILES,
        megabytes=objecting.FILE_BYTES // 1024**2,
    )


def _publicity(id: UUID) -> tuple[PublicityView | None, str | None]:
    """How one may object now, or why one may not."""
    try:
        return ask(GetPublicity(case_id=id, at=clock.now()), PublicityView), None
    except (NotFound, Refused) as refused:
        return None, sentence(refused.code, refused.params)
