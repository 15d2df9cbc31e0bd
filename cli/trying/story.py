"""Carries a made-up filing through: the deciders of filing, review and certificate, one after the other, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal
from uuid import UUID

from cli.trying.certificates import entered, state_of, written
from cli.trying.made_up import Scene, files_for, scene_for
from contracts.decider import Decider
from contracts.errors import Refusal
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    ConfirmFiling,
    DraftFiling,
    FilingSubmitted,
    FilingTookEffect,
    FilingView,
    FillForm,
    PickSubject,
    RecordOutcome,
    SubmitFiling,
)
from contracts.matters.checks import Problem, in_words
from contracts.matters.registry import Registry
from contracts.matters.schema import Matter
from contracts.message import SYSTEM, Actor, Command, Event, Metadata, Recorded, derived_id
from contracts.places import NATION
from contracts.review import AnnounceCase, CaseApproved, EndPublicity, PassStage, PubliciseCase
from contracts.working_days import WorkingDays
from services.certificate.domain.approval import Approval
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.effects import Taking
from services.filing.domain.certificates import by_number
from services.filing.domain.decide import make_filing
from services.filing.domain.drafting import commitment_text
from services.filing.domain.filing import Filing
from services.filing.domain.known import facts_with
from services.filing.domain.showing import confirmations_of
from services.review.domain.decide import CASE
from services.review.reactions import case_of

FILING_ID, CHINA = derived_id("trial", "filing"), timezone(timedelta(hours=8))
DUTIES = ("accept", "review", "publicise", "announce")


@dataclass(frozen=True)
class Step:
    """Who did what, for people. ``failed``: the rules did not let it be, and the story ends."""

    who: str
    says: str
    details: tuple[str, ...] = ()
    failed: bool = False


@dataclass
class Stream:
    """A decider and its events so far."""

    decider: Decider[Any, Any, Any]
    events: list[Event] = field(default_factory=list)
    seen: int = 0

    @property
    def state(self) -> Any:
        """As it stands."""
        return self.decider.fold(self.events)

    def give(self, command: Command) -> list[Event]:
        """What the command makes happen."""
        made = list(self.decider.decide(self.state, command))
        self.events += made
        return made


def tell(matter: Matter, registry: Registry, today: date) -> Iterator[Step]:
    """Every step up to the effect; the last one has failed where the rules did not let it be."""
    scene = scene_for(matter, registry, today)
    if scene.unmet:
        words = tuple(in_words(one, matter, registry.labels) for one in scene.unmet)
        yield Step("虚构的申报", "编不出符合条件的申报:这些条件互相矛盾,或要求的事实无人能提供", words, failed=True)
        return
    trial = Trial(matter, registry, scene, today)
    try:
        yield from trial.filed()
        yield from trial.confirmed()
        yield from trial.reviewed()
        yield from trial.took_effect()
    except Refusal as refusal:
        said = [_problem(one, matter, registry) for one in refusal.problems]
        yield Step("规则", f"不予办理:{refusal.code}", tuple(said), failed=True)


class Trial:
    """One made-up filing on its way."""

    def __init__(self, matter: Matter, registry: Registry, scene: Scene, today: date) -> None:
        self.matter, self.registry, self.scene, self.day = matter, registry, scene, today
        self.filing = Stream(make_filing(lambda code, version: registry.get(code, version)))
        self.case = Stream(CASE)
        self.credential = Stream(CREDENTIAL)
        self.approved: CaseApproved | FilingTookEffect | None = None
        self._commands = 0

    # -- the filer --------------------------------------------------------------------------------------------------

    def filed(self) -> Iterator[Step]:
        """From the draft to the hand-in."""
        matter, scene, filer = self.matter, self.scene, self._filer()
        place = scene.filer.place if scene.filer is not None and scene.filer.place is not None else matter.province
        title = self._words("title")
        draft = DraftFiling(
            filing_id=FILING_ID, matter=matter.code, version=matter.version, place=place, title=title, meta=self._meta(filer)
        )
        self.filing.give(draft)
        yield Step(self._party(matter.filed_by), f"新建申报:{title}", (f"{matter.key}",))
        rules = [self._words(f"rules.{one.code}.needs") for one in matter.preconditions if one.in_force(self.day)]
        picked = PickSubject(
            filing_id=FILING_ID,
            name=scene.subject.name,
            resident_id=scene.subject.resident_id,
            certificate_number=scene.certificate.number if scene.certificate and by_number(matter) else None,
            certificate_id=scene.certificate.certificate_id if scene.certificate and not by_number(matter) else None,
            subject=scene.subject,
            filer=scene.filer,
            certificate=scene.certificate,
            meta=self._meta(filer),
        )
        self.filing.give(picked)
        about = [f"证书 {scene.certificate.number}"] if scene.certificate is not None else []
        yield Step(self._party(matter.filed_by), f"选择人员:{scene.subject.name}", (*about, *(f"符合:{one}" for one in rules)))
        missing = {name: value for name, value in scene.form.items() if self._state.form.get(name) != value}
        self.filing.give(FillForm(filing_id=FILING_ID, form=missing, meta=self._meta(filer)))
        yield Step(self._party(matter.filed_by), "填写表单", tuple(self._field(name) for name in missing))
        yield from self._attached(filer)
        if commitment_text(matter):
            self.filing.give(AcceptCommitment(filing_id=FILING_ID, meta=self._meta(filer)))
            yield Step(self._party(matter.filed_by), "接受承诺书")
        handed_in = SubmitFiling(
            filing_id=FILING_ID,
            subject=scene.subject,
            filer=scene.filer,
            certificate=scene.certificate,
            meta=self._meta(filer),
        )
        self.filing.give(handed_in)
        yield Step(self._party(matter.filed_by), "上报", (f"申报编号 {self._state.number}",))

    def _attached(self, filer: Actor) -> Iterator[Step]:
        facts = facts_with(self.matter, self._state.known, dict(self._state.form), self.day)
        there = {one.attachment for one in self._state.attachments}
        for name, file in files_for(self.matter, facts).items():
            if name not in there:
                self.filing.give(AttachFile(filing_id=FILING_ID, attachment=name, file=file, meta=self._meta(filer)))
        names = [self._words(f"attachments.{one.attachment}") for one in self._state.attachments]
        if names:
            yield Step(self._party(self.matter.filed_by), "附件齐全", (f"{'、'.join(dict.fromkeys(names))}",))

    # -- who must agree ---------------------------------------------------------------------------------------------

    def confirmed(self) -> Iterator[Step]:
        """Each party in its turn."""
        while self._state.status == "awaiting_confirmation":
            asked = self._state.asking.current if self._state.asking is not None else None
            assert asked is not None
            kind: Literal["person", "enterprise"] = "person" if asked.person_id is not None else "enterprise"
            actor = Actor(
                kind=kind, account_id=f"trial-{asked.by}", person_id=asked.person_id, enterprise_id=asked.enterprise_id
            )
            until = self._state.asking.due_on if self._state.asking is not None else None
            self.filing.give(ConfirmFiling(filing_id=FILING_ID, commitment_accepted=True, meta=self._meta(actor)))
            yield Step(self._party(asked.by), "确认", (f"最迟可在 {until} 前答复",) if until is not None else ())

    # -- the authority ----------------------------------------------------------------------------------------------

    def reviewed(self) -> Iterator[Step]:
        """Every stage, publicity and announcement; or what the law says where there is none."""
        took = next((one for one in self.filing.events if isinstance(one, FilingTookEffect)), None)
        if took is not None:
            self.approved = took
            yield Step("规则", "各方均已确认,无需主管部门审批,即时生效")
            return
        handed_in = next(one for one in self.filing.events if isinstance(one, FilingSubmitted))
        recorded = Recorded("filing", 1, f"filing-{FILING_ID}", 1, handed_in, self._meta(self._filer()))
        for command in case_of(recorded, self.matter):
            self.case.give(command)
        for stage in self.matter.stages:
            self.day += timedelta(days=1)
            officer = self._officer(stage.level, handed_in.place, stage.name)
            examined = PassStage(
                case_id=self._case_id, stage=stage.name, opinion="试办:符合条件。", meta=self._meta(officer)
            )
            self.case.give(examined)
            passed = f"{self._words(f'stages.{stage.name}')}通过"
            yield Step(self._words(f"levels.{stage.level}"), passed, (f"时限 {stage.working_days} 个工作日",))
        yield from self._made_public(handed_in.place)
        self.approved = next(one for one in self.case.events if isinstance(one, CaseApproved))
        outcome = RecordOutcome(filing_id=FILING_ID, round=self._state.round, outcome="approved", meta=self._meta(SYSTEM))
        self.filing.give(outcome)
        yield Step("规则", "准予", (f"{self.approved.decided_on}",))

    def _made_public(self, place: str) -> Iterator[Step]:
        shown = self.matter.publicity
        last = self.matter.stages[-1].level if self.matter.stages else "province"
        officer = self._officer(last, place, "public")
        if shown is not None:
            until = WorkingDays(estimate=True).add(self.day, shown.working_days)
            since = self.day
            order = PubliciseCase(case_id=self._case_id, starts_on=since, ends_on=until, meta=self._meta(officer))
            self.case.give(order)
            self.day = until + timedelta(days=1)
            self.case.give(EndPublicity(case_id=self._case_id, meta=self._meta(SYSTEM)))
            yield Step(self._words(f"levels.{last}"), "公示", (f"{since} 至 {until},无异议",))
        if self.matter.announcement:
            number = "试办公告〔1〕号"
            self.case.give(AnnounceCase(case_id=self._case_id, document_number=number, meta=self._meta(officer)))
            yield Step(self._words(f"levels.{last}"), "公告")

    # -- what comes of it -------------------------------------------------------------------------------------------

    def took_effect(self) -> Iterator[Step]:
        """The matter's effect, carried out on a certificate like the one that was made up."""
        assert self.approved is not None
        decided_on = (
            self.approved.decided_on if isinstance(self.approved, CaseApproved) else self.approved.effective_on
        )
        approval = Approval(
            filing_id=FILING_ID,
            round=self._state.round,
            decided_on=decided_on,
            matter=self.matter,
            filing=self._view(),
            labels=self.registry.labels,
            kind=self.registry.credential(self.matter.credential),
        )
        held = entered(self.scene, self.matter, self.registry, self.day)
        former = held if self.matter.effect.kind in ("grant", "supplement") else None
        if held is not None and former is None:
            self.credential.events = [held]
        taking = Taking(approval, self.credential.state, state_of(former))
        numbers: dict[Literal["registration", "identifier"], int] = dict.fromkeys(taking.series, 1)
        made = self.credential.give(taking.order(self._meta(SYSTEM), numbers))
        yield Step("电子证照", self._result(made), tuple(written(made)))

    def _result(self, made: Iterable[Event]) -> str:
        kind = self.registry.labels.label(f"credentials.{self.matter.credential}", matter=self.matter.code)
        done = self._words(f"effects.{self.matter.effect.kind}")
        return f"{done}:{kind}" if any(True for _ in made) else f"{done}:没有变化"

    def _view(self) -> FilingView:
        state, drafted = self._state, self._state.drafted
        assert drafted is not None
        return FilingView(
            filing_id=FILING_ID,
            version=len(self.filing.events),
            status="approved",
            matter=self.matter.code,
            matter_version=self.matter.version,
            title=drafted.title,
            number=state.number,
            enterprise_id=drafted.enterprise_id,
            person_id=self.scene.subject.person_id,
            place=state.submissions[-1].place,
            subject=state.subject,
            filer=state.filer,
            form=state.form,
            attachments=state.attachments,
            commitment_accepted=state.commitment_sha256 is not None,
            commitment_text=commitment_text(self.matter),
            round=state.round,
            submitted_on=state.submissions[-1].submitted_at.date(),
            reason=None,
            problems=(),
            certificate=state.certificate,
            confirmations=confirmations_of(state, self.matter),
        )

    # -- small things -----------------------------------------------------------------------------------------------

    @property
    def _state(self) -> Filing:
        found: Filing = self.filing.state
        return found

    @property
    def _case_id(self) -> UUID:
        return derived_id("case", FILING_ID, 1)

    def _meta(self, actor: Actor) -> Metadata:
        self._commands += 1
        at = datetime(self.day.year, self.day.month, self.day.day, 9, 0, tzinfo=CHINA) + timedelta(seconds=self._commands)
        return Metadata(command_id=f"trial-{self._commands}", actor=actor, at=at, correlation_id="trial")

    def _filer(self) -> Actor:
        scene = self.scene
        if self.matter.filed_by == "person":
            return Actor(kind="person", account_id="trial-person", person_id=scene.subject.person_id)
        firm = scene.filer.enterprise_id if scene.filer is not None else None
        return Actor(kind="enterprise", account_id="trial-enterprise", enterprise_id=firm)

    def _officer(self, level: Any, place: str, name: str) -> Actor:
        areas: Mapping[str, str] = {"county": place, "city": f"{place[:4]}00", "province": f"{place[:2]}0000"}
        seat, whose = areas.get(level, NATION), derived_id("trial", level)
        return Actor(
            kind="officer", account_id=f"trial-{name}", authority_id=whose, level=level, place=seat, duties=DUTIES
        )

    def _words(self, key: str) -> str:
        return self.registry.labels.label(key, matter=self.matter.code)

    def _party(self, party: str) -> str:
        return self._words(f"parties.{party}")

    def _field(self, name: str) -> str:
        value = self.scene.form[name]
        shown = [self._option(name, one) for one in value] if isinstance(value, list) else [self._option(name, value)]
        return f"{self._words(f'fields.{name}')}:{'、'.join(shown)}"

    def _option(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        return self.registry.labels.find(f"options.{name}.{value}", matter=self.matter.code) or str(value)


def _problem(problem: Mapping[str, Any], matter: Matter, registry: Registry) -> str:
    try:
        return in_words(Problem.model_validate(problem), matter, registry.labels)
    except (ValueError, LookupError):
        return str(problem.get("code", problem))
