"""What several resources share: pages of a list, ids in a path, reasons, files on their way out."""

from __future__ import annotations

import base64
from typing import Annotated, Any
from uuid import UUID

from flask import Response, jsonify, send_file
from pydantic import Field

from contracts.errors import NotFound
from contracts.files import FileRef, Sha256
from contracts.message import Model
from contracts.personal import PERSONAL
from services.gateway.asking import after, here

FILE_TYPES = ("application/pdf", "image/jpeg", "image/png")
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
CertificateNumber = Annotated[str, Field(min_length=4, max_length=40)]


class Paged(Model):
    """Which page of a list."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    per_page: int = Field(default=20, ge=1, le=200)


class Turned(Paged):
    """Which page of a list that may be long: after its ``next_row`` of the page before, however far, or by number."""

    after_row: Annotated[str, Field(min_length=1, max_length=400), PERSONAL] | None = None


class ById(Model):
    """The id of a thing in the path."""

    id: UUID


class Attached(Model):
    """A file that this account uploaded, by its content."""

    sha256: Sha256


class WithReason(Model):
    """Why; the other side gets to read it."""

    reason: Reason


def until_seen() -> dict[str, Any]:
    """``after`` of a question to a view, when the client asked to see its own write."""
    positions = after()
    return {"after": positions} if positions else {}


def listed(question: Any) -> Response:
    """A page of a view as it was answered."""
    return plain(here().rpc.send(question))


def plain(answer: Any) -> Response:
    """An answer handed on as it is."""
    return jsonify(answer)


def download(file: FileRef, name: str | None = None) -> Response:
    """A file on its way out: type as found, name in UTF-8 (RFC 6266), digest to check it by (RFC 9530)."""
    path = here().store.path(file.sha256)
    if not path.is_file():
        raise NotFound.of("file", file.sha256)
    response = send_file(
        path,
        mimetype=file.content_type,
        as_attachment=True,
        download_name=name or file.name,
        etag=file.sha256,
    )
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
