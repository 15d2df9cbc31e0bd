"""A made-up person, enterprise, certificate and form that a matter's rules accept, or the rules that they do not fulfil.

Nobody's data: the ID number is of a person who does not exist (its sequence 000 was never given out), names say 样例.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError
from stdnum.cn import ric, uscc

from cli.trying.solving import fulfil
from contracts.files import FileRef
from contracts.matters.attachments import CONTENT_TYPES
from contracts.matters.attachments import Attachment as Wanted
from contracts.matters.checks import Problem, check_form, check_preconditions, prefilled
from contracts.matters.conditions import Condition, holds
from contracts.matters.facts import ABOUT_CERTIFICATES, CertificateFacts, Facts, FilerFacts, SubjectFacts, gathered
from contracts.matters.form import Field
from contracts.matters.registry import Registry
from contracts.matters.schema import Matter
from contracts.message import derived_id
from contracts.places import NATION, provinces

ROUNDS = 8
"""One rule may undo what another asked for; more rounds than this mean that they contradict each other."""
NAME, FIRM = "样例甲", "样例建筑工程有限公司"


@dataclass
class Scene:
    """Who and what the trial is about. ``unmet``: the rules that could not be fulfilled."""

    subject: SubjectFacts
    filer: FilerFacts | None
    certificate: CertificateFacts | None
    form: dict[str, Any]
    unmet: list[Problem] = field(default_factory=list)


def scene_for(matter: Matter, registry: Registry, today: date) -> Scene:
    """Facts that fulfil the matter's rules as far as they can be made to."""
    raw = _beginning(matter, registry, today)
    unmet: list[Problem] = []
    for _ in range(ROUNDS):
        facts = _gathered(matter, raw)
        for name, value in prefilled(matter, facts).items():
            raw["form"].setdefault(name, value)
        for one in matter.form.fields:
            _fill(one, raw["form"], {**facts, "form": raw["form"]})
        facts = _gathered(matter, raw)
        unmet = [*check_preconditions(matter, facts), *check_form(matter, raw["form"], facts)]
        if not unmet:
            break
        for problem in unmet:
            rule = next((one for one in matter.preconditions if one.code == problem.rule), None)
            if rule is not None:
                _try(rule.when, _gathered(matter, raw), raw, matter, today)
            elif (problem.code == "not_asked" and problem.field) or (problem.code == "differs_from_record" and problem.field):
                raw["form"].pop(problem.field, None)
    found = Facts.model_validate(raw)
    assert found.subject is not None
    return Scene(found.subject, found.filer, found.certificate, raw["form"], unmet)


def files_for(matter: Matter, facts: Mapping[str, Any]) -> dict[str, FileRef]:
    """A made-up file of the first allowed format for every kind that is asked for and not taken from the record."""
    return {
        one.name: _file(one)
        for one in matter.attachments
        if (one.required if isinstance(one.required, bool) else holds(one.required, facts))
    }


def _file(wanted: Wanted) -> FileRef:
    kind = next(kind for kind, name in CONTENT_TYPES.items() if name in wanted.formats)
    digest = hashlib.sha256(wanted.name.encode()).hexdigest()
    named = {"sha256": digest, "name": f"{wanted.name}.sample", "content_type": kind, "size": 1024}
    return FileRef.model_validate(named)


