"""The matter's effect, carried out on a certificate like the one that was made up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from cli.trying.certificates import entered, state_of, written
from cli.trying.trial import FILING_ID, Step, Trial
from contracts.filing import FilingView
from contracts.message import SYSTEM, Event
from contracts.review import CaseApproved
from services.certificate.domain.approval import Approval
from services.certificate.domain.effects import Taking
from services.filing.domain.drafting import commitment_text
from services.filing.domain.showing import confirmations_of


def took_effect(trial: Trial) -> Iterator[Step]:
    """The matter's effect, carried out on a certificate like the one that was made up."""
    assert trial.approved is not None
    decided_on = (
        trial.approved.decided_on if isinstance(trial.approved, CaseApproved) else trial.approved.effective_on
    )
    approval = Approval(
        filing_id=FILING_ID,
        round=trial.state.round,
        decided_on=decided_on,
        matter=trial.matter,
        filing=_view(trial),
        labels=trial.registry.labels,
        kind=trial.registry.credential(trial.matter.credential),
    )
    held = entered(trial.scene, trial.matter, trial.registry, trial.day)
    former = held if trial.matter.effect.kind in ("grant", "supplement") else None
    if held is not None and former is None:
        trial.credential.events = [held]
    taking = Taking(approval, trial.credential.state, state_of(former))
    numbers: dict[Literal["registration", "identifier"], int] = dict.fromkeys(taking.series, 1)
    made = trial.credential.give(taking.order(trial.meta(SYSTEM), numbers))
    yield Step("电子证照", _result(trial, made), tuple(written(made)))


def _result(trial: Trial, made: Iterable[Event]) -> str:
    kind = trial.registry.labels.label(f"credentials.{trial.matter.credential}", matter=trial.matter.code)
    done = trial.words(f"effects.{trial.matter.effect.kind}")
    return f"{done}:{kind}" if any(True for _ in made) else f"{done}:没有变化"


def _view(trial: Trial) -> FilingView:
    state, drafted = trial.state, trial.state.drafted
    assert drafted is not None
    return FilingView(
        filing_id=FILING_ID,
        version=len(trial.filing.events),
        status="approved",
        matter=trial.matter.code,
        matter_version=trial.matter.version,
        title=drafted.title,
        number=state.number,
        enterprise_id=drafted.enterprise_id,
        person_id=trial.scene.subject.person_id,
        place=state.submissions[-1].place,
        subject=state.subject,
        filer=state.filer,
        form=state.form,
        attachments=state.attachments,
        commitment_accepted=state.commitment_sha256 is not None,
        commitment_text=commitment_text(trial.matter),
        round=state.round,
        submitted_on=state.submissions[-1].submitted_at.date(),
        reason=None,
        problems=(),
        certificate=state.certificate,
        confirmations=confirmations_of(state, trial.matter),
    )
