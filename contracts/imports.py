"""Imports, as identity and certificate both speak of theirs. Written down with identity, whose small types they are made of."""

from contracts.identity.importing import *  # noqa: F403
