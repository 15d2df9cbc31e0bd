"""How the parties' agreement stands, for whoever may see the filing."""

from __future__ import annotations

from uuid import UUID

from contracts.filing import ConfirmationView, FilingSubmitted, PartyRef
from contracts.matters.route import Confirmation
from contracts.matters.schema import Matter
from services.filing.domain import parties
from services.filing.domain.asking import Asking, same_party
from services.filing.domain.confirmation import commitment_words
from services.filing.domain.filing import Filing
from services.filing.domain.known import Known


def confirmations_of(state: Filing, matter: Matter) -> tuple[ConfirmationView, ...]:
    """Each party in the matter's order. Before a hand-in, and after it was taken back, all of them wait."""
    asking, last = _asked(state), last_of_them(state)
    return tuple(_view(state, matter, one, asking, last) for one in matter.confirmations)


def last_of_them(state: Filing) -> FilingSubmitted | None:
    """What the authority had last, of the person whom it is about now: others have no part in a filing that went on without
    them, and are not to see whom it is about.
    """
    last = state.submissions[-1] if state.submissions else None
    return last if last is not None and _is_about(state, last.person_id) else None


def _asked(state: Filing) -> Asking | None:
    """The last question to parties that still counts: a correction that changed nothing of it went past them since."""
    asking, last = state.asking, last_of_them(state)
    if asking is None or asking.withdrawn or not _is_about(state, asking.handed_in.person_id):
        return None
    return asking if last is None or last.round <= asking.handed_in.round else None


def _is_about(state: Filing, person_id: UUID) -> bool:
    return state.subject is not None and state.subject.person_id == person_id


def _view(
    state: Filing, matter: Matter, one: Confirmation, asking: Asking | None, last: FilingSubmitted | None
) -> ConfirmationView:
    drafted = state.drafted
    assert drafted is not None
    handed_in = asking.handed_in if asking is not None else last
    known = Known(handed_in.subject, handed_in.filer, handed_in.certificate) if handed_in is not None else state.known
    ref = parties.party(one.by, drafted, known)
    if asking is not None:
        ref = asking.ref_of(one.by, ref)
    commitment = commitment_words(matter, one.by) if one.commitment else None
    view = ConfirmationView(
        by=one.by,
        person_id=ref.person_id if ref is not None else None,
        enterprise_id=ref.enterprise_id if ref is not None else None,
        status="waiting",
        commitment=commitment,
    )
    if ref is None or handed_in is None:
        return view
    if parties.is_filer(ref, drafted) or asking is None:  # it filed, so it agrees; or it had agreed to the same before
        agreed = next((given.at for given in last.confirmed_by if given.by == one.by), None) if last is not None else None
        return view.model_copy(update={"status": "confirmed", "at": agreed or handed_in.submitted_at})
    answer = next((given for given in asking.answers if same_party(given.ref, ref)), None)
    if answer is not None:
        return view.model_copy(update={"status": answer.status, "at": answer.at, "reason": answer.reason})
    if _is_next(state, asking, ref):
        return view.model_copy(update={"status": "asked", "due_on": asking.due_on})
    return view


def _is_next(state: Filing, asking: Asking, ref: PartyRef) -> bool:
    is_open = state.status == "awaiting_confirmation"
    return is_open and asking.current is not None and same_party(asking.current, ref)
