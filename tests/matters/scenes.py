"""For any matter a person, employer, certificate and form that all its rules accept: one scene, made from the matter's own data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts.matters.checks import prefilled
from contracts.matters.conditions import holds
from contracts.matters.facts import ABOUT_CERTIFICATES, CertificateFacts, Facts, ScopeFacts, gathered
from contracts.matters.form import Field
from contracts.matters.registry import Registry, default_registry
from contracts.matters.schema import Matter
from tests.matters.conftest import ENTERPRISE, a_certificate, a_filer, a_qualification, a_subject

TODAY = date(2026, 11, 20)
SOON = TODAY + timedelta(days=60)
"""In the window of every renewal, and not in the last 30 days."""
FORMER_ENTERPRISE = UUID("00000000-0000-4000-8000-0000000000fe")

TYPED: dict[str, Any] = {
    "medically_fit": True,
    "responsible_for_accident": False,
    "violations": 0,
    "compulsory_hours": 60,
    "elective_hours": 60,
    "new_name": "李晓明",
    "new_resident_id": "110105194912310038",
    "first_issued_on": "2024-11-21",
    "valid_from": "2024-11-21",
    "valid_until": "2027-11-20",
}
"""What a rule or a certificate asks for by name; all else has any value of its type."""
ANYTHING: dict[str, Any] = {
    "text": "样例文字",
    "date": "2026-11-01",
    "integer": 60,
    "decimal": "1.5",
    "boolean": True,
    "phone": "13900139000",
    "telephone": "0731-88950000",
    "resident_id": "11010519491231002X",
    "uscc": "91350100M000100Y43",
}


def fitting(matter: Matter, registry: Registry | None = None) -> Facts:
    """Facts and a complete form that the matter takes as they are."""
    kind = (registry or default_registry()).credential(matter.credential)
    options = kind.options or ("building", "highway")
    held, other = options[0], options[1]
    qualifications = tuple(
        a_qualification(credential=matter.credential, specialty=one, number=f"20244300000{n}")
        for n, one in enumerate((held, other), start=1)
    )
    about = matter.subject.picked_from in ABOUT_CERTIFICATES
    certificate = _certificate(matter, held) if about else None
    if certificate is not None and kind.sample_number is not None:
        certificate = certificate.model_copy(update={"number": kind.sample_number})
    facts = Facts(
        today=TODAY,
        subject=a_subject(qualifications=qualifications, certificates=(certificate,) if certificate else ()),
        filer=a_filer(place=f"{matter.province[:2]}0102" if matter.province[:2] != "00" else "430102"),
        certificate=certificate,
    )
    choice = other if matter.effect.kind == "extend" else held
    return facts.model_copy(update={"form": filled(matter, facts, choice)})


def filled(matter: Matter, facts: Facts, choice: str) -> dict[str, Any]:
    """The form, every field that is asked for filled in; ``choice`` is what of the credential's scope it is about."""
    form: dict[str, Any] = {}
    for field in matter.form.fields:
        known = gathered(matter, facts.model_copy(update={"form": form}))
        form = {**prefilled(matter, known), **form}
        if field.name not in form and (field.visible_when is None or holds(field.visible_when, known)):
            form[field.name] = _typed(field, choice)
    known = gathered(matter, facts.model_copy(update={"form": form}))
    asked = {one.name for one in matter.form.fields if one.visible_when is None or holds(one.visible_when, known)}
    return {name: value for name, value in form.items() if name in asked}


def _typed(field: Field, choice: str) -> Any:
    if field.type in ("choice", "multi_choice"):
        one = choice if choice in field.options else field.options[0]
        return one if field.type == "choice" else [one]
    value = field.sample_number or TYPED.get(field.name, ANYTHING[field.type])
    return value[: field.max_length] if field.type == "text" else value


def _certificate(matter: Matter, held: str) -> CertificateFacts:
    wanted = matter.subject.certificate
    status = wanted.statuses[0] if wanted is not None else "valid"
    over = status == "expired"
    until = TODAY - timedelta(days=10) if over else SOON
    moves = matter.effect.kind == "transfer"
    wrong = wanted is not None and wanted.by_number
    return a_certificate(
        credential=matter.credential,
        status=status,
        scope=(held,),
        scopes=(ScopeFacts(specialty=held, expires_on=until),),
        in_force=() if over else (held,),
        granted_on=date(2023, 12, 1),
        valid_from=date(2023, 12, 1),
        valid_until=until,
        holder_name="李小明",
        holder_resident_id="110105491231002" if wrong else "11010519491231002X",
        holder_id=None if wrong else a_subject().person_id,
        employer_id=FORMER_ENTERPRISE if moves else ENTERPRISE,
        employer="长沙岳麓建筑有限公司" if moves else "湖南湘江建设有限公司",
        issuer="住房和城乡建设厅",
        place=f"{matter.province[:2]}0102" if matter.province[:2] != "00" else "430102",
        origin="granted",
        has_document=True,
    )
