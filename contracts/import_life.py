"""The life of an import: begun, page after page, finished; at any time undone. The same rules for whoever owns the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.identity.types import Words
from contracts.import_state import Import, Messages, evolution
from contracts.imports import Begin, Begun, Progress, Undo, UndoProgress
from contracts.message import Actor, Command, Event, Metadata
from contracts.places import within

DUTY = "load_qualifications"
UNDOING = "import_undoing"
"""Held while rows are taken back: what is to be done is found in the log itself."""
IMPORTS = "import"
"""The index of all imports, by the moment in which they began."""
_WORDS: TypeAdapter[str] = TypeAdapter(Words)


def may_import(actor: Actor, place: str | None) -> None:
    """The operator, or an officer with the duty in whose jurisdiction the place is."""
    if actor.kind in ("operator", "system"):
        return
    if actor.kind != "officer" or not actor.may(DUTY):
        raise NotAllowed("duty_missing", params={"duty": DUTY})
    if actor.place is None or place is None or not within(place, actor.place):
        raise NotAllowed("outside_jurisdiction", params={"place": place})


def may_see(actor: Actor, place: str | None) -> bool:
    """Who may bring or undo it, and auditors of its place."""
    if actor.kind == "auditor":
        return actor.place is None or (place is not None and within(place, actor.place))
    try:
        may_import(actor, place)
    except NotAllowed:
        return False
    return True


def begun_import(state: Import, import_id: UUID) -> Begun:
    """There is such an import."""
    if state.begun is None:
        raise NotFound.of("import", import_id)
    return state.begun


def takes_rows(state: Import, import_id: UUID, actor: Actor) -> Begun:
    """Rows may come, of whoever may bring them; not any more once it is being undone."""
    begun = begun_import(state, import_id)
    may_import(actor, begun.place)
    if state.undo_reason is not None:
        raise Refused("import_undone")
    return begun


def import_decider(messages: Messages) -> Decider[Import, Command, Event]:
    """The decider of one service's imports."""
    evolve = evolution(messages)
    return Decider("import", Import(), _decide(messages), evolve, _claims(messages))


def _decide(m: Messages) -> Callable[[Import, Command], Sequence[Event]]:
    def decide(state: Import, command: Command) -> Sequence[Event]:
        if isinstance(command, m.begin):
            return _begin(m, state, command)
        if isinstance(command, m.record):
            _by_itself(command)
            return _record(m, state, command)
        if isinstance(command, m.undo):
            return _undo(m, state, command)
        if isinstance(command, m.record_undo):
            _by_itself(command)
            return _record_undo(m, state, command)
        raise Refused("unknown_command", params={"command": command.NAME})

    return decide


def _begin(m: Messages, state: Import, command: Begin) -> Sequence[Event]:
    """The same file again is silent: whoever brings it goes on where it stopped."""
    actor = command.meta.actor
    may_import(actor, actor.place)
    said = command.model_dump(exclude={"meta"})
    if state.begun is not None:
        if state.undo_reason is not None:
            raise Refused("import_undone")
        changing = {"file_name", "begun_at", "begun_by", "authority_id", "place"}
        if state.begun.model_dump(exclude=changing) != {k: v for k, v in said.items() if k not in changing}:
            raise Refused("import_differs")
        return []
    about = {"begun_at": command.meta.at, "begun_by": actor.account_id, "authority_id": actor.authority_id}
    return [m.begun.model_validate({**said, **about, "place": actor.place})]


def _record(m: Messages, state: Import, command: Progress) -> Sequence[Event]:
    """Each page once, in order, whoever worked it through."""
    begun = begun_import(state, command.import_id)
    if command.after != state.upto or state.finished:
        return []
    lines = range(command.after + 1, command.upto + 1)
    if not lines or command.upto > begun.lines or any(one.line not in lines for one in command.problems):
        raise Refused("import_progress_wrong", params={"after": command.after, "upto": command.upto})
    recorded = m.recorded(**_said(command))
    if command.upto < begun.lines:
        return [recorded]
    made, repeated = state.made + command.made, state.repeated + command.repeated
    refused = state.refused + len(command.problems)
    counts = {"made": made, "repeated": repeated, "refused": refused}
    return [recorded, m.finished.model_validate({"import_id": command.import_id, **counts})]


def _undo(m: Messages, state: Import, command: Undo) -> Sequence[Event]:
    begun = begun_import(state, command.import_id)
    may_import(command.meta.actor, begun.place)
    reason = _reason(command.meta)
    if state.undo_reason is not None:
        return []
    return [m.undo_begun.model_validate({"import_id": command.import_id, "reason": reason})]


def _record_undo(m: Messages, state: Import, command: UndoProgress) -> Sequence[Event]:
    begun = begun_import(state, command.import_id)
    if state.undo_reason is None:
        raise Refused("import_not_undone")
    if command.after != state.undone_upto or state.undone:
        return []
    if not command.after < command.upto <= begun.lines:
        raise Refused("import_progress_wrong", params={"after": command.after, "upto": command.upto})
    progressed = m.undo_progressed(**_said(command))
    if command.upto < begun.lines:
        return [progressed]
    withdrawn, kept = state.withdrawn + command.withdrawn, state.kept + len(command.conflicts)
    done = {"import_id": command.import_id, "withdrawn": withdrawn, "kept": kept}
    return [progressed, m.undone.model_validate(done)]


def _by_itself(command: Command) -> None:
    if command.meta.actor.kind != "system":
        raise NotAllowed("system_only")


def _said(command: Any) -> dict[str, Any]:
    return {name: getattr(command, name) for name in type(command).model_fields if name != "meta"}


def _reason(meta: Metadata) -> str:
    if not meta.reason or not meta.reason.strip():
        raise Refused("reason_missing")
    try:
        return _WORDS.validate_python(meta.reason)
    except ValidationError:
        raise Refused("reason_malformed", params={"most": 200}) from None


def _claims(m: Messages) -> Callable[[Import, Event], Sequence[Claim | Release]]:
    def claims(state: Import, event: Event) -> Sequence[Claim | Release]:
        if isinstance(event, m.begun):
            return [Claim(IMPORTS, f"{event.begun_at:%Y-%m-%dT%H:%M:%S}/{event.import_id}", "import_exists")]
        if isinstance(event, m.undo_begun):
            return [Claim(UNDOING, str(event.import_id), "import_exists")]
        if isinstance(event, m.undone):
            return [Release(UNDOING)]
        return ()

    return claims
