"""The toys of a later version: what their counter called Raised in two earlier shapes, it calls Incremented today.

Run like tests.kernel.toy. A process of tests.kernel.toy itself knows neither: it is the replica that is not upgraded yet.
"""

from __future__ import annotations

from tests.kernel import toy  # first: it prepares the process for eventlet

# isort: split
from typing import Any

from contracts.versions import upcasts


@upcasts("counter.Raised.v2", to="counter.Incremented.v1")
def _renamed(body: dict[str, Any]) -> dict[str, Any]:
    return {"counter_id": body["counter"], "by": body["amount"]}


@upcasts("counter.Raised.v1", to="counter.Raised.v2", secret={"pin"})
def _in_whole(body: dict[str, Any]) -> dict[str, Any]:
    return {"counter": body["counter"], "amount": body["cents"] // 100}


if __name__ == "__main__":
    toy.main()
