"""What every benchmark shares: a case and where it is written, rounds taken in turn, one table, processes of their own.

A benchmark is a module ``bench/<name>.py`` that ends with ``common.run("<name>", measure)``, where ``measure`` gets a
:class:`Bench`. The machine may be busy with other things, so contestants are measured in turn, several times, and
medians are compared: the ratios mean something, the numbers by themselves little.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from bench.servers import fresh_database, private_postgres
from deploy.process import ends_with_us

OUT = Path(__file__).parent / "out"
URL = "BENCH_DATABASE_URL"
"""Set for the benchmarks of one run: the administrator's URL of the run's PostgreSQL."""
TOGETHER = "BENCH_TOGETHER"
"""Set for the benchmarks of one run: the run prints one table of all."""
T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """One line: ours beside a peer and a limit. ``ratio_*`` is ours divided by theirs, whatever the unit."""

    case: str
    ours: float
    peer: str | None
    peer_value: float | None
    limit: str | None
    limit_value: float | None
    ratio_peer: float | None
    ratio_limit: float | None
    unit: str

    @classmethod
    def of(
        cls,
        case: str,
        ours: float,
        unit: str,
        *,
        peer: tuple[str, float] | None = None,
        limit: tuple[str, float] | None = None,
    ) -> Self:
        """The case with its ratios, to three figures. ``peer`` and ``limit`` are (name, value)."""
        peer_name, peer_value = peer or (None, None)
        limit_name, limit_value = limit or (None, None)
        return cls(
            case,
            _figures(ours),
            peer_name,
            peer_value and _figures(peer_value),
            limit_name,
            limit_value and _figures(limit_value),
            _figures(ours / peer_value) if peer_value else None,
            _figures(ours / limit_value) if limit_value else None,
            unit,
        )


def _figures(value: float) -> float:
    return float(f"{value:.4g}")


@dataclass
class Bench:
    """What a benchmark is given: ``quick`` or not, a PostgreSQL, and where its cases go."""

    name: str
    quick: bool
    admin_url: str
    cases: list[Case] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    console: Console = field(default_factory=lambda: Console(stderr=True))

    def add(self, case: Case, *notes: str) -> None:
        """A measured case; ``notes`` are printed below it (latencies, further peers) and are no part of the JSON.

        Written at once: what a later case breaks, earlier ones have kept.
        """
        self.cases.append(case)
        self.notes[case.case] = list(notes)
        self._write()

    def note(self, title: str, text: str) -> None:
        """Something to print that is no case, such as why one could not be measured."""
        self.notes.setdefault(title, []).append(text)
        self._write()

    def _write(self) -> None:
        OUT.mkdir(exist_ok=True)
        (OUT / "notes").mkdir(exist_ok=True)
        for path, content in (
            (OUT / f"{self.name}.json", [asdict(case) for case in self.cases]),
            (OUT / "notes" / f"{self.name}.json", self.notes),
        ):
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")

    def pick(self, usual: T, quick: T) -> T:
        """A size: the usual one, or the small one of ``--quick``."""
        return quick if self.quick else usual

    def database(self, name: str) -> AbstractContextManager[str]:
        """``with bench.database("append") as url``: a fresh database on the run's PostgreSQL, dropped afterwards."""
        return fresh_database(self.admin_url, name)

    def rounds(self, what: str, contestants: Mapping[str, Callable[[], T]], times: int) -> dict[str, list[T]]:
        """Each contestant ``times`` times, one after another, with a bar; who is first changes."""
        names = list(contestants)
        results: dict[str, list[T]] = {name: [] for name in names}
        with self.bar(what, times * len(names)) as step:
            for turn in range(times):
                first = turn % len(names)
                for name in names[first:] + names[:first]:
                    results[name].append(contestants[name]())
                    step(1)
        return results

    @contextmanager
    def bar(self, what: str, total: float) -> Iterator[Callable[[float], None]]:
        """A progress bar with an estimate; what it yields moves it on."""
        columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, TimeRemainingColumn(), console=self.console, transient=True) as progress:
            task = progress.add_task(what, total=total)
            yield lambda steps: progress.advance(task, steps)


def median(results: Sequence[Mapping[str, Any]], key: str) -> float:
    """The median over rounds of one of their figures."""
    return float(statistics.median(result[key] for result in results))


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    if not ordered:
        return {"p50": 0.0, "p99": 0.0}
    return {
        "p50": 1e3 * ordered[len(ordered) // 2],
        "p99": 1e3 * ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)],
    }


class Contestant:
    """A process of its own (``python -m <module>``) that answers questions: one JSON line in, one out."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.module = module
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=ends_with_us(signal.SIGKILL),
        )

    def ask(self, **question: Any) -> dict[str, Any]:
        """The answer to one question, measured over there."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.module} ended with code {self._process.wait()}")
        result: dict[str, Any] = json.loads(answer)
        return result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def serve(answer: Callable[..., dict[str, Any]]) -> None:
    """The other end of :class:`Contestant`, until its questions end. What a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(**json.loads(line))) + "\n")
        answers.flush()


def run(name: str, measure: Callable[[Bench], None]) -> None:
    """A benchmark from the command line: alone, or as one of a run that has a PostgreSQL already."""
    parser = argparse.ArgumentParser(prog=f"python -m bench.{name}")
    parser.add_argument("--quick", action="store_true", help="small sizes, fewer rounds")
    options = parser.parse_args()
    if url := os.environ.get(URL):
        measure(Bench(name, options.quick, url))
    else:
        with private_postgres() as url:
            measure(Bench(name, options.quick, url))
    if not os.environ.get(TOGETHER):
        show([name])


def show(names: Sequence[str], since: float = 0.0) -> None:
    """One table of what these benchmarks wrote, but nothing written before ``since``; their notes below it."""
    table = Table(title=f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores; × is ours divided by theirs")
    for heading in ("case", "ours", "unit", "peer", "", "×", "limit", "", "×"):
        table.add_column(heading, justify="right" if heading in ("ours", "", "×") else "left")
    notes: list[tuple[str, str]] = []
    for name in names:
        cases, told = OUT / f"{name}.json", OUT / "notes" / f"{name}.json"
        if not told.exists() or told.stat().st_mtime < since:
            continue
        for row in json.loads(cases.read_text()):
            case = Case(**row)
            table.add_row(
                *(f"[bold]{case.case}", _number(case.ours), case.unit),
                *(case.peer or "", _number(case.peer_value), _number(case.ratio_peer)),
                *(case.limit or "", _number(case.limit_value), _number(case.ratio_limit)),
            )
        table.add_section()
        notes += [(title, text) for title, texts in json.loads(told.read_text()).items() for text in texts]
    # Wide enough also where there is no terminal to be measured.
    console = Console(width=max(Console().width, 150))
    console.print(table)
    below = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for title, text in notes:
        below.add_row(f"[dim]{title}", text)
    console.print(below)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
