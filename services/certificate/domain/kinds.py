"""What a kind of credential says of itself, for the rules here: of how many there may be one, what it is good for."""

from __future__ import annotations

from contracts.matters.credential import CredentialType
from contracts.matters.registry import UnknownMatter, default_registry


def kind_of(name: str) -> CredentialType | None:
    """The kind's data; None of one that is only in old history."""
    try:
        return default_registry().credential(name)
    except UnknownMatter:
        return None


def one_per_person(name: str) -> bool:
    """Whether a person holds one of this kind at a time, whatever it is good for."""
    kind = kind_of(name)
    return kind is not None and kind.one_per == "person"
