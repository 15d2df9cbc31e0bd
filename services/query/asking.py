"""Asks a view: waits a moment for the positions that the asker has seen, then answers in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from contracts.message import Model
from contracts.query import ViewQuestion
from services.kernel.database import Database
from services.kernel.view import View, entering

A = TypeVar("A", bound=Model)
PATIENCE = 3.0
"""Seconds that an answer may be held back for a view to catch up."""
PAUSE = 0.02


def ask(
    database: Database,
    views: tuple[View, ...],
    question: ViewQuestion,
    answer: Callable[[Any], A],
    patience: float = PATIENCE,
) -> A:
    """The answer from the first view's tables, marked ``behind`` when any of them was.

    Raises Outdated while a view is made anew because this program cannot use what is there.
    """
    behind = [view for view in views if not reached(database, view, question.after, patience)]
    with database.transaction() as cursor:
        for view in views:
            view.create(cursor)  # its followers may not have come to it yet
        # People read times as China's clocks show them; which moment it is does not change.
        cursor.execute(f"{entering(views[0].name)}; SET LOCAL TIME ZONE 'Asia/Shanghai'")
        found = answer(cursor)
    return found.model_copy(update={"behind": True}) if behind else found


def reached(database: Database, view: View, after: Mapping[str, int], patience: float = PATIENCE) -> bool:
    """Whether the view has read these logs so far, after waiting for it no longer than ``patience``."""
    wanted = {source: position for source, position in after.items() if source in view.sources()}
    deadline = time.monotonic() + patience
    while wanted:
        with database.transaction() as cursor:
            view.create(cursor)
            cursor.execute("SELECT source, position FROM position")
            found = dict(cursor.fetchall())
        if all(found.get(source, 0) >= position for source, position in wanted.items()):
            break
        if time.monotonic() >= deadline:
            return False
        time.sleep(PAUSE)
    return True
