"""What an application form shows: labels and values already in words, in the matter's own order."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.personal import PERSONAL
from services.filing.form.labels import FormLabels

Row = tuple[str, str]
Section = tuple[str, tuple[Row, ...]]


class AttachmentLine(NamedTuple):
    """One file kept with the filing: what it is, its name, its bytes and its SHA-256."""

    label: str
    file_name: str
    size: int
    sha256: str


class Opinion(NamedTuple):
    """A box for what somebody says of the filing: empty ``says`` is to be written by hand, ``signatures`` are its lines."""

    heading: str
    says: str
    signatures: tuple[str, ...]


class ApplicationPrint(BaseModel):
    """A filing as it is printed: a draft says on every page that it is one.

    ``portrait`` names the portrait among the files that are handed over with the form; ``portrait_box``: without one its
    place is left free. It stands beside ``portrait_section``, or else the first section that is tall enough. Without
    ``lists_attachments`` the form has no list of files, without a commitment no place for one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1)]
    filing_number: str
    status: str
    draft: bool
    sections: Annotated[tuple[Section, ...], PERSONAL]
    attachments: Annotated[tuple[AttachmentLine, ...], PERSONAL] = ()
    lists_attachments: bool = True
    commitment: str = ""
    commitment_accepted_at: AwareDatetime | None = None
    # who signs the paper, from left to right
    signatories: Annotated[tuple[str, ...], Field(max_length=3)] = ("申报单位（盖章）", "申请人（签字）")
    # of the parties that confirm, and then of the authority's stages
    opinions: Annotated[tuple[Opinion, ...], PERSONAL] = ()
    authorities: tuple[Opinion, ...] = ()
    printed_at: AwareDatetime
    submitted_at: AwareDatetime | None = None
    portrait: str | None = None
    portrait_box: bool = False
    portrait_section: int | None = None
    labels: FormLabels = FormLabels()
