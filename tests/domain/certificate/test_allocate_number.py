"""AllocateNumber: the next number for each purpose, and the same one again for the same purpose."""

from __future__ import annotations

from hypothesis import given as any_of
from hypothesis import strategies as st

from contracts.errors import NotAllowed
from contracts.message import Event
from services.certificate.domain.numbering import NUMBERING
from services.kernel.testing import given
from tests.domain.certificate.samples import OFFICER, allocate, allocated


class TestHappens:
    def test_a_series_starts_at_one(self) -> None:
        given(NUMBERING).when(allocate("filing-1")).then(allocated("filing-1", 1))

    def test_the_next_purpose_has_the_next_number(self) -> None:
        given(NUMBERING, allocated("filing-1", 1)).when(allocate("filing-2")).then(allocated("filing-2", 2))


class TestIgnoredTheSecondTime:
    def test_the_last_purpose_keeps_its_number(self) -> None:
        outcome = given(NUMBERING, allocated("filing-1", 1)).when(allocate("filing-1")).then_nothing()
        assert outcome.state.number_of("filing-1") == 1

    def test_an_earlier_purpose_keeps_its_number(self) -> None:
        history = (allocated("filing-1", 1), allocated("filing-2", 2))
        outcome = given(NUMBERING, *history).when(allocate("filing-1")).then_nothing()
        assert outcome.state.number_of("filing-1") == 1


class TestRefused:
    def test_an_officer_cannot_draw_a_number(self) -> None:
        given(NUMBERING).when(allocate("mine", actor=OFFICER)).then_refused("only_by_approval", NotAllowed)


@any_of(st.lists(st.sampled_from([f"filing-{n}" for n in range(12)]), max_size=40))
def test_whatever_is_asked_in_whatever_order_each_purpose_has_one_number_without_gaps(
    purposes: list[str],
) -> None:
    history: list[Event] = []
    answers: dict[str, set[int | None]] = {}
    for purpose in purposes:
        history += given(NUMBERING, *history).when(allocate(purpose)).events
        answers.setdefault(purpose, set()).add(NUMBERING.fold(history).number_of(purpose))  # type: ignore[arg-type]
    assert all(len(numbers) == 1 for numbers in answers.values())
    assert sorted(n for numbers in answers.values() for n in numbers if n) == list(range(1, len(answers) + 1))


def test_a_long_series_folds_and_finds_its_first_purpose() -> None:
    series = NUMBERING.fold(allocated(f"filing-{n}", n) for n in range(1, 20_001))
    assert series.number_of("filing-1") == 1
    assert series.number_of("filing-20000") == 20_000
    assert series.number_of("nobody") is None
