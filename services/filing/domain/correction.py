"""Mending a returned filing: the parts that the authority named, what these make necessary, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.errors import Refused
from contracts.filing import Attachment, CorrectionItem
from contracts.matters.checks import check_attachments, check_form
from contracts.matters.conditions import holds
from contracts.matters.facts import CertificateFacts
from contracts.matters.schema import Matter
from services.filing.domain import certificates
from services.filing.domain.filing import Filing
from services.filing.domain.known import facts_with
from services.filing.domain.rules import described


@dataclass(frozen=True)
class Parts:
    """What may be changed."""

    fields: frozenset[str]
    attachments: frozenset[str]
    subject: bool
    commitment: bool


def open_parts(state: Filing, matter: Matter, form: Mapping[str, Any], today: date) -> Parts | None:
    """What may be changed, ``form`` being what it would become; none: everything may.

    Besides what was named, that is what would now stand in the way of submission: another specialty may ask for a file
    more. It is judged from what was handed in, so it stays open until it is handed in again.
    """
    items = state.correction
    if not is_bound(state, matter, today):
        return None
    handed_in = state.submissions[-1]
    fields = {item.name for item in items if item.part == "field" and item.name}
    attachments = {item.name for item in items if item.part == "attachment" and item.name}
    while True:
        kept = {name: value for name, value in handed_in.form.items() if name not in fields}
        mended = {name: value for name, value in form.items() if name in fields}
        files = _mixed(handed_in.attachments, state.attachments, attachments)
        facts = facts_with(matter, state.known, {**kept, **mended}, today)
        needed = {one.field for one in check_form(matter, {**kept, **mended}, facts) if one.field} - fields
        missing = {one.attachment for one in check_attachments(matter, files, facts) if one.attachment} - attachments
        if not needed and not missing:
            break
        fields |= needed
        attachments |= missing
    parts = {item.part for item in items}
    return Parts(frozenset(fields), frozenset(attachments), "subject" in parts, "commitment" in parts)


def is_bound(state: Filing, matter: Matter, today: date) -> bool:
    """Whether just the named parts may be changed.

    Not where nothing was named that this matter could mend: nobody is to be shut out by a slip of the authority. And
    not after another person was picked: that begins anew.
    """
    if state.status != "returned" or state.picked_anew:
        return False
    facts = facts_with(matter, state.known, dict(state.form), today)
    return any(_can_be_mended(item, matter, facts) for item in state.correction)


def only_fields_asked_for(state: Filing, matter: Matter, form: Mapping[str, Any], today: date) -> None:
    """Every field that this would change is open, or is put back to what was handed in."""
    parts = open_parts(state, matter, form, today)
    if parts is None:
        return
    handed_in = state.submissions[-1].form
    changed = {name for name in {*form, *state.form} if form.get(name) != state.form.get(name)}
    back = {name for name in changed if form.get(name) == handed_in.get(name)}
    _refuse(changed - back - parts.fields)


def only_attachment_asked_for(state: Filing, matter: Matter, one: Attachment, today: date, *, attached: bool) -> None:
    """The attachment is open; or this puts back what was handed in, or takes away what was not."""
    parts = open_parts(state, matter, state.form, today)
    if parts is None or one.attachment in parts.attachments:
        return
    handed_in = {(was.attachment, was.file.sha256) for was in state.submissions[-1].attachments}
    if attached != ((one.attachment, one.file.sha256) in handed_in):
        _refuse([one.attachment])


def only_commitment_asked_for(state: Filing, matter: Matter, today: date) -> None:
    """It is to be accepted anew, or was not accepted yet."""
    parts = open_parts(state, matter, state.form, today)
    if parts is not None and not parts.commitment and state.commitment_sha256 is not None:
        _refuse(["commitment"])


def only_subject_asked_for(parts: Parts | None, *, another: bool) -> None:
    """Another person may be picked where that was asked for; the same one is only looked up afresh."""
    if another and parts is not None and not parts.subject:
        _refuse(["subject"])


def only_certificate_asked_for(parts: Parts | None, state: Filing, certificate: CertificateFacts | None) -> None:
    """Another certificate only where another subject was asked for."""
    if parts is None or parts.subject or state.certificate is None:
        return
    if not certificates.same(certificate, state.certificate):
        _refuse(["certificate"])


def afresh(state: Filing, matter: Matter, parts: Parts, known: Mapping[str, Any]) -> dict[str, Any]:
    """What is on record now, for fixed fields and for what is still to be mended: a correction that was typed stays."""
    handed_in = state.submissions[-1].form
    fixed = {field.name for field in matter.form.fields if field.fixed}
    untouched = {name for name in parts.fields if state.form.get(name) == handed_in.get(name)}
    return {name: value for name, value in known.items() if name in fixed | untouched}


def uncorrected(state: Filing, matter: Matter, today: date) -> list[dict[str, Any]]:
    """Every named item, where none of them was mended; nothing as soon as one was: with the others the filer may
    disagree."""
    if not is_bound(state, matter, today) or any(_was_mended(state, item) for item in state.correction):
        return []
    return [{"code": "not_corrected", "field": item.name or item.part} for item in state.correction]


def _can_be_mended(item: CorrectionItem, matter: Matter, facts: Mapping[str, Any]) -> bool:
    match item.part:
        case "field":
            field = matter.form.field(item.name or "")
            return field is not None and (field.visible_when is None or holds(field.visible_when, facts))
        case "attachment":
            return matter.attachment(item.name or "") is not None
        case "commitment":
            return matter.commitment is not None
    return True


def _was_mended(state: Filing, item: CorrectionItem) -> bool:
    handed_in = state.submissions[-1]
    match item.part:
        case "field":
            return state.form.get(item.name or "") != handed_in.form.get(item.name or "")
        case "attachment":
            return _files(state.attachments, item.name) != _files(handed_in.attachments, item.name)
        case "commitment":  # the return took it back
            return state.commitment_sha256 is not None
    another = state.subject is not None and state.subject.person_id != handed_in.person_id
    return another or not certificates.same(state.certificate, handed_in.certificate)


def _files(attachments: Iterable[Attachment], name: str | None) -> frozenset[str]:
    return frozenset(one.file.sha256 for one in attachments if one.attachment == name)


def _mixed(handed_in: Iterable[Attachment], now: Iterable[Attachment], open_: set[str]) -> list[dict[str, object]]:
    kept = [described(one) for one in handed_in if one.attachment not in open_]
    return [*kept, *(described(one) for one in now if one.attachment in open_)]


def _refuse(names: Iterable[str]) -> None:
    problems = [{"code": "keep_as_handed_in", "field": name} for name in sorted(names)]
    if problems:
        raise Refused("not_asked_for", problems=problems)
