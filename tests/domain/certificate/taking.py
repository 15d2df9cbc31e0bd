"""An approval with an effect of one's choice, on a certificate, and the order that it leads to."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.certificate import (
    Scope,
)
from contracts.matters.facts import CertificateFacts, FilerFacts
from services.certificate.domain.credential import CREDENTIAL, Credential
from services.certificate.domain.effects import Taking
from services.certificate.domain.holding import facts_of
from services.kernel.testing import given, meta
from tests.domain.certificate.samples import (
    THIRD,
    approval,
    filing,
    granted,
    issued,
)

LAST = granted().valid_until
BOTH = (
    Scope(specialty="building", label="建筑工程", expires_on=LAST),
    Scope(specialty="highway", label="公路工程", expires_on=date(2028, 5, 31)),
)
NEW_EMPLOYER = FilerFacts(enterprise_id=THIRD, name="岳麓建设有限公司", uscc="91350100M000100Y43", place="430104")
SERIALS = {"registration": 7, "identifier": 9}


def held(*events: Any) -> Credential:
    return CREDENTIAL.fold(events or (granted(filing_id=THIRD), issued()))


def taking(kind: str, current: Credential | None = None, on: date = date(2029, 9, 1), **other: Any) -> Taking:
    """An approval of that day with this effect on a certificate; ``form``, ``subject``… are of its filing."""
    credential = held() if current is None else current
    effect = {"kind": kind, "number": None, "validity": None, "scope": None, **other.pop("effect", {})}
    facts: CertificateFacts | None = facts_of(credential, on) if credential.exists else None
    shown = filing(certificate=facts, **{"form": {}, **other})
    return Taking(approval(decided_on=on, filing=shown, effect=effect), credential)


def order(kind: str, *args: Any, **other: Any) -> Any:
    made = taking(kind, *args, **other)
    given_order = made.order(meta(), {what: SERIALS[what] for what in made.series})
    if made.current.exists:
        given(CREDENTIAL, *()).decider.decide(made.current, given_order)  # it can be carried out
    return given_order
