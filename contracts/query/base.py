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
    """Base of questions that are answered page by page.

    ``after_row`` is ``next_row`` of the page before, and takes the place of ``page``: however far one goes, it costs the same.
    By number only the first pages of a long list are told (``page_too_deep`` beyond them). Lists without ``next_row`` are short
    enough to be turned over by number alone.
    """

    page: int = Field(default=1, ge=1, le=1_000_000)
    per_page: int = Field(default=20, ge=1, le=200)
    after_row: Annotated[str, Field(max_length=400), PERSONAL] | None = None


class Page(Model, Generic[R]):
    """``total`` counts what the asker may see on all pages, up to a bound: ``total_is_at_least`` says that there are more.
    ``next_row``: after which row the next page begins. ``behind``: a position asked for was not reached in time.
    """

    rows: tuple[R, ...]
    total: int
    page: int
    per_page: int
    behind: bool = False
    total_is_at_least: bool = False
    next_row: Annotated[str, PERSONAL] | None = None


class Who(Model):
    """Who acted, in what capacity; ``name`` as the account has it."""

    kind: ActorKind
    account_id: str
    name: Personal | None
