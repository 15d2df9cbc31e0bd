"""What certificate answers: to those whose it is, to other services, to strangers, and to other provinces."""

from __future__ import annotations

from datetime import date
from typing import Any

from eventlet import tpool

from contracts.certificate import (
    CredentialView,
    DocumentCheck,
    FindByNumber,
    FindHeld,
    GetCredential,
    GetUsability,
    LookUpIdentifier,
    PublicCredential,
    ReadFeed,
    UsabilityView,
    VerifyDocument,
)
from contracts.certificate_feed import FeedPage
from contracts.errors import NotFound
from contracts.review import DecisionDocument, FindDecisionDocument
from services.certificate.domain.checking import Known, check, check_decision, may_be_a_decision
from services.certificate.domain.claims import DOCUMENT, IDENTIFIER
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.holding import facts_of, followed
from services.certificate.domain.kinds import kind_of
from services.certificate.domain.rules import day_in_china
from services.certificate.domain.showing import credential_view, public_credential
from services.certificate.domain.state import Credential, Issue
from services.certificate.feed import read_feed
from services.certificate.issuing import documents
from services.certificate.register import Register
from services.certificate.usability import Usabilities
from services.kernel.clock import clock
from services.kernel.kernel import Ground
from services.kernel.rpc import handles


class Answers:
    """Entrypoints of the service for questions."""

    kernel: Ground

    @handles(GetCredential)
    def get_credential(self, question: GetCredential) -> CredentialView:
        """The credential as the log has it now."""
        loaded, today = self.kernel.log.load(CREDENTIAL, question.credential_id), day_in_china(clock.now())
        state = loaded.state
        after = self._register.is_followed(state, today)
        return credential_view(state, loaded.version, today, kind_of(state.kind), followed=after)

    @handles(FindHeld)
    def find_held(self, question: FindHeld) -> list[dict[str, Any]]:
        """A person's certificates for the rules of matters: by claims, so a change is known as soon as it is made."""
        held = self._register.of_person(question.person_id)
        after = followed(held)
        return [
            facts_of(one, question.on, followed=one.credential_id in after).model_dump(mode="json") for one in held
        ]

    @handles(FindByNumber)
    def find_by_number(self, question: FindByNumber) -> list[dict[str, Any]]:
        """The same of a number, whosever it is."""
        found = self._register.by_number(question.kind, question.number.strip())
        return [
            facts_of(one, question.on, followed=self._register.is_followed(one, question.on)).model_dump(mode="json")
            for one in found
        ]

    @handles(GetUsability)
    def get_usability(self, question: GetUsability) -> UsabilityView:
        """Of one certificate, or of everything that a person has."""
        register = self._register
        if question.credential_id is not None:
            found = [register.get(question.credential_id)]
            if not found[0].exists:
                raise NotFound("credential_not_found")
        else:
            found = register.of_person(question.person_id) if question.person_id is not None else []
        return Usabilities(self.kernel, question.on).view(found)

    @handles(LookUpIdentifier)
    def look_up_identifier(self, question: LookUpIdentifier) -> PublicCredential:
        """What the QR code's address shows. A void issue says that another took its place."""
        identifier = question.identifier.strip().upper()
        found = self._register.holding(IDENTIFIER, identifier)
        issue = found.issue_of(identifier) if found is not None else None
        if found is None or issue is None:
            raise NotFound("credential_not_found")
        known = self._known(found, issue, question.on)
        if not known.shown:
            raise NotFound("certificate_not_public")
        return public_credential(found, issue, question.on, followed=known.followed, usability=known.usability)

    @handles(VerifyDocument)
    def verify_document(self, question: VerifyDocument) -> DocumentCheck:
        """The PDF's own signature, then what the register says of it; of a decision document, what review says."""
        examined = tpool.execute(documents(self.kernel).examine, question.sha256)
        recorded = self._register.holding(DOCUMENT, question.sha256)
        if recorded is None and may_be_a_decision(examined) and (decision := self._decision(question.sha256)):
            return check_decision(examined, decision)
        named = self._register.holding(IDENTIFIER, examined.identifier) if examined.identifier else None
        of = next((one for one in recorded.issues if _is_document(one, question.sha256)), None) if recorded else None
        meant = named.issue_of(examined.identifier) if named is not None else None
        return check(
            examined,
            self._known(recorded, of, question.on) if recorded is not None and of is not None else None,
            self._known(named, meant, question.on) if named is not None and meant is not None else None,
            question.on,
        )

    @handles(ReadFeed)
    def read_feed(self, question: ReadFeed) -> FeedPage:
        """Certificate events after a position, for subscribers."""
        return read_feed(self.kernel.log.read, question.after, question.limit)

    @property
    def _register(self) -> Register:
        return Register(self.kernel)

    def _known(self, credential: Credential, issue: Issue, on: date) -> Known:
        shown, usability = Usabilities(self.kernel, on).shown(credential)
        return Known(credential, issue, self._register.is_followed(credential, on), shown, usability)

    def _decision(self, sha256: str) -> DecisionDocument | None:
        try:
            return DecisionDocument.model_validate(self.kernel.rpc.send(FindDecisionDocument(sha256=sha256)))
        except NotFound:
            return None


def _is_document(issue: Issue, sha256: str) -> bool:
    return issue.document is not None and issue.document.document.sha256 == sha256
