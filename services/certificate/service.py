"""certificate: carries out what was approved, signs each issue once, says of any certificate whether it is genuine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nameko.timer import timer

from contracts.certificate import (
    AllocateNumber,
    CancelCredential,
    CredentialEntered,
    CredentialGranted,
    CredentialReissued,
    EnterCredential,
    ExpireCredential,
    GrantCredential,
    LapseCredential,
    MatchHolder,
    RecordDocument,
    RecordDocumentNotIssued,
    RefuseChange,
    RefuseGrant,
    ReinstateCredential,
    ReissueCredential,
    WithdrawCredential,
)
from contracts.filing import FilingTookEffect
from contracts.identity import (
    DeathWithdrawn,
    EmploymentEnded,
    EnterpriseClosed,
    EnterpriseQualificationLost,
    PersonAmended,
    PersonDied,
    RealNameVerified,
)
from contracts.message import Command, Recorded
from contracts.review import CaseApproved
from services.certificate import cascading, expiring, importing
from services.certificate.answers import Answers
from services.certificate.approving import when_case_approved_carry_out, when_filing_took_effect_carry_out
from services.certificate.domain.claims import WAITING
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.numbering import NUMBERING
from services.certificate.expiring import Expiring
from services.certificate.issuing import TRIED_AGAIN_EVERY, try_waiting_again, when_issued_issue_document
from services.certificate.older import index_older
from services.certificate.public import PublicRegister
from services.certificate.reactions import NewIssue
from services.kernel.issuing import waiting_health
from services.kernel.kernel import Ground, Kernel
from services.kernel.reactions import AskingReactions
from services.kernel.service import LogService
from services.kernel.startup import AtStart

EXPIRING = Expiring()
ORDERS = (
    *(GrantCredential, RefuseGrant, ReissueCredential, RefuseChange, CancelCredential, LapseCredential, ExpireCredential),
    ReinstateCredential,
    *(EnterCredential, MatchHolder, WithdrawCredential, RecordDocument, RecordDocumentNotIssued),
)


def when_issued(recorded: Recorded[NewIssue], ground: Ground) -> Iterable[Command]:
    """It gets its document, and lapses if its employer ended while it was issued."""
    yield from when_issued_issue_document(recorded, ground)
    yield from cascading.when_issued_lapse(recorded, ground)


def when_entered(recorded: Recorded[CredentialEntered], ground: Ground) -> Iterable[Command]:
    """It finds its holder, and lapses if its employer had ended before."""
    yield from cascading.when_entered_match(recorded, ground)
    yield from cascading.when_issued_lapse(recorded, ground)


class CertificateKernel(Kernel):
    """Shows in health how many documents wait, and what could not be said to be over."""

    def setup(self) -> None:
        super().setup()
        self.ground.checks["documents"] = lambda: waiting_health(self.ground, WAITING)
        self.ground.checks["expiry"] = EXPIRING.health


class CertificateService(importing.CertificateImports, Answers, PublicRegister, LogService):
    """A certificate's commands come from its own reactions, timers and imports only, so none is an entrypoint."""

    name = "certificate"
    kernel: Any = CertificateKernel(
        {
            AllocateNumber: (NUMBERING, "series"),
            **dict.fromkeys(ORDERS, (CREDENTIAL, "credential_id")),
            **importing.BRINGS.handlers(),
        }
    )
    finds_older = AtStart(index_older)
    follows_review = AskingReactions("certificate", "review", {CaseApproved: when_case_approved_carry_out})
    follows_filing = AskingReactions("certificate", "filing", {FilingTookEffect: when_filing_took_effect_carry_out})
    follows_identity = AskingReactions(
        "certificate",
        "identity",
        {
            EnterpriseClosed: cascading.when_enterprise_closed_lapse,
            EnterpriseQualificationLost: cascading.when_qualification_lost_lapse,
            EmploymentEnded: cascading.when_employment_ended_lapse,
            RealNameVerified: cascading.when_real_name_verified_match,
            PersonAmended: cascading.when_person_amended_match,
            PersonDied: cascading.when_person_died_lapse,
            DeathWithdrawn: cascading.when_death_withdrawn_reinstate,
        },
    )
    follows_itself = AskingReactions(
        "certificate", "certificate", dict.fromkeys((CredentialGranted, CredentialReissued), when_issued)
    )
    # apart from the documents, so that these do not wait behind an import
    matches_entered = AskingReactions(
        "certificate.matching", "certificate", {CredentialEntered: when_entered}
    )

    @timer(interval=TRIED_AGAIN_EVERY, eager=True)
    def try_waiting_again(self) -> None:
        """At start and every ten minutes: what stood in a document's way may be mended."""
        try_waiting_again(self.kernel)

    @timer(interval=expiring.EVERY, eager=True)
    def say_what_is_over(self) -> None:
        """At start and every few seconds, in every replica."""
        EXPIRING.tick(self.kernel)
