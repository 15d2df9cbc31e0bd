"""By when: the time that runs for a filing, counted when asked, with the article it rests on and what its end does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.query import FilingDeadline
from contracts.working_days import WorkingDays
from services.query import words
from services.query.calendar import last_day

Known = Mapping[str, Any]
OPEN = ("in_review", "returned", "passed", "publicised", "publicity_ended", "announced")


def deadline_of(clock: Known, calendar: WorkingDays) -> FilingDeadline | None:
    """The filer's while a correction is awaited, the authority's while it examines, and until it takes the next step; the
    public's while it is shown.
    """
    match clock["case_status"]:
        case "returned" if clock["correction_began_on"] and clock["correction_days"]:
            return _told(
                calendar,
                deadline="correction",
                stage=clock["clock_stage"],
                began_on=clock["correction_began_on"],
                working_days=clock["correction_days"],
                legal_basis=clock["correction_basis"],
                effect="lapsed",
            )
        case "in_review" if clock["clock_began_on"] and clock["working_days"]:
            return _told(
                calendar,
                deadline="stage",
                stage=clock["clock_stage"],
                began_on=clock["clock_began_on"],
                working_days=clock["days_left"],
                suspended=clock["suspended"],
                legal_basis=clock["suspended_basis"] if clock["suspended"] else clock["legal_basis"],
                effect=clock["effect"],
            )
        case "passed" if clock["decision_began_on"] and clock["decision_days"]:
            return _decision(clock, calendar, clock["decision_began_on"])
        case "publicity_ended" if clock["ends_on"] and clock["decision_days"]:
            return _decision(clock, calendar, clock["ends_on"])
        case "publicised":
            shown = {"began_on": clock["starts_on"], "due_on": clock["ends_on"], "working_days": None, "stage": None}
            return _said(FilingDeadline(deadline="publicity", effect="ended", **shown))
    return None


def _decision(clock: Known, calendar: WorkingDays, began_on: Any) -> FilingDeadline:
    return _told(
        calendar,
        deadline="decision",
        stage=None,
        began_on=began_on,
        working_days=clock["decision_days"],
        legal_basis=clock["decision_basis"],
        effect="noted",
    )


def validity_of(clock: Known, calendar: WorkingDays) -> FilingDeadline | None:
    """Where the law grants by silence: the last day for a decision. It waits while the filer does the correction."""
    if clock["granted_after"] is None or clock["case_status"] not in OPEN:
        return None
    return _told(
        calendar,
        deadline="validity",
        stage=None,
        began_on=clock["granted_after"],
        working_days=0,
        suspended="correction" if clock["case_status"] == "returned" else None,
        legal_basis=clock["granted_basis"],
        effect="deemed_granted",
    )


def _told(
    calendar: WorkingDays, began_on: Any, working_days: int, suspended: str | None = None, **what: Any
) -> FilingDeadline:
    end = None if suspended else last_day(calendar, began_on, working_days)
    known = {"due_on": end, "beyond_calendar": end is None and suspended is None, "suspended": suspended}
    estimated = end is not None and calendar.is_estimated(end)
    return _said(
        FilingDeadline.model_validate(
            {"began_on": began_on, "working_days": working_days, "estimated": estimated, **known, **what}
        )
    )


def _said(told: FilingDeadline) -> FilingDeadline:
    return told.model_copy(update={"says": words.deadline(told)})
