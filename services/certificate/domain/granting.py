"""From an approval to the credential: what the matter's effect says, with the facts that were approved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from contracts.certificate import GrantCredential, Holder, Issuer, RefuseGrant, Scope
from contracts.errors import Refused, Unavailable
from contracts.files import FileRef
from contracts.filing import FilingView
from contracts.labels import Labels
from contracts.matters.effect import Identifier, NumberPattern, Validity
from contracts.matters.facts import Facts, SubjectFacts, gathered
from contracts.matters.schema import Matter
from contracts.message import Metadata, derived_id
from contracts.review import CaseApproved, CaseView
from services.certificate.domain import identifiers
from services.certificate.domain.holding import Wanted

PORTRAIT = "subject.files.portrait"


@dataclass(frozen=True)
class Approval:
    """The decision, its matter, what the authority saw (the case), and whom it is about (the filing)."""

    decision: CaseApproved
    matter: Matter
    case: CaseView
    filing: FilingView
    labels: Labels

    def __post_init__(self) -> None:
        """The answers must be of the approved round, the matter's effect one that can be carried out here."""
        effect = self.matter.effect
        # An approval that cannot be carried out must be seen: the follower stops at it, and is red.
        if effect.kind != "grant" or effect.holder != "person":
            raise Refused("effect_not_supported", params={"effect": f"{effect.kind}/{effect.holder}"})
        if not (effect.number and effect.identifier and effect.validity):
            raise Refused("effect_incomplete", params={"matter": self.matter.key})
        rounds = {self.decision.round, self.case.round, self.filing.round}
        if len(rounds) > 1 or self.filing.status not in ("submitted", "approved"):
            raise Unavailable("filing_not_as_approved", params={"filing": str(self.decision.filing_id)})

    @property
    def subject(self) -> SubjectFacts:
        """The person as they were when the filing was submitted."""
        if self.filing.subject is None:
            raise Refused("subject_missing", params={"filing": str(self.decision.filing_id)})
        return self.filing.subject

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The facts that the matter's paths speak of, as they were submitted, on the day of the decision."""
        facts = Facts(
            today=self.decision.decided_on,
            subject=self.subject,
            filer=self.filing.filer,
            form=self.case.form,
        )
        return gathered(self.matter, facts)

    @property
    def number(self) -> NumberPattern:
        """How the matter makes registration numbers."""
        assert self.matter.effect.number is not None
        return self.matter.effect.number

    @property
    def identifier(self) -> Identifier:
        """The fixed parts of the certificate's identifier."""
        assert self.matter.effect.identifier is not None
        return self.matter.effect.identifier

    @property
    def validity(self) -> Validity:
        """How long the credential is good for."""
        assert self.matter.effect.validity is not None
        return self.matter.effect.validity

    @property
    def registration_series(self) -> str:
        """Where the registration number's serial is drawn from."""
        return identifiers.registration_series(
            self.number, self.filing.place, self.facts, self.decision.decided_on
        )

    @property
    def identifier_series(self) -> str:
        """Where the identifier's serial is drawn from."""
        return identifiers.identifier_series(self.identifier, self.decision.decided_on)

    @property
    def credential_id(self) -> UUID:
        """Derived, so that an approval grants once."""
        return derived_id("credential", self.decision.filing_id)

    @property
    def wanted(self) -> Wanted:
        """What the person may not have already."""
        specialties = self.matter.effect.scope_from(self.facts)
        return Wanted(
            self.decision.filing_id, self.matter.effect.credential, specialties, self.decision.decided_on
        )

    def refusal(self, meta: Metadata, held: UUID) -> RefuseGrant:
        """The order to refuse, for the sake of a credential that the person has."""
        return RefuseGrant(
            meta=meta,
            credential_id=self.credential_id,
            filing_id=self.decision.filing_id,
            person_id=self.subject.person_id,
            kind=self.wanted.kind,
            specialties=self.wanted.specialties,
            held=held,
            code="certificate_held",
        )

    def order(
        self, meta: Metadata, registration_serial: int, identifier_serial: int, after: UUID | None = None
    ) -> GrantCredential:
        """The order to grant. A certificate names its first and its last day: the day of the decision is the
        first of the three years (order 153, art. 10), and the last is the day before its anniversary.
        """
        decision, effect = self.decision, self.matter.effect
        first = decision.decided_on
        last = self.validity.last_day(first)
        return GrantCredential(
            meta=meta,
            credential_id=self.credential_id,
            filing_id=decision.filing_id,
            matter=decision.matter,
            matter_version=decision.matter_version,
            kind=effect.credential,
            title=self._title(),
            registration_number=identifiers.registration_number(
                self.number, self.filing.place, self.facts, first, registration_serial
            ),
            identifier=identifiers.first_identifier(self.identifier, first, identifier_serial),
            identifier_version=identifiers.FIRST_ISSUE,
            holder=self._holder(),
            scopes=tuple(
                Scope(specialty=one, label=self._specialty(one), expires_on=last)
                for one in effect.scope_from(self.facts)
            ),
            issuer=Issuer(
                name=self.identifier.issuer_name, uscc=self.identifier.issuer, place=self.matter.province
            ),
            portrait=self._portrait(),
            granted_on=first,
            valid_from=first,
            valid_until=last,
            attributes=effect.attributes_from(self.facts),
            after=after,
        )

    def _holder(self) -> Holder:
        return Holder(
            person_id=self.subject.person_id,
            name=self.subject.name,
            resident_id=self.subject.resident_id,
            sex=self.subject.sex,
            birth_date=self.subject.birth_date,
            enterprise_id=self.case.applicant.enterprise_id,
            enterprise_name=self.case.applicant.enterprise_name,
        )

    def _portrait(self) -> FileRef:
        """The picture put to the filing under the name that the matter takes the person's portrait by."""
        names = [one.name for one in self.matter.attachments if one.taken_from == PORTRAIT] or ["portrait"]
        for attached in self.case.attachments:
            if attached.attachment in names:
                return attached.file
        raise Refused("portrait_missing", params={"filing": str(self.decision.filing_id)})

    def _title(self) -> str:
        kind, code = self.matter.effect.credential, self.matter.code
        title = self.labels.find(f"certificate_titles.{kind}", matter=code)
        return title or self.labels.label(f"credentials.{kind}", matter=code)

    def _specialty(self, value: str) -> str:
        """The option's words; one written in Chinese is its own label."""
        field = (self.matter.effect.scope or "").rpartition(".")[2]
        return self.labels.find(f"options.{field}.{value}", matter=self.matter.code) or value
