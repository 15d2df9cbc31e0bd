"""certificate: grants what review approves, signs it once, says of any certificate whether it is genuine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from eventlet import tpool
from nameko.timer import timer

from contracts.certificate import (
    AllocateNumber,
    CredentialGranted,
    CredentialView,
    DocumentCheck,
    FindHeld,
    GetCredential,
    GrantCredential,
    LookUpIdentifier,
    NumberAllocated,
    PublicCredential,
    ReadFeed,
    RecordDocument,
    RecordDocumentNotIssued,
    RefuseGrant,
    VerifyDocument,
)
from contracts.certificate_feed import FeedPage
from contracts.errors import NotFound
from contracts.filing import FilingView, GetFiling
from contracts.matters.registry import default_registry
from contracts.message import Command, Recorded
from contracts.review import CaseApproved, CaseView, DecisionDocument, FindDecisionDocument, GetCase
from services.certificate import reactions
from services.certificate.domain.checking import check, check_decision, may_be_a_decision
from services.certificate.domain.credential import CREDENTIAL, Credential
from services.certificate.domain.granting import Approval
from services.certificate.domain.holding import facts_of
from services.certificate.domain.numbering import NUMBERING
from services.certificate.domain.showing import credential_view, public_credential
from services.certificate.feed import read_feed
from services.certificate.issuing import (
    TRIED_AGAIN_EVERY,
    CertificateKernel,
    documents,
    try_waiting_again,
    when_credential_granted_issue_document,
)
from services.kernel.clock import clock
from services.kernel.kernel import Ground
from services.kernel.numbers import drawn
from services.kernel.reactions import AskingReactions
from services.kernel.rpc import handles
from services.kernel.service import LogService


def when_case_approved_grant_credential(
    recorded: Recorded[CaseApproved], ground: Ground
) -> Iterable[Command]:
    """Ask what was approved, draw the numbers, order the grant. Done again, it finds the numbers it drew.

    Approvals are followed one by one, whatever the replicas, so nothing is granted between the look and the order.
    """
    decision = recorded.event
    registry = default_registry()
    approval = Approval(
        decision=decision,
        matter=registry.get(decision.matter, decision.matter_version),
        case=CaseView.model_validate(ground.rpc.send(GetCase(case_id=decision.case_id))),
        filing=FilingView.model_validate(ground.rpc.send(GetFiling(filing_id=decision.filing_id))),
        labels=registry.labels,
    )
    held = held_by(ground, approval.subject.person_id)
    if (rival := approval.wanted.stands_in_the_way(held)) is not None:
        yield reactions.when_case_approved_refuse_grant(recorded, approval, rival)
        return
    registration, identifier = (
        number_of(ground, reactions.when_case_approved_draw_number(recorded, series))
        for series in (approval.registration_series, approval.identifier_series)
    )
    after = approval.wanted.takes_the_place_of(held)
    yield reactions.when_case_approved_grant_credential(recorded, approval, registration, identifier, after)


def number_of(ground: Ground, command: AllocateNumber) -> int:
    """The number that the purpose has, now or since before."""
    return drawn(ground, NUMBERING, NumberAllocated, command, command.series, command.purpose)


def held_by(ground: Ground, person_id: UUID) -> list[Credential]:
    """Every credential that a person has, expired ones too."""
    found = dict.fromkeys(ground.log.holders("held", f"{person_id}/"))
    return [ground.log.load(CREDENTIAL, credential_id).state for credential_id in found]


class CertificateService(LogService):
    """Its commands come from its own reactions only, so none is an entrypoint."""

    name = "certificate"
    kernel = CertificateKernel(
        {
            AllocateNumber: (NUMBERING, "series"),
            GrantCredential: (CREDENTIAL, "credential_id"),
            RefuseGrant: (CREDENTIAL, "credential_id"),
            RecordDocument: (CREDENTIAL, "credential_id"),
            RecordDocumentNotIssued: (CREDENTIAL, "credential_id"),
        }
    )
    follows_review = AskingReactions(
        "certificate", "review", {CaseApproved: when_case_approved_grant_credential}
    )
    follows_itself = AskingReactions(
        "certificate", "certificate", {CredentialGranted: when_credential_granted_issue_document}
    )

    @timer(interval=TRIED_AGAIN_EVERY, eager=True)
    def try_waiting_again(self) -> None:
        """At start and every ten minutes: what stood in a document's way may be mended."""
        try_waiting_again(self.kernel)

    @handles(GetCredential)
    def get_credential(self, question: GetCredential) -> CredentialView:
        """The credential as the log has it now."""
        loaded = self.kernel.log.load(CREDENTIAL, question.credential_id)
        return credential_view(loaded.state, loaded.version, clock.now().date())

    @handles(FindHeld)
    def find_held(self, question: FindHeld) -> list[dict[str, Any]]:
        """A person's certificates for the rules of matters: by claims, so a grant is known as soon as it is made."""
        held = held_by(self.kernel, question.person_id)
        return [facts_of(one, question.on).model_dump(mode="json") for one in held]

    @handles(LookUpIdentifier)
    def look_up_identifier(self, question: LookUpIdentifier) -> PublicCredential:
        """What the QR code's address shows."""
        found = self._holding("identifier", question.identifier.strip().upper())
        if found is None:
            raise NotFound("credential_not_found")
        return public_credential(found, question.on)

    @handles(VerifyDocument)
    def verify_document(self, question: VerifyDocument) -> DocumentCheck:
        """The PDF's own signature, then what the register says of it; of a decision document, what review says."""
        examined = tpool.execute(documents(self.kernel).examine, question.sha256)
        recorded = self._holding("document", question.sha256)
        if recorded is None and may_be_a_decision(examined) and (decision := self._decision(question.sha256)):
            return check_decision(examined, decision)
        named = self._holding("identifier", examined.identifier) if examined.identifier else None
        return check(examined, recorded, named, question.on)

    @handles(ReadFeed)
    def read_feed(self, question: ReadFeed) -> FeedPage:
        """Certificate events after a position, for subscribers."""
        return read_feed(self.kernel.log.read, question.after, question.limit)

    def _decision(self, sha256: str) -> DecisionDocument | None:
        try:
            return DecisionDocument.model_validate(self.kernel.rpc.send(FindDecisionDocument(sha256=sha256)))
        except NotFound:
            return None

    def _holding(self, kind: str, key: str) -> Credential | None:
        credential_id: Any = self.kernel.log.holder(kind, key)
        return self.kernel.log.load(CREDENTIAL, credential_id).state if credential_id is not None else None
