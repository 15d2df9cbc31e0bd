"""A filing from draft to outcome: its events' effect on its state. The rules are in the modules beside this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from contracts.errors import NotAllowed, NotFound
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    Attachment,
    CommitmentAccepted,
    ConfirmationDeclined,
    ConfirmationNear,
    ConfirmationsAsked,
    ConfirmationTimedOut,
    ConfirmFiling,
    CorrectionItem,
    DeclineFiling,
    DeleteDraft,
    DetachFile,
    DraftDeleted,
    DraftFiling,
    FileAttached,
    FileDetached,
    FilingApproved,
    FilingConfirmed,
    FilingDrafted,
    FilingLapsed,
    FilingRejected,
    FilingReturned,
    FilingStatus,
    FilingSubmitted,
    FilingTookEffect,
    FilingWithdrawn,
    FillForm,
    FormFilled,
    KeepConfirmationTime,
    PickSubject,
    RecordOutcome,
    SubjectPicked,
    SubmitFiling,
    WithdrawFiling,
)
from contracts.matters.facts import CertificateFacts, FilerFacts, SubjectFacts
from contracts.matters.schema import Matter
from contracts.message import Actor, Event
from services.filing.domain.asking import Asking, is_party
from services.filing.domain.days import china_day
from services.filing.domain.known import Known

Command = (
    DraftFiling
    | PickSubject
    | FillForm
    | AttachFile
    | DetachFile
    | AcceptCommitment
    | SubmitFiling
    | ConfirmFiling
    | DeclineFiling
    | KeepConfirmationTime
    | WithdrawFiling
    | DeleteDraft
    | RecordOutcome
)
Status = Literal["none"] | FilingStatus
MatterOf = Callable[[str, int | None], Matter]
"""A matter by code and pinned version; the newest released one when no version is given."""


@dataclass(frozen=True)
class Filing:
    """``submissions`` holds every round as the authority has it; nothing of it is ever changed.

    ``round`` counts hand-ins, also those to parties only: ``asking`` is the last of these. By the rules of the day of the
    first one about this person, ``judged_on``, and of the matter's version that it then had, ``matter_version``, it is judged for
    ever. ``correction`` names what is to be mended while it is returned by the authority; ``picked_anew``: for another person, so
    everything is.
    """

    drafted: FilingDrafted | None = None
    status: Status = "none"
    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None
    form: dict[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    commitment_sha256: str | None = None
    submissions: tuple[FilingSubmitted, ...] = ()
    reason: str | None = None
    correction: tuple[CorrectionItem, ...] = ()
    picked_anew: bool = False
    certificate: CertificateFacts | None = None
    round: int = 0
    number: str | None = None
    judged_on: date | None = None
    asking: Asking | None = None
    matter_version: int | None = None

    def is_last(self, actor: Actor) -> bool:
        """Whether this actor's would be the last agreement of those it waits for, if not the next."""
        waits = self.status == "awaiting_confirmation" and self.asking is not None
        return waits and self.asking is not None and is_party(self.asking.handed_in.asked[-1], actor)

    @property
    def known(self) -> Known:
        """As it was looked up last."""
        return Known(self.subject, self.filer, self.certificate)


