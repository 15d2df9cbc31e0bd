"""Which phase of its life a command to a case belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.decider import Decider
from contracts.errors import Refused
from contracts.message import Command, Event
from contracts.review import (
    AnnounceCase,
    EndPublicity,
    OpenCase,
    PassStage,
    PubliciseCase,
    RejectCase,
    ReturnCase,
)
from services.review.domain.case import Case, evolve
from services.review.domain.decision import announce_case
from services.review.domain.examination import open_case, pass_stage, reject_case, return_case
from services.review.domain.publicity import end_publicity, publicise_case


def decide(case: Case, command: Command) -> Sequence[Event]:
    """What happens, nothing when it is done already, or a refusal."""
    match command:
        case OpenCase():
            return open_case(case, command)
        case PassStage():
            return pass_stage(case, command)
        case ReturnCase():
            return return_case(case, command)
        case RejectCase():
            return reject_case(case, command)
        case PubliciseCase():
            return publicise_case(case, command)
        case EndPublicity():
            return end_publicity(case, command)
        case AnnounceCase():
            return announce_case(case, command)
    raise Refused("unknown_command", params={"command": command.NAME})


CASE: Decider[Case, Command, Event] = Decider("case", Case(), decide, evolve)
