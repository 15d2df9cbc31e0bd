"""The running numbers of certificates: a consequence of an approval, never somebody's wish."""

from __future__ import annotations

from contracts.certificate import NumberAllocated
from contracts.numbering import numbering

NUMBERING = numbering(NumberAllocated, "only_by_approval")
