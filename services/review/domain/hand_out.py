"""Shares out what waits, so that desks are as full as each other."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

W = TypeVar("W")
NOBODY = "nobody_present"


def share_out(
    waiting: Sequence[W], desks: Mapping[str, int], unfit: Callable[[W, str], str | None]
) -> tuple[list[tuple[W, str]], list[tuple[W, str]]]:
    """Each waiting case to the fit officer with the fewest open cases; ``desks`` has these, for those who are present.

    Returns what is given to whom, and what stays, with the code of the reason: why the officer with the emptiest desk may
    not have it, or that nobody is there. Of desks that are equally full the first by account is taken, so that the same
    cases and desks always lead to the same sharing.
    """
    heap = [(count, account) for account, count in desks.items()]
    heapq.heapify(heap)
    given: list[tuple[W, str]] = []
    left: list[tuple[W, str]] = []
    for case in waiting:
        passed_over = []
        why = NOBODY
        while heap:
            count, account = heapq.heappop(heap)
            reason = unfit(case, account)
            if reason is None:
                heapq.heappush(heap, (count + 1, account))
                given.append((case, account))
                break
            why = reason if why == NOBODY else why
            passed_over.append((count, account))
        else:
            left.append((case, why))
        for one in passed_over:
            heapq.heappush(heap, one)
    return given, left
