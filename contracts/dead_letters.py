"""What an operator asks a service about its dead letters: jobs that were tried for the last time and laid aside.

No event tells of them: they are a broker's messages, and what they were to do is in a log already.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from contracts.message import Actor, Model

JobName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$", description="what kind of job, e.g. notices")]
JobId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
AT_ONCE = 1000
"""Letters that one question shows, or one order replays, at most."""


class DeadLetter(Model):
    """A job that was laid aside after ``attempts``. ``body`` has ids, nothing personal; ``error`` says what was wrong last."""

    name: str
    job: str
    body: Any
    attempts: int
    error: dict[str, Any]
    failed_at: AwareDatetime | None


class ReadDeadLetters(Model):
    """The oldest first; those of one name, or these jobs, when they are named."""

    actor: Actor
    name: JobName | None = None
    jobs: Annotated[tuple[JobId, ...], Field(max_length=AT_ONCE)] | None = None
    limit: int = Field(default=AT_ONCE, ge=1, le=AT_ONCE)


class DeadLetters(Model):
    """``total`` counts those that were not shown too."""

    letters: tuple[DeadLetter, ...]
    total: int


class ReplayDeadLetters(Model):
    """Give jobs a new start with all attempts: these, or those of one name, or all."""

    actor: Actor
    correlation_id: str
    name: JobName | None = None
    jobs: Annotated[tuple[JobId, ...], Field(max_length=AT_ONCE)] | None = None


class Replayed(Model):
    """The ids of the jobs that were given; ``left`` is how many letters there are still."""

    jobs: tuple[str, ...]
    left: int
