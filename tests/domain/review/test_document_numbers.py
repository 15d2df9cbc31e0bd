"""AllocateDocumentNumber: one running number a pattern, province and year; one for each cause, always the same one."""

from __future__ import annotations

from datetime import date

from contracts.errors import NotAllowed
from contracts.message import SYSTEM, Actor
from contracts.review import AllocateDocumentNumber, DocumentNumberAllocated
from services.kernel.testing import given
from services.review.domain.document_numbers import DOCUMENT_NUMBERS, purpose_of, series_of
from tests.domain.review.samples import CASE_ID, CLERK, DISTRICT, meta

PATTERN = "湘建许准〔{year}〕{serial:05d}号"
SERIES = series_of(PATTERN, DISTRICT, date(2026, 3, 2))


def allocate(cause: int, actor: Actor = SYSTEM) -> AllocateDocumentNumber:
    return AllocateDocumentNumber(series=SERIES, purpose=purpose_of(CASE_ID, cause), meta=meta(actor))


def allocated(cause: int, number: int) -> DocumentNumberAllocated:
    return DocumentNumberAllocated(series=SERIES, purpose=purpose_of(CASE_ID, cause), number=number)


class TestHappens:
    def test_the_first_and_the_next(self) -> None:
        given(DOCUMENT_NUMBERS).when(allocate(17)).then(allocated(17, 1))
        given(DOCUMENT_NUMBERS, allocated(17, 1)).when(allocate(18)).then(allocated(18, 2))

    def test_a_series_is_of_one_pattern_one_province_and_one_year(self) -> None:
        days = (date(2026, 12, 31), date(2027, 1, 1))
        patterns = (PATTERN, "湘建许受〔{year}〕{serial:05d}号")
        names = {series_of(one, place, day) for one in patterns for place in (DISTRICT, "360100") for day in days}
        assert len(names) == 8
        assert series_of(PATTERN, "430000", days[0]) == SERIES

    def test_two_matters_that_write_one_pattern_share_its_numbers_however_they_pad_them(self) -> None:
        assert series_of("湘建许准〔{year}〕{serial}号", DISTRICT, date(2026, 3, 2)) == SERIES


class TestIgnoredTheSecondTime:
    def test_the_same_cause_keeps_its_number(self) -> None:
        history = (allocated(17, 1), allocated(18, 2))
        outcome = given(DOCUMENT_NUMBERS, *history).when(allocate(17)).then_nothing()
        assert outcome.state.number_of(purpose_of(CASE_ID, 17)) == 1


class TestRefused:
    def test_by_anybody_else(self) -> None:
        given(DOCUMENT_NUMBERS).when(allocate(17, CLERK)).then_refused("only_by_decision", NotAllowed)
