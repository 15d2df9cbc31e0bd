"""The import rule of the domains refuses whatever it does not name."""

from __future__ import annotations

import pytest
from grimp import ImportGraph

from deploy.import_rules import OnlyContract

DOMAIN = "services.filing.domain"


def _graph(imported: str) -> ImportGraph:
    graph = ImportGraph()
    for module in ("services", "services.filing", DOMAIN, f"{DOMAIN}.draft", f"{DOMAIN}.rules"):
        graph.add_module(module)
    graph.add_module(imported, is_squashed=not imported.startswith(("services", "contracts")))
    graph.add_import(importer=f"{DOMAIN}.draft", imported=imported, line_number=7, line_contents="import it")
    return graph


def _kept(imported: str) -> bool:
    contract = OnlyContract(
        name="domain",
        session_options={},
        contract_options={
            "source_modules": ["services.*.domain"],
            "allowed_modules": ["contracts", "pydantic"],
            "denied_standard": ["random", "os"],
        },
    )
    return bool(contract.check(_graph(imported), verbose=False).kept)


@pytest.mark.parametrize("imported", ["contracts.filing", "pydantic", "datetime", "enum", f"{DOMAIN}.rules"])
def test_a_domain_may_see(imported: str) -> None:
    assert _kept(imported)


@pytest.mark.parametrize(
    "imported", ["nameko", "requests", "contractsish", "services.kernel", "services.review", "random", "os"]
)
def test_a_domain_may_not_see(imported: str) -> None:
    assert not _kept(imported)
