"""The whole story of one matter 事项: who files, about whom, under which rules, and what comes of it.

The shapes are here and in `form.py`, `attachments.py`, `route.py` and `effect.py`; what must agree between
them is in `coherence.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field as Limits

from contracts.matters.attachments import Attachment, Commitment
from contracts.matters.conditions import Condition
from contracts.matters.credential import CertificateStatus
from contracts.matters.effect import Effect
from contracts.matters.form import Form
from contracts.matters.names import Kebab, MatterCode, Name, Part, PlaceCode
from contracts.matters.route import (
    Confirmation,
    CorrectionLimit,
    DecisionLimit,
    Documents,
    GrantedBySilence,
    Party,
    Publicity,
    Review,
    Stage,
)

RegistrationType = Literal[
    "initial",
    "change",
    "renewal",
    "added_specialty",
    "re_registration",
    "replacement",
    "cancellation",
    "supplement",
    "correction",
    "forced_cancellation",
]

ListColumn = Annotated[
    str,
    Limits(
        pattern=r"^(authority|name|resident_id|enterprise|former_enterprise|new_enterprise|credential|registration_type|submitted_at|state|"
        r"form\.[a-z][a-z0-9_]*)$"
    ),
]


class SubjectQualification(Part):
    """Which of the subject's qualifications the filing rests on: facts then have it as `qualification`."""

    credential: Kebab
    specialty: Annotated[str, Limits(pattern=r"^form\.[a-z][a-z0-9_]*$")]


class SubjectCertificate(Part):
    """Which certificate the filing is about: facts then have it as `certificate`. `statuses`: in which of these it may be.

    `by_number`: it is found by its number, also where it is not (or wrongly) the subject's: to mend a wrong holder.
    """

    statuses: tuple[CertificateStatus, ...] = Limits(default=("valid",), min_length=1)
    by_number: bool = False


class Subject(Part):
    """Whom or what the filing is about, and how the filer finds it.

    `certificate` stands where subjects are picked from certificates; by default a valid one.
    """

    kind: Literal["person", "enterprise"]
    picked_from: Literal["qualified_people", "certificate_holders", "own_certificates", "self"]
    found_by: tuple[Literal["name", "resident_id", "number", "uscc"], ...] = ()
    qualification: SubjectQualification | None = None
    certificate: SubjectCertificate | None = None


class Rule(Part):
    """A precondition: what must hold at submission, and, `at: start`, already when the draft is begun.

    The words are the labels `rules.<code>.needs` (what it asks for), `.says` (when it does not hold) and
    `.remedy`. It judges what is submitted from `effective_from` to `effective_until`, both included; a filing is
    judged by the rules of the day of its first submission, for ever.
    """

    code: Name
    at: Literal["start", "submit"] = "submit"
    when: Condition
    legal_basis: str | None = None
    effective_from: date | None = None
    effective_until: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether it judges what is submitted on that day."""
        return (self.effective_from or on) <= on <= (self.effective_until or on)


class PrintedForm(Part):
    """The application form as printed: which sections, and whether the list of files and the commitment
    follow.
    """

    sections: tuple[Name, ...] = Limits(min_length=1)
    attachments: bool = True
    commitment: bool = True


class Matter(Part):
    """One version of one matter. Filings pin it; once released it never changes."""

    code: MatterCode
    version: int = Limits(strict=True, ge=1)
    province: PlaceCode
    credential: Kebab
    registration_type: RegistrationType | None = None
    filed_by: Literal["enterprise", "person"]
    subject: Subject
    exclusion: Kebab | None = None
    preconditions: tuple[Rule, ...] = ()
    form: Form
    attachments: tuple[Attachment, ...] = ()
    commitment: Commitment | None = None
    confirmations: tuple[Confirmation, ...] = ()
    informs: tuple[Party, ...] = ()
    review: Review
    publicity: Publicity | None = None
    announcement: bool = False
    decision: DecisionLimit | None = None
    correction: CorrectionLimit | None = None
    granted_by_silence: GrantedBySilence | None = None
    documents: Documents = Documents()
    effect: Effect
    list_columns: tuple[ListColumn, ...] = Limits(min_length=1)
    printed_form: PrintedForm

    @property
    def key(self) -> str:
        """What a filing pins: `hunan/constructor-2-initial@1`."""
        return f"{self.code}@{self.version}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The review stages in order; none when it is approved without an authority."""
        return self.review if isinstance(self.review, tuple) else ()

    def attachment(self, name: str) -> Attachment | None:
        """The kind of file of that name, if the matter asks for it."""
        return next((one for one in self.attachments if one.name == name), None)
