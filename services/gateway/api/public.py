"""What anybody may know without a session: publicity, announcements, whether a certificate is genuine."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from flask import Response, jsonify, request
from pydantic import Field

from contracts.certificate import DocumentCheck, LookUpIdentifier, PublicCredential, VerifyDocument
from contracts.files import FileRef
from contracts.filing import MatterCode
from contracts.identity import Place
from contracts.message import Model
from contracts.query import GazetteRow, ListAnnouncements, ListGazette, ListPublicity, Page, PublicityRow
from services.gateway.api.common import Paged, listed, until_seen
from services.gateway.asking import ANONYMOUS, ask
from services.gateway.reading import FILE_LIMIT, body_pieces, receive
from services.gateway.routes import EVERYONE, route, section
from services.kernel.clock import clock

api = section("public")


class PublicityQuery(Paged):
    """``on``: a day of the period, none is today. What has ended is shown no longer, whatever day is asked for."""

    on: date | None = None
    place: Place | None = None
    matter: MatterCode | None = None


class AnnouncementsQuery(Paged):
    """Filters."""

    place: Place | None = None
    document_number: Annotated[str, Field(min_length=1, max_length=60)] | None = None


class GazetteQuery(Paged):
    """``document_number``: this one alone."""

    document_number: Annotated[str, Field(min_length=1, max_length=60)] | None = None


class IdentifierPath(Model):
    """A certificate identifier, as printed and in the QR code."""

    identifier: Annotated[str, Field(min_length=1, max_length=120)]


class DocumentQuery(Model):
    """What the file is called."""

    name: str = Field(default="document.pdf", min_length=1, max_length=200)


@route(api, "get", "/publicity", who=EVERYONE, gives=Page[PublicityRow], waits=True)
def list_publicity(query: PublicityQuery) -> Response:
    return listed(ListPublicity(**{**dict(query), "on": query.on or clock.now().date()}, **until_seen()))


@route(api, "get", "/announcements", who=EVERYONE, gives=Page[PublicityRow], waits=True)
def list_announcements(query: AnnouncementsQuery) -> Response:
    return listed(ListAnnouncements(**dict(query), **until_seen()))


@route(api, "get", "/gazette", who=EVERYONE, gives=Page[GazetteRow], waits=True)
def list_gazette(query: GazetteQuery) -> Response:
    return listed(ListGazette(**dict(query), **until_seen()))


@route(api, "get", "/verifications/<identifier>", who=EVERYONE, gives=PublicCredential)
def look_up(path: IdentifierPath) -> Response:
    return jsonify(found(path.identifier).model_dump(mode="json"))


@route(
    api,
    "post",
    "/verifications",
    who=EVERYONE,
    gives=DocumentCheck,
    takes_files=("application/pdf",),
    max_body=FILE_LIMIT,
)
def check_document(query: DocumentQuery) -> Response:
    file = receive(body_pieces(request), query.name, owner=ANONYMOUS.account_id, only_to_judge=True)
    return jsonify(checked(file).model_dump(mode="json"))


def found(identifier: str) -> PublicCredential:
    """What the register says of an identifier today."""
    return ask(LookUpIdentifier(identifier=identifier, on=clock.now().date()), PublicCredential)


def checked(file: FileRef) -> DocumentCheck:
    """Whether a document is whole, ours, and what the register says of it today."""
    return ask(VerifyDocument(sha256=file.sha256, on=clock.now().date()), DocumentCheck)
