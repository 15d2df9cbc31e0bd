"""A journey through any matter, made of nothing but the matter's own data: scene, draft, parties, stages, effect; over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from contracts.places import NATION
from demo import people
from demo.client import Api, wait_for
from tests.journeys.answers import answer, scope_field
from tests.journeys.cast import HUNAN, Cast, Firm, Person, number_of, paper, picture

OPINION = "经审查,符合条件。"
ROUNDS = 4
"""How often what is missing is looked at: an answer may make another question visible."""


class Journey:
    """One filing of one matter. ``now`` is where the person works, ``before`` where the certificate says that they do."""

    filing_id: str
    case_id: str
    credential_id: str

    def __init__(self, cast: Cast, code: str) -> None:
        self.cast = cast
        self.matter = Matter.model_validate(cast.anyone.get(f"/matters/{code}")["matter"])
        self.path = f"/matters/{code}"
        self.home = HUNAN if self.matter.province == NATION else self.matter.province[:2]
        self.old: dict[str, Any] = {}

    # -- the scene ----------------------------------------------------------------------------------------------------

    def set_scene(self) -> Journey:
        """Somebody whom the matter is for: employed, qualified, with the certificate that it is about."""
        cast, matter, kind = self.cast, self.matter, self.matter.effect.kind
        self.now: Firm = cast.firm(self.home)
        self.before: Firm = cast.firm(self.home, "b") if kind == "transfer" else self.now
        self.person: Person = self._somebody()
        options = self._scopes()
        self.scope, self.wanted = options[0], options[1] if kind == "extend" else options[0]
        if matter.subject.qualification is not None:
            cast.qualify(self.person, matter.subject.qualification.credential, self.wanted)
        if matter.subject.picked_from in ("certificate_holders", "own_certificates"):
            self.number = number_of(matter.credential)
            self.credential_id = cast.had(self.person, matter.credential, [self.scope], **self._history())
            self.old = self._certificate(self._officer_of_old())
        return self

    def _somebody(self) -> Person:
        """To register takes longest: who has nothing of this kind serves again, unless it is they who are mended."""
        wanted = self.matter.subject.certificate
        if self.matter.effect.person is None and (wanted is None or not wanted.by_number):
            return self.cast.employee(self.now, frozenset({self.matter.credential, self.matter.exclusion or ""} - {""}))
        person = self.cast.person()
        self.cast.employ(person, self.now)
        return person

    def _history(self) -> dict[str, Any]:
        wanted, today = self.matter.subject.certificate, self.cast.today()
        about: dict[str, Any] = {"number": self.number, "enterprise_name": self.before.name, "enterprise_uscc": self.before.uscc}
        if wanted is not None and "valid" not in wanted.statuses:
            about["valid_until"] = (today - timedelta(days=40)).isoformat()
        if wanted is not None and wanted.by_number:  # what is to be mended: the number that was typed wrongly
            about["resident_id"] = people.resident_id()
        return about

    def _scopes(self) -> tuple[str, ...]:
        return default_registry().credential(self.matter.credential).options

    # -- the filer ----------------------------------------------------------------------------------------------------

    @property
    def filer(self) -> Api:
        """Who files."""
        return self.person.api if self.matter.filed_by == "person" else self.now.api

    def filed(self) -> Journey:
        """Drafted, picked, filled in, handed in."""
        self.drafted()
        self.completed()
        self.filer.post(f"/filings/{self.filing_id}/submission")
        return self

    def drafted(self) -> Journey:
        """A draft about this person, and this certificate."""
        self.filing_id = self.filer.post("/filings", {"matter": self.matter.code})["id"]
        who = {"name": self.person.name, "resident_id": self.person.resident_id}
        subject = {} if self.matter.filed_by == "person" else who
        wanted = self.matter.subject.certificate
        number = {"certificate_number": self.number} if wanted is not None and wanted.by_number else {}
        self.filer.put(f"/filings/{self.filing_id}/subject", {**subject, **number})
        return self

    def completed(self) -> Journey:
        """Whatever a hand-in would be refused for is filled in, brought or accepted, until nothing is missing."""
        problems: list[Mapping[str, Any]] = []
        for _ in range(ROUNDS):
            problems = self.filing()["problems"]
            if not problems:
                return self
            self._mend({str(one["field"]) for one in problems})
        raise AssertionError(f"{self.matter.code}: {problems}")

    def _mend(self, names: set[str]) -> None:
        # what is missing, and what the effect takes: a rule may speak of a choice that is not made yet
        asked = names | {scope_field(self.matter)}
        fields = [one for one in self.matter.form.fields if one.name in asked and not one.fixed]
        form = {one.name: answer(one, self.matter, self.cast.today(), self.person, self.wanted) for one in fields}
        if form:
            self.filer.patch(f"/filings/{self.filing_id}/form", form)
        for one in self.matter.attachments:
            if one.name in names:
                is_paper = "pdf" in one.formats
                file = ("file.pdf", paper(), "application/pdf") if is_paper else ("file.jpg", picture(), "image/jpeg")
                sha256 = self.filer.upload(*file)["sha256"]
                body = {"attachment": one.name, "sha256": sha256}
                self.filer.post(f"/filings/{self.filing_id}/attachments", body)
        if "commitment" in names:
            self.filer.post(f"/filings/{self.filing_id}/commitment")

    def filing(self, who: Api | None = None) -> Any:
        """As somebody sees it, by default who files."""
        return (who or self.filer).get(f"/filings/{self.filing_id}")

    # -- the parties --------------------------------------------------------------------------------------------------

    def party(self, one: Mapping[str, Any]) -> Api:
        """The client of a party of the filing."""
        known = {self.person.person_id: self.person.api}
        known |= {firm.enterprise_id: firm.api for firm in (self.now, self.before)}
        return known[one["person_id"] or one["enterprise_id"]]

    def seen(self, who: Api) -> dict[str, str]:
        """What a party answers to: the filing as it sees it now."""
        return {"If-Match": f'"{self.filing(who)["version"]}"'}

    def asked(self) -> Any:
        """Whose turn it is; none where nobody is asked."""
        return next((one for one in self.filing()["confirmations"] if one["status"] == "asked"), None)

    def confirmed(self) -> Journey:
        """Each party agrees in its turn, having seen the filing."""
        while (one := self.asked()) is not None:
            party = self.party(one)
            seen = self.seen(party)
            party.post(f"/filings/{self.filing_id}/confirmation", {"commitment_accepted": one["commitment"] is not None}, **seen)
        return self

    # -- the authority ------------------------------------------------------------------------------------------------

    def examined(self) -> Journey:
        """Every stage passes, at the level that the matter says; where it is made public, that is begun."""
        for n, stage in enumerate(self.matter.stages):
            officer = self.cast.officer(stage.level, self.home)
            if n == 0:
                self.case_id = wait_for("案件", lambda who=officer: self._case(who))["case_id"]  # type: ignore[misc]
            officer.post(f"/cases/{self.case_id}/stages/{stage.name}/passing", {"opinion": OPINION})
        if self.matter.publicity is not None:
            self._last_officer().post(f"/cases/{self.case_id}/publicity")
        return self

    def announced(self) -> Journey:
        """Where it is shown publicly, the clock has been set ahead by then."""
        last = self._last_officer() if self.matter.stages else None
        if last is not None and self.matter.publicity is not None:
            wait_for("公示期满", lambda: self._status(last) == "publicity_ended" or None)
        if last is not None and self.matter.announcement:
            number = f"样本公告〔2026〕{people.suffix()}号"
            last.post(f"/cases/{self.case_id}/announcement", {"document_number": number})
        return self

    def public_until(self) -> date:
        """The last day of the public period."""
        return date.fromisoformat(self._last_officer().get(f"/cases/{self.case_id}")["publicity_ends_on"])

    def _case(self, officer: Api) -> Any:
        rows = officer.get("/cases", filing_id=self.filing_id)["rows"]
        return next((one for one in rows if one["status"] == "in_review"), None)

    def _status(self, officer: Api) -> str:
        return str(officer.get(f"/cases/{self.case_id}")["status"])

    def _last_officer(self) -> Api:
        return self.cast.officer(self.matter.stages[-1].level, self.home)

    # -- what comes of it ---------------------------------------------------------------------------------------------

    def took_effect(self) -> Any:
        """The certificate as it then is, with its signed document where it has one."""
        kind = self.matter.effect.kind
        if kind in ("grant", "supplement"):
            return wait_for("新证书", self._granted)
        if kind in ("cancel", "force_cancel"):
            return wait_for("注销", lambda: one if (one := self._certificate(self.person.api))["status"] == "cancelled" else None)
        return wait_for("新签发", self._reissued)

    def _granted(self) -> Any:
        rows = self.person.api.get("/certificates")["rows"]
        mine = next((one for one in rows if one["filing_id"] == self.filing_id), None)
        if mine is None or (self.matter.effect.kind == "grant" and not mine["document"]):
            return None
        self.credential_id = mine["credential_id"]
        return self._certificate(self.person.api)

    def _reissued(self) -> Any:
        reply = self.person.api.send("GET", f"/certificates/{self.credential_id}")
        if reply.status_code != 200:  # not theirs yet, where the holder is what is mended
            return None
        found = reply.json()
        last = found["issues"][-1]
        return found if last["filing_id"] == self.filing_id and last["document"] else None

    def _certificate(self, who: Api) -> Any:
        return who.get(f"/certificates/{self.credential_id}")

    def _officer_of_old(self) -> Api:
        """Who may see the old certificate whosever it is: its employer."""
        return self.before.api
