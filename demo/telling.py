"""How the story is told on a terminal: chapters, steps, what was refused and why, and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table


class Telling:
    """Writes to the console; fails nothing."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self.console.print()
        self.console.rule(f"[bold]{title}", align="left")

    def done(self, what: str, detail: str = "") -> None:
        """A step that went as it should."""
        self.console.print(f"  [green]✓[/] {what}", f"[dim]{detail}[/]" if detail else "", highlight=False)

    def refused(self, what: str, problem: Mapping[str, Any]) -> None:
        """A step that had to be refused, and was."""
        inner = ";".join(str(p.get("detail") or p.get("code")) for p in problem.get("problems") or [])
        words = f"{problem.get('title') or ''} {problem.get('detail') or ''} {inner}".strip()
        self.console.print(f"  [yellow]✗[/] {what} → {problem['status']} [dim]{words}[/]", highlight=False)

    def table(self, title: str, facts: Mapping[str, Any]) -> None:
        """Names and values."""
        table = Table(title=title, title_justify="left", show_header=False)
        for name, value in facts.items():
            table.add_row(name, str(value))
        self.console.print(table)

    def rows(self, title: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        """A list; ``columns`` are fields and their headings. Times are shown as China's."""
        table = Table(title=title, title_justify="left")
        for heading in columns.values():
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*(_shown(field, row.get(field)) for field in columns))
        self.console.print(table)

    def end(self, lines: Sequence[str]) -> None:
        """Where everything is now."""
        self.console.print(Panel("\n".join(lines), title="完成", border_style="green"), highlight=False)


CHINA = timezone(timedelta(hours=8))


def _shown(field: str, value: Any) -> str:
    if value is None:
        return ""
    if field in ("at", "time"):
        return f"{datetime.fromisoformat(value).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    return str(value)
