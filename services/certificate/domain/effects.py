"""From what was approved to the order: the matter's effect, carried out with the facts that were handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts.certificate import (
    CancelCredential,
    Change,
    EnterCredential,
    GrantCredential,
    Holder,
    RefuseChange,
    RefuseGrant,
    ReissueCredential,
)
from contracts.matters.effect import EffectKind
from contracts.message import Metadata
from services.certificate.domain import identifiers
from services.certificate.domain.approval import Approval
from services.certificate.domain.changing import cancel_order, reissue_order
from services.certificate.domain.granting import enter_order, grant_order
from services.certificate.domain.holding import Wanted
from services.certificate.domain.state import Credential
from services.certificate.domain.writing import Numbers, written_holder

Order = GrantCredential | EnterCredential | ReissueCredential | CancelCredential
CHANGES: Mapping[EffectKind, Change] = {
    "renew": "renewed",
    "extend": "extended",
    "replace": "replaced",
    "amend": "amended",
    "transfer": "transferred",
    "correct": "corrected",
}
LATE = frozenset(
    {
        *("certificate_cancelled", "certificate_lapsed", "certificate_withdrawn", "certificate_expired"),
        *("certificate_held", "registration_number_taken", "scope_held", "scope_missing", "credential_differs"),
    }
)
"""What may have become impossible since it was asked for: seen in the history. Anything else is a mistake of ours."""


@dataclass(frozen=True)
class Taking:
    """An approval and the credential that it changes, as that stands now; for a grant the former one, if any."""

    approval: Approval
    current: Credential
    former: Credential | None = None

    @property
    def done(self) -> bool:
        """Whether this filing has had its effect already."""
        ended, filing_id = self.current.ended, self.approval.filing_id
        if filing_id in self.current.unchanged:
            return True  # what came to nothing does not happen later after all
        said = self.current.made_by(filing_id) or filing_id in self.current.vouchers
        return said or (ended is not None and ended.filing_id == filing_id)

    @property
    def holder_moved(self) -> bool:
        """Whether somebody else has become its holder since the filing was handed in: by proving to be it, or by another
        correction. It is not the filing's to change any more.
        """
        if self.approval.effect.kind in ("grant", "supplement") or not self.current.exists:
            return False
        known = (None, self.approval.certificate.holder_id, self.approval.subject.person_id)
        return self.current.face.holder.person_id not in known

    @property
    def registers(self) -> Holder | None:
        """Whom it is given to, moved or kept on for, with their employer."""
        a, kind = self.approval, self.approval.effect.kind
        if kind == "grant":
            return a.holder()
        if kind in ("renew", "transfer"):
            return written_holder(a, self.current.face.holder, moved=kind == "transfer")
        return None

    @property
    def series(self) -> Mapping[Literal["registration", "identifier"], str]:
        """Which serials have to be drawn for it, and where."""
        a, effect = self.approval, self.approval.effect
        found: dict[Literal["registration", "identifier"], str] = {}
        if effect.kind != "grant" and effect.kind not in CHANGES:
            return found
        if effect.number is not None:
            found["registration"] = identifiers.registration_series(effect.number, a.filing.place, a.facts, a.decided_on)
        if self.current.identifier is None:
            first = a.there(effect.identifier, "effect_incomplete")
            found["identifier"] = identifiers.identifier_series(first, a.decided_on)
        return found

    def order(self, meta: Metadata, numbers: Numbers) -> Order:
        """What is to be done."""
        kind = self.approval.effect.kind
        if kind == "grant":
            return grant_order(self.approval, self.former, meta, numbers)
        if kind == "supplement":
            return enter_order(self.approval, meta)
        if kind == "cancel" or kind == "force_cancel":
            return cancel_order(self.approval, meta)
        return reissue_order(self.approval, self.current, CHANGES[kind], meta, numbers)

    def refusal(self, meta: Metadata, code: str, held: UUID | None) -> RefuseGrant | RefuseChange:
        """The order to say that it came to nothing: on the credential that it was about, or that it would have made."""
        a = self.approval
        if self.current.exists:
            return RefuseChange(meta=meta, credential_id=a.target, filing_id=a.filing_id, code=code)
        return RefuseGrant(
            meta=meta,
            credential_id=a.target,
            filing_id=a.filing_id,
            person_id=a.subject.person_id,
            kind=a.effect.credential,
            specialties=a.asked_scope,
            held=held or a.target,
            code=code,
        )


def wanted_by(approval: Approval) -> Wanted:
    """What the person of a grant may not have already."""
    return Wanted(approval.filing_id, approval.effect.credential, approval.asked_scope, approval.decided_on)
