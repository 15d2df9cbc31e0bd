"""Whether a PDF is the certificate in the register: its signature, the recorded document, its validity.

A true signature alone says little: what a run signed that crashed before recording it was never issued.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from contracts.certificate import DocumentCheck
from contracts.review import DecisionDocument
from services.certificate.domain.credential import Credential
from services.certificate.domain.showing import public_credential

NOT_RECORDED = "document_not_recorded"
NOT_THE_ISSUED_ONE = "not_the_issued_document"
OTHER_IDENTIFIER = "identifier_differs"
NO_IDENTIFIER = "no_certificate_identifier"


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


def check(found: Examined, recorded: Credential | None, named: Credential | None, on: date) -> DocumentCheck:
    """``recorded`` is the credential whose document has this SHA-256, ``named`` the one it says it is."""
    problems = list(found.problems)
    if not (found.intact and found.trusted):
        named = None  # anybody can write an identifier into a file and sign it with a key of their own
    if recorded is None:
        problems.append(NOT_THE_ISSUED_ONE if named is not None else NOT_RECORDED)
    elif recorded.granted and found.identifier not in (None, recorded.granted.identifier):
        problems.append(OTHER_IDENTIFIER)
    credential = recorded or named
    if credential is not None and (status := credential.status(on)) != "valid":
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
        credential=public_credential(credential, on) if credential is not None else None,
    )
