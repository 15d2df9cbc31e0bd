"""What cases are made of: stages and their clocks, applicants, submissions."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.filing import Attachment, CorrectionItem, Form
from contracts.identity import Level, PersonName, Words
from contracts.matters.route import CorrectionLimit, DecisionLimit, Extension, LegalBasis, Outcome, Silence
from contracts.message import Model
from contracts.personal import PERSONAL

__all__ = [
    "Account",
    "Applicant",
    "CorrectionItem",
    "CorrectionLimit",
    "DecisionLimit",
    "Extension",
    "GrantedBySilence",
    "LegalBasis",
    "Objections",
    "Objector",
    "Opinion",
    "Silence",
    "Stage",
    "StageName",
    "Submission",
]

StageName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$", description="acceptance, preliminary, …")]
Opinion = Annotated[str, Field(min_length=1, max_length=2000)]
Account = Annotated[str, Field(min_length=1, max_length=80, description="an officer's account id")]


class Stage(Model):
    """One step of a case's route, copied from the matter when the case opens: it cannot change under it.

    ``remind_before`` working days before the last one a reminder is recorded. ``told_once``: a later return can only
    repeat what the first one named (行政许可法 art. 32(4)). ``separate_from`` names stages whose examiner may not do
    this one.
    """

    name: StageName
    level: Level
    working_days: int = Field(ge=0)
    outcomes: tuple[Outcome, ...] = ("pass", "return", "refuse")
    legal_basis: LegalBasis | None = None
    remind_before: int = Field(default=0, ge=0, le=30)
    silence: Silence | None = None
    extension: Extension | None = None
    told_once: bool = False
    separate_from: tuple[StageName, ...] = ()


class Objections(Model):
    """Whether and how anybody may object while the case is shown. ``working_days``: by when it is to be answered."""

    allowed: bool = True
    anonymous: bool = False
    working_days: int | None = Field(default=None, ge=1, le=90)


class GrantedBySilence(Model):
    """Granted when ``due_on`` is over without a decision, such as a renewal at the certificate's expiry (art. 50)."""

    due_on: date
    legal_basis: LegalBasis


class Applicant(Model):
    """Who the case is about and who filed, as the submission said."""

    person_id: UUID
    person_name: PersonName
    enterprise_id: UUID | None
    enterprise_name: Words | None


class Submission(Model):
    """What was handed in in one round, and of whom; never changed."""

    round: int
    person_id: UUID
    form: Form
    attachments: tuple[Attachment, ...]
    specialty: str | None
    submitted_at: AwareDatetime


class Objector(Model):
    """Who objects, where not anonymously: to be told the outcome."""

    name: PersonName
    phone: Annotated[str, Field(pattern=r"^1[3-9]\d{9}$"), PERSONAL]
