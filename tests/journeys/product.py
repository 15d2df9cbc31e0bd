"""A real running product for journeys, pages and the command line: started once, shared, spoken to over HTTP only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from demo.product import Running
    from demo.steps import Steps


@dataclass(frozen=True)
class Certified:
    """A filing that went all the way: who took part, what the public saw meanwhile, the register's line, the document."""

    steps: Steps
    publicised: requests.Response
    row: dict[str, Any]
    pdf: bytes


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The embedded product with an empty province."""
    from demo.product import embedded

    with embedded(tmp_path_factory.mktemp("product") / "data", lambda words: None, port=0) as running:
        yield running


@pytest.fixture(scope="session")
def world(product: Running) -> Steps:
    """Hunan with its authorities, and an authenticated enterprise. Tests bring people of their own."""
    from demo.steps import Steps

    made = Steps(product.url, product.operator_password)
    made.authorities()
    made.enterprise_registered()
    made.enterprise_authenticated()
    return made


@pytest.fixture(scope="session")
def certified(world: Steps) -> Certified:
    """The whole way, once. The product's clock then stands thirty days ahead, for every test that follows."""
    steps = submitted(employee(world))
    for stage in ("acceptance", "preliminary", "second"):
        steps.passed(stage)
    steps.province.post(f"/cases/{steps.case_id}/publicity")
    publicised = steps.anyone.send("GET", "/publicity", headers={"Zhuce-After": f"review:{steps.province.seen['review']}"})
    steps.publicity_over()
    steps.announced()
    row = steps.certificate()
    return Certified(steps, publicised, row, steps.document(row))


def employee(world: Steps) -> Steps:
    """Somebody qualified, verified, complete, and employed by the world's enterprise."""
    steps = world.with_another_person()
    steps.qualified()
    steps.registered()
    steps.verified()
    steps.completed()
    steps.employed()
    return steps


def drafted(steps: Steps) -> Steps:
    """A draft that lacks nothing."""
    steps.drafted()
    steps.picked()
    steps.filled_in()
    steps.attached()
    return steps


def submitted(steps: Steps) -> Steps:
    """A filing that waits for acceptance."""
    drafted(steps).submitted()
    steps.received()
    return steps
