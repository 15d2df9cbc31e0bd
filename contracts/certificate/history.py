"""Certificates that were there before: entered, matched with their holders, and taken back."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.certificate.types import Attributes, Concerned, Holder, Issuer, NumberAsPrinted, Scope
from contracts.files import FileRef
from contracts.filing import MatterCode
from contracts.matters.credential import EndedAs
from contracts.message import Command, Event, Model, derived_id, named


def entered_id(kind: str, number: str) -> UUID:
    """The id of an old certificate: of kind and number, so that it is entered once, whoever enters it."""
    return derived_id("entered-credential", kind, number)


class Entered(Model):
    """An old certificate. ``credential_id`` is derived from kind and number, so that it is entered once.

    ``status``: as it stood then; ``ended_as``: how a cancelled one had ended, where that was no 注销. By an import (``import_id``,
    ``line`` of its file) or by a filing.
    """

    credential_id: UUID
    kind: str
    title: str
    registration_number: NumberAsPrinted
    holder: Holder
    scopes: tuple[Scope, ...]
    issuer: Issuer
    granted_on: date
    valid_from: date
    valid_until: date
    status: Literal["valid", "cancelled"] = "valid"
    ended_as: EndedAs | None = None
    origin: Literal["imported", "supplemented"]
    import_id: UUID | None = None
    line: int | None = None
    filing_id: UUID | None = None
    matter: MatterCode | None = None
    matter_version: int | None = None
    portrait: FileRef | None = None
    attributes: Attributes = Field(default_factory=dict)


@named("certificate.EnterCredential.v1")
class EnterCredential(Entered, Command):
    """Enter it. The same one again is only vouched for; the same number with other facts is refused (``credential_differs``)."""


@named("certificate.CredentialEntered.v1")
class CredentialEntered(Entered, Event):
    """It is in the register now. It is no electronic certificate until a filing gives it an issue.

    ``entered_on``: what was over by then is history, and nobody is told that it has expired.
    """

    entered_on: date | None = None


@named("certificate.CredentialVouched.v1")
class CredentialVouched(Event):
    """Another import (``line`` of its file), or a filing, says the same of it: it goes with the last of those that do."""

    credential_id: UUID
    import_id: UUID | None = None
    line: int | None = None
    filing_id: UUID | None = None


@named("certificate.MatchHolder.v1")
class MatchHolder(Command):
    """The person who has proven to have the ID number and the name that an old certificate states.

    ``beside``: they have a valid one of that kind and scope already. It is theirs all the same, but takes nobody's place.
    """

    credential_id: UUID
    person_id: UUID
    beside: bool = False


@named("certificate.HolderMatched.v1")
class HolderMatched(Event):
    """From now on it is among the person's own certificates."""

    credential_id: UUID
    person_id: UUID
    beside: bool = False


@named("certificate.WithdrawCredential.v1")
class WithdrawCredential(Command):
    """An import that has it is undone. Refused (``changed_since``) where something else was done to it since.

    ``kept_for``: what rests on it elsewhere (``followed_since``, ``filing_open``), looked up when this was ordered.
    """

    FILLED_IN = frozenset({"meta", "kept_for"})

    credential_id: UUID
    import_id: UUID
    kept_for: str | None = None


@named("certificate.CredentialVouchEnded.v1")
class CredentialVouchEnded(Event):
    """An import that had it is undone. It stays: others still say the same."""

    credential_id: UUID
    import_id: UUID


@named("certificate.CredentialWithdrawn.v1")
class CredentialWithdrawn(Concerned, Event):
    """It counts for nothing any more; what was read stays readable. It may be entered again."""

    credential_id: UUID
    import_id: UUID
