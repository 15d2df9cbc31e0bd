"""The API's reference page in a real browser: whole, readable, and standing by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.pages.accessible import accessible, look
from tests.pages.conftest import Visit

if TYPE_CHECKING:
    from demo.product import Running

Open = Callable[..., Visit]


def test_it_loads_nothing_from_anywhere_else(product: Running, visit: Open) -> None:
    opened = visit(f"{product.url}/openapi")
    opened.quiet(product.url)
    assert {address.removeprefix(product.url) for address in opened.asked} == {"/openapi", "/openapi/"}
    accessible(opened.page, "")
    assert opened.page.locator("details .method").count() > 60


def test_every_link_inside_leads_somewhere(product: Running, visit: Open) -> None:
    opened = visit(f"{product.url}/openapi/")
    links = opened.page.eval_on_selector_all("a[href^='#']", "links => links.map(a => decodeURIComponent(a.hash.slice(1)))")
    ids = set(opened.page.eval_on_selector_all("[id]", "nodes => nodes.map(node => node.id)"))
    assert len(links) > 60 and set(links) <= ids


def test_an_operation_opens_and_names_its_schema(product: Running, visit: Open) -> None:
    opened = visit(f"{product.url}/openapi/")
    operation = opened.page.locator("#filings_submit")
    operation.locator("summary").click()
    assert operation.get_by_role("link", name="Accepted").is_visible()
    operation.get_by_role("link", name="Accepted").click()
    assert opened.page.locator("#schema-Accepted").is_visible()


def test_it_fits_on_a_phone(product: Running, visit: Open) -> None:
    assert look(visit(f"{product.url}/openapi/", width=390).page)["wide"] == 0
