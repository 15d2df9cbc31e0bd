"""One credential 电子证照 through its life: its issues, what each says, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from contracts.certificate import (
    Change,
    CredentialEntered,
    CredentialExpired,
    CredentialStatus,
    DocumentIssued,
    DocumentNotIssued,
    GrantRefused,
    Holder,
    Issuer,
    Origin,
    Scope,
)
from contracts.files import FileRef
from contracts.matters.credential import EndedAs


@dataclass(frozen=True)
class Face:
    """Everything that an issue says."""

    title: str
    registration_number: str
    holder: Holder
    scopes: tuple[Scope, ...]
    issuer: Issuer
    portrait: FileRef | None
    granted_on: date
    valid_from: date
    valid_until: date
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Issue:
    """One issue, and its signed document, once there is one; ``waiting`` says why there is none yet."""

    change: Change | Origin
    face: Face
    identifier: str | None
    issued_on: date
    filing_id: UUID | None
    predecessor: str | None = None
    document: DocumentIssued | None = None
    waiting: DocumentNotIssued | None = None


@dataclass(frozen=True)
class Ended:
    """How it ended, other than by its last day. ``because``: a cause of the law's, or what the filing said; ``as_entered``: how
    the old register says that it had ended."""

    how: Literal["cancelled", "lapsed", "withdrawn"]
    on: date | None
    because: str | None = None
    filing_id: UUID | None = None
    as_entered: EndedAs | None = None
    forced: bool = False

    @property
    def code(self) -> str:
        """What strangers and systems are told: the words of a filing are another matter."""
        how = self.because if self.how == "lapsed" and self.because else self.how
        return self.as_entered or ("force_cancelled" if self.forced else how)


@dataclass(frozen=True)
class Credential:
    """``expired`` is set once that was said; the date decides before. ``unchanged``: filings that came to nothing.

    ``beside``: matched with a holder who had a valid one already, so it holds nobody's place. ``vouchers``: the imports and filings
    that have said, and still say, that there is this old one.
    """

    credential_id: UUID | None = None
    kind: str = ""
    origin: Origin = "granted"
    issues: tuple[Issue, ...] = ()
    after: UUID | None = None
    ended: Ended | None = None
    expired: CredentialExpired | None = None
    refused: GrantRefused | None = None
    unchanged: tuple[UUID, ...] = ()
    entered: CredentialEntered | None = None
    beside: bool = False
    vouchers: frozenset[UUID | None] = frozenset()

    @property
    def exists(self) -> bool:
        """Whether it was ever granted or entered."""
        return bool(self.issues)

    @property
    def issue(self) -> Issue:
        """The issue that holds; the others are void."""
        return self.issues[-1]

    @property
    def face(self) -> Face:
        """What it says now."""
        return self.issue.face

    @property
    def identifier(self) -> str | None:
        """Of the issue that holds: none of an old certificate that no filing has renewed."""
        return self.issue.identifier if self.issues else None

    @property
    def document(self) -> DocumentIssued | None:
        """The signed document of the issue that holds."""
        return self.issue.document if self.issues else None

    @property
    def waiting(self) -> DocumentNotIssued | None:
        """Why the issue that holds has no document yet."""
        return self.issue.waiting if self.issues else None

    @property
    def past(self) -> bool:
        """Whether it is history only: its last day was over before it was entered, or before a correction issued it anew."""
        if len(self.issues) > 1:
            return self.over(self.issue.issued_on)
        entered = self.entered.entered_on if self.entered is not None else None
        return entered is not None and self.over(entered)

    @property
    def changed_since_entered(self) -> bool:
        """Whether a filing, or the law by what happened later, has made another thing of it than was entered."""
        if self.entered is None or len(self.issues) > 1:
            return True
        if self.ended is None or self.entered.status != "valid":
            return False
        entered_on = self.entered.entered_on
        late = self.ended.on is None or entered_on is None or self.ended.on > entered_on
        return self.ended.how != "lapsed" or late

    @property
    def standing(self) -> bool:
        """Whether it has its place: nothing that was said has ended it."""
        return self.exists and self.ended is None and self.expired is None and not self.past

    def issue_of(self, identifier: str | None) -> Issue | None:
        """The issue with this identifier."""
        return next((one for one in self.issues if one.identifier == identifier), None)

    def made_by(self, filing_id: UUID) -> bool:
        """Whether this filing has made one of its issues."""
        return any(one.filing_id == filing_id for one in self.issues)

    def over(self, on: date) -> bool:
        """Whether its last day was before that day."""
        return on > self.face.valid_until

    def status(self, on: date, *, followed: bool = False) -> CredentialStatus:
        """Whether it may be relied on that day. ``followed``: another was granted after it."""
        if self.ended is not None and self.ended.how == "withdrawn":
            return "withdrawn"
        if followed and (self.ended is not None or self.over(on)):
            return "replaced"
        if self.ended is not None:
            return self.ended.how
        return "expired" if self.over(on) else "valid"

    def in_force(self, on: date) -> tuple[Scope, ...]:
        """What it is good for that day: of a valid one, whatever is not over by itself."""
        if self.status(on) != "valid":
            return ()
        return tuple(one for one in self.face.scopes if on <= one.expires_on)

    def same_scope(self, kind: str, scope: frozenset[str], *, one_per_person: bool) -> bool:
        """Whether it is one of those of which a person has one at a time."""
        mine = {one.specialty for one in self.face.scopes}
        return self.kind == kind and (one_per_person or bool(mine & scope))


def matched_with(credential: Credential, person_id: UUID) -> Credential:
    """The same certificate in the hands of this person."""
    holder = credential.face.holder.model_copy(update={"person_id": person_id})
    issue = replace(credential.issue, face=replace(credential.face, holder=holder))
    return replace(credential, issues=(*credential.issues[:-1], issue))
