"""A matter whose filings two parties must agree to, one after the other, and the events of such a filing.

The person whom it is about first, then the enterprise that the certificate names; a third enterprise files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.decider import Decider
from contracts.filing import (
    Asked,
    ConfirmationDeclined,
    ConfirmationsAsked,
    ConfirmFiling,
    DeclineFiling,
    FilingConfirmed,
    FilingWithdrawn,
    HandedIn,
    KeepConfirmationTime,
    PartyRef,
    SubjectPicked,
    SubmitFiling,
    WithdrawFiling,
)
from contracts.matters.facts import CertificateFacts, FilerFacts, SubjectFacts
from contracts.matters.route import Confirmation, Party, TimeOut
from contracts.matters.schema import Matter, SubjectCertificate
from contracts.message import SYSTEM, Actor, Event
from services.filing.domain.decide import make_filing
from services.kernel.testing import NOON, meta
from tests.domain.filing.samples import (
    COMMITTED,
    DRAFTED,
    INITIAL,
    a_certificate,
    a_filer,
    a_subject,
    attached,
    filled,
    picked,
    submitted,
)
from tests.samples import (
    ENTERPRISE,
    FILING_ID,
    OTHER_ENTERPRISE,
    OTHER_ENTERPRISE_ID,
    PERSON,
    PERSON_ID,
)

ARTICLE = "《注册建造师管理规定》第十三条"
BY_PERSON = Confirmation(by="person", time_out=TimeOut(days=7, means="removed", remind_before=2, legal_basis=ARTICLE))
BY_FORMER = Confirmation(by="former_enterprise", time_out=TimeOut(days=10, means="declined", legal_basis=ARTICLE))


def joint(**changed: Any) -> Matter:
    """The initial registration, made into a matter about a certificate of somebody who works elsewhere by it."""
    usual: dict[str, Any] = {
        "confirmations": (BY_PERSON, BY_FORMER),
        "subject": INITIAL.subject.model_copy(update={"certificate": SubjectCertificate()}),
        "preconditions": tuple(one for one in INITIAL.preconditions if one.code != "not_registered"),
    }
    return INITIAL.model_copy(update={**usual, **changed})


def filing_of(matter: Matter) -> Any:
    """The decider where this is the only matter."""
    return make_filing(lambda code, version: matter)


def told(filing: Decider[Any, Any, Any], *events: Event) -> Decider[Any, Any, Any]:
    """The decider that lets just these happen, whatever is ordered: how a test puts a history into a log."""
    return replace(filing, decide=lambda state, command: events)


JOINT = joint()
FILING = filing_of(JOINT)
CERTIFICATE = a_certificate(employer_id=OTHER_ENTERPRISE_ID)
FIRST_DAY = NOON.date()
PERSON_REF = PartyRef(by="person", person_id=PERSON_ID)
FORMER_REF = PartyRef(by="former_enterprise", enterprise_id=OTHER_ENTERPRISE_ID)
ASKED = (Asked(**PERSON_REF.model_dump(), days=7), Asked(**FORMER_REF.model_dump(), days=10))


def certified(**changed: Any) -> SubjectFacts:
    return a_subject(**{"certificates": (CERTIFICATE,), **changed})


def picked_with(certificate: CertificateFacts | None = CERTIFICATE, **changed: Any) -> SubjectPicked:
    return picked(certified(**changed)).model_copy(update={"certificate": certificate})


READY: tuple[Event, ...] = (DRAFTED, picked_with(), filled(specialty="building"), attached(), COMMITTED)
"""A draft that lacks nothing, of ``joint``."""


def handed_in(round: int = 1, at: datetime = NOON) -> dict[str, Any]:
    whole = submitted(round, at, subject=certified(), certificate=CERTIFICATE)
    return {name: getattr(whole, name) for name in HandedIn.model_fields}


def were_asked(round: int = 1, asked: Sequence[Asked] = ASKED, at: datetime = NOON) -> ConfirmationsAsked:
    days = asked[0].days
    due_on = at.date() + timedelta(days=days) if days is not None else None
    return ConfirmationsAsked(**handed_in(round, at), asked=tuple(asked), due_on=due_on)


def person_agreed(round: int = 1, at: datetime = NOON) -> FilingConfirmed:
    return FilingConfirmed(
        filing_id=FILING_ID,
        round=round,
        by="person",
        next=FORMER_REF,
        due_on=at.date() + timedelta(days=10),
        account_id=PERSON.account_id,
        at=at,
    )


def former_agreed(round: int = 1, at: datetime = NOON) -> FilingConfirmed:
    who = OTHER_ENTERPRISE.account_id
    return FilingConfirmed(filing_id=FILING_ID, round=round, by="former_enterprise", account_id=who, at=at)


def refused_by(by: Party, actor: Actor, reason: str = "合同尚未解除", at: datetime = NOON) -> ConfirmationDeclined:
    return ConfirmationDeclined(filing_id=FILING_ID, round=1, by=by, reason=reason, account_id=actor.account_id, at=at)


WAITING = (*READY, were_asked())
HALF_WAY = (*WAITING, person_agreed())
WITHDRAWN = FilingWithdrawn(filing_id=FILING_ID, round=1, reason="")


# -- commands ---------------------------------------------------------------------------------------------------------


def submit(
    actor: Actor = ENTERPRISE, at: datetime = NOON, subject: SubjectFacts | None = None, **changed: Any
) -> SubmitFiling:
    filer: FilerFacts | None = changed.pop("filer", a_filer())
    return SubmitFiling(
        filing_id=FILING_ID, subject=subject or certified(), filer=filer, meta=meta(actor, at), **changed
    )


def confirm(actor: Actor, at: datetime = NOON, accepted: bool = False) -> ConfirmFiling:
    return ConfirmFiling(filing_id=FILING_ID, commitment_accepted=accepted, meta=meta(actor, at))


def decline(actor: Actor, reason: str | None = "合同尚未解除", at: datetime = NOON) -> DeclineFiling:
    return DeclineFiling(filing_id=FILING_ID, meta=meta(actor, at, reason=reason))


def withdraw(actor: Actor = ENTERPRISE, reason: str | None = None) -> WithdrawFiling:
    return WithdrawFiling(filing_id=FILING_ID, meta=meta(actor, reason=reason))


def keep(
    what: Any, by: Party, due_on: date, at: datetime, round: int = 1, actor: Actor = SYSTEM, filing_id: UUID = FILING_ID
) -> KeepConfirmationTime:
    return KeepConfirmationTime(filing_id=filing_id, round=round, by=by, due_on=due_on, what=what, meta=meta(actor, at))
