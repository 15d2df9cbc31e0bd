"""The facts that rules, prefills and certificates may speak of: the vocabulary of matter files.

Filing gathers them when a draft is begun and again at submission, and evaluates rules over `gathered(…)`:
JSON data, dates as ISO text. A new fact is added here first; until then a matter file that names it does not
load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.files import FileRef
from contracts.identifiers import Phone, ResidentId, Uscc
from contracts.matters.names import PlaceCode
from contracts.message import Model
from contracts.personal import PERSONAL
from contracts.places import full_name_of, name_of, numbered_in, within

if TYPE_CHECKING:
    from contracts.matters.schema import Matter


class PersonFiles(Model):
    """The files that a person keeps with their own record."""

    portrait: FileRef | None = None
    id_card_front: FileRef | None = None
    id_card_back: FileRef | None = None
    id_card_in_hand: FileRef | None = None
    commitment_letter: FileRef | None = None
    signature: FileRef | None = None


class QualificationFacts(Model):
    """A qualification certificate 资格证书: the exam passed. `valid` is false once it was withdrawn."""

    number: Annotated[str, PERSONAL]
    credential: str
    specialty: str
    level: str | None = None
    passed_year: int
    obtained_on: date
    valid: bool = True


class EmploymentFacts(Model):
    """The employment relationship, accepted by both; no end means without a fixed term 长期."""

    id: UUID
    starts_on: date
    ends_on: date | None = None
    contract: FileRef | None = None


class ScopeFacts(Model):
    """One specialty of a certificate, and its own last day."""

    specialty: str
    expires_on: date


class CertificateFacts(Model):
    """A certificate that a person has; or the one that a renewal, change, replacement or cancellation is about.

    `scope` is everything on it; `scopes` the same with last days; `in_force` what of it is not over. `employer_id` is none
    where the employer of an old certificate is not on record. `origin`: how it came to be here. `has_document`: a sealed
    electronic certificate exists of this issue. `ended_as`: how an old one had ended, where that was no 注销.
    `came_to_nothing`: how many filings about it were approved, and refused by the register.
    """

    certificate_id: UUID
    credential: str
    number: str
    identifier: str | None = None
    status: str
    scope: tuple[str, ...] = ()
    valid_until: date | None = None
    scopes: tuple[ScopeFacts, ...] = ()
    in_force: tuple[str, ...] = ()
    granted_on: date | None = None
    valid_from: date | None = None
    holder_name: Annotated[str | None, PERSONAL] = None
    holder_resident_id: Annotated[str | None, PERSONAL] = None
    holder_id: UUID | None = None
    employer_id: UUID | None = None
    employer: str | None = None
    issuer: str | None = None
    place: PlaceCode | None = None
    origin: Literal["granted", "imported", "supplemented"] = "granted"
    has_document: bool = False
    usability: str | None = None
    ended_as: str | None = None
    came_to_nothing: int = 0


class SubjectFacts(Model):
    """The person the filing is about."""

    person_id: UUID
    name: Annotated[str, PERSONAL]
    resident_id: ResidentId
    sex: Literal["male", "female"]
    birth_date: Annotated[date, PERSONAL]
    document_type: Literal["resident_id"] = "resident_id"
    ethnicity: Annotated[str | None, PERSONAL] = None
    phone: Phone | None = None
    emergency_contact: Annotated[str | None, PERSONAL] = None
    emergency_phone: Phone | None = None
    school: Annotated[str | None, PERSONAL] = None
    major: Annotated[str | None, PERSONAL] = None
    graduated_on: Annotated[date | None, PERSONAL] = None
    education: Annotated[str | None, PERSONAL] = None
    degree: Annotated[str | None, PERSONAL] = None
    verified: bool = False
    qualifications: tuple[QualificationFacts, ...] = ()
    certificates: tuple[CertificateFacts, ...] = ()
    employed_by: UUID | None = None
    employment: EmploymentFacts | None = None
    files: PersonFiles = PersonFiles()
    died_on: Annotated[date | None, PERSONAL] = None


class EnterpriseQualificationFacts(Model):
    """The enterprise's main qualification 企业资质."""

    number: str | None = None
    grade: str | None = None
    scope: str | None = None
    valid_until: date | None = None


class FilerFacts(Model):
    """The enterprise that files, or for which its person files: their employer now.

    `closed`: it lost its licence or went bankrupt. `qualified` is false once its qualification was taken or ran out.
    """

    enterprise_id: UUID
    name: str
    uscc: Uscc
    authenticated: bool = False
    closed: bool = False
    qualified: bool = True
    nature: str | None = None
    legal_representative: Annotated[str | None, PERSONAL] = None
    place: PlaceCode | None = None
    address: str | None = None
    telephone: str | None = None
    contact: Annotated[str | None, PERSONAL] = None
    contact_phone: Phone | None = None
    qualification: EnterpriseQualificationFacts | None = None


class Facts(Model):
    """Everything known about one filing. `form` is what the filer typed, so far. `open_filing`: whether one of the subject's
    is open, where a certificate's usability is asked.
    """

    today: date
    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None
    certificate: CertificateFacts | None = None
    form: dict[str, Any] = Field(default_factory=dict)
    open_filing: bool | None = None


