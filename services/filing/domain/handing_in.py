"""The two things that a hand-in can become: a question to parties, or a submission to the authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.filing import Agreed, FilingSubmitted, FilingTookEffect
from contracts.matters.schema import Matter
from contracts.message import Event
from services.filing.domain.days import china_day
from services.filing.domain.filing import Filing


def submitted(whole: Mapping[str, Any], matter: Matter, state: Filing, by: Sequence[Agreed]) -> list[Event]:
    """The authority has it; by law nobody else decides where the matter has none, and it takes effect."""
    said = FilingSubmitted(**whole, confirmed_by=tuple(by), resubmitted=bool(state.submissions))
    if matter.review != "none":
        return [said]
    return [
        said,
        FilingTookEffect(
            filing_id=said.filing_id,
            round=said.round,
            matter=said.matter,
            matter_version=said.matter_version,
            person_id=said.person_id,
            enterprise_id=said.enterprise_id,
            effective_on=china_day(said.submitted_at),
        ),
    ]
