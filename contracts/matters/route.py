"""Where a filing goes once submitted: who confirms it, who reviews it, and how it is made public."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from contracts.matters.names import FactPath, Name, Part

Party = Literal["person", "enterprise", "former_enterprise", "new_enterprise", "contractor", "owner"]
Level = Literal["county", "city", "province", "ministry"]
Outcome = Literal["pass", "return", "refuse"]
DocumentNumber = Annotated[
    str, Field(max_length=80, pattern=r"^[^{}]*\{year\}[^{}]*\{serial(:0[1-9]d)?\}[^{}]*$", examples=["湘建受〔{year}〕{serial:05d}号"])
]
LegalBasis = Annotated[str, Field(min_length=2, max_length=200, description="the article, as it is cited")]

LEVELS: tuple[Level, ...] = ("county", "city", "province", "ministry")
"""From the lowest: a route never goes down again."""


class TimeOut(Part):
    """What silence means after so many calendar days: the filing is removed, or it counts as agreed or as declined.

    `remind_before` days before the last one the party is reminded. Silence is agreement by a `legal_basis` only (民法典 art. 140).
    """

    days: int = Field(strict=True, ge=1, le=365)
    means: Literal["removed", "agreed", "declined"]
    remind_before: int = Field(strict=True, default=0, ge=0, le=60)
    legal_basis: LegalBasis | None = None


class Confirmation(Part):
    """The agreement of another party, asked for before the authority sees the filing, one after the other.

    `person`: whom it is about. `enterprise`: the one that a valid certificate names, else the person's employer now;
    `new_enterprise`: the employer now, said of a change. `former_enterprise`: the employer that the certificate names.
    `commitment`: who confirms accepts a commitment (label `confirmation_commitment.<by>`), as an enterprise does that reports
    its people.
    """

    by: Party
    time_out: TimeOut | None = None
    commitment: bool = False


class Silence(Part):
    """What it means that a stage was not done in time: it counts as passed, or the whole application as granted.

    `as_of`: the next stage's time counts from the end of this one's, or from the day of receipt, where the law dates it
    back (acceptance: 行政许可法 art. 32(4)).
    """

    means: Literal["passed", "granted"]
    legal_basis: LegalBasis
    as_of: Literal["end", "receipt"] = "end"


class Extension(Part):
    """By how many working days a stage may be extended, once (行政许可法 art. 42)."""

    working_days: int = Field(strict=True, ge=1, le=90)
    legal_basis: LegalBasis


class Stage(Part):
    """One review by an authority of a level, in working days (行政许可法 art. 82: licensing days are working
    days).

    `pass` hands on to the next stage, `return` back to the filer for correction, `refuse` ends the case.
    `legal_basis` is the article that the limit rests on. `remind_before` working days before the last one a
    reminder is recorded. `told_once`: a later return can only repeat what the first one named (art. 32(4)).
    `separate_from` names earlier stages whose examiner may not do this one.
    """

    name: Name
    level: Level
    working_days: int = Field(strict=True, ge=1, le=90)
    outcomes: tuple[Outcome, ...] = ("pass", "return", "refuse")
    legal_basis: LegalBasis | None = None
    remind_before: int = Field(strict=True, default=0, ge=0, le=30)
    silence: Silence | None = None
    extension: Extension | None = None
    told_once: bool = False
    separate_from: tuple[Name, ...] = ()


class CorrectionLimit(Part):
    """How many working days a returned filing waits for its correction before it lapses."""

    working_days: int = Field(strict=True, ge=1, le=250)
    remind_before: int = Field(strict=True, default=0, ge=0, le=30)
    legal_basis: LegalBasis | None = None


class DecisionLimit(Part):
    """How many working days the authority has for its next step once the last stage is passed, and again once the publicity is
    over: to make it public, to announce it. The publicity itself does not count.
    """

    working_days: int = Field(strict=True, ge=1, le=90)
    remind_before: int = Field(strict=True, default=0, ge=0, le=30)
    legal_basis: LegalBasis | None = None


class GrantedBySilence(Part):
    """Granted when the day that this fact names is over without a decision (a renewal, at the certificate's expiry:
    行政许可法 art. 50), if it was asked for at least `asked_before` calendar days before it (art. 50: 30).
    """

    on: FactPath
    legal_basis: LegalBasis
    asked_before: int = Field(strict=True, default=0, ge=0, le=365)


class Publicity(Part):
    """公示: the approved filing is shown publicly for some working days, in which objections may be
    lodged.
    """

    working_days: int = Field(strict=True, ge=1, le=90)
    objections: bool = True
    anonymous_objections: bool = False
    objection_working_days: int | None = Field(strict=True, default=None, ge=1, le=90)


class Documents(Part):
    """文书: which decision documents are issued, each with the pattern of its number; `{year}` and `{serial}` are
    filled in; matters of one province that write the same pattern share its numbers.
    """

    acceptance: DocumentNumber | None = None
    correction: DocumentNumber | None = None
    refusal: DocumentNumber | None = None
    approval: DocumentNumber | None = None


Review = tuple[Stage, ...] | Literal["none", "auto"]
"""Stages in order; `none`: takes effect at the last confirmation; `auto`: approved by rules at submission."""
