"""Dated cases of the statutory clock, worked out by hand from the State Council's notices for 2024, 2025 and 2026.

The notices: 国办发明电〔2023〕7号 (2024), 国办发明电〔2024〕12号 (2025), 国办发明电〔2025〕7号 (2026).
"""

from __future__ import annotations

Row = tuple[str, str, int, tuple[str, ...], str]
"""What it shows; day of receipt; limit in working days; what happened on the way; the last day."""

FREE = {
    2024: (
        ("01-01", "01-01"), ("02-10", "02-17"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-08", "06-10"),
        ("09-15", "09-17"), ("10-01", "10-07"),
    ),
    2025: (
        ("01-01", "01-01"), ("01-28", "02-04"), ("04-04", "04-06"), ("05-01", "05-05"), ("05-31", "06-02"),
        ("10-01", "10-08"),
    ),
    2026: (
        ("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-19", "06-21"),
        ("09-25", "09-27"), ("10-01", "10-07"),
    ),
}  # fmt: skip
"""First and last day of each holiday, as the notices print them."""
WORKED = {
    2024: ("02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    2025: ("01-26", "02-08", "04-27", "09-28", "10-11"),
    2026: ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
}
"""Saturdays and Sundays that are made up."""

ROWS: tuple[Row, ...] = (
    # -- ordinary weeks
    ("the day of receipt is not counted", "2026-03-02", 1, (), "2026-03-03"),
    ("five days are a week", "2026-03-02", 5, (), "2026-03-09"),
    ("received on a Friday", "2026-03-06", 5, (), "2026-03-13"),
    ("received on a Saturday, counted from Monday", "2026-03-07", 5, (), "2026-03-13"),
    ("received on a Sunday", "2026-03-08", 1, (), "2026-03-09"),
    ("twenty days are four weeks", "2026-03-02", 20, (), "2026-03-30"),
    ("forty-five days, Tomb Sweeping Monday in between", "2026-03-02", 45, (), "2026-05-08"),
    # -- National Day
    ("received on its eve, 2026", "2026-09-30", 1, (), "2026-10-08"),
    ("the make-up Saturday after it is worked, 2026", "2026-09-30", 3, (), "2026-10-10"),
    ("the day after that Saturday is a Sunday, 2026", "2026-10-10", 1, (), "2026-10-12"),
    ("received during it, 2026", "2026-10-03", 5, (), "2026-10-13"),
    ("twenty days over it and Mid-Autumn, 2026", "2026-09-18", 20, (), "2026-10-22"),
    ("the make-up Sunday before it is worked, 2026", "2026-09-18", 1, (), "2026-09-20"),
    ("received on the make-up Sunday itself, 2026", "2026-09-20", 5, (), "2026-09-28"),
    ("eight free days with Mid-Autumn, 2025", "2025-09-30", 1, (), "2025-10-09"),
    ("the make-up Sunday before and Saturday after it, 2025", "2025-09-26", 6, (), "2025-10-11"),
    ("twenty days over it, 2025", "2025-09-15", 20, (), "2025-10-17"),
    ("a Sunday and a Saturday made up, 2024", "2024-09-27", 8, (), "2024-10-14"),
    ("received on its last day, 2024", "2024-10-07", 5, (), "2024-10-12"),
    ("twenty days over Mid-Autumn and it, 2024", "2024-09-13", 20, (), "2024-10-17"),
    # -- Spring Festival
    ("the make-up Saturday before it, 2026", "2026-02-13", 1, (), "2026-02-14"),
    ("received on that Saturday, 2026", "2026-02-14", 1, (), "2026-02-24"),
    ("five days over it, 2026", "2026-02-12", 5, (), "2026-02-26"),
    ("the make-up Saturday after it, 2026", "2026-02-23", 5, (), "2026-02-28"),
    ("twenty days over Spring Festival, 2026", "2026-02-02", 20, (), "2026-03-06"),
    ("received on New Year's Eve itself, 2026", "2026-02-16", 5, (), "2026-02-28"),
    ("the make-up Sunday before it, 2025", "2025-01-24", 1, (), "2025-01-26"),
    ("received on its eve, 2025", "2025-01-27", 5, (), "2025-02-10"),
    ("the make-up Saturday after it, 2025", "2025-02-07", 1, (), "2025-02-08"),
    ("twenty days over Spring Festival, 2025", "2025-01-13", 20, (), "2025-02-14"),
    ("the ninth of February was worked, though many had leave, 2024", "2024-02-08", 1, (), "2024-02-09"),
    ("both make-up Sundays, 2024", "2024-02-02", 10, (), "2024-02-21"),
    ("twenty days over Spring Festival, 2024", "2024-01-29", 20, (), "2024-02-29"),
    # -- the other holidays
    ("Tomb Sweeping, 2026", "2026-04-03", 1, (), "2026-04-07"),
    ("the Sunday made up for Tomb Sweeping, 2024", "2024-04-03", 2, (), "2024-04-08"),
    ("Labour Day and its Saturday, 2026", "2026-04-30", 4, (), "2026-05-09"),
    ("Labour Day and its Sunday before, 2025", "2025-04-25", 5, (), "2025-05-06"),
    ("Labour Day between two worked weekend days, 2024", "2024-04-26", 9, (), "2024-05-11"),
    ("Dragon Boat on a Friday, 2026", "2026-06-18", 1, (), "2026-06-22"),
    ("Dragon Boat on a Monday, 2025", "2025-05-30", 1, (), "2025-06-03"),
    ("Mid-Autumn, 2026", "2026-09-24", 1, (), "2026-09-28"),
    ("New Year's three days and the Sunday for them, 2026", "2025-12-31", 1, (), "2026-01-04"),
    ("New Year's one day, 2025", "2024-12-31", 1, (), "2025-01-02"),
    # -- year end
    ("ends on the last day of the year", "2025-12-24", 5, (), "2025-12-31"),
    ("from one known year into the next", "2025-12-17", 20, (), "2026-01-15"),
    ("from 2024 into 2025, over Spring Festival", "2024-12-27", 25, (), "2025-02-08"),
    ("a year of working days", "2025-11-21", 248, (), "2026-11-23"),
    # -- suspended once
    ("hearing for two weeks", "2026-03-02", 20, ("2026-03-09 hearing", "2026-03-23 resume"), "2026-04-15"),
    (
        "stopped and let go on one day: that day is not counted",
        "2026-03-02",
        20,
        ("2026-03-09 inspection", "2026-03-09 resume"),
        "2026-03-31",
    ),
    (
        "stopped on the day of receipt",
        "2026-03-02",
        20,
        ("2026-03-02 expert_review", "2026-03-16 resume"),
        "2026-04-14",
    ),
    (
        "stopped on the last day: that day is left",
        "2026-03-02",
        5,
        ("2026-03-09 hearing", "2026-03-30 resume"),
        "2026-03-31",
    ),
    (
        "stopped over National Day",
        "2026-09-24",
        20,
        ("2026-09-29 inspection", "2026-10-09 resume"),
        "2026-11-04",
    ),
    ("stopped on a holiday", "2026-09-28", 10, ("2026-10-03 hearing", "2026-10-12 resume"), "2026-10-22"),
    ("let go on a holiday", "2026-09-21", 10, ("2026-09-24 hearing", "2026-10-04 resume"), "2026-10-16"),
    ("let go on a Saturday", "2026-03-02", 10, ("2026-03-05 hearing", "2026-03-14 resume"), "2026-03-25"),
    (
        "stopped over Spring Festival",
        "2026-02-09",
        20,
        ("2026-02-13 expert_review", "2026-02-24 resume"),
        "2026-03-18",
    ),
    (
        "stopped over the year's end",
        "2025-12-22",
        20,
        ("2025-12-29 hearing", "2026-01-12 resume"),
        "2026-02-03",
    ),
    (
        "stopped on a make-up Saturday: it is not used",
        "2026-10-08",
        5,
        ("2026-10-10 hearing", "2026-10-12 resume"),
        "2026-10-16",
    ),
    # -- suspended twice
    (
        "hearing, then expert review",
        "2026-03-02",
        20,
        ("2026-03-09 hearing", "2026-03-16 resume", "2026-03-20 expert_review", "2026-04-07 resume"),
        "2026-04-24",
    ),
    (
        "the second on the day of the first one's end",
        "2026-03-02",
        20,
        ("2026-03-09 hearing", "2026-03-16 resume", "2026-03-16 inspection", "2026-03-23 resume"),
        "2026-04-15",
    ),
    (
        "both times on the last day",
        "2026-03-02",
        5,
        ("2026-03-09 hearing", "2026-03-16 resume", "2026-03-17 inspection", "2026-03-24 resume"),
        "2026-03-25",
    ),
    (
        "over Mid-Autumn and over National Day",
        "2026-09-14",
        20,
        ("2026-09-23 hearing", "2026-09-28 resume", "2026-09-30 inspection", "2026-10-08 resume"),
        "2026-10-23",
    ),
    # -- extended
    ("ten days more", "2026-03-02", 20, ("2026-03-20 extend 10",), "2026-04-14"),
    ("extended on the last day", "2026-03-02", 20, ("2026-03-30 extend 10",), "2026-04-14"),
    ("extended into National Day", "2026-08-31", 20, ("2026-09-21 extend 10",), "2026-10-16"),
    (
        "extended while it stands still",
        "2026-03-02",
        20,
        ("2026-03-09 hearing", "2026-03-10 extend 10", "2026-03-16 resume"),
        "2026-04-22",
    ),
    (
        "suspended after it was extended",
        "2026-03-02",
        20,
        ("2026-03-20 extend 10", "2026-04-07 hearing", "2026-04-14 resume"),
        "2026-04-22",
    ),
    # -- returned and handed in again
    ("handed in after a week", "2026-03-02", 5, ("2026-03-04 return", "2026-03-11 resubmit"), "2026-03-17"),
    ("on the same day: that day is not counted", "2026-03-02", 5, ("2026-03-04 return", "2026-03-04 resubmit"), "2026-03-10"),
    ("returned on the last day", "2026-03-02", 5, ("2026-03-09 return", "2026-03-23 resubmit"), "2026-03-24"),
    (
        "returned twice",
        "2026-03-02",
        20,
        ("2026-03-06 return", "2026-03-16 resubmit", "2026-03-20 return", "2026-03-30 resubmit"),
        "2026-04-20",
    ),
    (
        "handed in again during National Day",
        "2026-09-21",
        10,
        ("2026-09-24 return", "2026-10-05 resubmit"),
        "2026-10-16",
    ),
    (
        "suspended, then returned",
        "2026-03-02",
        20,
        ("2026-03-06 hearing", "2026-03-13 resume", "2026-03-18 return", "2026-03-25 resubmit"),
        "2026-04-16",
    ),
    (
        "returned and extended",
        "2026-03-02",
        20,
        ("2026-03-06 return", "2026-03-16 resubmit", "2026-03-20 extend 10"),
        "2026-04-23",
    ),
    # -- the next stage
    ("its days count from the day after the passing", "2026-03-02", 5, ("2026-03-05 pass 20",), "2026-04-02"),
    ("passed on a make-up Saturday", "2026-02-09", 5, ("2026-02-14 pass 20",), "2026-03-20"),
    ("passed on a Sunday by a keen officer", "2026-03-02", 5, ("2026-03-08 pass 5",), "2026-03-13"),
    (
        "what was left of the first stage is not carried over",
        "2026-03-02",
        20,
        ("2026-03-03 pass 5",),
        "2026-03-10",
    ),
    (
        "passed on the eve of National Day, then suspended",
        "2026-09-25",
        5,
        ("2026-09-30 pass 20", "2026-10-09 inspection", "2026-10-19 resume"),
        "2026-11-13",
    ),
)

PUBLICITIES: tuple[tuple[str, str, int, str], ...] = (
    ("two plain weeks", "2026-03-02", 10, "2026-03-16"),
    ("over Mid-Autumn and National Day", "2026-09-24", 10, "2026-10-15"),
    ("over Spring Festival and both Saturdays", "2026-02-09", 10, "2026-02-28"),
    ("over the year's end, ending on a worked Sunday", "2025-12-25", 5, "2026-01-04"),
    ("begun on the eve's eve of National Day", "2026-09-29", 7, "2026-10-14"),
)
"""What it shows; the day on which it begins; working days; the last day shown."""
