"""How the parties' agreement stands, for whoever may see the filing."""

from __future__ import annotations

from contracts.filing import ConfirmationView, PartyRef
from contracts.matters.route import Confirmation
from contracts.matters.schema import Matter
from services.filing.domain import parties
from services.filing.domain.asking import Asking, same_party
from services.filing.domain.confirmation import commitment_words
from services.filing.domain.filing import Filing
from services.filing.domain.known import Known


def confirmations_of(state: Filing, matter: Matter) -> tuple[ConfirmationView, ...]:
    """Each party in the matter's order. Before a hand-in, and after it was taken back, all of them wait."""
    asking = state.asking if state.asking is not None and not state.asking.withdrawn else None
    return tuple(_view(state, matter, one, asking) for one in matter.confirmations)


def _view(state: Filing, matter: Matter, one: Confirmation, asking: Asking | None) -> ConfirmationView:
    drafted = state.drafted
    assert drafted is not None
    handed_in = asking.handed_in if asking is not None else state.submissions[-1] if state.submissions else None
    known = Known(handed_in.subject, handed_in.filer, handed_in.certificate) if handed_in is not None else state.known
    ref = parties.party(one.by, drafted, known)
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
    if parties.is_filer(ref, drafted) or asking is None:  # it filed, so it agrees; or nobody else had to be asked
        return view.model_copy(update={"status": "confirmed", "at": handed_in.submitted_at})
    answer = next((given for given in asking.answers if same_party(given.ref, ref)), None)
    if answer is not None:
        return view.model_copy(update={"status": answer.status, "at": answer.at})
    if _is_next(state, asking, ref):
        return view.model_copy(update={"status": "asked", "due_on": asking.due_on})
    return view


def _is_next(state: Filing, asking: Asking, ref: PartyRef) -> bool:
    is_open = state.status == "awaiting_confirmation"
    return is_open and asking.current is not None and same_party(asking.current, ref)
