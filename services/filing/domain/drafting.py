"""Preparing a filing: what may be changed, by whom, and when. Shape is checked as it is typed, completeness at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from uuid import UUID

from contracts.errors import NotAllowed, Refused
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    Attachment,
    CommitmentAccepted,
    DeleteDraft,
    DetachFile,
    DraftDeleted,
    DraftFiling,
    FileAttached,
    FileDetached,
    FilingDrafted,
    FillForm,
    FormFilled,
    PickSubject,
    SubjectPicked,
)
from contracts.labels import label
from contracts.matters.checks import check_attachments, check_form, check_preconditions, prefilled
from contracts.matters.lookup import value_at
from contracts.matters.schema import Matter
from contracts.message import Event
from services.filing.domain import certificates, correction
from services.filing.domain.days import china_day
from services.filing.domain.filing import Filing, owned
from services.filing.domain.known import Known, facts_with
from services.filing.domain.rules import described, refuse_all, still_editable


def draft(state: Filing, command: DraftFiling, matter: Matter) -> Sequence[Event]:
    """Begin. The matter says who files; the version is pinned by the first hand-in."""
    if state.drafted is not None:
        return []
    actor = command.meta.actor
    if actor.kind != matter.filed_by:
        raise NotAllowed("wrong_filer", params={"filed_by": matter.filed_by})
    if command.closed_on is not None:
        raise Refused("enterprise_closed", params={"day": command.closed_on.isoformat()})
    if command.place is None:
        raise Refused("authority_unknown")
    return [
        FilingDrafted(
            filing_id=command.filing_id,
            matter=matter.code,
            matter_version=matter.version,
            title=command.title,
            enterprise_id=actor.enterprise_id if actor.kind == "enterprise" else None,
            person_id=actor.person_id if actor.kind == "person" else None,
            place=command.place,
            drafted_at=command.meta.at,
        )
    ]


def pick_subject(state: Filing, command: PickSubject, matter: Matter) -> Sequence[Event]:
    """Only somebody whom the matter's first rules allow can be picked; what is on record fills the form.

    Another person begins anew: nothing typed or attached for the first may stand in the second's filing. To pick the
    same one again in a correction brings what is on record only into fixed fields and what is still to be mended.
    """
    drafted = owned(state, command.filing_id, command.meta.actor)
    still_editable(state)
    subject, filer, today = command.subject, command.filer, china_day(command.meta.at)
    if subject is None or (filer is None and drafted.enterprise_id is not None):
        raise Refused("subject_not_found")
    if drafted.person_id is not None and subject.person_id != drafted.person_id:
        raise NotAllowed("not_yourself")
    another = state.subject is not None and state.subject.person_id != subject.person_id
    parts = correction.open_parts(state, matter, state.form, today)
    correction.only_subject_asked_for(parts, another=another)
    typed, gone = ({}, state.attachments) if another else (state.form, ())
    certificate = certificates.chosen(
        matter,
        subject,
        certificate_id=command.certificate_id,
        number=command.certificate_number,
        found=command.certificate,
    )
    correction.only_certificate_asked_for(parts, state, certificate)
    known = Known(subject, filer, certificate)
    moved = state.certificate is not None and not certificates.same(certificate, state.certificate)
    of_it = certificates.fields_of_record(matter) if moved else frozenset()
    typed = {name: value for name, value in typed.items() if name not in of_it}
    facts = facts_with(matter, known, dict(typed), today)
    judged_on = today if another else state.judged_on or today
    unmet = check_preconditions(matter, facts, at="start", on=judged_on)
    refuse_all("subject_not_eligible", unmet, certificates.unfit(matter, certificate))
    if another:
        parts = None
    on_record = prefilled(matter, facts)
    taken = []
    for wanted in matter.attachments:
        kept = value_at(facts, wanted.taken_from) if wanted.taken_from else None
        if kept and (parts is None or wanted.name in parts.attachments):
            taken.append(Attachment.model_validate({"attachment": wanted.name, "file": kept}))
    brought = on_record if parts is None else correction.afresh(state, matter, parts, on_record)
    form = {**typed, **{name: on_record[name] for name in of_it if name in on_record}, **brought}
    picked = SubjectPicked(
        filing_id=command.filing_id,
        subject=subject,
        filer=filer,
        form=form,
        taken=tuple(taken),
        certificate=certificate,
    )
    unchanged = (state.known, state.form) == (known, form)
    return [] if unchanged else [*_detached(command.filing_id, gone), picked]


def fill_form(state: Filing, command: FillForm, matter: Matter) -> Sequence[Event]:
    """Save fields. Unknown ones and wrong shapes are refused at once; nothing of a refused save is kept.

    What was typed by an earlier version of the matter stands in the way of nothing else: a hand-in tells of it.
    """
    owned(state, command.filing_id, command.meta.actor)
    still_editable(state)
    form = {**state.form, **command.form}
    form = {name: value for name, value in form.items() if value is not None}
    facts = facts_with(matter, state.known, form, china_day(command.meta.at))
    found = check_form(matter, form, facts, complete=False)
    typed = {name[:60] for name in command.form}  # as problems name them
    refuse_all("form_invalid", [one for one in found if one.field in typed])
    if form == state.form:
        return []
    correction.only_fields_asked_for(state, matter, form, china_day(command.meta.at))
    return [FormFilled(filing_id=command.filing_id, form=form)]


def attach_file(state: Filing, command: AttachFile, matter: Matter) -> Sequence[Event]:
    """Put a file to the filing: an attachment that the matter asks for, of an allowed format and size, not too many.

    Where only one is asked for, a new one takes the place of the old.
    """
    owned(state, command.filing_id, command.meta.actor)
    still_editable(state)
    added = Attachment(attachment=command.attachment, file=command.file)
    if any((a.attachment, a.file.sha256) == (added.attachment, added.file.sha256) for a in state.attachments):
        return []
    correction.only_attachment_asked_for(state, matter, added, china_day(command.meta.at), attached=True)
    asked = matter.attachment(command.attachment)
    replaced = [a for a in state.attachments if asked and asked.max_count == 1 and a.attachment == asked.name]
    kept = [a for a in state.attachments if a not in replaced]
    found = check_attachments(matter, [described(a) for a in (*kept, added)], complete=False)
    refuse_all("attachment_invalid", [p for p in found if p.attachment == command.attachment])
    return [
        *_detached(command.filing_id, replaced),
        FileAttached(filing_id=command.filing_id, attachment=command.attachment, file=command.file),
    ]


def _detached(filing_id: UUID, attachments: Iterable[Attachment]) -> list[Event]:
    return [FileDetached(filing_id=filing_id, attachment=a.attachment, sha256=a.file.sha256) for a in attachments]


def detach_file(state: Filing, command: DetachFile, matter: Matter) -> Sequence[Event]:
    """Take a file away again; the store keeps it, history knows it."""
    owned(state, command.filing_id, command.meta.actor)
    still_editable(state)
    wanted = (command.attachment, command.sha256)
    found = next((a for a in state.attachments if (a.attachment, a.file.sha256) == wanted), None)
    if found is None:
        return []
    correction.only_attachment_asked_for(state, matter, found, china_day(command.meta.at), attached=False)
    return [FileDetached(filing_id=command.filing_id, attachment=command.attachment, sha256=command.sha256)]


def accept_commitment(state: Filing, command: AcceptCommitment, matter: Matter) -> Sequence[Event]:
    """Stand by the matter's commitment; the hash says which words they were."""
    owned(state, command.filing_id, command.meta.actor)
    still_editable(state)
    text = commitment_text(matter)
    if not text:
        raise Refused("no_commitment_asked")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if state.commitment_sha256 == sha256:
        return []
    correction.only_commitment_asked_for(state, matter, china_day(command.meta.at))
    return [CommitmentAccepted(filing_id=command.filing_id, text_sha256=sha256)]


def delete_draft(state: Filing, command: DeleteDraft) -> Sequence[Event]:
    """Throw away what the authority never had (DOMAIN 4.2), and no party is asked about."""
    if state.status == "deleted":
        return []
    owned(state, command.filing_id, command.meta.actor)
    if state.status not in ("draft", "returned"):
        still_editable(state)
    if state.submissions:
        raise Refused("already_with_authority")
    return [DraftDeleted(filing_id=command.filing_id)]


def commitment_text(matter: Matter) -> str:
    """The words of the commitment, empty when the matter asks for none."""
    return label("commitment.text", matter=matter.code) if matter.commitment is not None else ""
