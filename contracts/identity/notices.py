"""Notices: short messages that tell people how it stands with what they filed."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from contracts.message import Command, Event, named

NoticeAbout = Literal[
    "returned",
    "rejected",
    "approved",
    "issued",
    "lapsed",
    "correction_near",
    "confirmation_asked",
    "confirmation_near",
    "confirmation_declined",
    "confirmation_timed_out",
    "informed",
    "took_effect",
    "certificate_lapsed",
    "certificate_expired",
    "certificate_cancelled",
    "employee_died",
    "death_withdrawn",
]


@named("identity.OrderNotice.v1")
class OrderNotice(Command):
    """Tell one person or one enterprise; given by the reactions to review's decisions and to certificate's documents.

    ``notice_id`` is derived from the event that is told and from whom it is told to, so that nobody is told twice.
    """

    notice_id: UUID
    about: NoticeAbout
    title: str
    person_id: UUID | None = None
    enterprise_id: UUID | None = None
    case_id: UUID | None = None
    credential_id: UUID | None = None
    due_on: date | None = None
    filing_id: UUID | None = None


@named("identity.NoticeOrdered.v1")
class NoticeOrdered(Event):
    """``title`` is the matter's or the certificate's, ``due_on`` the day that is near. The phone is looked up when the
    message is sent.
    """

    notice_id: UUID
    about: NoticeAbout
    title: str
    person_id: UUID | None
    enterprise_id: UUID | None
    case_id: UUID | None
    credential_id: UUID | None
    due_on: date | None = None
    filing_id: UUID | None = None


@named("identity.RecordNoticeSent.v1")
class RecordNoticeSent(Command):
    """The provider has taken the message."""

    notice_id: UUID


@named("identity.NoticeSent.v1")
class NoticeSent(Event):
    notice_id: UUID
    about: NoticeAbout
    person_id: UUID | None
    enterprise_id: UUID | None
    case_id: UUID | None
    credential_id: UUID | None
