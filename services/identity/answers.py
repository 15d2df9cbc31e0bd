"""What identity can be asked: always from the log itself, so an answer is never behind."""

from __future__ import annotations

from uuid import UUID

from contracts.errors import NotFound
from contracts.identifiers import birth_date, sex
from contracts.identity import (
    AuthorityView,
    Employed,
    Employers,
    EmployersOf,
    EmploymentView,
    EnterpriseRegistered,
    EnterpriseView,
    FindSubject,
    FindVerified,
    GetAuthority,
    GetEmployment,
    GetEnterprise,
    GetPerson,
    PersonRegistered,
    PersonView,
    VerifiedPerson,
)
from contracts.matters.facts import (
    EmploymentFacts,
    EnterpriseQualificationFacts,
    FilerFacts,
    PersonFiles,
    QualificationFacts,
    SubjectFacts,
)
from contracts.message import Model
from services.identity.domain.authority import AUTHORITY
from services.identity.domain.employment import EMPLOYMENT
from services.identity.domain.enterprise import ENTERPRISE
from services.identity.domain.person import PERSON, Person, name_and_number_agree
from services.identity.domain.qualification import QUALIFICATION
from services.kernel.rpc import handles
from services.kernel.service import LogService


class SubjectAndFiler(Model):
    """The answer to FindSubject."""

    subject: SubjectFacts | None
    filer: FilerFacts | None


