"""What an effect writes on a certificate: whose it is, and its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from contracts import identifiers as forms
from contracts.certificate import Holder
from services.certificate.domain import identifiers
from services.certificate.domain.approval import Approval
from services.certificate.domain.state import Face

Numbers = Mapping[Literal["registration", "identifier"], int]
"""The serials that were drawn."""


def written_holder(a: Approval, holder: Holder, moved: bool = False) -> Holder:
    """The holder as the effect writes it. Who is named anew, or was not known yet, is the one whom the filing is about."""
    writes = a.effect.writes
    changed: dict[str, Any] = {} if holder.person_id is not None else {"person_id": a.subject.person_id}
    if writes.name is not None or writes.resident_id is not None:
        number = a.written(writes.resident_id, holder.resident_id)
        changed = {"person_id": a.subject.person_id, "name": a.written(writes.name, holder.name), "resident_id": number}
        if number != holder.resident_id:
            changed |= {"sex": forms.sex(number), "birth_date": forms.birth_date(number)}
    if writes.employer == "filer" or (moved and writes.employer is None):
        changed |= a.employer()
    elif writes.employer == "none":
        changed |= {"enterprise_id": None, "enterprise_name": None}
    return Holder.model_validate({**holder.model_dump(), **changed})


def numbered(a: Approval, numbers: Numbers, face: Face | None) -> str:
    """Made anew where the matter says how, mended where it is written, else the one there is."""
    effect = a.effect
    if effect.number is not None:
        serial = numbers["registration"]
        return identifiers.registration_number(effect.number, a.filing.place, a.facts, a.decided_on, serial)
    former = face.registration_number if face is not None else None
    said = a.written(effect.writes.registration_number, None)
    return identifiers.as_printed(str(said)) if said is not None else a.there(former, "effect_incomplete")
