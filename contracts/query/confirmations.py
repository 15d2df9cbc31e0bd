"""What waits for the agreement of a party, and what parties have answered (manual 001, 3.2.3.9 and 3.2.4.5)."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from contracts.filing import FilingStatus
from contracts.matters.route import Party
from contracts.message import Actor, Model, named
from contracts.query.base import Listing, Personal, Search

ConfirmationStatus = Literal["waiting", "asked", "confirmed", "declined", "timed_out", "withdrawn"]
"""waiting: others are asked first. asked: it is this party's turn. withdrawn: it was taken back, or handed in anew, before
this party had answered.
"""
Side = Literal["party", "filer"]


@named("query.ListConfirmations.v1")
class ListConfirmations(Listing):
    """What somebody's agreement was asked for, newest first: as the party that is asked, as the filer that waits, or both.

    ``open``: waits for an answer now (of the viewer, where ``side`` is party); false: answered, or over. A party sees nothing
    before its turn. ``who`` is the beginning of the person's name, or a whole ID number. Authorities see none of it.
    """

    viewer: Actor
    filing_id: UUID | None = None
    side: Side | None = None
    open: bool | None = None
    status: ConfirmationStatus | None = None
    who: Search | None = None
    matter: str | None = None
    credential: str | None = None
    registration_type: str | None = None


class ConfirmationRow(Model):
    """One party of one hand-in, as it was handed in. ``former_enterprise`` 转出单位 is the employer that the certificate names,
    ``new_enterprise`` 转入单位 the one that files or the employer now, where it is another and the filing ends nothing;
    ``handed_in_at`` 申报时间, ``filing_status`` 申报状态.

    ``side`` is what the viewer is to it. ``reason``: why it was declined. ``by_silence``: the time was over.
    """

    filing_id: UUID
    round: int
    party: Party
    number: str
    matter: str
    title: str
    credential: str
    registration_type: str
    person_id: UUID
    person_name: Personal
    resident_id: Personal
    former_enterprise_id: UUID | None
    former_enterprise: str | None
    new_enterprise_id: UUID | None
    new_enterprise: str | None
    certificate_number: str | None
    handed_in_at: AwareDatetime
    filing_status: FilingStatus
    status: ConfirmationStatus
    asked_at: AwareDatetime | None
    due_on: date | None
    answered_at: AwareDatetime | None
    reason: str | None
    by_silence: bool
    side: Side | None
