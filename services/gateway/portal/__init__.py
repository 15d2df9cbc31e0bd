"""Pages for people, rendered here without any script or outside resource."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from flask import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.gateway.words import words
from services.kernel.clock import CHINA

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.globals["t"] = words
_pages.filters["moment"] = lambda at: f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def rendered(template: str, status: int = 200, **data: Any) -> Response:
    """A page that may load nothing, run nothing, and send forms only here; its style goes by a nonce."""
    nonce = secrets.token_urlsafe(16)
    response = Response(_pages.get_template(template).render(nonce=nonce, **data), status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
