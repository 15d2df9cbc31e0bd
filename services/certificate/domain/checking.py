"""Whether a PDF is the certificate in the register: its signature, the recorded document, its validity.

A true signature alone says little: what a run signed that crashed before recording it was never issued.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.certificate import DocumentCheck, PublicCredential
from contracts.matters.credential import Usability
from contracts.review import DecisionDocument
from services.certificate.domain.showing import public_credential, status_of
from services.certificate.domain.state import Credential, Issue

NOT_RECORDED = "document_not_recorded"
NOT_THE_ISSUED_ONE = "not_the_issued_document"
OTHER_IDENTIFIER = "identifier_differs"
NO_IDENTIFIER = "no_certificate_identifier"
NOT_PUBLIC = "certificate_not_public"


@dataclass(frozen=True)
class Examined:
    """What the bytes themselves show; ``identifier`` only when the signature covers the bytes that say it."""

    intact: bool
    trusted: bool
    signer: str | None
    signed_at: datetime | None
    algorithm: str | None
    identifier: str | None
    problems: Sequence[str]


def may_be_a_decision(found: Examined) -> bool:
    """Sealed by us and no certificate: whether it was issued, review knows."""
    return found.intact and found.trusted and found.identifier is None


def check_decision(found: Examined, decision: DecisionDocument) -> DocumentCheck:
    """Of a decision document that was issued: it says nothing of a certificate, and needs no identifier."""
    problems = tuple(one for one in found.problems if one != NO_IDENTIFIER)
    return DocumentCheck(
        genuine=found.intact and found.trusted and not problems,
        intact=found.intact,
        trusted=found.trusted,
        recorded=True,
        signer=found.signer,
        signed_at=found.signed_at,
        algorithm=found.algorithm,
        problems=problems,
        credential=None,
        decision=decision,
    )


@dataclass(frozen=True)
class Known:
    """What the register knows of the credential that a document is of, or says it is of. ``shown``: strangers may see it."""

    credential: Credential
    issue: Issue
    followed: bool = False
    shown: bool = True
    usability: Usability | None = None


def check(found: Examined, recorded: Known | None, named: Known | None, on: date) -> DocumentCheck:
    """``recorded`` is the issue whose document has this SHA-256, ``named`` the one that the document says it is."""
    problems = list(found.problems)
    if not (found.intact and found.trusted):
        named = None  # anybody can write an identifier into a file and sign it with a key of their own
    if recorded is None:
        problems.append(NOT_THE_ISSUED_ONE if named is not None else NOT_RECORDED)
    elif found.identifier not in (None, recorded.issue.identifier):
        problems.append(OTHER_IDENTIFIER)
    known = recorded or named
    if known is not None:
        status = status_of(known.credential, known.issue, on, followed=known.followed)
        if not known.shown:
            problems.append(NOT_PUBLIC)
        elif status != "valid":
            problems.append(f"credential_{status}")
    return DocumentCheck(
        genuine=found.intact and found.trusted and recorded is not None and not problems,
        intact=found.intact,
        trusted=found.trusted,
        recorded=recorded is not None,
        signer=found.signer,
        signed_at=found.signed_at,
        algorithm=found.algorithm,
        problems=tuple(problems),
        credential=_shown(known, on) if known is not None and known.shown else None,
    )


def _shown(known: Known, on: date) -> PublicCredential:
    return public_credential(
        known.credential, known.issue, on, followed=known.followed, usability=known.usability
    )
