"""What every question to a view has: who asks, which page, and what the answer should include already."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from contracts.message import ActorKind, Model, Question
from contracts.personal import PERSONAL

Personal = Annotated[str, PERSONAL]
Search = Annotated[str, Field(min_length=1, max_length=80), PERSONAL]
PartyKind = Literal["person", "enterprise"]
R = TypeVar("R", bound=Model)


class ViewQuestion(Question):
    """Base of every question here."""

    after: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)


class Listing(ViewQuestion):
    """Base of questions that are answered page by page."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    per_page: int = Field(default=20, ge=1, le=200)


class Page(Model, Generic[R]):
    """``total`` counts what the asker may see on all pages. ``behind``: a position asked for was not reached
    in time.
    """

    rows: tuple[R, ...]
    total: int
    page: int
    per_page: int
    behind: bool = False


class Who(Model):
    """Who acted, in what capacity; ``name`` as the account has it."""

    kind: ActorKind
    account_id: str
    name: Personal | None
