"""How a certificate may be used, and why: its kind's rules over facts, nothing else (manual 004, 1.2.1).

The first rule that holds says the usability; without one it is normal. Every rule is told, because whoever mends only
the first reason would come back for the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.certificate.questions import UsabilityReason
from contracts.labels import Labels
from contracts.matters.conditions import holds
from contracts.matters.credential import CredentialType, Usability
from contracts.matters.facts import Facts
from contracts.places import numbered_in
from services.certificate.domain.state import Credential


def usability_of(
    kind: CredentialType, facts: Facts | Mapping[str, Any], labels: Labels
) -> tuple[Usability, tuple[UsabilityReason, ...]]:
    """The usability of `facts.certificate`, and each rule of its kind with whether it holds, in their order."""
    known = _readable(facts)
    reasons = tuple(
        UsabilityReason(
            code=rule.code,
            usability=rule.usability,
            holds=holds(rule.when, known),
            says=labels.label(f"usability_reasons.{rule.code}"),
        )
        for rule in kind.usability
    )
    return next((one.usability for one in reasons if one.holds), "normal"), reasons


def usability_words(
    credential: Credential, usability: Usability, on: date, labels: Labels, *, followed: bool = False
) -> str:
    """What people read: of one that has ended how it did, else its usability."""
    status = credential.status(on, followed=followed)
    if status == "valid":
        return labels.label(f"usability.{usability}")
    as_entered = credential.ended.as_entered if credential.ended is not None and status != "replaced" else None
    return labels.label(f"usability_ended.{as_entered or status}")


def _readable(facts: Facts | Mapping[str, Any]) -> dict[str, Any]:
    """JSON data, with the province that the certificate's number names."""
    data = facts.model_dump(mode="json") if isinstance(facts, Facts) else dict(facts)
    certificate = data.get("certificate")
    if certificate is not None:
        data["certificate"] = {**certificate, "numbered_in": numbered_in(certificate["number"])}
    return data