def _beginning(matter: Matter, registry: Registry, today: date) -> dict[str, Any]:
    kind = registry.credential(matter.credential)
    place = f"{matter.province[:2]}0000" if matter.province != NATION else f"{next(iter(provinces()))}0000"
    ids = {name: str(derived_id("trial", name)) for name in ("person", "enterprise", "employment", "certificate")}
    born = today.replace(year=today.year - 36, day=1)
    number = f"{_county(place)}{born:%Y%m%d}000"
    picture = FileRef(sha256="0" * 64, name="sample.jpg", content_type="image/jpeg", size=1024).model_dump(mode="json")
    paper = FileRef(sha256="1" * 64, name="sample.pdf", content_type="application/pdf", size=1024).model_dump(mode="json")
    scope = list(kind.options[-1:])  # forms ask for the first: what is to be added is not there yet
    certificate = {
        "certificate_id": ids["certificate"],
        "credential": matter.credential,
        "number": kind.sample_number or "样例0000000000001",
        "status": matter.subject.certificate.statuses[0] if matter.subject.certificate else "valid",
        "scope": scope,
        "scopes": [{"specialty": one, "expires_on": (today + timedelta(days=60)).isoformat()} for one in scope],
        "in_force": scope,
        "granted_on": (today - timedelta(days=700)).isoformat(),
        "valid_from": (today - timedelta(days=700)).isoformat(),
        "valid_until": (today + timedelta(days=60)).isoformat(),
        "holder_name": NAME,
        "holder_resident_id": number + ric.calc_check_digit(number + "0"),
        "holder_id": ids["person"],
        "employer_id": ids["enterprise"],
        "employer": FIRM,
        "place": place,
    }
    about_one = matter.subject.picked_from in ABOUT_CERTIFICATES
    return {
        "today": today.isoformat(),
        "form": {},
        "certificate": certificate if about_one else None,
        "subject": {
            "person_id": ids["person"],
            "name": NAME,
            "resident_id": number + ric.calc_check_digit(number + "0"),
            "sex": "female",
            "birth_date": born.isoformat(),
            "ethnicity": "汉族",
            "phone": "13900000000",
            "school": "样例大学",
            "major": "土木工程",
            "graduated_on": f"{born.year + 22}-06-30",
            "education": "bachelor",
            "degree": "bachelor",
            "verified": True,
            "employed_by": ids["enterprise"],
            "employment": {"id": ids["employment"], "starts_on": (today - timedelta(days=400)).isoformat(), "contract": paper},
            "files": {
                name: picture
                for name in ("portrait", "id_card_front", "id_card_back", "id_card_in_hand", "commitment_letter", "signature")
            },
            "certificates": [],
            "qualifications": [
                {
                    "number": "样例ZG0001",
                    "credential": matter.credential,
                    "specialty": one,
                    "passed_year": today.year - 1,
                    "obtained_on": (today - timedelta(days=300)).isoformat(),
                }
                for one in kind.options
            ],
        },
        "filer": {
            "enterprise_id": ids["enterprise"],
            "name": FIRM,
            "uscc": _uscc(place),
            "authenticated": True,
            "legal_representative": "样例乙",
            "place": place,
            "address": "样例路1号",
            "telephone": "0731-88950000",
            "qualification": {"number": "样例D0001", "grade": "壹级", "scope": "建筑工程施工总承包"},
        },
    }


def _county(place: str) -> str:
    return f"{place[:2]}0101" if place[:2] in ("11", "12", "31", "50") else f"{place[:2]}0102"


def _uscc(place: str) -> str:
    body = f"91{place}MA00000000"[:17]
    return body + uscc.calc_check_digit(body)


def _gathered(matter: Matter, raw: Mapping[str, Any]) -> dict[str, Any]:
    return gathered(matter, Facts.model_validate(raw))


def _try(rule: Condition, facts: Mapping[str, Any], raw: dict[str, Any], matter: Matter, today: date) -> None:
    """Set what the rule names; what facts cannot have (an unknown key, a wrong type) is taken back."""
    before = _copy(raw)

    def put(path: str, value: Any) -> None:
        kept = _copy(raw)
        _put(raw, path, value)
        try:
            Facts.model_validate(raw)
        except ValidationError:
            raw.clear()
            raw.update(kept)

    fulfil(rule, facts, put)
    try:
        _gathered(matter, raw)
    except (ValidationError, ValueError):
        raw.clear()
        raw.update(before)


def _put(raw: dict[str, Any], path: str, value: Any) -> None:
    if path == "subject.employment.open_ended":
        path, value = "subject.employment.ends_on", None if value else f"{int(raw['today'][:4]) + 1}-12-31"
    if path.startswith("qualification."):
        for one in raw["subject"]["qualifications"]:
            one[path.removeprefix("qualification.")] = value
        return
    *parents, last = path.split(".")
    at: Any = raw
    for name in parents:
        if not isinstance(at.get(name), dict):
            return
        at = at[name]
    at[last] = value
    if path == "certificate.scopes":
        at["scope"] = at["in_force"] = [one["specialty"] for one in value]
    elif path in ("certificate.scope", "certificate.in_force", "certificate.valid_until"):
        scope = value if isinstance(value, list) else at["scope"]
        days = {one["specialty"]: one["expires_on"] for one in at["scopes"]} if isinstance(value, list) else {}
        at["scope"] = at["in_force"] = list(scope)
        at["scopes"] = [{"specialty": one, "expires_on": days.get(one, at["valid_until"])} for one in scope]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(one) for key, one in value.items()}
    return [_copy(one) for one in value] if isinstance(value, list) else value


def _fill(asked: Field, form: dict[str, Any], facts: Mapping[str, Any]) -> None:
    visible = asked.visible_when is None or holds(asked.visible_when, facts)
    required = asked.required if isinstance(asked.required, bool) else holds(asked.required, facts)
    if not visible or not required or form.get(asked.name) not in (None, "", []):
        return
    today = date.fromisoformat(str(facts["today"]))
    samples: dict[str, Any] = {
        "text": asked.sample_number or "样例",
        "date": today.isoformat(),
        "choice": next(iter(asked.options), None),
        "multi_choice": list(asked.options[:1]),
        "integer": asked.minimum if asked.minimum is not None else 1,
        "decimal": str(asked.minimum if asked.minimum is not None else 1),
        "boolean": True,
        "phone": "13900000000",
        "telephone": "0731-88950000",
        "resident_id": facts["subject"]["resident_id"],
        "uscc": (facts.get("filer") or {}).get("uscc"),
    }
    form[asked.name] = samples[asked.type]
