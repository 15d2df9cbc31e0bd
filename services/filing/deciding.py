"""Matters as the registry has them, and the decider that judges by them."""

from __future__ import annotations

from functools import lru_cache

from contracts.errors import NotFound
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from services.filing.domain.decide import make_filing
from services.filing.domain.filing import Filing
from services.filing.domain.version import matter_by


@lru_cache(maxsize=256)
def matter_of(code: str, version: int | None) -> Matter:
    """A matter by code and version, or NotFound."""
    try:
        return default_registry().get(code, version)
    except LookupError:
        raise NotFound.of("matter", code) from None


def judging(state: Filing) -> Matter:
    """The matter in the version that judges this filing."""
    return matter_by(matter_of, state)


FILING = make_filing(matter_of)
