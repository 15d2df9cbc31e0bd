"""Sharing out: desks become as full as each other, nobody gets what they may not examine, and it is always the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.review.domain.hand_out import NOBODY, share_out

DESKS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), min_size=1)


def anybody(case: int, account: str) -> str | None:
    return None


@given(st.integers(0, 60), DESKS)
def test_everything_goes_and_never_to_a_fuller_desk(count: int, desks: dict[str, int]) -> None:
    given_out, left = share_out(range(count), desks, anybody)
    assert [case for case, _ in given_out] == list(range(count))
    assert left == []
    full = dict(desks)
    for _, account in given_out:
        assert full[account] == min(full.values())
        full[account] += 1
    touched = [full[account] for _, account in given_out]
    assert not touched or max(touched) - min(full.values()) <= 1


@given(st.integers(0, 60), st.integers(1, 8))
def test_of_empty_desks_none_gets_two_more_than_another(count: int, officers: int) -> None:
    given_out, _ = share_out(range(count), dict.fromkeys("abcdefgh"[:officers], 0), anybody)
    got = [sum(account == name for _, account in given_out) for name in "abcdefgh"[:officers]]
    assert sum(got) == count
    assert max(got) - min(got) <= 1


@given(st.lists(st.integers(0, 9), max_size=40), DESKS, st.data())
def test_nobody_gets_what_they_may_not_have(
    waiting: list[int], desks: dict[str, int], data: st.DataObject
) -> None:
    barred = data.draw(st.sets(st.tuples(st.integers(0, 9), st.sampled_from("abcdefgh"))))

    def unfit(case: int, account: str) -> str | None:
        return "own_case" if (case, account) in barred else None

    given_out, left = share_out(waiting, desks, unfit)
    assert sorted([case for case, _ in given_out] + [case for case, _ in left]) == sorted(waiting)
    assert not any((case, account) in barred for case, account in given_out)
    assert all(all((case, account) in barred for account in desks) for case, _ in left)
    assert {why for _, why in left} <= {"own_case"}


@given(st.integers(0, 30), DESKS)
def test_told_in_another_order_the_desks_get_the_same(count: int, desks: dict[str, int]) -> None:
    turned = dict(reversed(desks.items()))
    assert share_out(range(count), desks, anybody) == share_out(range(count), turned, anybody)


def test_with_nobody_present_all_wait() -> None:
    assert share_out([1, 2], {}, anybody) == ([], [(1, NOBODY), (2, NOBODY)])
