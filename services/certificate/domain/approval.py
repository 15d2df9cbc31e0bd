"""What took effect: a filing as it was handed in, its matter, and the day. The facts that the matter's paths speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from contracts.certificate import Holder, Issuer, Scope, entered_id
from contracts.errors import Refused, Unavailable
from contracts.files import FileRef
from contracts.filing import FilingView
from contracts.labels import Labels
from contracts.matters.credential import CredentialType
from contracts.matters.effect import Effect
from contracts.matters.facts import CertificateFacts, Facts, SubjectFacts, gathered
from contracts.matters.lookup import value_at
from contracts.matters.schema import Matter
from contracts.message import derived_id
from services.certificate.domain.identifiers import as_printed

PORTRAIT = "subject.files.portrait"
T = TypeVar("T")


@dataclass(frozen=True)
class Approval:
    """``round`` is the one that was approved, or agreed to by all; ``kind`` the credential's data, where there are any."""

    filing_id: UUID
    round: int
    decided_on: date
    matter: Matter
    filing: FilingView
    labels: Labels
    kind: CredentialType | None

    def __post_init__(self) -> None:
        """The answer must be of the approved round, the matter's effect one that can be carried out here."""
        effect = self.matter.effect
        # An approval that cannot be carried out must be seen: the follower stops at it, and is red.
        if effect.holder != "person":
            raise Refused("effect_not_supported", params={"effect": f"{effect.kind}/{effect.holder}"})
        if self.round != self.filing.round or self.filing.status not in ("submitted", "approved"):
            raise Unavailable("filing_not_as_approved", params={"filing": str(self.filing_id)})

    @property
    def effect(self) -> Effect:
        """What the matter says is done."""
        return self.matter.effect

    @property
    def subject(self) -> SubjectFacts:
        """The person as they were when the filing was submitted."""
        return self.there(self.filing.subject, "subject_missing")

    @property
    def certificate(self) -> CertificateFacts:
        """The certificate that the filing is about, as it was then."""
        return self.there(self.filing.certificate, "certificate_missing")

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The facts as they were submitted, on the day of the decision."""
        facts = Facts(
            today=self.decided_on,
            subject=self.subject,
            filer=self.filing.filer,
            certificate=self.filing.certificate,
            form=self.filing.form,
        )
        return gathered(self.matter, facts)

    def there(self, value: T | None, code: str) -> T:
        """What the filing or the matter must have; without it a mistake was made that somebody has to see."""
        if value is None:
            raise Refused(code, params={"filing": str(self.filing_id), "matter": self.matter.key})
        return value

    def written(self, path: str | None, before: T) -> Any | T:
        """What a fact says, or what was there before."""
        found = value_at(self.facts, path) if path is not None else None
        return found if found is not None else before

    def day(self, path: str | None, before: date) -> date:
        """The same of a day."""
        found = self.written(path, before)
        return found if isinstance(found, date) else date.fromisoformat(str(found)[:10])

    def scope(self, values: tuple[str, ...], expires_on: date) -> tuple[Scope, ...]:
        """What the certificate is good for, with its words."""
        return tuple(Scope(specialty=one, label=self._label(one), expires_on=expires_on) for one in values)

    def title(self) -> str:
        """What such a certificate is headed."""
        kind, code = self.effect.credential, self.matter.code
        title = self.labels.find(f"certificate_titles.{kind}", matter=code)
        return title or self.labels.label(f"credentials.{kind}", matter=code)

    def issuer(self) -> Issuer:
        """In whose name the matter issues."""
        identifier = self.there(self.effect.identifier, "effect_incomplete")
        return Issuer(name=identifier.issuer_name, uscc=identifier.issuer, place=self.matter.province)

    def employer(self) -> Mapping[str, Any]:
        """The enterprise of the filing, as a holder's employer."""
        filer = self.filing.filer
        return {
            "enterprise_id": filer.enterprise_id if filer is not None else None,
            "enterprise_name": filer.name if filer is not None else None,
        }

    def holder(self) -> Holder:
        """Whom a new credential is given to."""
        who = self.subject
        return Holder(
            person_id=who.person_id,
            name=who.name,
            resident_id=who.resident_id,
            sex=who.sex,
            birth_date=who.birth_date,
            **self.employer(),
        )

    def portrait(self) -> FileRef | None:
        """The picture put to the filing under the name that the matter takes the person's portrait by, or their own."""
        names = [one.name for one in self.matter.attachments if one.taken_from == PORTRAIT] or ["portrait"]
        put = (one.file for one in self.filing.attachments if one.attachment in names)
        return next(put, None) or self.subject.files.portrait

    @property
    def target(self) -> UUID:
        """The credential that it is about; of a grant and a supplement the one that it makes, by an id that is always the
        same, so that an approval makes one.
        """
        if self.effect.kind == "grant":
            return derived_id("credential", self.filing_id)
        if self.effect.kind == "supplement":
            return entered_id(self.effect.credential, self.entered_number)
        return self.certificate.certificate_id

    @property
    def entered_number(self) -> str:
        """The number of a certificate that is entered."""
        number = self.written(self.effect.writes.registration_number, None)
        return as_printed(str(self.there(number, "effect_incomplete")))

    @property
    def asked_scope(self) -> tuple[str, ...]:
        """What the filing asks for, as the effect names it."""
        path = self.effect.scope or self.effect.writes.scope
        return self.effect.model_copy(update={"scope": path}).scope_from(self.facts)

    @property
    def filed(self) -> dict[str, Any]:
        """By which filing, of which matter: what every order says."""
        return {"filing_id": self.filing_id, "matter": self.matter.code, "matter_version": self.matter.version}

    def _label(self, value: str) -> str:
        """The option's words; one written in Chinese is its own label."""
        field = (self.effect.scope or self.effect.writes.scope or "").rpartition(".")[2]
        fields = [*([self.kind.scope] if self.kind is not None else []), field]
        found = (self.labels.find(f"options.{one}.{value}", matter=self.matter.code) for one in fields)
        return next((words for words in found if words), value)