DERIVED = frozenset(
    {
        *("subject.employment.open_ended", "filer.place_name", "filer.kind", "filer.authority", "qualification"),
        *("certificate.medium", "certificate.first_over", "certificate.numbered_in"),
        *("matter.credential", "matter.registration_type"),
    }
)
"""What `gathered` adds to the facts that were handed over."""
ABOUT_CERTIFICATES = ("certificate_holders", "own_certificates")
"""Where `certificate` is the one that the filing is about: matters whose subjects are picked from these."""


def gathered(matter: Matter, facts: Facts) -> dict[str, Any]:
    """The facts as rules read them, with what follows from them.

    - `subject.employment.open_ended`: employed without a fixed term;
    - `filer.place_name`: 湖南省长沙市芙蓉区;
    - `filer.kind`: `inside_province` or `outside_province`, seen from the matter's province;
    - `filer.authority`: the place whose authority the filing goes to first (申报主管部门): 长沙市;
    - `matter.credential`, `matter.registration_type`: what is filed, as forms print it;
    - `certificate`, where none was chosen and the matter is about one: the subject's valid one of the matter's
      credential that lasts longest;
    - `certificate.medium`: `electronic` or `paper`;
    - `certificate.numbered_in`: the province whose abbreviation its number begins with: 赣A… is of 360000;
    - `certificate.first_over`: the first day to come on which something that the filing is about is over (all of its scope,
      where it names none);
    - `qualification`: the subject's own one that this filing rests on, if any: the latest valid one of the
      matter's credential in the specialty that the form asks for.
    """
    data = facts.model_dump(mode="json")
    data["matter"] = {"credential": matter.credential, "registration_type": matter.registration_type}
    if facts.subject is not None:
        if facts.subject.employment is not None:
            data["subject"]["employment"]["open_ended"] = facts.subject.employment.ends_on is None
        if facts.certificate is None and matter.subject.picked_from in ABOUT_CERTIFICATES:
            certificate = _held(matter, facts.subject)
            data["certificate"] = certificate.model_dump(mode="json") if certificate is not None else None
        qualification = _rested_on(matter, facts.subject, facts.form)
        data["qualification"] = qualification.model_dump(mode="json") if qualification is not None else None
    if data["certificate"] is not None:
        data["certificate"]["medium"] = "electronic" if data["certificate"]["has_document"] else "paper"
        data["certificate"]["numbered_in"] = numbered_in(data["certificate"]["number"])
        data["certificate"]["first_over"] = _first_over(matter, data["certificate"], facts)
    if facts.filer is not None and facts.filer.place is not None:
        data["filer"]["place_name"] = _place_name(facts.filer.place)
        data["filer"]["authority"] = _authority_place(facts.filer.place)
        inside = within(facts.filer.place, matter.province)
        data["filer"]["kind"] = "inside_province" if inside else "outside_province"
    return data


def vocabulary() -> frozenset[str]:
    """Every path that facts can have, lists ending in `[]`; `form.…` is for each matter's form to say."""
    given = {*_paths(Facts, ""), *_paths(QualificationFacts, "qualification.")}
    return DERIVED | (given - {"form"})


def date_facts() -> frozenset[str]:
    """The paths of the vocabulary that lead to one day."""
    found = {*_days(Facts, ""), *_days(QualificationFacts, "qualification.")}
    return frozenset({"certificate.first_over", *(path for path in found if "[]" not in path)})


def _held(matter: Matter, subject: SubjectFacts) -> CertificateFacts | None:
    wanted = matter.subject.certificate
    statuses = wanted.statuses if wanted is not None else ("valid",)
    held = (one for one in subject.certificates if one.status in statuses and one.credential == matter.credential)
    return max(held, key=lambda one: one.valid_until or date.max, default=None)


def _first_over(matter: Matter, certificate: Mapping[str, Any], facts: Facts) -> str | None:
    about = matter.effect.scope_from({"form": facts.form})
    kept = (str(one["expires_on"]) for one in certificate["scopes"] if not about or one["specialty"] in about)
    return min((day for day in kept if day >= facts.today.isoformat()), default=certificate["valid_until"])


def _rested_on(matter: Matter, subject: SubjectFacts, form: Mapping[str, Any]) -> QualificationFacts | None:
    wanted = matter.subject.qualification
    if wanted is None:
        return None
    specialty = form.get(wanted.specialty.removeprefix("form."))
    fitting = (
        one
        for one in subject.qualifications
        if one.valid and one.credential == wanted.credential and one.specialty == specialty
    )
    return max(fitting, key=lambda one: one.obtained_on, default=None)


def _place_name(place: str) -> str | None:
    try:
        return full_name_of(place)
    except LookupError:  # a county that was merged since
        return None


def _authority_place(place: str) -> str | None:
    """The city's, or the province's where a place is under no city (市辖区 and 县 are only drawers of the table)."""
    try:
        city = name_of(f"{place[:4]}00")
        return name_of(f"{place[:2]}0000") if place[2:4] == "90" or city in ("市辖区", "县") else city
    except LookupError:
        return None


def _paths(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        yield path
        for inner, listed in _models(field.annotation, False):
            yield from _paths(inner, f"{path}[]." if listed else f"{path}.")


def _days(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if field.annotation is date or date in get_args(field.annotation):
            yield f"{prefix}{name}"
        for inner, listed in _models(field.annotation, False):
            yield from _days(inner, f"{prefix}{name}[]." if listed else f"{prefix}{name}.")


def _models(annotation: Any, listed: bool) -> Iterator[tuple[type[BaseModel], bool]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, listed
    for argument in get_args(annotation):
        yield from _models(argument, listed or getattr(annotation, "__origin__", None) is tuple)
