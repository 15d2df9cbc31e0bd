"""Named rules that filing's phases share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contracts.errors import Refused
from contracts.filing import Attachment
from contracts.matters.checks import Problem
from services.filing.domain.filing import Filing


def still_editable(state: Filing) -> None:
    """Nothing submitted can be changed; a return makes it editable again (DOMAIN 4.2), and so does taking it back."""
    if state.status == "lapsed":
        raise Refused("already_lapsed")
    if state.status == "awaiting_confirmation":
        raise Refused("awaiting_confirmation")
    if state.status not in ("draft", "returned"):
        raise Refused("already_submitted", params={"status": state.status})


def refuse_all(code: str, found: Sequence[Problem], more: Iterable[Mapping[str, Any]] = ()) -> None:
    """Refuse with every problem at once, so that all can be mended in one go (行政许可法 art. 32)."""
    problems = [wire(p) for p in found] + [dict(p) for p in more]
    if problems:
        raise Refused(code, problems=problems)


def wire(problem: Problem) -> dict[str, Any]:
    """A problem as it crosses RPC."""
    return problem.model_dump(mode="json", exclude_none=True)


def described(attachment: Attachment) -> dict[str, object]:
    """An attached file as the matter's checks read it."""
    return {
        "name": attachment.attachment,
        "content_type": attachment.file.content_type,
        "size": attachment.file.size,
        "sha256": attachment.file.sha256,
    }
