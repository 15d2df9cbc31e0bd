"""Matters that only tests file: one approved by rules, two where silence grants. ``ZHUCE_MATTERS`` takes this directory."""

from __future__ import annotations

from pathlib import Path

from contracts.matters.registry import Registry

DIRECTORY = Path(__file__).parent
"""To be named in ``ZHUCE_MATTERS`` of a product that tests start."""
TRIALS = Registry.load(extra=[DIRECTORY])
"""The product's matters and these."""
