"""How certificates may be used today: gathers the facts that a kind's rules read, from identity and filing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from contracts.certificate import CertificateUsability, UsabilityReason, UsabilityView
from contracts.filing import FiledCertificates, FindFiledCertificates
from contracts.identity import FindSubject
from contracts.matters.credential import Usability
from contracts.matters.facts import Facts, FilerFacts, SubjectFacts
from contracts.matters.registry import default_registry
from services.certificate.domain.holding import facts_of
from services.certificate.domain.kinds import kind_of
from services.certificate.domain.state import Credential
from services.certificate.domain.usability import usability_of, usability_words
from services.certificate.register import Register
from services.kernel.kernel import Ground


class Usabilities:
    """Of one question: what is asked of others is asked once for each person."""

    def __init__(self, ground: Ground, on: date) -> None:
        self._ground, self._on = ground, on
        self._register = Register(ground)
        self._known: dict[UUID, tuple[SubjectFacts, FilerFacts | None]] = {}
        self._filed: dict[UUID, bool] = {}

    def view(self, credentials: Sequence[Credential]) -> UsabilityView:
        """All of them, with reasons."""
        self._ask_filed([one for one in credentials if (kind := kind_of(one.kind)) is not None and kind.usability])
        return UsabilityView(certificates=tuple(self._one(credential) for credential in credentials))

    def of(self, credential: Credential) -> tuple[Usability, tuple[UsabilityReason, ...]]:
        """Of one certificate. A kind without rules of its own is used normally as long as it is valid."""
        kind = kind_of(credential.kind)
        if kind is None or not kind.usability:
            valid = credential.status(self._on) == "valid"
            return ("normal" if valid else "unavailable"), ()
        subject, filer = self._whose(credential.face.holder.person_id)
        if credential.credential_id not in self._filed:
            self._ask_filed([credential])
        certificate = facts_of(
            credential, self._on, followed=self._register.is_followed(credential, self._on)
        )
        facts = Facts(
            today=self._on,
            subject=subject,
            filer=filer,
            certificate=certificate,
            open_filing=credential.credential_id is not None and self._filed[credential.credential_id],
        )
        return usability_of(kind, facts, default_registry().labels)

    def shown(self, credential: Credential) -> tuple[bool, Usability | None]:
        """Whether strangers may see it, and its usability where that decides."""
        kind = kind_of(credential.kind)
        if kind is None or kind.public == "always":
            return True, None
        usability, _ = self.of(credential)
        return usability == "normal", usability

    def _one(self, credential: Credential) -> CertificateUsability:
        usability, reasons = self.of(credential)
        assert credential.credential_id is not None
        return CertificateUsability(
            credential_id=credential.credential_id,
            kind=credential.kind,
            registration_number=credential.face.registration_number,
            usability=usability,
            says=self._says(credential, usability),
            reasons=reasons,
        )

    def _says(self, credential: Credential, usability: Usability) -> str:
        """The usability in words; of what has ended, how: that is not for the time being."""
        followed = self._register.is_followed(credential, self._on)
        return usability_words(credential, usability, self._on, default_registry().labels, followed=followed)

    def _ask_filed(self, credentials: Sequence[Credential]) -> None:
        """Whether something is being filed about these very certificates; their holder's others stay as they are."""
        asked = tuple(one.credential_id for one in credentials if one.credential_id is not None)
        if asked:
            answer = self._ground.rpc.send(FindFiledCertificates(certificate_ids=asked))
            filed = FiledCertificates.model_validate(answer).certificate_ids
            self._filed |= {one: one in filed for one in asked}

    def _whose(self, person_id: UUID | None) -> tuple[SubjectFacts | None, FilerFacts | None]:
        if person_id is None:
            return None, None
        if person_id not in self._known:
            found = self._ground.rpc.send(FindSubject(person_id=person_id, of_employer=True))
            filer = found.get("filer")
            self._known[person_id] = (
                SubjectFacts.model_validate(found["subject"]),
                FilerFacts.model_validate(filer) if filer is not None else None,
            )
        return self._known[person_id]
