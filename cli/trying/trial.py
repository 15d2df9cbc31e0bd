"""One made-up filing on its way: the deciders of filing, review and certificate in memory, who acts, and the words of the matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from cli.trying.made_up import Scene
from contracts.decider import Decider
from contracts.filing import FilingTookEffect
from contracts.matters.registry import Registry
from contracts.matters.schema import Matter
from contracts.message import Actor, Command, Event, Metadata, derived_id
from contracts.places import NATION
from contracts.review import CaseApproved
from services.certificate.domain.credential import CREDENTIAL
from services.filing.domain.decide import make_filing
from services.filing.domain.filing import Filing
from services.review.domain.decide import CASE

FILING_ID, CASE_ID = derived_id("trial", "filing"), derived_id("case", derived_id("trial", "filing"), 1)
CHINA = timezone(timedelta(hours=8))
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

    @property
    def state(self) -> Any:
        """As it stands."""
        return self.decider.fold(self.events)

    def give(self, command: Command) -> list[Event]:
        """What the command makes happen."""
        made = list(self.decider.decide(self.state, command))
        self.events += made
        return made


class Trial:
    """What every step needs to know, and to say."""

    def __init__(self, matter: Matter, registry: Registry, scene: Scene, today: date) -> None:
        self.matter, self.registry, self.scene, self.day = matter, registry, scene, today
        # this version judges, be there a newer one or none released
        self.filing = Stream(make_filing(lambda code, version: matter))
        self.case = Stream(CASE)
        self.credential = Stream(CREDENTIAL)
        self.approved: CaseApproved | FilingTookEffect | None = None
        self._commands = 0

    @property
    def state(self) -> Filing:
        """The filing as it stands."""
        found: Filing = self.filing.state
        return found

    def meta(self, actor: Actor) -> Metadata:
        """Whoever acts does so at nine in the morning of the story's day, one second after the last."""
        self._commands += 1
        at = datetime(self.day.year, self.day.month, self.day.day, 9, 0, tzinfo=CHINA) + timedelta(seconds=self._commands)
        return Metadata(command_id=f"trial-{self._commands}", actor=actor, at=at, correlation_id="trial")

    def filer(self) -> Actor:
        """The person, or the enterprise."""
        scene = self.scene
        if self.matter.filed_by == "person":
            return Actor(kind="person", account_id="trial-person", person_id=scene.subject.person_id)
        firm = scene.filer.enterprise_id if scene.filer is not None else None
        return Actor(kind="enterprise", account_id="trial-enterprise", enterprise_id=firm)

    def officer(self, level: Any, place: str, name: str) -> Actor:
        """Of the authority of that level over the place; another one for each stage."""
        areas: Mapping[str, str] = {"county": place, "city": f"{place[:4]}00", "province": f"{place[:2]}0000"}
        seat, whose = areas.get(level, NATION), derived_id("trial", level)
        return Actor(
            kind="officer", account_id=f"trial-{name}", authority_id=whose, level=level, place=seat, duties=DUTIES
        )

    def words(self, key: str, **params: Any) -> str:
        """The matter's own, or shared ones."""
        return self.registry.labels.label(key, matter=self.matter.code, **params)

    def party(self, party: str) -> str:
        """What a party is called."""
        return self.words(f"parties.{party}")

    def field(self, name: str) -> str:
        """A field and what was filled in, as people read it."""
        value = self.scene.form[name]
        shown = [self._option(name, one) for one in value] if isinstance(value, list) else [self._option(name, value)]
        return f"{self.words(f'fields.{name}')}:{'、'.join(shown)}"

    def _option(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        return self.registry.labels.find(f"options.{name}.{value}", matter=self.matter.code) or str(value)