def evolve(state: Filing, event: Event) -> Filing:
    """The filing after one event."""
    match event:
        case FilingDrafted():
            return replace(state, drafted=event, status="draft")
        case SubjectPicked():
            kept = tuple(a for a in state.attachments if a.attachment not in {t.attachment for t in event.taken})
            another = state.subject is not None and state.subject.person_id != event.subject.person_id
            return replace(
                state,
                subject=event.subject,
                filer=event.filer,
                certificate=event.certificate,
                form=event.form,
                attachments=kept + event.taken,
                picked_anew=state.picked_anew or (another and state.status == "returned"),
                judged_on=None if another else state.judged_on,
                # the authority has a case by it: there it stays also for another person
                matter_version=None if another and not state.submissions else state.matter_version,
            )
        case FormFilled():
            return replace(state, form=event.form)
        case FileAttached():
            added = Attachment(attachment=event.attachment, file=event.file)
            return replace(state, attachments=(*state.attachments, added))
        case FileDetached():
            gone = (event.attachment, event.sha256)
            left = tuple(a for a in state.attachments if (a.attachment, a.file.sha256) != gone)
            return replace(state, attachments=left)
        case CommitmentAccepted():
            return replace(state, commitment_sha256=event.text_sha256)
        case FilingSubmitted():
            rounds = (*state.submissions, event)
            after = _handed_in(state, event)
            return replace(after, status="submitted", submissions=rounds, reason=None, correction=(), picked_anew=False)
        case ConfirmationsAsked():
            after = _handed_in(state, event)
            return replace(after, status="awaiting_confirmation", asking=Asking(event, event.due_on))
        case FilingConfirmed() | ConfirmationDeclined() | ConfirmationNear() | ConfirmationTimedOut():
            return _answered(state, event)
        case FilingWithdrawn():
            asking = replace(state.asking, withdrawn=True) if state.asking is not None else None
            if state.submissions:  # the authority still waits for the correction
                return replace(state, status="returned", asking=asking)
            return replace(state, status="draft", asking=asking, reason=None)
        case FilingTookEffect():
            return replace(state, status="approved")
        case FilingReturned():
            anew = any(item.part == "commitment" for item in event.items)
            accepted = None if anew else state.commitment_sha256
            return replace(
                state,
                status="returned",
                reason=event.reason,
                correction=event.items,
                commitment_sha256=accepted,
            )
        case FilingLapsed():
            return _given_up(state, event)
        case FilingRejected():
            return replace(state, status="rejected", reason=event.reason)
        case FilingApproved():
            return replace(state, status="approved")
        case DraftDeleted():
            return replace(state, status="deleted")
    return state


def _handed_in(state: Filing, event: ConfirmationsAsked | FilingSubmitted) -> Filing:
    return replace(
        state,
        subject=event.subject,
        filer=event.filer,
        certificate=event.certificate,
        round=event.round,
        number=event.number,
        judged_on=state.judged_on or china_day(event.submitted_at),
        matter_version=event.matter_version,
    )


def _answered(
    state: Filing, event: FilingConfirmed | ConfirmationDeclined | ConfirmationNear | ConfirmationTimedOut
) -> Filing:
    asking = state.asking
    assert asking is not None
    match event:
        case FilingConfirmed():
            return replace(state, asking=asking.answered("confirmed", event.account_id, event.at, due_on=event.due_on))
        case ConfirmationNear():
            return replace(state, asking=replace(asking, reminded=True))
        case ConfirmationDeclined():
            declined = asking.answered("declined", event.account_id, event.at, event.reason)
            return replace(state, status="returned", reason=event.reason, asking=declined)
    if event.means != "removed":  # what it counts as follows
        return state
    ended = asking.answered("timed_out", None, event.at, event.legal_basis, due_on=event.due_on)
    return replace(state, status="lapsed", reason=event.legal_basis, asking=ended)


def _given_up(state: Filing, event: FilingLapsed) -> Filing:
    """It stands as it was handed in last; what was begun of the correction was never handed in."""
    last = state.submissions[-1]
    return replace(
        state,
        status="lapsed",
        reason=event.reason,
        subject=last.subject,
        filer=last.filer,
        certificate=last.certificate,
        form=last.form,
        attachments=last.attachments,
        correction=(),
        picked_anew=False,
    )


def owned(state: Filing, filing_id: object, actor: Actor) -> FilingDrafted:
    """The draft's first event, for its filer; for anybody else there is no such filing (DOMAIN 4.4)."""
    drafted = state.drafted
    if drafted is None or state.status == "deleted":
        raise NotFound.of("filing", filing_id)
    if actor.kind == "enterprise" and actor.enterprise_id == drafted.enterprise_id:
        return drafted
    if actor.kind == "person" and drafted.enterprise_id is None and actor.person_id == drafted.person_id:
        return drafted
    raise NotAllowed("not_your_filing")
