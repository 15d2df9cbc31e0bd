"""The decider of one credential: orders to events. What each does is in the module that its name leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from contracts.certificate import (
    CancelCredential,
    EnterCredential,
    ExpireCredential,
    GrantCredential,
    LapseCredential,
    MatchHolder,
    RecordDocument,
    RecordDocumentNotIssued,
    RefuseChange,
    RefuseGrant,
    ReinstateCredential,
    ReissueCredential,
    WithdrawCredential,
)
from contracts.decider import Decider
from services.certificate.domain import documenting, endings, history, issuing
from services.certificate.domain.claims import WAITING, claims
from services.certificate.domain.evolution import CredentialEvent, evolve
from services.certificate.domain.rules import only_the_product_itself
from services.certificate.domain.state import Credential

__all__ = ["CREDENTIAL", "WAITING", "Credential", "CredentialCommand", "CredentialEvent"]

CredentialCommand: TypeAlias = (
    GrantCredential
    | RefuseGrant
    | EnterCredential
    | MatchHolder
    | ReissueCredential
    | CancelCredential
    | RefuseChange
    | LapseCredential
    | ReinstateCredential
    | ExpireCredential
    | WithdrawCredential
    | RecordDocument
    | RecordDocumentNotIssued
)


def decide(state: Credential, command: CredentialCommand) -> Sequence[CredentialEvent]:
    """What the order makes happen; nothing when it was carried out before."""
    only_the_product_itself(command)
    match command:
        case GrantCredential():
            return issuing.grant(state, command)
        case RefuseGrant():
            return issuing.refuse_grant(state, command)
        case ReissueCredential():
            return issuing.reissue(state, command)
        case RefuseChange():
            return issuing.refuse_change(state, command)
        case EnterCredential():
            return history.enter(state, command)
        case MatchHolder():
            return history.match(state, command)
        case WithdrawCredential():
            return history.withdraw(state, command)
        case CancelCredential():
            return endings.cancel(state, command)
        case LapseCredential():
            return endings.lapse(state, command)
        case ReinstateCredential():
            return endings.reinstate(state, command)
        case ExpireCredential():
            return endings.expire(state, command)
        case RecordDocument():
            return documenting.record(state, command)
        case RecordDocumentNotIssued():
            return documenting.wait(state, command)


CREDENTIAL: Decider[Credential, CredentialCommand, CredentialEvent] = Decider(
    "credential", Credential(), decide, evolve, claims
)
