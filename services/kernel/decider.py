"""The decider's own home is contracts.decider, so that domains need nothing of the kernel."""

from contracts.decider import Claim, Decider, Release, no_claims

__all__ = ["Claim", "Decider", "Release", "no_claims"]
