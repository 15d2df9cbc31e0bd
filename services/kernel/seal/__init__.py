"""The authority's electronic seal, for every service that issues documents: one key directory for all of them."""

from __future__ import annotations

from services.kernel.seal.inline import run_inline
from services.kernel.seal.sealing import AUTHORITY, FIELD, Box, Seal, SealError

__all__ = ["AUTHORITY", "FIELD", "Box", "Seal", "SealError", "run_inline"]
