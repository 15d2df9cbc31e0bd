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
from contracts.places import full_name_of, within

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


class CertificateFacts(Model):
    """A certificate that a person has; or the one that a renewal, change, replacement or cancellation is about."""

    certificate_id: UUID
    credential: str
    number: str
    identifier: str | None = None
    status: str
    scope: tuple[str, ...] = ()
    valid_until: date | None = None


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


class EnterpriseQualificationFacts(Model):
    """The enterprise's main qualification 企业资质."""

    number: str | None = None
    grade: str | None = None
    scope: str | None = None
    valid_until: date | None = None


class FilerFacts(Model):
    """The enterprise that files, or for which its person files."""

    enterprise_id: UUID
    name: str
    uscc: Uscc
    authenticated: bool = False
    nature: str | None = None
    legal_representative: Annotated[str | None, PERSONAL] = None
    place: PlaceCode | None = None
    address: str | None = None
    telephone: str | None = None
    contact: Annotated[str | None, PERSONAL] = None
    contact_phone: Phone | None = None
    qualification: EnterpriseQualificationFacts | None = None


class Facts(Model):
    """Everything known about one filing. `form` is what the filer typed, so far."""

    today: date
    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None
    certificate: CertificateFacts | None = None
    form: dict[str, Any] = Field(default_factory=dict)


DERIVED = frozenset({"subject.employment.open_ended", "filer.place_name", "filer.kind", "qualification"})
"""What `gathered` adds to the facts that were handed over."""
ABOUT_CERTIFICATES = ("certificate_holders", "own_certificates")
"""Where `certificate` is the one that the filing is about: matters whose subjects are picked from these."""


def gathered(matter: Matter, facts: Facts) -> dict[str, Any]:
    """The facts as rules read them, with what follows from them.

    - `subject.employment.open_ended`: employed without a fixed term;
    - `filer.place_name`: 湖南省长沙市芙蓉区;
    - `filer.kind`: `inside_province` or `outside_province`, seen from the matter's province;
    - `certificate`, where none was chosen and the matter is about one: the subject's valid one of the matter's
      credential that lasts longest;
    - `qualification`: the subject's own one that this filing rests on, if any: the latest valid one of the
      matter's credential in the specialty that the form asks for.
    """
    data = facts.model_dump(mode="json")
    if facts.subject is not None:
        if facts.subject.employment is not None:
            data["subject"]["employment"]["open_ended"] = facts.subject.employment.ends_on is None
        if facts.certificate is None and matter.subject.picked_from in ABOUT_CERTIFICATES:
            certificate = _held(matter, facts.subject)
            data["certificate"] = certificate.model_dump(mode="json") if certificate is not None else None
        qualification = _rested_on(matter, facts.subject, facts.form)
        data["qualification"] = qualification.model_dump(mode="json") if qualification is not None else None
    if facts.filer is not None and facts.filer.place is not None:
        data["filer"]["place_name"] = _place_name(facts.filer.place)
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
    return frozenset(path for path in found if "[]" not in path)


def _held(matter: Matter, subject: SubjectFacts) -> CertificateFacts | None:
    held = (one for one in subject.certificates if one.status == "valid" and one.credential == matter.credential)
    return max(held, key=lambda one: one.valid_until or date.max, default=None)


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
