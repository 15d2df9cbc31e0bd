"""Where a filing goes once submitted: who confirms it, who reviews it, and how it is made public."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from contracts.matters.names import Name, Part

Party = Literal["person", "enterprise", "former_enterprise", "new_enterprise", "contractor", "owner"]
Level = Literal["county", "city", "province", "ministry"]
Outcome = Literal["pass", "return", "refuse"]

LEVELS: tuple[Level, ...] = ("county", "city", "province", "ministry")
"""From the lowest: a route never goes down again."""


class TimeOut(Part):
    """What silence means after so many days: the filing is removed, or it counts as agreed or as declined."""

    days: int = Field(ge=1)
    means: Literal["removed", "agreed", "declined"]


class Confirmation(Part):
    """The agreement of another party, asked for before the authority sees the filing."""

    by: Party
    time_out: TimeOut | None = None


class Stage(Part):
    """One review by an authority of a level, in working days (行政许可法 art. 82: licensing days are working
    days).

    `pass` hands on to the next stage, `return` back to the filer for correction, `refuse` ends the case.
    """

    name: Name
    level: Level
    working_days: int = Field(ge=1, le=90)
    outcomes: tuple[Outcome, ...] = ("pass", "return", "refuse")


class Publicity(Part):
    """公示: the approved filing is shown publicly for some working days, in which objections may be
    lodged.
    """

    working_days: int = Field(ge=1, le=90)
    objections: bool = True


Review = tuple[Stage, ...] | Literal["none", "auto"]
"""Stages in order; `none`: takes effect at the last confirmation; `auto`: approved by rules at submission."""
