"""ReserveAnnouncementNumber: a document's number is one authority's."""

from __future__ import annotations

import pytest

from contracts.errors import NotAllowed
from contracts.message import SYSTEM, Actor
from contracts.review import AnnouncementNumberReserved, ReserveAnnouncementNumber
from contracts.review.announcements import announcement_id
from services.kernel.testing import given
from services.review.domain.announcement import ANNOUNCEMENT
from tests.domain.review.samples import AUDITOR, CITY, DOCUMENT, HUNAN_DEPARTMENT, JIANGXI, PROVINCE, meta


def reserve(by: Actor = PROVINCE, number: str = DOCUMENT) -> ReserveAnnouncementNumber:
    number_id = announcement_id(number)
    return ReserveAnnouncementNumber(announcement_id=number_id, document_number=number, meta=meta(by))


RESERVED = AnnouncementNumberReserved(
    announcement_id=announcement_id(DOCUMENT), document_number=DOCUMENT, issuer_id=HUNAN_DEPARTMENT
)


def test_happens_for_who_comes_first() -> None:
    given(ANNOUNCEMENT).when(reserve()).then(RESERVED)


def test_ignored_for_every_further_case_of_the_same_authority() -> None:
    given(ANNOUNCEMENT, RESERVED).when(reserve()).then_nothing()


def test_refused_to_another_authority() -> None:
    refusal = given(ANNOUNCEMENT, RESERVED).when(reserve(JIANGXI)).then_refused("document_number_taken")
    assert refusal.params == {"document_number": DOCUMENT}


@pytest.mark.parametrize("number", ["湘建公告[2026]12号", "湘建公告〔2026〕 12号", "湘建公告〔２０２６〕12号", "湘建公告(2026)12号"])
def test_written_otherwise_it_is_the_same_number(number: str) -> None:
    assert announcement_id(number) == announcement_id(DOCUMENT)
    given(ANNOUNCEMENT, RESERVED).when(reserve(JIANGXI, number)).then_refused("document_number_taken")
    refusal = given(ANNOUNCEMENT, RESERVED).when(reserve(number=number)).then_refused("document_number_spelling")
    assert refusal.params == {"document_number": DOCUMENT}


def test_another_number_is_another() -> None:
    others = ("湘建公告〔2026〕13号", "湘建公告〔202〕612号", "湘建公告〔2026〕1-2号")
    assert len({announcement_id(number) for number in (DOCUMENT, *others)}) == 4


@pytest.mark.parametrize("number", ["湘建\x01公告1号", "湘建公告\u200b1号", "   ", "〔〕", " 湘建公告1号", "湘建公告1号\n"])
def test_refused_when_it_cannot_be_printed(number: str) -> None:
    """One that XML cannot write would take the whole feed away from everybody."""
    given(ANNOUNCEMENT).when(reserve(number=number)).then_refused("document_number_form")


@pytest.mark.parametrize(("by", "code"), [(CITY, "duty_missing"), (AUDITOR, "officers_only"), (SYSTEM, "officers_only")])
def test_refused_to_who_may_not_announce(by: Actor, code: str) -> None:
    given(ANNOUNCEMENT).when(reserve(by)).then_refused(code, NotAllowed)
