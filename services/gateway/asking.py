"""What every route needs of the request it serves: who asks, under which ids, and the way to the services."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from flask import Response, current_app, g, jsonify, request
from pydantic import BaseModel

from contracts.errors import NotFound, Refused
from contracts.files import FileRef
from contracts.message import Accepted, Actor, Command, Message, Metadata, Question, derived_id
from contracts.status import ServiceStatus
from services.gateway.sessions import Sessions
from services.kernel.clock import clock
from services.kernel.filestore import FileStore
from services.kernel.rpc import TIMEOUT

ANONYMOUS = Actor(kind="anonymous", account_id="anonymous")
B = TypeVar("B", bound=BaseModel)

_KEY = re.compile(r"[!-~]{1,128}")
_ETAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')
_AFTER = re.compile(r"[a-z]{1,20}:[0-9]{1,18}(?:\s*,\s*[a-z]{1,20}:[0-9]{1,18}){0,9}")


class Rpc(Protocol):
    """services.kernel.rpc.RpcClient, as far as routes use it."""

    def send(self, message: Message, timeout: float = ...) -> Any:
        """Give a command or ask a question."""

    def call(self, service: str, method: str, payload: Any = None, timeout: float = ...) -> Any:
        """Call a service's method by name."""


@dataclass
class Gateway:
    """What the application was made with."""

    rpc: Rpc
    store: FileStore
    evidence: FileStore
    sessions: Sessions
    config: Mapping[str, Any]
    own: Callable[[], ServiceStatus] = lambda: ServiceStatus(service="gateway", ok=True)
    development: bool = field(init=False)

    def __post_init__(self) -> None:
        self.development = bool(self.config.get("DEVELOPMENT"))


def here() -> Gateway:
    """The application that serves this request."""
    gateway: Gateway = current_app.extensions["zhuce"]
    return gateway


def actor() -> Actor:
    """Who asks; ANONYMOUS without a session."""
    asking: Actor = g.actor
    return asking


def new_id(kind: str) -> UUID:
    """The id of what is about to be made: the same for a repeated Idempotency-Key of the same account."""
    key = idempotency_key()
    return derived_id(kind, _scope(), key) if key else uuid4()


def _scope() -> str:
    """Whose keys these are. Strangers share no account, so theirs count only together with what they sent."""
    if actor().kind != "anonymous":
        return actor().account_id
    return hashlib.sha256(request.get_data(cache=True)).hexdigest()


def idempotency_key() -> str | None:
    """The client's name for this attempt, if it gave one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise Refused("idempotency_key_malformed")
    return key


def meta(
    *, reason: str | None = None, on_behalf_of: str | None = None, fresh: bool = False, part: UUID | None = None
) -> Metadata:
    """Metadata of a command given by this request; ``part`` tells the commands of one request apart.

    ``fresh``: the command id is never taken from the client. Passwords and codes are tried under fresh ids
    only, because a repeated id gets its first reply without counting as another attempt.
    """
    key = None if fresh else idempotency_key()
    scope = (_scope() if key else "", request.method, request.path, *([part] if part is not None else []))
    return Metadata(
        command_id=str(derived_id("command", *scope, key) if key else uuid4()),
        actor=actor(),
        at=clock.now(),
        correlation_id=g.correlation_id,
        reason=reason,
        on_behalf_of=on_behalf_of,
        expected_version=expected_version(),
    )


def expected_version() -> int | None:
    """The version that ``If-Match: "7"`` speaks of. ``*`` asks for nothing more than that it exists."""
    said = request.headers.get("If-Match")
    if said is None or said.strip() == "*":
        return None
    tag = _ETAG.fullmatch(said.strip())
    if tag is None:
        raise Refused("if_match_malformed")
    return int(tag[1])


def after() -> dict[str, int] | None:
    """The positions that a view must have reached, from ``Zhuce-After: filing:17,review:3``."""
    said = request.headers.get("Zhuce-After")
    if said is None:
        return None
    if not _AFTER.fullmatch(said.strip()):
        raise Refused("after_malformed")
    pairs = (part.strip().split(":") for part in said.split(","))
    return {service: int(position) for service, position in pairs}


def give(command: Command, status: int = 200) -> Response:
    """Have a command carried out; its version and position go into the reply's headers."""
    return accepted(Accepted.model_validate(here().rpc.send(command)), status)


def accepted(reply: Accepted, status: int = 200) -> Response:
    """The reply to a command that was carried out."""
    response = jsonify(reply.model_dump(mode="json"))
    response.status_code = status
    response.set_etag(str(reply.version))
    response.headers["Zhuce-Position"] = f"{reply.service}:{reply.position}"
    return response


def ask(question: Question | Command, answer: type[B], timeout: float = TIMEOUT) -> B:
    """Ask a service, and read its answer."""
    return answer.model_validate(here().rpc.send(question, timeout))


def shown(view: BaseModel, version: int | None = None) -> Response:
    """A view as a reply; its version is the ETag that a change may name in If-Match."""
    response = jsonify(view.model_dump(mode="json"))
    if version is not None:
        response.set_etag(str(version))
    return response


def brought(sha256: str) -> FileRef:
    """A file that this account uploaded; anybody else's does not exist for it."""
    return here().store.claimed(sha256, owner=actor().account_id)


def one_of(files: Mapping[str, FileRef], sha256: str) -> FileRef:
    """The file of that content among those that the asker may see."""
    if sha256 not in files:
        raise NotFound.of("file", sha256)
    return files[sha256]
