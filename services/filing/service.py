"""filing over RPC: drafts, files, confirmations, submission, and the time that parties have; questions in answers.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nameko.extensions import DependencyProvider
from nameko.timer import timer

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
from contracts.labels import label
from contracts.message import Accepted
from contracts.review import CaseApproved, CaseLapsed, CaseRejected, CaseReturned
from services.filing import reactions
from services.filing.answers import Answers
from services.filing.deciding import FILING, judging, matter_of
from services.filing.domain.confirmation import counts_as_last
from services.filing.domain.days import china_day
from services.filing.domain.filing import Filing
from services.filing.keeper import ConfirmationKeeper
from services.filing.lookups import Lookups
from services.kernel.clock import clock
from services.kernel.kernel import Ground, Kernel
from services.kernel.pace import keep_pace
from services.kernel.reactions import Reactions
from services.kernel.rpc import executes, handles

EVERY = 2
"""Seconds between looks at what time parties have left."""


class Timekeeper(DependencyProvider):
    """One keeper for a container, and its health."""

    ground = Ground()

    def setup(self) -> None:
        self.kept = ConfirmationKeeper(self.ground, FILING, self._look_up)
        self.ground.checks["confirmations"] = self.kept.health

    def get_dependency(self, worker_ctx: Any) -> ConfirmationKeeper:
        return self.kept

    def _look_up(self, state: Filing, at: datetime) -> Mapping[str, Any]:
        """Silence that is the last agreement agrees to what the rules still allow: nobody is there to be told that they do not."""
        matter = judging(state)
        if not counts_as_last(state, matter):
            return {}
        return Lookups(self.ground).again(state, matter, china_day(at), alive=False)


class FilingService(Answers):
    """Follows review to learn what became of a filing. KeepConfirmationTime has no entrypoint: only the timer gives it."""

    name = "filing"
    kernel = Kernel(
        {
            command: (FILING, "filing_id")
            for command in (
                DraftFiling,
                PickSubject,
                FillForm,
                AttachFile,
                DetachFile,
                AcceptCommitment,
                SubmitFiling,
                ConfirmFiling,
                DeclineFiling,
                KeepConfirmationTime,
                WithdrawFiling,
                DeleteDraft,
                RecordOutcome,
            )
        }
    )
    confirmations = Timekeeper()
    follows_review = Reactions(
        "filing",
        "review",
        {
            CaseApproved: reactions.when_case_approved_record_it,
            CaseRejected: reactions.when_case_rejected_record_it,
            CaseReturned: reactions.when_case_returned_reopen_filing,
            CaseLapsed: reactions.when_case_lapsed_close_filing,
        },
    )

    fill_form = executes(FillForm)
    attach_file = executes(AttachFile)
    detach_file = executes(DetachFile)
    accept_commitment = executes(AcceptCommitment)
    decline_filing = executes(DeclineFiling)
    withdraw_filing = executes(WithdrawFiling)
    delete_draft = executes(DeleteDraft)

    @handles(DraftFiling)
    def draft_filing(self, command: DraftFiling) -> Accepted:
        """By the matter's newest version; the authority is that of the enterprise's place, or of the person's employer."""
        matter = matter_of(command.matter, command.version)
        seat = Lookups(self.kernel).seat_of(command.meta.actor, matter, china_day(command.meta.at))
        update = {"version": matter.version, "title": label("title", matter=matter.code), **seat}
        return self.kernel.execute(command.model_copy(update=update))

    @handles(PickSubject)
    def pick_subject(self, command: PickSubject) -> Accepted:
        """Identity says who it is and what holds of them now, certificate what they have been granted."""
        state, on = self._load(command.filing_id).state, china_day(command.meta.at)
        matter, ask = judging(state), Lookups(self.kernel)
        known = ask.of_filer(state.drafted, command.name, command.resident_id, on)
        found = ask.by_number(matter, command.certificate_number, on)
        update = {"subject": known.subject, "filer": known.filer, "certificate": found}
        return self.kernel.execute(command.model_copy(update=update))

    @handles(SubmitFiling)
    def submit_filing(self, command: SubmitFiling) -> Accepted:
        """What was known when the subject was picked may have changed: ask again."""
        state: Filing = self._load(command.filing_id).state
        if state.drafted is not None and state.subject is not None and state.status in ("draft", "returned"):
            matter, ask = judging(state), Lookups(self.kernel)
            one = state.certificate
            holder = ask.holder_of(matter, state.subject.person_id)
            if holder is None and one is not None:
                holder = ask.holder_of(matter, one.certificate_id)
            now = ask.again(state, matter, china_day(command.meta.at))
            command = command.model_copy(update={**now, "open_filing": holder})
        return self.kernel.execute(command)

    @handles(ConfirmFiling)
    def confirm_filing(self, command: ConfirmFiling) -> Accepted:
        """Of the last party: weeks may have passed since it was handed in, so ask again."""
        state: Filing = self._load(command.filing_id).state
        if state.is_last(command.meta.actor):
            now = Lookups(self.kernel).again(state, judging(state), china_day(command.meta.at))
            command = command.model_copy(update=now)
        return self.kernel.execute(command)

    @timer(interval=EVERY, eager=True)
    def keep_confirmation_times(self) -> None:
        """At start and every few seconds, in every replica: whoever comes second finds it done."""
        keep_pace(self.kernel)
        self.confirmations.tick(clock.now())
