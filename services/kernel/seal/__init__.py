"""The authority's electronic seal, for every service that issues documents: one key directory for all of them."""

from __future__ import annotations

from services.kernel.seal.inline import run_inline
from services.kernel.seal.sealing import AUTHORITY, FIELD, Box, Seal, SealError
from services.kernel.seal.seals import Seals

__all__ = ["AUTHORITY", "FIELD", "Box", "Seal", "SealError", "Seals", "run_inline"]
