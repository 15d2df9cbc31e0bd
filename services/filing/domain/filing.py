"""A filing from draft to outcome: its events' effect on its state. The rules are in drafting.py and submission.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from contracts.decider import Claim, Release
from contracts.errors import NotAllowed, NotFound
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    Attachment,
    CommitmentAccepted,
    CorrectionItem,
    DeleteDraft,
    DetachFile,
    DraftDeleted,
    DraftFiling,
    FileAttached,
    FileDetached,
    FilingApproved,
    FilingDrafted,
    FilingLapsed,
    FilingRejected,
    FilingReturned,
    FilingSubmitted,
    FillForm,
    FormFilled,
    PickSubject,
    RecordOutcome,
    SubjectPicked,
    SubmitFiling,
)
from contracts.matters.facts import Facts, FilerFacts, SubjectFacts, gathered
from contracts.matters.schema import Matter
from contracts.message import Actor, Event

Command = (
    DraftFiling
    | PickSubject
    | FillForm
    | AttachFile
    | DetachFile
    | AcceptCommitment
    | SubmitFiling
    | DeleteDraft
    | RecordOutcome
)
Status = Literal["none", "draft", "submitted", "returned", "approved", "rejected", "deleted", "lapsed"]
MatterOf = Callable[[str, int | None], Matter]
"""A matter by code and pinned version; the newest released one when no version is given."""


@dataclass(frozen=True)
class Filing:
    """``submissions`` holds every round as it was handed in; nothing of it is ever changed.

    ``correction`` names what is to be mended while it is returned; ``picked_anew``: for another person, so everything is.
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

    @property
    def round(self) -> int:
        """How often it has been submitted."""
        return len(self.submissions)


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
                form=event.form,
                attachments=kept + event.taken,
                picked_anew=state.picked_anew or (another and state.status == "returned"),
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
            return replace(
                state,
                status="submitted",
                subject=event.subject,
                filer=event.filer,
                submissions=rounds,
                reason=None,
                correction=(),
                picked_anew=False,
            )
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


def _given_up(state: Filing, event: FilingLapsed) -> Filing:
    """It stands as it was handed in last; what was begun of the correction was never handed in."""
    last = state.submissions[-1]
    return replace(
        state,
        status="lapsed",
        reason=event.reason,
        subject=last.subject,
        filer=last.filer,
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


def facts_of(
    matter: Matter, subject: SubjectFacts | None, filer: FilerFacts | None, form: dict[str, Any], today: date
) -> dict[str, Any]:
    """The facts as the matter's rules read them."""
    return gathered(matter, Facts(today=today, subject=subject, filer=filer, form=form))


def claims(matter_of: MatterOf, state: Filing, event: Event) -> Sequence[Claim | Release]:
    """At most one open filing of a person by matters that exclude each other (DOMAIN 4.3); open until decided."""
    match event:
        case FilingSubmitted():
            # The release is for a returned filing that is submitted again for another person.
            taken: list[Claim | Release] = [Release("open_filing")]
            taken.append(Claim("filing_number", event.number, "filing_number_taken"))
            exclusion = matter_of(event.matter, event.matter_version).exclusion
            if exclusion is not None:
                taken.append(Claim("open_filing", f"{event.person_id}/{exclusion}", "open_filing_exists"))
            return taken
        case FilingApproved() | FilingRejected() | FilingLapsed():
            return [Release("open_filing")]
    return []
