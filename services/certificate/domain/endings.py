"""How a credential ends: by a filing, by the law, by its last day; and holds again where the law's cause was none."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.certificate import (
    CancelCredential,
    CredentialCancelled,
    CredentialExpired,
    CredentialLapsed,
    CredentialReinstated,
    ExpireCredential,
    LapseCredential,
    ReinstateCredential,
)
from contracts.errors import NotFound, Refused
from services.certificate.domain.kinds import kind_of
from services.certificate.domain.rules import day_in_china, not_ended
from services.certificate.domain.showing import concerned
from services.certificate.domain.state import Credential


def cancel(state: Credential, command: CancelCredential) -> Sequence[CredentialCancelled]:
    """End it as a filing says; one whose last day is over may be cancelled too (行政许可法 art. 70)."""
    if not state.exists:
        raise NotFound.of("credential", command.credential_id)
    if state.ended is not None and state.ended.filing_id == command.filing_id:
        return []
    not_ended(state)
    return [CredentialCancelled.model_validate({**command.model_dump(exclude={"meta"}), **concerned(state)})]


def lapse(state: Credential, command: LapseCredential) -> Sequence[CredentialLapsed]:
    """End it by law, once, whatever else would have ended it too."""
    if not state.exists:
        raise NotFound.of("credential", command.credential_id)
    if state.ended is not None and state.ended.how == "lapsed":
        return []
    not_ended(state)
    kind = kind_of(state.kind)
    if kind is None or command.cause not in kind.lapses_on:
        raise Refused("not_a_cause_of_its_kind", params={"cause": command.cause, "kind": state.kind})
    if not state.standing:
        raise Refused("certificate_expired")
    return [CredentialLapsed.model_validate({**command.model_dump(exclude={"meta"}), **concerned(state)})]


def reinstate(state: Credential, command: ReinstateCredential) -> Sequence[CredentialReinstated]:
    """What lapsed by this cause, which was none, holds again; what ended otherwise stays so."""
    if not state.exists:
        raise NotFound.of("credential", command.credential_id)
    if state.ended is None or (state.ended.how, state.ended.because) != ("lapsed", command.cause):
        return []
    return [CredentialReinstated.model_validate({**command.model_dump(exclude={"meta"}), **concerned(state)})]


def expire(state: Credential, command: ExpireCredential) -> Sequence[CredentialExpired]:
    """Say that its last day is over. One that was renewed in between, or has ended, has no last day to be told of."""
    if not state.exists:
        raise NotFound.of("credential", command.credential_id)
    if not state.standing or state.face.valid_until != command.valid_until:
        return []
    if not state.over(day_in_china(command.meta.at)):
        raise Refused("not_over_yet", params={"valid_until": command.valid_until.isoformat()})
    return [CredentialExpired.model_validate({**command.model_dump(exclude={"meta"}), **concerned(state)})]
