"""How imports stand, with their problems and conflicts."""

from __future__ import annotations

from uuid import UUID

from contracts.import_life import IMPORTS, begun_import, may_see
from contracts.imports import Conflict, ImportList, ImportView, LineProblem
from contracts.message import Actor
from services.kernel.importing.brings import Work


class Looking(Work):
    """The half that answers questions."""

    def view(self, import_id: UUID, skip: int = 0, limit: int = 0) -> ImportView:
        """How an import stands, with so many of its problems and of its conflicts."""
        loaded = self.ground.log.load(self.brings.decider, import_id)
        begun = begun_import(loaded.state, import_id)
        problems: list[LineProblem] = []
        conflicts: list[Conflict] = []
        if limit:
            m = self.brings.messages
            for one in self.ground.log.history(self.brings.decider.stream(import_id)):
                if isinstance(one.event, m.recorded):
                    problems += one.event.problems
                elif isinstance(one.event, m.undo_progressed):
                    conflicts += one.event.conflicts
        state = loaded.state
        return ImportView(
            version=loaded.version,
            kind=self.brings.kind,
            status=state.status,
            upto=state.upto,
            made=state.made,
            repeated=state.repeated,
            refused=state.refused,
            undo_reason=state.undo_reason,
            undone_upto=state.undone_upto,
            withdrawn=state.withdrawn,
            kept=state.kept,
            credential=getattr(begun, "credential", None),
            problems=tuple(problems[skip : skip + limit]),
            conflicts=tuple(conflicts[skip : skip + limit]),
            **begun.model_dump(exclude={"credential", "issuer"}),
        )

    def newest(self, asker: Actor, limit: int) -> ImportList:
        """The newest imports that this asker may see."""
        found: list[ImportView] = []
        for one in reversed(self.ground.log.holders(IMPORTS, "")):
            view = self.view(UUID(one))
            if may_see(asker, view.place):
                found.append(view)
            if len(found) == limit:
                break
        return ImportList(imports=tuple(found))
