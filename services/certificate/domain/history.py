"""Certificates that were there before: entered once, matched with their holder, taken back with their import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.certificate import (
    CredentialEntered,
    CredentialVouched,
    CredentialVouchEnded,
    CredentialWithdrawn,
    EnterCredential,
    HolderMatched,
    MatchHolder,
    WithdrawCredential,
)
from contracts.certificate.history import Entered
from contracts.errors import NotFound, Refused
from services.certificate.domain.rules import day_in_china, not_ended
from services.certificate.domain.showing import concerned
from services.certificate.domain.state import Credential


def enter(state: Credential, command: EnterCredential) -> Sequence[CredentialEntered | CredentialVouched]:
    """Enter it once. Whoever says the same again vouches for it; one that was withdrawn may be entered again."""
    withdrawn = state.ended is not None and state.ended.how == "withdrawn"
    if state.exists and not withdrawn:
        if state.entered is None or _facts(state.entered) != _facts(command):
            raise Refused("credential_differs")
        if (command.import_id or command.filing_id) in state.vouchers:
            return []
        says = command.model_dump(include={"credential_id", "import_id", "line", "filing_id"})
        return [CredentialVouched.model_validate(says)]
    if not command.scopes:
        raise Refused("no_scope")
    if command.valid_until < command.valid_from:
        raise Refused("validity_reversed")
    said = command.model_dump(exclude={"meta"})
    return [CredentialEntered.model_validate({**said, "entered_on": day_in_china(command.meta.at)})]


def match(state: Credential, command: MatchHolder) -> Sequence[HolderMatched]:
    """From now on it is this person's; somebody else's it never becomes."""
    if not state.exists:
        raise NotFound.of("credential", command.credential_id)
    if state.ended is not None and state.ended.how == "withdrawn":
        not_ended(state)
    holder = state.face.holder.person_id
    if holder == command.person_id:
        return []
    if holder is not None:
        raise Refused("holder_matched_already")
    return [HolderMatched.model_validate(command.model_dump(exclude={"meta"}))]


def withdraw(state: Credential, command: WithdrawCredential) -> Sequence[CredentialWithdrawn | CredentialVouchEnded]:
    """Undo an import that has it: it goes with the last that does. Who holds it, and that time has passed, is no change; a
    filing or the law has made one, unless the law had ended it before it was entered."""
    if not state.exists:
        raise NotFound.of("credential", command.credential_id)
    withdrawn = state.ended is not None and state.ended.how == "withdrawn"
    if withdrawn or command.import_id not in state.vouchers:
        return []
    if len(state.vouchers) > 1:
        return [CredentialVouchEnded(credential_id=command.credential_id, import_id=command.import_id)]
    if state.changed_since_entered or command.kept_for is not None:
        raise Refused(command.kept_for or "changed_since")
    said = command.model_dump(include={"credential_id", "import_id"})
    return [CredentialWithdrawn.model_validate({**said, **concerned(state)})]


_SAID = ("kind", "registration_number", "scopes", "granted_on", "valid_from", "valid_until", "status", "ended_as")


def _facts(entered: Entered) -> dict[str, Any]:
    """What makes it the same certificate, whoever entered it, and from which line of which file."""
    holder = entered.holder
    whose = (holder.name, holder.resident_id, holder.enterprise_name, entered.issuer.name)
    scopes = tuple((one.specialty, one.expires_on) for one in entered.scopes)
    return {**{name: getattr(entered, name) for name in _SAID}, "whose": whose, "scopes": scopes}
