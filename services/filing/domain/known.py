"""What was looked up about a filing, and the facts that the matter's rules read in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.matters.facts import CertificateFacts, Facts, FilerFacts, SubjectFacts, gathered
from contracts.matters.schema import Matter


@dataclass(frozen=True)
class Known:
    """What identity and certificate say of whom it is about, the enterprise, and the certificate."""

    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None
    certificate: CertificateFacts | None = None


def facts_of(
    matter: Matter,
    subject: SubjectFacts | None,
    filer: FilerFacts | None,
    form: dict[str, Any],
    today: date,
    certificate: CertificateFacts | None = None,
) -> dict[str, Any]:
    """The facts as the matter's rules read them."""
    return gathered(matter, Facts(today=today, subject=subject, filer=filer, form=form, certificate=certificate))


def facts_with(matter: Matter, known: Known, form: dict[str, Any], today: date) -> dict[str, Any]:
    """The same, of what was looked up."""
    return facts_of(matter, known.subject, known.filer, form, today, known.certificate)
