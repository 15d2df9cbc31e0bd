"""What Prometheus reads of this process: one registry, whichever services run in it. Labels are our own names and codes.

What happens is counted where it happens; how things stand is asked when somebody scrapes (services/kernel/standing.py).
``docs/operating.md`` says what each metric means.
"""

from __future__ import annotations

import platform
import re
from functools import cache
from importlib import metadata
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST
REGISTRY = CollectorRegistry()
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0)
CODES = 300
"""Distinct refusal codes that get a series of their own; codes are our own constants, and this keeps it so."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # a third more lines that nobody asks for
ProcessCollector(registry=REGISTRY)
COMMANDS = Counter(
    "zhuce_commands", "commands by how they ended: done, refused, failed", ["service", "command", "outcome"], registry=REGISTRY
)
COMMAND_SECONDS = Histogram(
    "zhuce_command_seconds", "time to carry out a command", ["service", "command"], buckets=SECONDS, registry=REGISTRY
)
QUESTION_SECONDS = Histogram(
    "zhuce_question_seconds", "time to answer a question", ["service", "question"], buckets=SECONDS, registry=REGISTRY
)
REFUSALS = Counter("zhuce_refusals", "commands and questions refused", ["service", "code"], registry=REGISTRY)
APPLIED = Counter(
    "zhuce_follower_events", "events a follower applied or passed over", ["service", "follower", "source"], registry=REGISTRY
)
APPLY_SECONDS = Histogram(
    "zhuce_follower_batch_seconds", "time to apply a batch and commit", ["service", "follower", "source"],
    buckets=SECONDS, registry=REGISTRY,
)
SCRAPE_FAILURES = Counter(
    "zhuce_scrape_failures", "parts that could not be asked in time when scraped", ["service", "part"], registry=REGISTRY
)

_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_codes: set[str] = set()


@cache
def version() -> str:
    """The product's version."""
    try:
        return metadata.version("zhuce")
    except metadata.PackageNotFoundError:
        return "unknown"


Gauge("zhuce_build_info", "always 1; what runs", ["version", "python", "nameko"], registry=REGISTRY).labels(
    version(), platform.python_version(), metadata.version("nameko")
).set(1)


def code_label(code: Any) -> str:
    """A refusal's code as a label: what does not look like one of ours, or is one too many, is ``other``."""
    if not isinstance(code, str) or not _CODE.fullmatch(code) or (code not in _codes and len(_codes) >= CODES):
        return "other"
    _codes.add(code)
    return code


def follower_label(name: str, source: str) -> str:
    """``query.parties.follows.filing`` is the follower ``query.parties``; of another kind of name nothing is left out."""
    return name.removesuffix(f".follows.{source}")


def applied(service: str, name: str, source: str, events: int, seconds: float) -> None:
    """For a follower: it came so many events further."""
    follower = follower_label(name, source)
    APPLIED.labels(service, follower, source).inc(events)
    APPLY_SECONDS.labels(service, follower, source).observe(seconds)


def exposition() -> bytes:
    """Everything, as Prometheus reads it."""
    return generate_latest(REGISTRY)


# -- read back for people ------------------------------------------------------------------------------------


def counted(counter: Counter, **labels: str) -> dict[tuple[str, ...], float]:
    """The counter's values by its other labels, in their order."""
    found = {}
    for family in counter.collect():
        for sample in family.samples:
            if sample.name.endswith("_total") and labels.items() <= sample.labels.items():
                found[tuple(v for k, v in sample.labels.items() if k not in labels)] = sample.value
    return found


def quantiles(histogram: Histogram, wanted: tuple[float, ...], **labels: str) -> dict[tuple[str, ...], list[float]]:
    """Quantiles by the histogram's other labels, on a straight line within each bucket; the last bound at most."""
    buckets: dict[tuple[str, ...], list[tuple[float, float]]] = {}
    for family in histogram.collect():
        for sample in family.samples:
            if sample.name.endswith("_bucket") and labels.items() <= sample.labels.items():
                rest = tuple(v for k, v in sample.labels.items() if k not in labels and k != "le")
                buckets.setdefault(rest, []).append((float(sample.labels["le"]), sample.value))
    return {key: [_quantile(sorted(found), q) for q in wanted] for key, found in buckets.items() if found[-1][1] > 0}


def _quantile(buckets: list[tuple[float, float]], q: float) -> float:
    rank = q * buckets[-1][1]
    below, before = 0.0, 0.0
    for bound, count in buckets:
        if count >= rank and count > before:
            if bound == float("inf"):
                break
            return below + (bound - below) * (rank - before) / (count - before)
        below, before = (bound if bound != float("inf") else below), count
    return below
