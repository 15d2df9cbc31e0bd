"""Takes the rows of imports page by page, or only looks what would become of them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import eventlet

from contracts.errors import NotAllowed, Refusal, Refused, Unavailable
from contracts.import_life import may_import, takes_rows
from contracts.import_state import Import
from contracts.imports import Begun, CheckedRows, ImportRow, PageTaken, Rows
from contracts.message import SYSTEM, Accepted, Actor, Command, Metadata
from services.kernel.clock import china_day, clock
from services.kernel.importing.brings import Context, Order, Work, by_itself, led_to, problem_of, row_id

log = logging.getLogger("zhuce.imports")
TURN = 250
"""Rows that are read at a stretch: others of this process have their turn in between."""


class Taking(Work):
    """The half that brings rows in."""

    def take(self, page: Rows) -> PageTaken:
        """A page of rows: each recorded or explained; the import then stands at its last line."""
        self._takes(page)  # before the lock, which an undoing holds for long
        with self.alone_with(page.import_id):
            state, begun = self._takes(page)
            if page.upto <= state.upto:
                return PageTaken(upto=state.upto, made=0, repeated=0, problems=())
            if page.upto > begun.lines:
                raise Refused("import_rows_outside", params={"upto": page.upto, "lines": begun.lines})
            if page.after != state.upto:
                raise Refused("import_rows_missing", params={"upto": state.upto})
            _each_line_once(page)
            taken = self._carried_out(page, begun)
            self._record(page, taken)
        return taken

    def _takes(self, page: Rows) -> tuple[Import, Begun]:
        state = self.ground.log.load(self.brings.decider, page.import_id).state
        return state, takes_rows(state, page.import_id, page.meta.actor)

    def _carried_out(self, page: Rows, begun: Begun) -> PageTaken:
        # An officer's rows are the officer's; a service whose rows only the product itself may order notes for whom it does.
        by = {"actor": SYSTEM, "on_behalf_of": page.meta.actor.account_id} if self.brings.by_itself else {}

        def meta(line: int) -> Metadata:
            return page.meta.model_copy(
                update={"command_id": row_id(page.import_id, line), "expected_version": None, **by}
            )

        orders = self._orders(Context(page.import_id, begun, china_day(page.meta.at), meta), page.rows)
        commands = {row.line: one for row, one in zip(page.rows, orders, strict=True) if isinstance(one, Command)}
        problems = [*page.problems, *(told for one in orders if not isinstance(one, Command) for told in one)]
        outcomes = self.ground.log.handle_all(
            [(self.brings.rows, getattr(one, self.brings.key), one) for one in commands.values()]
        )
        accepted = 0
        for line, outcome in zip(commands, outcomes, strict=True):
            if isinstance(outcome, Accepted):
                accepted += 1
            elif isinstance(outcome, (NotAllowed, Unavailable)):
                raise outcome
            else:
                problems.append(problem_of(line, outcome))
        events = led_to(self.ground.log, [one.meta.command_id for one in commands.values()])
        made = sum(name == self.brings.made.NAME for _, name in events.values())
        problems.sort(key=lambda one: one.line)
        return PageTaken(upto=page.upto, made=made, repeated=accepted - made, problems=tuple(problems))

    def _orders(self, context: Context, rows: Sequence[ImportRow]) -> list[Order]:
        orders: list[Order] = []
        for start in range(0, len(rows), TURN):
            orders += self.brings.orders(self.ground, context, rows[start : start + TURN])
            eventlet.sleep(0)
        return orders

    def _record(self, page: Rows, taken: PageTaken) -> None:
        facts = {"made": taken.made, "repeated": taken.repeated, "problems": taken.problems}
        meta = by_itself(page.meta, f"{page.import_id}/rows/{page.after}-{page.upto}")
        span = {"import_id": page.import_id, "after": page.after, "upto": page.upto}
        self.ground.execute(self.brings.messages.record(**span, **facts, meta=meta))
        about = {"rows": len(page.rows), "made": taken.made, "refused": len(taken.problems)}
        log.info("import page", extra={**about, "correlation_id": page.meta.correlation_id})

    def check(self, about: Any, asker: Actor, rows: Sequence[ImportRow]) -> CheckedRows:
        """What would become of these rows now; nothing is kept."""
        may_import(asker, asker.place)
        actor = SYSTEM if self.brings.by_itself else asker
        usual = Metadata(command_id="check", actor=actor, at=clock.now(), correlation_id="check")
        orders = self._orders(Context(None, about, china_day(usual.at), lambda line: usual), rows)
        commands = {row.line: one for row, one in zip(rows, orders, strict=True) if isinstance(one, Command)}
        problems = [told for one in orders if not isinstance(one, Command) for told in one]
        decider, made = self.brings.rows, 0
        keys = {line: getattr(one, self.brings.key) for line, one in commands.items()}
        states = self.ground.log.states(decider, list(keys.values()))
        for line, command in commands.items():
            try:
                events = decider.decide(states[keys[line]], command)
            except NotAllowed:
                raise
            except Refusal as refusal:
                problems.append(problem_of(line, refusal))
                continue
            for event in events:
                states[keys[line]] = decider.evolve(states[keys[line]], event)
            made += any(isinstance(event, self.brings.made) for event in events)
        problems.sort(key=lambda one: one.line)
        refused = len({one.line for one in problems})
        return CheckedRows(made=made, repeated=len(rows) - refused - made, problems=tuple(problems))


def _each_line_once(page: Rows) -> None:
    lines, problems = [one.line for one in page.rows], [one.line for one in page.problems]
    within = range(page.after + 1, page.upto + 1)
    wrong = len(set(lines)) < len(lines) or any(line not in within for line in (*lines, *problems))
    if wrong or set(lines) & set(problems):
        raise Refused("import_lines_wrong")
