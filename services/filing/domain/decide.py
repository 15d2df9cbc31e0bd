"""Which rule answers which command."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from contracts.decider import Decider
from contracts.errors import NotFound
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    ConfirmFiling,
    DeclineFiling,
    DeleteDraft,
    DetachFile,
    DraftFiling,
    FillForm,
    KeepConfirmationTime,
    PickSubject,
    RecordOutcome,
    SubmitFiling,
    WithdrawFiling,
)
from contracts.message import Event
from services.filing.domain import confirmation, drafting, submission
from services.filing.domain.claims import claims
from services.filing.domain.filing import Command, Filing, MatterOf, evolve
from services.filing.domain.version import matter_by


def decide(matter_of: MatterOf, state: Filing, command: Command) -> Sequence[Event]:
    """What a command makes happen, by the rules of the matter's version that judges the filing."""
    if isinstance(command, DraftFiling):
        return drafting.draft(state, command, matter_of(command.matter, command.version))
    if state.drafted is None:
        raise NotFound.of("filing", command.filing_id)
    matter = matter_by(matter_of, state)
    match command:
        case PickSubject():
            return drafting.pick_subject(state, command, matter)
        case FillForm():
            return drafting.fill_form(state, command, matter)
        case AttachFile():
            return drafting.attach_file(state, command, matter)
        case DetachFile():
            return drafting.detach_file(state, command, matter)
        case AcceptCommitment():
            return drafting.accept_commitment(state, command, matter)
        case SubmitFiling():
            return submission.submit(state, command, matter)
        case ConfirmFiling():
            return confirmation.confirm(state, command, matter)
        case DeclineFiling():
            return confirmation.decline(state, command)
        case KeepConfirmationTime():
            return confirmation.keep_time(state, command, matter)
        case WithdrawFiling():
            return confirmation.withdraw(state, command)
        case DeleteDraft():
            return drafting.delete_draft(state, command)
        case RecordOutcome():
            return submission.record_outcome(state, command)


def make_filing(matter_of: MatterOf) -> Decider[Filing, Command, Event]:
    """The decider, given where matters are found."""
    return Decider("filing", Filing(), partial(decide, matter_of), evolve, partial(claims, matter_of))
