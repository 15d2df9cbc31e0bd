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
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from contracts.message import Actor
from contracts.places import NATION
from services.filing.domain import certificates, parties
from services.filing.domain.claims import open_filing_key
from services.filing.domain.filing import Filing
from services.filing.domain.known import Known
from services.kernel.kernel import Ground


class Lookups:
    """No answer stops whoever asks: to take it for "no certificate" would register somebody twice."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def seat_of(self, actor: Actor, matter: Matter, on: date) -> dict[str, Any]:
        """Where it goes: the enterprise's ``place`` (and the day it was ``closed_on``), or that of the person's employer; else the
        matter's own. Where that is the whole country, that of the enterprise which their valid certificate names.
        """
        if actor.enterprise_id is not None:
            firm = self._ask(GetEnterprise(enterprise_id=actor.enterprise_id))
            closed_on = firm["closed_on"]
            return {
                "place": str(firm["details"]["place"]),
                "closed_on": date.fromisoformat(closed_on) if closed_on is not None else None,
            }
        if actor.person_id is not None:
            filer = self._ask(FindSubject(person_id=actor.person_id, of_employer=True))["filer"]
            if filer is not None and filer["place"] is not None:
                return {"place": str(filer["place"])}
            if matter.province == NATION:
                return {"place": self._registered_seat(actor.person_id, matter, on)}
        return {"place": matter.province if matter.province != NATION else None}

    def _registered_seat(self, person_id: UUID, matter: Matter, on: date) -> str | None:
        held = [CertificateFacts.model_validate(one) for one in self._ask(FindHeld(person_id=person_id, on=on))]
        one = certificates.best(matter, [one for one in held if one.credential == matter.credential])
        enterprise_id = parties.registered_with(one) if certificates.is_about_one(matter) else None
        return str(self._ask(GetEnterprise(enterprise_id=enterprise_id))["details"]["place"]) if enterprise_id else None

    def of_filer(self, drafted: FilingDrafted, name: str | None, resident_id: str | None, on: date) -> Known:
        """Somebody whom an enterprise names; or the person who files, with the employer of now."""
        if drafted.person_id is not None:
            return self._known(FindSubject(person_id=drafted.person_id, of_employer=True), on)
        return self._known(_named(name, resident_id, drafted.enterprise_id), on)

    def again(self, state: Filing, matter: Matter, on: date, *, alive: bool = True) -> dict[str, Any]:
        """What a command about this filing is filled in with: the same person as they stand now, by id (a name that was mended
        meanwhile is no other person), the enterprise, and the certificate where it is found by its number.
        """
        drafted, one = state.drafted, state.certificate
        assert drafted is not None and state.subject is not None
        person_id = state.subject.person_id
        if drafted.person_id is not None:
            known = self._known(FindSubject(person_id=person_id, of_employer=True), on, alive=alive)
        else:
            known = self._known(FindSubject(person_id=person_id, enterprise_id=drafted.enterprise_id), on, alive=alive)
        found = self.by_number(matter, one.number, on, one.certificate_id) if one is not None else None
        return {"subject": known.subject, "filer": known.filer, "certificate": found}

    def of_asker(self, question: CheckEligibility, matter: Matter) -> Known:
        """A person asks about themselves, an enterprise about those it would file for; what persons file is judged as
        theirs, whoever asks, and so it is where an officer does.
        """
        asker = question.asker
        if asker.kind == "person" and asker.person_id is not None:
            if question.person_id not in (None, asker.person_id):
                raise NotAllowed("not_yourself")
            return self._known(FindSubject(person_id=asker.person_id, of_employer=True), question.on, alive=False)
        if asker.kind not in ("enterprise", "officer"):
            raise NotAllowed("wrong_filer", params={"filed_by": matter.filed_by})
        as_filer = asker.enterprise_id if matter.filed_by == "enterprise" else None
        named = _named(question.name, question.resident_id, as_filer)
        return self._known(named.model_copy(update={"of_employer": as_filer is None}), question.on, alive=False)

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

    def filed(self, certificate_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those that an open filing is about."""
        groups = {one.exclusion for one in default_registry().all() if one.exclusion is not None}
        keys = {f"{one}/{group}": one for one in certificate_ids for group in groups}
        return frozenset(keys[key] for key in self._ground.log.held("open_filing", list(keys)))

    def _known(self, asked: FindSubject, on: date, *, alive: bool = True) -> Known:
        """``alive``: of whom a death is on record nothing is filed; that is an answer to whoever asks whether it could be."""
        found = self._ask(asked)
        if found["subject"] is None:
            raise Refused("subject_not_found")
        if alive and (died_on := found["subject"].get("died_on")) is not None:
            raise Refused("person_died", params={"day": died_on})
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
