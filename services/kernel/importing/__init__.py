"""Takes the rows of imports page by page, and takes them back in the background, for whichever service owns them.

A row's command id is the import's id and its line: sent again after anything, it is done once. Which rows an import made is
read from the log itself (the commands handled, and the events that they led to), so nothing else is kept of them. While a
page or an undoing is at work, a lock of the import's keeps others from it: what is being undone gets no new rows.
"""

from __future__ import annotations

from typing import Any

from nameko.extensions import DependencyProvider
from nameko.timer import timer

from services.kernel.importing.brings import Brings, Context, Order, led_to, problems_in
from services.kernel.importing.looking import Looking
from services.kernel.importing.taking import Taking
from services.kernel.importing.undoing import Undoing
from services.kernel.kernel import Ground

__all__ = ["Brings", "Context", "ImportWork", "Order", "UndoesImports", "imports_of", "led_to", "problems_in"]


class ImportWork(Taking, Undoing, Looking):
    """All that a service does with its imports."""


class Importing(DependencyProvider):  # type: ignore[misc]
    """``importing = Importing(BRINGS)``: one for a container."""

    ground = Ground()

    def __init__(self, brings: Brings) -> None:
        super().__init__()
        self.brings = brings

    def setup(self) -> None:
        spawn = self.container.spawn_managed_thread
        self.work = ImportWork(self.ground, self.brings, lambda work: spawn(work, identifier="imports"))
        self.ground.checks["imports"] = self.work.health

    def get_dependency(self, worker_ctx: Any) -> ImportWork:
        return self.work


def imports_of(brings: Brings) -> Any:
    """``importing: ImportWork = imports_of(BRINGS)``: nameko hands each worker the container's work."""
    return Importing(brings)


class UndoesImports:
    """Base of a service with ``importing``: what another process left is gone on with at start and every second."""

    importing: ImportWork

    @timer(interval=1, eager=True)  # type: ignore[untyped-decorator]
    def undo_imports(self) -> None:
        """Costs one look at an index where there is nothing to be done."""
        self.importing.undo_open()
