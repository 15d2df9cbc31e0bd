"""The public verification page: where a certificate's QR code leads, and where anybody can check a PDF."""

from __future__ import annotations

from flask import Flask, Response, request

from contracts.certificate import DocumentCheck, PublicCredential
from contracts.errors import NotFound, Refusal, Refused
from services.gateway.api.public import checked, found
from services.gateway.asking import ANONYMOUS
from services.gateway.portal import rendered
from services.gateway.reading import FILE_LIMIT, pieces, receive
from services.gateway.refusals import status_of
from services.gateway.routes import page
from services.gateway.words import sentence
from services.kernel.clock import clock

FORM_LIMIT = FILE_LIMIT + 64 * 1024
"""The file, and the form around it."""


def install(app: Flask) -> None:
    """Serve /verify and /verify/<identifier>."""
    page(app, "get", "/verify", "verify_any", show_form)
    page(app, "post", "/verify", "verify_any_file", check_file, max_body=FORM_LIMIT)
    page(app, "get", "/verify/<identifier>", "verify", show)
    page(app, "post", "/verify/<identifier>", "verify_file", check_file, max_body=FORM_LIMIT)


def show_form() -> Response:
    """The form alone."""
    return _page(None, None)


def show(identifier: str) -> Response:
    """What the register says of this identifier, in a few words that nobody can misread."""
    credential, hidden = _credential(identifier)
    return _page(identifier, credential, hidden=hidden, status=200 if credential else 404)


def check_file(identifier: str | None = None) -> Response:
    """The same page with the result of checking an uploaded PDF."""
    credential, hidden = _credential(identifier) if identifier else (None, False)
    try:
        uploaded = request.files.get("document")
        if uploaded is None or not uploaded.filename:
            raise Refused("file_empty")
        file = receive(pieces(uploaded.stream), uploaded.filename, owner=ANONYMOUS.account_id, only_to_judge=True)
        result = checked(file)
    except Refusal as refusal:
        said = sentence(refusal.code, refusal.params)
        return _page(identifier, credential, hidden=hidden, refused=said, status=status_of(refusal))
    return _page(identifier, credential, hidden=hidden, check=result)


def _credential(identifier: str) -> tuple[PublicCredential | None, bool]:
    """What is shown; and whether there is one that may not be shown."""
    try:
        return found(identifier), False
    except (NotFound, Refused) as refusal:
        return None, refusal.code == "certificate_not_public"


def _page(
    identifier: str | None,
    credential: PublicCredential | None,
    *,
    hidden: bool = False,
    check: DocumentCheck | None = None,
    refused: str | None = None,
    status: int = 200,
) -> Response:
    problems = [sentence(f"document.{code}") for code in check.problems] if check else []
    other = bool(check and check.credential and identifier and check.credential.identifier != identifier)
    return rendered(
        "verify.html",
        status,
        identifier=identifier,
        credential=credential,
        hidden=hidden,
        check=check,
        problems=problems,
        other=other,
        refused=refused,
        now=clock.now(),
    )
