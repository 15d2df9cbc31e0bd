"""Who is which party of a filing: from its subject, the enterprise, the certificate and who files it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from contracts.filing import Agreed, Asked, Attachment, ConfirmationsAsked, FilingDrafted, FilingSubmitted, PartyRef
from contracts.matters.facts import CertificateFacts
from contracts.matters.route import Confirmation, Party
from contracts.matters.schema import Matter
from services.filing.domain.asking import Asking, same_party
from services.filing.domain.known import Known


def party(by: Party, drafted: FilingDrafted, known: Known) -> PartyRef | None:
    """Who that is, or None where nobody is. Contractors and owners have no part in the matters of people."""
    match by:
        case "person":
            return PartyRef(by=by, person_id=known.subject.person_id) if known.subject is not None else None
        case "enterprise":
            return _enterprise(by, drafted.enterprise_id or registered_with(known.certificate) or _employer(known))
        case "new_enterprise":
            return _enterprise(by, drafted.enterprise_id or _employer(known))
        case "former_enterprise":
            return _enterprise(by, known.certificate.employer_id if known.certificate is not None else None)
    return None


def _employer(known: Known) -> UUID | None:
    return known.filer.enterprise_id if known.filer is not None else None


def registered_with(one: CertificateFacts | None) -> UUID | None:
    """The enterprise that a valid certificate names: until that is changed it is the person's there, whoever employs them
    now. What an ended one says binds nobody.
    """
    return one.employer_id if one is not None and one.status == "valid" else None


def _enterprise(by: Party, enterprise_id: Any) -> PartyRef | None:
    return PartyRef(by=by, enterprise_id=enterprise_id) if enterprise_id is not None else None


def is_filer(ref: PartyRef, drafted: FilingDrafted) -> bool:
    """Who files has agreed: it is not asked."""
    if drafted.enterprise_id is not None:
        return ref.enterprise_id == drafted.enterprise_id
    return ref.person_id is not None and ref.person_id == drafted.person_id


def nobody_is(matter: Matter, drafted: FilingDrafted, known: Known) -> list[dict[str, Any]]:
    """The parties that must agree and that nobody is: an old certificate without an employer, a person without one."""
    return [
        {"code": "party_unknown", "field": one.by, "params": {"by": one.by}}
        for one in matter.confirmations
        if party(one.by, drafted, known) is None
    ]


def to_ask(matter: Matter, drafted: FilingDrafted, known: Known) -> tuple[Asked, ...]:
    """Who is asked, in the matter's order: not the filer, and nobody twice who is two of the parties."""
    asked: list[Asked] = []
    for one in matter.confirmations:
        ref = party(one.by, drafted, known)
        if ref is None or is_filer(ref, drafted) or any(same_party(ref, before) for before in asked):
            continue
        asked.append(Asked(**ref.model_dump(), days=one.time_out.days if one.time_out is not None else None))
    return tuple(asked)


def told(matter: Matter, drafted: FilingDrafted, known: Known) -> tuple[PartyRef, ...]:
    """Who is told of the hand-in without a say."""
    found = (party(by, drafted, known) for by in matter.informs)
    return tuple(ref for ref in found if ref is not None and not is_filer(ref, drafted))


def unchanged_since(last: FilingSubmitted, form: Mapping[str, Any], files: Sequence[Attachment], known: Known) -> bool:
    """Whether a correction says and brings what the parties agreed to, about the same person, certificate and enterprise:
    who agreed then still agrees.
    """
    same = (last.form, _contents(last.attachments)) == (form, _contents(files))
    return same and about(Known(last.subject, last.filer, last.certificate)) == about(known)


def changed(matter: Matter, drafted: FilingDrafted, before: Known, now: Known) -> list[dict[str, Any]]:
    """The parties that somebody else is by now: another employer, another enterprise on the certificate."""
    return [
        {"code": "party_changed", "field": one.by, "params": {"by": one.by}}
        for one in matter.confirmations
        if party(one.by, drafted, before) != party(one.by, drafted, now)
    ]


def _contents(files: Iterable[Attachment]) -> frozenset[tuple[str, str]]:
    return frozenset((one.attachment, one.file.sha256) for one in files)


def about(known: Known) -> tuple[object, ...]:
    """Whom and what the parties agree to."""
    subject, filer, certificate = known.subject, known.filer, known.certificate
    return (
        subject.person_id if subject is not None else None,
        filer.enterprise_id if filer is not None else None,
        certificate.certificate_id if certificate is not None else None,
        certificate.employer_id if certificate is not None else None,
    )


def agreed(matter: Matter, drafted: FilingDrafted, handed_in: ConfirmationsAsked, asking: Asking) -> tuple[Agreed, ...]:
    """Each party that had to agree, and how it did: by its answer, or by handing it in."""
    known = Known(handed_in.subject, handed_in.filer, handed_in.certificate)
    found = []
    for one in matter.confirmations:
        ref = asking.ref_of(one.by, party(one.by, drafted, known))
        if ref is None:
            continue
        answer = next((given for given in asking.answers if same_party(given.ref, ref)), None)
        account_id = answer.account_id if answer is not None else handed_in.filed_by
        at = (answer.at if answer is not None else None) or handed_in.submitted_at
        found.append(Agreed(**ref.model_dump(include={"person_id", "enterprise_id"}), by=one.by, account_id=account_id, at=at))
    return tuple(found)


def confirmation_of(matter: Matter, by: Party) -> Confirmation | None:
    """What the matter says of this party's agreement."""
    return next((one for one in matter.confirmations if one.by == by), None)


def roles(matter: Matter, drafted: FilingDrafted, known: Known, asked: Asked) -> Sequence[Confirmation]:
    """Every confirmation that this one answer gives: who is two parties answers for both."""
    found = ((one, party(one.by, drafted, known)) for one in matter.confirmations)
    return [one for one, ref in found if one.by == asked.by or (ref is not None and same_party(ref, asked))]
