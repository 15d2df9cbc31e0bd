"""The boxes of an application form in which parties and authorities say what they think of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from contracts.matters.route import Party
from contracts.matters.schema import Matter
from services.filing.form.labels import FormLabels
from services.filing.form.print import Opinion
from services.kernel.typeset import CHINA


class Said(NamedTuple):
    """A party's answer; ``at`` none, or ``by_silence``: nobody said so, its time was over. ``reason``: of a refusal."""

    status: str
    at: datetime | None
    by_silence: bool = False
    reason: str = ""


def opinions_of_parties(
    matter: Matter, said: Mapping[Party, Said], names: Mapping[Party, str], labels: FormLabels
) -> tuple[Opinion, ...]:
    """One box for each party that has to confirm, in the matter's order; empty until it has answered."""
    return tuple(
        Opinion(
            labels.opinion_of[one.by],
            _answer(said.get(one.by), names.get(one.by, ""), labels),
            labels.personal_signature if one.by == "person" else labels.enterprise_signature,
        )
        for one in matter.confirmations
    )


def opinions_of_authorities(matter: Matter, words: Callable[[str], str], labels: FormLabels) -> tuple[Opinion, ...]:
    """An empty box for each stage of the review."""
    return tuple(
        Opinion(
            labels.opinion_of_stage.format(stage=words(f"stages.{one.name}"), level=words(f"levels.{one.level}")),
            "",
            labels.authority_signature,
        )
        for one in matter.stages
    )


def _answer(said: Said | None, who: str, labels: FormLabels) -> str:
    if said is None:
        return ""
    values = {"who": who, "at": _moment(said.at), "reason": said.reason}
    if said.status == "timed_out":
        return labels.timed_out.format(**values)
    silent = said.by_silence or said.at is None
    if said.status == "declined":
        return (labels.declined_by_silence if silent else labels.declined).format(**values)
    return (labels.agreed_by_silence if silent else labels.agreed).format(**values)


def _moment(at: datetime | None) -> str:
    return at.astimezone(CHINA).strftime("%Y年%m月%d日 %H:%M") if at is not None else ""