class Answers(LogService):
    """The question half of IdentityService."""

    @handles(GetPerson)
    def get_person(self, question: GetPerson) -> PersonView:
        """The person's own record."""
        loaded = self.kernel.log.load(PERSON, question.person_id)
        registered = self._person(question.person_id)
        employment = self.kernel.log.holder("employed", str(question.person_id))
        employed = self.kernel.log.load(EMPLOYMENT, employment).state.proposed if employment else None
        return PersonView(
            person_id=question.person_id,
            version=loaded.version,
            resident_id=registered.resident_id,
            name=registered.name,
            sex=sex(registered.resident_id),
            birth_date=birth_date(registered.resident_id),
            phone=registered.phone,
            phone_confirmed=loaded.state.phone.confirmed,
            verified=loaded.state.verified is not None,
            verification=loaded.state.verified.provider if loaded.state.verified else None,
            details=loaded.state.details,
            files=loaded.state.files,
            employer_id=employed.enterprise_id if employed else None,
            died_on=loaded.state.died.died_on if loaded.state.died else None,
        )

    @handles(GetEnterprise)
    def get_enterprise(self, question: GetEnterprise) -> EnterpriseView:
        """The enterprise's own record."""
        loaded = self.kernel.log.load(ENTERPRISE, question.enterprise_id)
        registered = self._enterprise(question.enterprise_id)
        return EnterpriseView(
            enterprise_id=question.enterprise_id,
            version=loaded.version,
            uscc=registered.uscc,
            details=registered.details,
            mobile=registered.mobile,
            phone_confirmed=loaded.state.phone.confirmed,
            authenticated=loaded.state.authenticated,
            files=loaded.state.files,
            closed_on=loaded.state.closed.closed_on if loaded.state.closed else None,
            qualified=loaded.state.lost is None,
        )

    @handles(GetEmployment)
    def get_employment(self, question: GetEmployment) -> EmploymentView:
        """One employment relationship."""
        loaded = self.kernel.log.load(EMPLOYMENT, question.employment_id)
        proposed = loaded.state.proposed
        if proposed is None or loaded.state.status == "none":
            raise NotFound.of("employment", question.employment_id)
        return EmploymentView(version=loaded.version, status=loaded.state.status, **proposed.model_dump())

    @handles(GetAuthority)
    def get_authority(self, question: GetAuthority) -> AuthorityView:
        """One authority."""
        loaded = self.kernel.log.load(AUTHORITY, question.authority_id)
        if loaded.state.established is None:
            raise NotFound.of("authority", question.authority_id)
        return AuthorityView(version=loaded.version, **loaded.state.established.model_dump())

    @handles(FindSubject)
    def find_subject(self, question: FindSubject) -> SubjectAndFiler:
        """What a matter's rules may look at. A name that does not fit the number finds nobody."""
        person_id = question.person_id
        if person_id is None and question.resident_id is not None:
            found = self.kernel.log.holder("resident_id", question.resident_id)
            person_id = UUID(found) if found else None
        subject = None
        if person_id is not None:
            person = self.kernel.log.load(PERSON, person_id).state
            by_id = question.person_id is not None and question.name is None and question.resident_id is None
            if by_id or name_and_number_agree(person, question.name or "", question.resident_id or ""):
                subject = self._subject(person_id, person)
        if subject is None:
            raise NotFound.of("subject", question.person_id or "")
        enterprise_id = question.enterprise_id or (subject.employed_by if question.of_employer else None)
        filer = self._filer(enterprise_id) if enterprise_id else None
        return SubjectAndFiler(subject=subject, filer=filer)

    @handles(FindVerified)
    def find_verified(self, question: FindVerified) -> VerifiedPerson:
        """Whose an old certificate is, if that person is known here already."""
        return VerifiedPerson(person_id=self._verified_person(question.resident_id, question.name))

    @handles(EmployersOf)
    def employers_of(self, question: EmployersOf) -> Employers:
        """Agreed and not ended, whatever the contract's last day was: in doubt somebody steps aside."""
        found = []
        for person_id in dict.fromkeys(question.person_ids):
            if (held := self._employment(person_id)) is not None:
                found.append(Employed(person_id=person_id, enterprise_id=held[0]))
        return Employers(employed=tuple(found))

    def _verified_person(self, resident_id: str | None, name: str) -> UUID | None:
        """Who has proven to be the person of this number and name; none where nobody has."""
        found = self.kernel.log.holder("resident_id", resident_id) if resident_id is not None else None
        person = self.kernel.log.load(PERSON, found).state if found is not None else None
        if person is None or person.verified is None or not name_and_number_agree(person, name, resident_id or ""):
            return None
        return UUID(found)

    def _subject(self, person_id: UUID, person: Person) -> SubjectFacts | None:
        registered, details = person.registered, person.details
        if registered is None:
            return None
        number = registered.resident_id
        about = details.model_dump() if details else {}
        employment = self._employment(person_id)
        return SubjectFacts(
            person_id=person_id,
            name=registered.name,
            resident_id=number,
            sex=sex(number),
            birth_date=birth_date(number),
            phone=registered.phone,
            verified=person.verified is not None,
            qualifications=self._qualifications(person, (registered.name, number)),
            employed_by=employment[0] if employment else None,
            employment=employment[1] if employment else None,
            died_on=person.died.died_on if person.died else None,
            files=PersonFiles(
                **{kind: file for kind, file in person.files.items() if kind in PersonFiles.model_fields}
            ),
            **about,
        )

    def _employment(self, person_id: UUID) -> tuple[UUID, EmploymentFacts] | None:
        held = self.kernel.log.holder("employed", str(person_id))
        proposed = self.kernel.log.load(EMPLOYMENT, held).state.proposed if held else None
        if proposed is None:
            return None
        facts = EmploymentFacts(
            id=proposed.employment_id,
            starts_on=proposed.starts_on,
            ends_on=proposed.ends_on,
            contract=proposed.contract,
        )
        return proposed.enterprise_id, facts

    def _qualifications(self, person: Person, today: tuple[str, str]) -> tuple[QualificationFacts, ...]:
        """Those of this number *and* this name, today's or former ones: a list's slip in a number makes nobody else qualified."""
        known = dict.fromkeys((today, *person.former))
        found = {}
        for number in dict.fromkeys(number for _, number in known):
            for key in self.kernel.log.holders("qualified", f"{number}/"):
                state = self.kernel.log.load(QUALIFICATION, key).state
                q = state.qualification
                if q is not None and (q.name, q.resident_id) in known:
                    about = q.model_dump(exclude={"resident_id", "resident_id_given", "name"})
                    found[key] = QualificationFacts(**about, valid=state.valid)
        return tuple(found.values())

    def _filer(self, enterprise_id: UUID) -> FilerFacts:
        state = self.kernel.log.load(ENTERPRISE, enterprise_id).state
        registered = self._enterprise(enterprise_id)
        d = registered.details
        qualification = None
        if d.qualification_number:
            qualification = EnterpriseQualificationFacts(
                number=d.qualification_number, grade=d.qualification_grade, scope=d.qualification_scope
            )
        return FilerFacts(
            enterprise_id=enterprise_id,
            name=d.name,
            uscc=registered.uscc,
            authenticated=state.authenticated,
            closed=state.closed is not None,
            qualified=state.lost is None,
            nature=d.registration_type,
            legal_representative=d.legal_representative,
            place=d.place,
            address=d.address,
            telephone=d.office_phone,
            contact=d.contact,
            contact_phone=registered.mobile,
            qualification=qualification,
        )

    def _person(self, person_id: UUID) -> PersonRegistered:
        registered = self.kernel.log.load(PERSON, person_id).state.registered
        if registered is None:
            raise NotFound.of("person", person_id)
        return registered

    def _enterprise(self, enterprise_id: UUID) -> EnterpriseRegistered:
        registered = self.kernel.log.load(ENTERPRISE, enterprise_id).state.registered
        if registered is None:
            raise NotFound.of("enterprise", enterprise_id)
        return registered
