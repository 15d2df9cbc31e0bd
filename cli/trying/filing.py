"""From the draft to the hand-in, and everybody who must agree to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cli.trying.made_up import files_for
from cli.trying.trial import FILING_ID, Step, Trial
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    ConfirmFiling,
    DraftFiling,
    FilingDrafted,
    FillForm,
    PickSubject,
    SubmitFiling,
)
from contracts.matters.show import confirmation_told
from contracts.message import Actor
from services.filing.domain import parties
from services.filing.domain.certificates import by_number
from services.filing.domain.drafting import commitment_text
from services.filing.domain.known import facts_with


def filed(trial: Trial) -> Iterator[Step]:
    """From the draft to the hand-in."""
    matter, scene, filer = trial.matter, trial.scene, trial.filer()
    place = scene.filer.place if scene.filer is not None and scene.filer.place is not None else matter.province
    title = trial.words("title")
    draft = DraftFiling(
        filing_id=FILING_ID, matter=matter.code, version=matter.version, place=place, title=title, meta=trial.meta(filer)
    )
    trial.filing.give(draft)
    yield Step(trial.party(matter.filed_by), f"新建申报:{title}", (f"{matter.key}",))
    picked = PickSubject(
        filing_id=FILING_ID,
        name=scene.subject.name,
        resident_id=scene.subject.resident_id,
        certificate_number=scene.certificate.number if scene.certificate and by_number(matter) else None,
        certificate_id=scene.certificate.certificate_id if scene.certificate and not by_number(matter) else None,
        subject=scene.subject,
        filer=scene.filer,
        certificate=scene.certificate,
        meta=trial.meta(filer),
    )
    trial.filing.give(picked)
    about = [f"证书 {scene.certificate.number}"] if scene.certificate is not None else []
    yield Step(trial.party(matter.filed_by), f"选择人员:{scene.subject.name}", (*about, *_fulfilled(trial, "start")))
    missing = {name: value for name, value in scene.form.items() if trial.state.form.get(name) != value}
    trial.filing.give(FillForm(filing_id=FILING_ID, form=missing, meta=trial.meta(filer)))
    known = len(scene.form) - len(missing)
    filled = [f"按登记信息填好 {known} 项"] if known else []
    yield Step(trial.party(matter.filed_by), "填写表单", (*filled, *(trial.field(name) for name in missing)))
    yield from _attached(trial, filer)
    if commitment_text(matter):
        trial.filing.give(AcceptCommitment(filing_id=FILING_ID, meta=trial.meta(filer)))
        yield Step(trial.party(matter.filed_by), "接受承诺书")
    handed_in = SubmitFiling(
        filing_id=FILING_ID,
        subject=scene.subject,
        filer=scene.filer,
        certificate=scene.certificate,
        meta=trial.meta(filer),
    )
    trial.filing.give(handed_in)
    fulfilled = _fulfilled(trial, "submit")
    yield Step(trial.party(matter.filed_by), "上报", (f"申报编号 {trial.state.number}", *fulfilled))
    if told := [trial.party(one.by) for one in parties.told(matter, _begun(trial), trial.state.known)]:
        yield Step("平台", f"告知{'、'.join(told)}")


def confirmed(trial: Trial) -> Iterator[Step]:
    """Each party in its turn."""
    while trial.state.status == "awaiting_confirmation":
        asked = trial.state.asking.current if trial.state.asking is not None else None
        assert asked is not None
        kind: Literal["person", "enterprise"] = "person" if asked.person_id is not None else "enterprise"
        actor = Actor(
            kind=kind, account_id=f"trial-{asked.by}", person_id=asked.person_id, enterprise_id=asked.enterprise_id
        )
        until = trial.state.asking.due_on if trial.state.asking is not None else None
        agreed = ConfirmFiling(
            filing_id=FILING_ID,
            commitment_accepted=True,
            subject=trial.scene.subject,
            filer=trial.scene.filer,
            certificate=trial.scene.certificate,
            meta=trial.meta(actor),
        )
        trial.filing.give(agreed)
        said = parties.confirmation_of(trial.matter, asked.by)
        told = [confirmation_told(trial.matter, said, trial.registry.labels)] if said is not None else []
        yield Step(trial.party(asked.by), "确认", (*told, *([f"最迟可在 {until} 前答复"] if until is not None else [])))


def _begun(trial: Trial) -> FilingDrafted:
    assert trial.state.drafted is not None
    return trial.state.drafted


def _fulfilled(trial: Trial, at: Literal["start", "submit"]) -> list[str]:
    """The rules that were judged at this step, all of which hold."""
    judging = (one for one in trial.matter.preconditions if one.at == at and one.in_force(trial.day))
    return [f"符合:{trial.words(f'rules.{one.code}.needs')}" for one in judging]


def _attached(trial: Trial, filer: Actor) -> Iterator[Step]:
    facts = facts_with(trial.matter, trial.state.known, dict(trial.state.form), trial.day)
    there = {one.attachment for one in trial.state.attachments}
    for name, file in files_for(trial.matter, facts).items():
        if name not in there:
            trial.filing.give(AttachFile(filing_id=FILING_ID, attachment=name, file=file, meta=trial.meta(filer)))
    names = [trial.words(f"attachments.{one.attachment}") for one in trial.state.attachments]
    if names:
        yield Step(trial.party(trial.matter.filed_by), "附件齐全", (f"{'、'.join(dict.fromkeys(names))}",))
