"""What follows in identity from what happened elsewhere or here: employments end with either side, records are amended.

A record that cannot be amended (the number is another person's, or none) stays as it is: the certificate says what was
approved, and the log of this process says that the two differ.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from contracts.certificate import CredentialReissued
from contracts.identity import (
    AmendPerson,
    EmploymentAccepted,
    EndEmployment,
    EnterpriseClosed,
    OrderNotice,
    PersonDied,
)
from contracts.matters.registry import UnknownMatter, default_registry
from contracts.message import Recorded, derived_id, follow
from services.identity.domain.employment import EMPLOYMENT, EMPLOYS
from services.identity.domain.enterprise import ENTERPRISE
from services.identity.domain.person import PERSON
from services.identity.notices import is_old_news, order, words
from services.kernel.kernel import Ground

log = logging.getLogger("zhuce.identity")
_OLDER = """
    SELECT stream FROM claims WHERE kind = 'employed'
    AND NOT EXISTS (SELECT FROM claims AS index WHERE index.stream = claims.stream AND index.kind = %s)"""
"""Employments that were accepted before there was the index of employers."""


def when_enterprise_closed_end_employments(
    recorded: Recorded[EnterpriseClosed], ground: Ground
) -> Iterator[EndEmployment]:
    """Each once, however often this is done: the command's id is the closing's and the employment's."""
    event = recorded.event
    for employment_id in employed_by(ground, event.enterprise_id):
        yield _end(recorded, "closed", event.enterprise_id, employment_id, event.reason)


def when_employment_accepted_look_whether_both_are_there(
    recorded: Recorded[EmploymentAccepted], ground: Ground
) -> Iterator[EndEmployment]:
    """Accepted in the very moment in which the employer was closed, or the person had died: that may not have seen it."""
    event = recorded.event
    closed = ground.log.load(ENTERPRISE, event.enterprise_id).state.closed
    died = ground.log.load(PERSON, event.person_id).state.died
    if closed is not None:
        yield _end(recorded, "closed", event.enterprise_id, event.employment_id, closed.reason)
    elif died is not None:
        yield _end(recorded, "died", event.person_id, event.employment_id, words().label("reasons.employee_died"))


def when_person_died_end_employment(
    recorded: Recorded[PersonDied], ground: Ground
) -> Iterator[OrderNotice | EndEmployment]:
    """The employer is told that it has ended; by which document it is known is nothing that they are told."""
    person_id = recorded.event.person_id
    held = ground.log.holder("employed", str(person_id))
    proposed = ground.log.load(EMPLOYMENT, held).state.proposed if held is not None else None
    if proposed is None:
        return
    why, employer = words().label("reasons.employee_died"), proposed.enterprise_id
    if not is_old_news(recorded):
        yield order(recorded, employer, "employee_died", enterprise_id=employer, title=why)
    yield _end(recorded, "died", person_id, proposed.employment_id, why)


def employed_by(ground: Ground, enterprise_id: UUID) -> list[UUID]:
    """The employments in force with this enterprise."""
    found = [UUID(one) for one in ground.log.holders(EMPLOYS, f"{enterprise_id}/")]
    with ground.log.recorder.database.cursor() as cursor:
        cursor.execute(_OLDER, [EMPLOYS])
        older = [UUID(stream.split("-", 1)[1]) for (stream,) in cursor.fetchall()]
    for one in older:
        proposed = ground.log.load(EMPLOYMENT, one).state.proposed
        if proposed is not None and proposed.enterprise_id == enterprise_id:
            found.append(one)
    return found


def _end(recorded: Recorded[Any], why: str, whose: UUID, employment_id: UUID, reason: str) -> EndEmployment:
    command_id = str(derived_id(why, whose, employment_id))
    return EndEmployment(employment_id=employment_id, meta=follow(recorded, command_id, reason=reason))


def when_credential_reissued_amend_person(
    recorded: Recorded[CredentialReissued], ground: Ground
) -> Iterator[AmendPerson]:
    """Where the matter says that its approval also mends the person's own record."""
    event = recorded.event
    try:
        amends = default_registry().get(event.matter, event.matter_version).effect.person
    except UnknownMatter:  # a province's own directory that is not here any more
        log.warning("matter unknown", extra={"matter": f"{event.matter}@{event.matter_version}"})
        return
    person_id = event.holder.person_id
    if amends is None or person_id is None:
        return
    try:
        command = AmendPerson(
            person_id=person_id,
            filing_id=event.filing_id,
            name=event.holder.name if amends.name else None,
            resident_id=event.holder.resident_id if amends.resident_id else None,
            meta=follow(recorded, f"amend-{person_id}-{event.filing_id}"),
        )
    except ValidationError:
        log.warning("person not amended", extra={"person": str(person_id), "code": "resident_id_wrong"})
        return
    if ground.log.load(PERSON, person_id).state.registered is None:
        return
    if command.resident_id and ground.log.holder("resident_id", command.resident_id) not in (None, str(person_id)):
        log.warning("person not amended", extra={"person": str(person_id), "code": "resident_id_registered"})
        return
    yield command
