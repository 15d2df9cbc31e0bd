"""The gazette: announcements by the number of their document, newest first, as pages and as an Atom feed (RFC 4287)."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote
from xml.etree import ElementTree

from flask import Flask, Response

from contracts.message import derived_id
from contracts.query import GazetteRow, ListAnnouncements, ListGazette, Page, PublicityRow
from services.gateway.asking import ask, here
from services.gateway.portal import rendered
from services.gateway.portal.publicity import page_number
from services.gateway.routes import page
from services.gateway.words import words
from services.kernel.clock import CHINA, clock

PER_PAGE = 50
ENTRIES = 100
"""Cases of a document on one page."""
NEWEST = 50
"""Documents in the feed."""
ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"


def install(app: Flask) -> None:
    """Serve /gazette, its feed, and a page for each document."""
    page(app, "get", "/gazette", "gazette", show_list)
    page(app, "get", "/gazette/feed.atom", "gazette_feed", feed, gives_files=(MEDIA_TYPE,))
    page(app, "get", "/gazette/<path:number>", "gazette_document", show_document)


def show_list() -> Response:
    """Every document, the newest above."""
    found = ask(ListGazette(page=page_number(), per_page=PER_PAGE), Page[GazetteRow])
    return rendered("gazette.html", found=found, pages=-(-found.total // PER_PAGE), address=address)


def show_document(number: str) -> Response:
    """What one document announced. Names are masked, as they were while it was shown."""
    at = page_number()
    rows: tuple[PublicityRow, ...] = ()
    total = 0
    if len(number) <= 60:
        found = ask(ListAnnouncements(document_number=number, page=at, per_page=ENTRIES), Page[PublicityRow])
        rows, total = found.rows, found.total
    pages = -(-total // ENTRIES)
    status = 200 if total else 404
    return rendered("announcement.html", status, number=number, rows=rows, total=total, at=at, pages=pages)


def feed() -> Response:
    """The newest documents. An entry keeps its id for ever, and is updated when a case is added to its document."""
    rows = ask(ListGazette(per_page=NEWEST), Page[GazetteRow]).rows
    home = str(here().config["PUBLIC_URL"]).rstrip("/")
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(_atom("feed"))
    _text(root, "id", derived_id("gazette", home).urn)
    _text(root, "title", words("gazette.title"))
    _text(root, "updated", _moment(max((row.last_at for row in rows), default=clock.now())))
    ElementTree.SubElement(root, _atom("link"), rel="self", type=MEDIA_TYPE, href=f"{home}/gazette/feed.atom")
    ElementTree.SubElement(root, _atom("link"), rel="alternate", type="text/html", href=f"{home}/gazette")
    _text(ElementTree.SubElement(root, _atom("author")), "name", words("gazette.author"))
    for row in rows:
        _entry(root, home, row)
    text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(text, content_type=f"{MEDIA_TYPE}; charset=utf-8", headers={"Cache-Control": "max-age=60"})


def address(number: str) -> str:
    """Of a document's page: numbers have brackets and characters that an address must write otherwise."""
    return f"/gazette/{quote(number)}"


def _entry(root: ElementTree.Element, home: str, row: GazetteRow) -> None:
    entry = ElementTree.SubElement(root, _atom("entry"))
    _text(entry, "id", derived_id("gazette", home, row.document_number).urn)
    _text(entry, "title", row.document_number)
    _text(entry, "published", _moment(row.first_at))
    _text(entry, "updated", _moment(row.last_at))
    ElementTree.SubElement(entry, _atom("link"), rel="alternate", href=home + address(row.document_number))
    _text(entry, "summary", words("gazette.summary", number=row.document_number, entries=row.entries))


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, _atom(name)).text = text


def _moment(at: datetime) -> str:
    return at.astimezone(CHINA).isoformat(timespec="seconds")
