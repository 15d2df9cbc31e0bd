"""Files come in here, streamed, opened before they are accepted, and are then attached by their SHA-256."""

from __future__ import annotations

from flask import Response, jsonify, request
from pydantic import Field

from contracts.files import FileRef
from contracts.message import Model
from services.gateway.api.common import FILE_TYPES
from services.gateway.asking import actor
from services.gateway.reading import FILE_LIMIT, body_pieces, receive
from services.gateway.routes import only, route, section

api = section("files")


class UploadQuery(Model):
    """What the uploader calls the file."""

    name: str = Field(min_length=1, max_length=200)


@route(
    api,
    "post",
    "/files",
    who=only("person", "enterprise", "officer"),
    gives=FileRef,
    status=201,
    takes_files=FILE_TYPES,
    max_body=FILE_LIMIT,
)
def upload(query: UploadQuery) -> Response:
    claimed = request.mimetype or None
    reference = receive(body_pieces(request), query.name, owner=actor().account_id, claimed=claimed)
    response = jsonify(reference.model_dump(mode="json"))
    response.status_code = 201
    return response
