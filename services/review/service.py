"""review over RPC: put together from what it serves, one module of ``serving/`` for each part of its work."""

from __future__ import annotations

from contracts.filing import FilingSubmitted
from services.kernel.kernel import Kernel
from services.kernel.projection import Projects
from services.kernel.reactions import Reactions
from services.kernel.rebuilds import Rebuilds
from services.kernel.service import LogService
from services.review.automatic import AUTOMATIC
from services.review.deadlines import DEADLINES
from services.review.desks import DESKS
from services.review.reactions import when_filing_submitted_open_case
from services.review.serving import batches, cases, clocks, desks, documents, publicity, spot_checks


class ReviewService(
    cases.Cases,
    clocks.Clocks,
    desks.Desks,
    publicity.Publicity,
    batches.Batches,
    documents.Documents,
    spot_checks.SpotChecks,
    LogService,
):
    """Commands without an entrypoint are given by reactions and timers only."""

    name = "review"
    kernel = Kernel(
        {
            **cases.COMMANDS,
            **clocks.COMMANDS,
            **desks.COMMANDS,
            **publicity.COMMANDS,
            **batches.COMMANDS,
            **documents.COMMANDS,
            **spot_checks.COMMANDS,
        }
    )
    time = clocks.Timekeeper()
    follows_filing = Reactions("review", "filing", {FilingSubmitted: when_filing_submitted_open_case})
    keeps_deadlines = Projects(DEADLINES, "review", owner="review")
    keeps_desks_of_review = Projects(DESKS, "review", owner="review")
    keeps_desks_of_identity = Projects(DESKS, "identity", owner="review")
    rebuilds = Rebuilds(DEADLINES, DESKS, AUTOMATIC)
