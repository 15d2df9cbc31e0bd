"""People and filings in the states that journeys start from. What is shared is only looked at or refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contracts.labels import SETTING
from demo.steps import Steps
from tests.journeys.adding import Followed, follow
from tests.journeys.cast import Cast
from tests.journeys.product import drafted, employee, submitted
from tests.journeys.time_kept import Province, embedded_product, separate_processes


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


@pytest.fixture(scope="session")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """docs/adding-a-province.md, to the letter."""
    directory = tmp_path_factory.mktemp("province")
    return Followed(directory, follow(directory))


@pytest.fixture(scope="session")
def embedded_province(tmp_path_factory: pytest.TempPathFactory, followed: Followed) -> Iterator[Province]:
    """One process, with one province more than it comes with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTING, str(followed.directory))
        with embedded_product(tmp_path_factory.mktemp("embedded")) as made:
            patch.undo()  # the product has read it; nobody else is to
            yield made


@pytest.fixture(scope="session")
def cast(embedded_province: Province) -> Cast:
    """Everybody whom the matters of people need, on that one product."""
    return Cast(embedded_province)


@pytest.fixture(scope="session")
def province_over_rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """One process a service, on servers of their own: other tests bring down the shared ones."""
    with separate_processes(tmp_path_factory.mktemp("rabbit")) as made:
        yield made


@pytest.fixture(params=["embedded_province", "province_over_rabbit"], ids=["embedded", "rabbit"], scope="module")
def province(request: pytest.FixtureRequest) -> Province:
    """A product whose clock the tests may drive; every test brings a filing of its own."""
    made: Province = request.getfixturevalue(request.param)
    return made
