"""By which version of its matter a filing is judged: the newest in force at its first hand-in, and from then on that one."""

from __future__ import annotations

from contracts.errors import NotFound
from contracts.matters.schema import Matter
from services.filing.domain.filing import Filing, MatterOf


def matter_by(matter_of: MatterOf, state: Filing) -> Matter:
    """Pinned by the hand-in. A draft is prepared by the newest: what was released since it was begun asks it for the rest.

    Released is in force; what of it is of other days, its rules say themselves. A version that is tried before its release
    judges its own drafts.
    """
    drafted = state.drafted
    assert drafted is not None
    if state.matter_version is not None:
        return matter_of(drafted.matter, state.matter_version)
    begun = matter_of(drafted.matter, drafted.matter_version)
    try:
        newest = matter_of(drafted.matter, None)
    except (NotFound, LookupError):
        return begun
    return newest if newest.version > begun.version else begun
