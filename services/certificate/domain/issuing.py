"""Grants a credential, issues it anew, or says why an approval came to nothing."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.certificate import (
    ChangeRefused,
    CredentialGranted,
    CredentialReissued,
    GrantCredential,
    GrantRefused,
    RefuseChange,
    RefuseGrant,
    ReissueCredential,
)
from contracts.errors import NotFound, Refused
from services.certificate.domain.rules import coherent, not_ended, succeeds
from services.certificate.domain.state import Credential

OVER_STILL_CHANGED = ("renewed", "corrected")
"""What may be done to a certificate whose last day is over."""


def grant(state: Credential, command: GrantCredential) -> Sequence[CredentialGranted]:
    """Grant what the approval says, once for each filing."""
    if state.exists:
        if state.issues[0].filing_id != command.filing_id:
            raise Refused("credential_exists")
        return []
    if state.refused is not None:
        raise Refused(state.refused.code)
    coherent(command)
    return [CredentialGranted.model_validate(command.model_dump(exclude={"meta"}))]


def refuse_grant(state: Credential, command: RefuseGrant) -> Sequence[GrantRefused]:
    """Say in the history that the approval gave nothing, and why."""
    if state.exists:
        raise Refused("credential_exists")
    said = command.model_dump(exclude={"meta"})
    # a number that is to be entered is one stream, whichever filing asks for it: each has its own answer
    again = state.refused is not None and state.refused.filing_id == command.filing_id
    return [] if again else [GrantRefused.model_validate(said)]


def reissue(state: Credential, command: ReissueCredential) -> Sequence[CredentialReissued]:
    """Issue it anew, once for each filing. The issue before is void from then on.

    The order was made for an issue: if that is not the one that holds any more, what it says may be out of date.
    """
    if not state.exists:
        raise NotFound.of("credential", command.credential_id)
    if state.made_by(command.filing_id):
        return []
    not_ended(state)
    if command.expected_issue != len(state.issues):
        raise Refused("issue_moved_on", params={"expected": command.expected_issue, "actual": len(state.issues)})
    if state.over(command.issued_on) and command.change not in OVER_STILL_CHANGED:
        raise Refused("certificate_expired")
    coherent(command, succeeds(state, command))
    said = command.model_dump(exclude={"meta", "expected_issue"})
    return [CredentialReissued.model_validate({**said, "issue": len(state.issues) + 1, "kind": state.kind})]


def refuse_change(state: Credential, command: RefuseChange) -> Sequence[ChangeRefused]:
    """Say in the history that the approval changed nothing, and why; once for each filing."""
    if not state.exists:
        raise NotFound.of("credential", command.credential_id)
    if command.filing_id in state.unchanged:
        return []
    ended_by = state.ended.filing_id if state.ended is not None else None
    if state.made_by(command.filing_id) or ended_by == command.filing_id:
        raise Refused("change_carried_out")
    return [ChangeRefused.model_validate(command.model_dump(exclude={"meta"}))]
