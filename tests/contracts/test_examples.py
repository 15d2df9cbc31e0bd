"""The examples in the docstrings of contracts are true."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from contracts import identifiers, places


@pytest.mark.parametrize("module", [identifiers, places], ids=lambda module: module.__name__)
def test_examples_in_docstrings(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
