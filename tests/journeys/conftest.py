"""People and filings in the states that journeys start from. What is shared is only looked at or refused."""

from __future__ import annotations

import pytest

from demo.steps import Steps
from tests.journeys.product import drafted, employee, submitted


@pytest.fixture(scope="session")
def draft(world: Steps) -> Steps:
    """A complete draft that nobody may change: for refusals."""
    return drafted(employee(world))


@pytest.fixture(scope="session")
def case(world: Steps) -> Steps:
    """A case that waits for acceptance, and stays waiting: for refusals and for those who look."""
    return submitted(employee(world))


@pytest.fixture
def newcomer(world: Steps) -> Steps:
    """Somebody employed, with nothing filed yet, for this test alone."""
    return employee(world)
