"""One credential 电子证照: granted or refused once by an approval, its signed document recorded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from contracts.certificate import (
    CredentialGranted,
    CredentialStatus,
    DocumentIssued,
    DocumentNotIssued,
    GrantCredential,
    GrantRefused,
    RecordDocument,
    RecordDocumentNotIssued,
    RefuseGrant,
)
from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.identifiers import parse_certificate_identifier

CredentialCommand: TypeAlias = GrantCredential | RefuseGrant | RecordDocument | RecordDocumentNotIssued
CredentialEvent: TypeAlias = CredentialGranted | GrantRefused | DocumentIssued | DocumentNotIssued

WAITING = "document_waiting"
"""The claim of every credential whose document could not be made."""


@dataclass(frozen=True)
class Credential:
    """What was granted, and the document that says so; or why it was not."""

    granted: CredentialGranted | None = None
    refused: GrantRefused | None = None
    document: DocumentIssued | None = None
    waiting: DocumentNotIssued | None = None

    def status(self, on: date) -> CredentialStatus:
        """Whether it may be relied on that day. No event says that it has expired: the date alone does."""
        assert self.granted is not None
        return "expired" if on > self.granted.valid_until else "valid"


def decide(state: Credential, command: CredentialCommand) -> Sequence[CredentialEvent]:
    """What the order makes happen; nothing when it was carried out before."""
    only_the_product_itself_grants(command)
    match command:
        case GrantCredential():
            return grant(state, command)
        case RefuseGrant():
            return refuse(state, command)
        case RecordDocument():
            return record(state, command)
        case RecordDocumentNotIssued():
            return wait(state, command)


def grant(state: Credential, command: GrantCredential) -> Sequence[CredentialGranted]:
    """Grant what the approval says, once for each filing."""
    if state.granted is not None:
        if state.granted.filing_id != command.filing_id:
            raise Refused("credential_exists")
        return []
    if state.refused is not None:
        raise Refused("certificate_held")
    rules = (identifier_agrees, dates_in_order, scopes_within, portrait_is_a_picture)
    if problems := [{"code": code} for rule in rules if (code := rule(command))]:
        raise Refused("grant_incoherent", problems=problems)
    said = command.model_dump(exclude={"meta"})
    return [CredentialGranted.model_validate(said)]


def refuse(state: Credential, command: RefuseGrant) -> Sequence[GrantRefused]:
    """Say in the history that the approval gave nothing, and why."""
    if state.granted is not None:
        raise Refused("credential_exists")
    said = command.model_dump(exclude={"meta"})
    return [] if state.refused is not None else [GrantRefused.model_validate(said)]


def record(state: Credential, command: RecordDocument) -> Sequence[DocumentIssued]:
    """Keep the first document that is brought. Another, of a run that crashed, counts for nothing."""
    if state.granted is None:
        raise NotFound.of("credential", command.credential_id)
    if state.document is not None:
        return []
    if command.document.content_type != "application/pdf":
        raise Refused("document_not_pdf")
    said = command.model_dump(exclude={"meta"})
    return [DocumentIssued.model_validate({**said, "identifier": state.granted.identifier})]


def wait(state: Credential, command: RecordDocumentNotIssued) -> Sequence[DocumentNotIssued]:
    """Say why there is no document yet; once, until it is for another reason. One that was issued is not taken back."""
    if state.granted is None:
        raise NotFound.of("credential", command.credential_id)
    if state.document is not None:
        return []
    said = command.model_dump(exclude={"meta"})
    why = DocumentNotIssued.model_validate({**said, "identifier": state.granted.identifier})
    return [] if why == state.waiting else [why]


def evolve(state: Credential, event: CredentialEvent) -> Credential:
    """The credential after the event."""
    match event:
        case CredentialGranted():
            return replace(state, granted=event)
        case GrantRefused():
            return replace(state, refused=event)
        case DocumentIssued():
            return replace(state, document=event, waiting=None)
        case DocumentNotIssued():
            return replace(state, waiting=event)


def claims(state: Credential, event: CredentialEvent) -> Sequence[Claim | Release]:
    """No two credentials share a number, an identifier or a document; each also finds its credential.

    A person holds one credential of a kind for a specialty. No event ends one that expires, so its place is not given
    back: the next one names it, and each is followed by one only.
    """
    match event:
        case CredentialGranted():
            return [
                Claim("registration_number", event.registration_number, "registration_number_taken"),
                Claim("identifier", event.identifier, "identifier_taken"),
                *(Claim("held", place_of(event, scope.specialty), "certificate_held") for scope in event.scopes),
            ]
        case GrantRefused():
            return []
        case DocumentIssued():
            given_back = [Release(WAITING)] if state.waiting is not None else []
            return [Claim("document", event.document.sha256, "document_taken"), *given_back]
        case DocumentNotIssued():
            # nobody else can have it: it is kept so that those who wait are counted and found
            return [Claim(WAITING, str(event.credential_id), "document_taken")]


def place_of(event: CredentialGranted, specialty: str) -> str:
    """The key by which a credential is its holder's one for the specialty; it begins with the holder."""
    place = f"{event.holder.person_id}/{event.kind}/{specialty}"
    return f"{place}/{event.after}" if event.after is not None else place


def only_the_product_itself_grants(command: CredentialCommand) -> None:
    """A certificate is a consequence of an approval: no account may order one, whatever way it comes in."""
    if command.meta.actor.kind != "system":
        raise NotAllowed("only_by_approval")


def identifier_agrees(command: GrantCredential) -> str | None:
    """The identifier names its issuer and its issue (GB/T 36904)."""
    parts = parse_certificate_identifier(command.identifier)
    agrees = (parts.issuer, parts.version) == (command.issuer.uscc, command.identifier_version)
    return None if agrees else "identifier_of_another_issue"


def dates_in_order(command: GrantCredential) -> str | None:
    """Granted, then valid, then over."""
    return None if command.granted_on <= command.valid_from <= command.valid_until else "validity_reversed"


def scopes_within(command: GrantCredential) -> str | None:
    """A specialty has its own expiry, never beyond the certificate's; a certificate for nothing is none."""
    if not command.scopes:
        return "no_scope"
    within = all(command.valid_from <= scope.expires_on <= command.valid_until for scope in command.scopes)
    return None if within else "scope_outside_validity"


def portrait_is_a_picture(command: GrantCredential) -> str | None:
    """No portrait, no electronic certificate."""
    return None if command.portrait.content_type.startswith("image/") else "portrait_not_a_picture"


CREDENTIAL: Decider[Credential, CredentialCommand, CredentialEvent] = Decider(
    "credential", Credential(), decide, evolve, claims
)
