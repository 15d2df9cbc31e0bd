"""Which certificate a filing is about: chosen by id or by number when the subject is picked, looked at afresh later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from contracts.errors import Refused
from contracts.matters.facts import ABOUT_CERTIFICATES, CertificateFacts, SubjectFacts
from contracts.matters.schema import Matter


def is_about_one(matter: Matter) -> bool:
    """Whether the matter's filings are each about a certificate."""
    return matter.subject.certificate is not None or matter.subject.picked_from in ABOUT_CERTIFICATES


def by_number(matter: Matter) -> bool:
    """Whether it may be somebody else's as yet, found by its number."""
    return matter.subject.certificate is not None and matter.subject.certificate.by_number


def chosen(
    matter: Matter,
    subject: SubjectFacts,
    *,
    certificate_id: UUID | None,
    number: str | None,
    found: CertificateFacts | None,
) -> CertificateFacts | None:
    """The one that was asked for; without a word of which, the one that the matter takes by itself, if any.

    ``found`` is what certificate has under the number, where the matter finds it so.
    """
    if not is_about_one(matter):
        return None
    if certificate_id is None and number is None:
        return usual(matter, subject)
    one = pick(matter, subject, certificate_id=certificate_id, number=number) or found
    if one is None:
        raise Refused("certificate_not_found")
    return one


def usual(matter: Matter, subject: SubjectFacts) -> CertificateFacts | None:
    """The one that rules would read if none was chosen: of those that the matter may be about, which lasts longest."""
    statuses = _statuses(matter)
    return best(
        matter, subject.certificates, lambda one: one.credential == matter.credential and one.status in statuses
    )


def afresh(
    matter: Matter, subject: SubjectFacts, before: CertificateFacts | None, found: CertificateFacts | None
) -> CertificateFacts | None:
    """The same one as it stands now; none where it is not to be found any more."""
    if not is_about_one(matter):
        return None
    if before is None:
        return usual(matter, subject)
    return pick(matter, subject, certificate_id=before.certificate_id) or (
        found if found is not None and found.certificate_id == before.certificate_id else None
    )


def pick(
    matter: Matter, subject: SubjectFacts, *, certificate_id: UUID | None = None, number: str | None = None
) -> CertificateFacts | None:
    """One of the subject's own, of the matter's kind."""

    def is_wanted(one: CertificateFacts) -> bool:
        same_id = certificate_id is None or one.certificate_id == certificate_id
        return one.credential == matter.credential and same_id and (number is None or one.number == number)

    return best(matter, subject.certificates, is_wanted)


def best(
    matter: Matter,
    certificates: Sequence[CertificateFacts],
    wanted: Callable[[CertificateFacts], bool] = lambda one: True,
) -> CertificateFacts | None:
    """Of those that are wanted the one that the matter may be about, which lasts longest; else any of them."""
    statuses = _statuses(matter)
    return max(
        (one for one in certificates if wanted(one)),
        key=lambda one: (one.status in statuses, one.valid_until or date.max),
        default=None,
    )


def same(one: CertificateFacts | None, other: CertificateFacts | None) -> bool:
    """Whether both are the same certificate, as it was or is, or none."""
    return _id(one) == _id(other)


def fields_of_record(matter: Matter) -> frozenset[str]:
    """What the form says of a certificate: of another one it says other things, or nothing."""
    return frozenset(one.name for one in matter.form.fields if (one.prefill or "").startswith("certificate."))


def unfit(matter: Matter, certificate: CertificateFacts | None) -> list[dict[str, Any]]:
    """That there is none; or one of which the matter cannot be, as it stands now."""
    if not is_about_one(matter):
        return []
    if certificate is None:
        return [{"code": "certificate_missing", "field": "certificate"}]
    if certificate.status in _statuses(matter):
        return []
    return [{"code": "certificate_not_suitable", "field": "certificate", "params": {"status": certificate.status}}]


def _id(one: CertificateFacts | None) -> UUID | None:
    return one.certificate_id if one is not None else None


def _statuses(matter: Matter) -> tuple[str, ...]:
    return matter.subject.certificate.statuses if matter.subject.certificate is not None else ("valid",)
