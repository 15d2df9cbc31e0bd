"""Who is told what of confirmations, of filings that took effect, and of certificates that end; ordered as all notices are.

What an event does not say itself is asked of its filing or its certificate. A party that is nobody here is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from contracts.certificate import (
    CredentialCancelled,
    CredentialExpired,
    CredentialLapsed,
    CredentialView,
    GetCredential,
)
from contracts.filing import (
    ConfirmationDeclined,
    ConfirmationNear,
    ConfirmationsAsked,
    ConfirmationTimedOut,
    FilingConfirmed,
    FilingSubmitted,
    FilingTookEffect,
    FilingView,
    GetFiling,
    PartyRef,
)
from contracts.identity import DeathWithdrawn, NoticeAbout, OrderNotice
from contracts.message import Recorded
from services.identity.notices import OLD_NEWS, is_old_news, order, words
from services.kernel.kernel import Ground

# -- filings -----------------------------------------------------------------------------------------------------


def when_confirmations_asked_tell_the_first(
    recorded: Recorded[ConfirmationsAsked], ground: Ground
) -> Iterator[OrderNotice]:
    """The others are told when it is their turn."""
    event = recorded.event
    yield from _tell(recorded, "confirmation_asked", event.asked[0], event.title, event.filing_id, due_on=event.due_on)


def when_filing_confirmed_tell_the_next(recorded: Recorded[FilingConfirmed], ground: Ground) -> Iterator[OrderNotice]:
    """Whose turn it is now; after the last one nobody's."""
    event = recorded.event
    if event.next is not None and not is_old_news(recorded):
        title = _filing(ground, event.filing_id).title
        yield from _tell(recorded, "confirmation_asked", event.next, title, event.filing_id, due_on=event.due_on)


def when_confirmation_is_near_its_end_remind(
    recorded: Recorded[ConfirmationNear], ground: Ground
) -> Iterator[OrderNotice]:
    """Whoever has not answered yet."""
    event = recorded.event
    if not is_old_news(recorded):
        title = _filing(ground, event.filing_id).title
        yield from _tell(recorded, "confirmation_near", event.by, title, event.filing_id, due_on=event.due_on)


def when_confirmation_declined_tell_the_filer(
    recorded: Recorded[ConfirmationDeclined], ground: Ground
) -> Iterator[OrderNotice]:
    """It is theirs to mend; the reason is read on the platform."""
    yield from _tell_filer(recorded, ground, "confirmation_declined")


def when_confirmation_timed_out_tell_the_filer(
    recorded: Recorded[ConfirmationTimedOut], ground: Ground
) -> Iterator[OrderNotice]:
    """Only where the filing ends by it: else it goes on, or it is declined, which is told as such."""
    if recorded.event.means == "removed":
        yield from _tell_filer(recorded, ground, "confirmation_timed_out")


def when_filing_submitted_inform(recorded: Recorded[FilingSubmitted], ground: Ground) -> Iterator[OrderNotice]:
    """Parties that have no say, but are to know."""
    event = recorded.event
    for party in event.informs:
        yield from _tell(recorded, "informed", party, event.title, event.filing_id)


def when_filing_took_effect_tell_both(recorded: Recorded[FilingTookEffect], ground: Ground) -> Iterator[OrderNotice]:
    """The person, and the enterprise, where there is one."""
    event = recorded.event
    if not is_old_news(recorded):
        title = _filing(ground, event.filing_id).title
        yield from _both(recorded, "took_effect", event.person_id, event.enterprise_id, title, filing_id=event.filing_id)


# -- certificates ------------------------------------------------------------------------------------------------


def when_credential_lapsed_tell_both(recorded: Recorded[CredentialLapsed], ground: Ground) -> Iterator[OrderNotice]:
    """Whose it was, if they live, and the employer."""
    event = recorded.event
    yield from _both(
        recorded,
        "certificate_lapsed",
        event.person_id if event.cause != "holder_died" else None,
        event.enterprise_id,
        event.title,
        credential_id=event.credential_id,
    )


def when_credential_expired_tell_both(recorded: Recorded[CredentialExpired], ground: Ground) -> Iterator[OrderNotice]:
    """A certificate that was long over when it was entered is no news to anybody."""
    event = recorded.event
    if recorded.meta.at.date() - event.valid_until <= OLD_NEWS:
        yield from _both(
            recorded,
            "certificate_expired",
            event.person_id,
            event.enterprise_id,
            event.title,
            credential_id=event.credential_id,
        )


def when_credential_cancelled_tell_both(
    recorded: Recorded[CredentialCancelled], ground: Ground
) -> Iterator[OrderNotice]:
    """Also whoever did not ask for it."""
    if is_old_news(recorded):
        return
    credential_id = recorded.event.credential_id
    view = CredentialView.model_validate(ground.rpc.send(GetCredential(credential_id=credential_id)))
    person, enterprise = view.holder.person_id, view.holder.enterprise_id
    yield from _both(recorded, "certificate_cancelled", person, enterprise, view.title, credential_id=credential_id)


# -- the person ---------------------------------------------------------------------------------------------------


def when_death_withdrawn_tell_the_person(recorded: Recorded[DeathWithdrawn], ground: Ground) -> Iterator[OrderNotice]:
    """They could not sign in meanwhile, and do not know why."""
    yield from _both(recorded, "death_withdrawn", recorded.event.person_id, None, words().label("reasons.death_withdrawn"))


# -- ordering ----------------------------------------------------------------------------------------------------


def _filing(ground: Ground, filing_id: UUID) -> FilingView:
    return FilingView.model_validate(ground.rpc.send(GetFiling(filing_id=filing_id)))


def _tell(
    recorded: Recorded[Any], about: NoticeAbout, party: PartyRef, title: str, filing_id: UUID, **more: Any
) -> Iterator[OrderNotice]:
    # one of the two: an enterprise that is a party is told as such, whoever else the reference names
    person = party.person_id if party.enterprise_id is None else None
    yield from _both(recorded, about, person, party.enterprise_id, title, filing_id=filing_id, **more)


def _tell_filer(recorded: Recorded[Any], ground: Ground, about: NoticeAbout) -> Iterator[OrderNotice]:
    if is_old_news(recorded):
        return
    filing = _filing(ground, recorded.event.filing_id)
    person = filing.person_id if filing.enterprise_id is None else None
    yield from _both(recorded, about, person, filing.enterprise_id, filing.title, filing_id=filing.filing_id)


def _both(
    recorded: Recorded[Any], about: NoticeAbout, person: UUID | None, enterprise: UUID | None, title: str, **more: Any
) -> Iterator[OrderNotice]:
    if is_old_news(recorded):
        return
    if person is not None:
        yield order(recorded, person, about, person_id=person, title=title, **more)
    if enterprise is not None:
        yield order(recorded, enterprise, about, enterprise_id=enterprise, title=title, **more)
