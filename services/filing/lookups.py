"""What filing asks others: who it is about, the enterprise, the certificate; and who holds a person at the moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from contracts.certificate import FindByNumber, FindHeld
from contracts.errors import NotAllowed, Refused
from contracts.filing import CheckEligibility, FilingDrafted
from contracts.identity import FindSubject, GetEnterprise
from contracts.matters.facts import CertificateFacts, FilerFacts, SubjectFacts
from contracts.matters.schema import Matter
from contracts.message import Actor
from contracts.places import NATION
from services.filing.domain import certificates
from services.filing.domain.claims import open_filing_key
from services.filing.domain.filing import Filing
from services.filing.domain.known import Known
from services.kernel.kernel import Ground


class Lookups:
    """No answer stops whoever asks: to take it for "no certificate" would register somebody twice."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def place_of(self, actor: Actor, matter: Matter) -> str | None:
        """The enterprise's, or that of the person's employer; else the matter's own, unless that is the whole country."""
        if actor.enterprise_id is not None:
            return str(self._ask(GetEnterprise(enterprise_id=actor.enterprise_id))["details"]["place"])
        if actor.person_id is not None:
            filer = self._ask(FindSubject(person_id=actor.person_id, of_employer=True))["filer"]
            if filer is not None and filer["place"] is not None:
                return str(filer["place"])
        return matter.province if matter.province != NATION else None

    def of_filer(self, drafted: FilingDrafted, name: str | None, resident_id: str | None, on: date) -> Known:
        """Somebody whom an enterprise names; or the person who files, with the employer of now."""
        if drafted.person_id is not None:
            return self._known(FindSubject(person_id=drafted.person_id, of_employer=True), on)
        return self._known(_named(name, resident_id, drafted.enterprise_id), on)

    def again(self, drafted: FilingDrafted, state: Filing, on: date) -> Known:
        """The same person as they stand now, by id: a name that was mended meanwhile is no other person."""
        assert state.subject is not None
        person_id = state.subject.person_id
        if drafted.person_id is not None:
            return self._known(FindSubject(person_id=person_id, of_employer=True), on)
        return self._known(FindSubject(person_id=person_id, enterprise_id=drafted.enterprise_id), on)

    def of_asker(self, question: CheckEligibility, matter: Matter) -> Known:
        """An enterprise asks about those it would file for, a person about themselves."""
        asker = question.asker
        if asker.kind == "person" and asker.person_id is not None:
            if question.person_id not in (None, asker.person_id):
                raise NotAllowed("not_yourself")
            return self._known(FindSubject(person_id=asker.person_id, of_employer=True), question.on)
        if asker.kind != "enterprise" or matter.filed_by != "enterprise":
            raise NotAllowed("wrong_filer", params={"filed_by": matter.filed_by})
        return self._known(_named(question.name, question.resident_id, asker.enterprise_id), question.on)

    def by_number(
        self, matter: Matter, number: str | None, on: date, certificate_id: UUID | None = None
    ) -> CertificateFacts | None:
        """Whosever it is; None where the matter does not find its certificate so. With an id that very one."""
        if number is None or not certificates.by_number(matter):
            return None
        found = self._ask(FindByNumber(kind=matter.credential, number=number, on=on))
        facts = [CertificateFacts.model_validate(one) for one in found]
        return certificates.best(matter, facts, lambda one: certificate_id in (None, one.certificate_id))

    def holder_of(self, matter: Matter, about: UUID) -> UUID | None:
        """The open filing that excludes another one of this person, or certificate, if there is one."""
        key = open_filing_key(about, matter)
        held = self._ground.log.holder("open_filing", key) if key is not None else None
        return UUID(held) if held is not None else None

    def open_filings(self, person_id: UUID) -> Sequence[UUID]:
        """Every open filing of the person that excludes others."""
        return [UUID(one) for one in self._ground.log.holders("open_filing", f"{person_id}/")]

    def _known(self, asked: FindSubject, on: date) -> Known:
        found = self._ask(asked)
        if found["subject"] is None:
            raise Refused("subject_not_found")
        held = self._ask(FindHeld(person_id=found["subject"]["person_id"], on=on))
        return Known(
            subject=SubjectFacts.model_validate({**found["subject"], "certificates": held}),
            filer=FilerFacts.model_validate(found["filer"]) if found["filer"] else None,
        )

    def _ask(self, question: Any) -> Any:
        return self._ground.rpc.send(question)


def _named(name: str | None, resident_id: str | None, enterprise_id: UUID | None) -> FindSubject:
    """Whom an enterprise means: it says both."""
    missing = [field for field, said in (("name", name), ("resident_id", resident_id)) if not said]
    if missing:
        raise Refused("invalid_request", problems=[{"code": "required", "field": field} for field in missing])
    return FindSubject(name=name, resident_id=resident_id, enterprise_id=enterprise_id)
