"""Tells stories as events: people register, qualify, are employed, filed for, reviewed, and get certificates.

A story fills four logs, as four services would; the tests then read them in whatever order they like.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from stdnum.cn import ric

from contracts import certificate as c
from contracts import filing as f
from contracts import identity as i
from contracts import review as r
from contracts.examples import CERTIFICATE_HOLDER, example
from contracts.message import SYSTEM, Actor, Event, Metadata, Recorded, derived_id
from services.kernel.mapper import encode
from services.kernel.testing import NOON

SOURCES = ("certificate", "filing", "identity", "review")
CITY, OTHER_CITY, PROVINCE = derived_id("city"), derived_id("other city"), derived_id("province")
PLACES = {CITY: ("430100", "city"), OTHER_CITY: ("430200", "city"), PROVINCE: ("430000", "province")}
NAMES = {CITY: "长沙市住建局", OTHER_CITY: "株洲市住建局", PROVINCE: "湖南省住建厅"}
OPERATOR = Actor(kind="operator", account_id="operator")
SURNAMES = "赵钱孙李周吴郑王"


def officer(authority: UUID, kind: str = "officer") -> Actor:
    place, level = PLACES[authority]
    account = str(derived_id("officer", authority))
    return Actor.model_validate(
        {"kind": kind, "account_id": account, "authority_id": authority, "level": level, "place": place}
    )


def person_id(n: int) -> UUID:
    return derived_id("person", n)


def enterprise_id(n: int) -> UUID:
    return derived_id("enterprise", n)


def person(n: int) -> Actor:
    return Actor(kind="person", account_id=str(derived_id("account", n)), person_id=person_id(n))


def enterprise(n: int) -> Actor:
    return Actor(kind="enterprise", account_id=str(derived_id("firm", n)), enterprise_id=enterprise_id(n))


def name(n: int) -> str:
    return f"{SURNAMES[n % 8]}小{'一二三四五六七八九'[n % 9]}"


def resident_id(n: int) -> str:
    number = f"43010219900307{n:03d}"
    return number + str(ric.calc_check_digit(number + "0"))


def messages(log: list[Recorded[Any]]) -> list[dict[str, Any]]:
    """A log as followers read it."""
    return [
        {
            "source": one.source,
            "position": one.position,
            "stream": one.stream,
            "version": one.version,
            "name": one.event.NAME,
            "body": json.loads(encode(one)),
        }
        for one in log
    ]


class Story:
    """Events so far. Time passes with every command; what follows by itself happens at the same moment, deeper."""

    def __init__(self) -> None:
        self.logs: dict[str, list[Recorded[Any]]] = {source: [] for source in SOURCES}
        self.versions: dict[str, int] = {}
        self.now = NOON
        self.filings = 0
        self.opening: dict[str, Any] = {}

    def all(self) -> list[Recorded[Any]]:
        """Every event, one log after the other."""
        return [one for log in self.logs.values() for one in log]

    def until(self, moment: datetime) -> list[Recorded[Any]]:
        return [one for one in self.all() if one.meta.at <= moment]

    def say(self, cls: type[Event], stream: object, actor: Actor = SYSTEM, depth: int = 0, **said: Any) -> None:
        """One event: the example of its kind, with these fields instead."""
        if depth == 0:
            self.now += timedelta(minutes=7)
        source = cls.NAME.split(".")[0]
        version = self.versions[str(stream)] = self.versions.get(str(stream), 0) + 1
        event = cls.model_validate({**example(cls.NAME).model_dump(), **said})
        meta = Metadata(command_id="story", actor=actor, at=self.now, correlation_id=f"{source}-{stream}", depth=depth)
        log = self.logs[source]
        log.append(Recorded(source, len(log) + 1, f"{source}-{stream}", version, event, meta))

    # -- who there is -----------------------------------------------------------------------------------------

    def authorities(self) -> Story:
        for authority, (place, level) in PLACES.items():
            known = {"authority_id": authority, "name": NAMES[authority], "level": level, "place": place}
            self.say(i.AuthorityEstablished, authority, OPERATOR, **known)
            account = officer(authority).account_id
            holder = officer(authority)
            self.say(i.AccountOpened, account, OPERATOR, account_id=account, name=f"{level}经办", holder=holder)
        return self

    def enterprise(self, n: int, place: str = "430102") -> Story:
        example_details = example(i.EnterpriseRegistered.NAME).model_dump()["details"]
        details = {**example_details, "name": f"第{n}建筑公司", "place": place}
        key = enterprise_id(n)
        self.say(i.EnterpriseRegistered, key, enterprise(n), enterprise_id=key, details=details)
        self.say(i.EnterprisePhoneConfirmed, key, enterprise(n), enterprise_id=key)
        account = enterprise(n).account_id
        self.say(i.AccountOpened, account, account_id=account, holder=enterprise(n), username=f"firm{n:04d}")
        self.say(i.EnterpriseAuthenticated, key, officer(CITY), enterprise_id=key)
        return self

    def qualification(self, n: int, specialty: str = "building", actor: Actor = OPERATOR) -> Story:
        said = example(i.QualificationRecorded.NAME).model_dump()["qualification"]
        own = {"resident_id": resident_id(n), "name": name(n), "specialty": specialty, "number": f"ZG{n:08d}"}
        key = derived_id("qualification", n)
        self.say(i.QualificationRecorded, key, actor, qualification_id=key, qualification={**said, **own})
        return self

    def person(self, n: int, verified: bool = True) -> Story:
        key, own = person_id(n), {"person_id": person_id(n)}
        known = {**own, "resident_id": resident_id(n), "name": name(n)}
        self.say(i.PersonRegistered, key, Actor(kind="anonymous", account_id="anonymous"), **known)
        self.say(i.PhoneCodeSent, key, **own)
        self.say(i.PhoneConfirmed, key, person(n), **own)
        if verified:
            self.say(i.RealNameVerified, key, person(n), **own)
            account = {"account_id": person(n).account_id, "name": name(n), "username": resident_id(n)}
            self.say(i.AccountOpened, account["account_id"], depth=1, holder=person(n), **account)
            self.say(i.PersonDetailsCompleted, key, person(n), **own)
            self.say(i.PersonFileAttached, key, person(n), **own)
        return self

    def employment(self, n: int, at: int, ended: bool = False) -> Story:
        key = derived_id("employment", n, at)
        both = {"employment_id": key, "person_id": person_id(n), "enterprise_id": enterprise_id(at)}
        self.say(i.EmploymentProposed, key, enterprise(at), **both, ends_on=None)
        self.say(i.EmploymentAccepted, key, person(n), **both)
        if ended:
            self.say(i.EmploymentEnded, key, person(n), **both, reason="合同期满")
        return self

    # -- what is filed ----------------------------------------------------------------------------------------

    def draft(self, n: int, at: int, place: str = "430100", before: int | None = None) -> UUID:
        """A draft of the enterprise about this person; ``before``: somebody else was picked first."""
        self.filings += 1
        key = derived_id("filing", self.filings)
        own = {"filing_id": key}
        about = {"enterprise_id": enterprise_id(at), "person_id": None, "place": place}
        self.say(f.FilingDrafted, key, enterprise(at), **own, **about, drafted_at=self.now)
        for one in [n] if before is None else [before, n]:
            self.pick(key, one, at)
        return key

    def pick(self, key: UUID, n: int, at: int) -> None:
        own = {"filing_id": key}
        self.say(f.SubjectPicked, key, enterprise(at), **own, **self._subject(n, at), form={}, taken=())
        self.say(f.FormFilled, key, enterprise(at), **own, form={"specialty": "municipal"})

    def _subject(self, n: int, at: int) -> dict[str, Any]:
        said = example(f.FilingSubmitted.NAME).model_dump()
        own = {"person_id": person_id(n), "name": name(n), "resident_id": resident_id(n)}
        filer = {"enterprise_id": enterprise_id(at), "name": f"第{at}建筑公司"}
        return {"subject": {**said["subject"], **own}, "filer": {**said["filer"], **filer}}

    def submit(self, key: UUID, n: int, at: int, round: int = 1, place: str = "430100") -> UUID:
        """Its case: review opens it for the first submission, and goes on with it at a later one."""
        number = f"2026{round}{str(key)[:8]}"
        known = {"filing_id": key, "round": round, "number": number, "place": place}
        who = {"enterprise_id": enterprise_id(at), "person_id": person_id(n), **self._subject(n, at)}
        self.say(f.FilingSubmitted, key, enterprise(at), **known, **who, submitted_at=self.now)
        case = derived_id("case", key, 1)
        applicant = {
            "person_id": person_id(n),
            "person_name": name(n),
            "enterprise_id": enterprise_id(at),
            "enterprise_name": f"第{at}建筑公司",
        }
        said = {"case_id": case, "applicant": applicant, "submitted_at": self.now}
        if round == 1:
            self.say(r.CaseOpened, case, depth=1, **{**known, **said, **self.opening})
        else:
            self.say(r.CaseResubmitted, case, depth=1, filing_id=key, round=round, stage="acceptance", **said)
        return case

    def send_back(self, key: UUID, case: UUID, round: int = 1, authority: UUID = CITY) -> None:
        said = {"filing_id": key, "round": round, "reason": "照片不清晰"}
        by = {"case_id": case, "stage": "acceptance", "authority_id": authority}
        on = {"returned_on": self.today, "due_on": self.today, "used_days": 0}
        self.say(r.CaseReturned, case, officer(authority), **by, **said, **on)
        self.say(f.FilingReturned, key, depth=1, **said)

    def lapse(self, key: UUID, case: UUID, round: int = 1) -> None:
        """A correction that never came."""
        both = {"filing_id": key, "round": round}
        self.say(r.CaseLapsed, case, **both, case_id=case, lapsed_on=self.today)
        self.say(f.FilingLapsed, key, depth=1, **both, reason="逾期未补正")

    @property
    def today(self) -> date:
        return self.now.date()

    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    def reject(self, key: UUID, case: UUID, round: int = 1) -> None:
        said = {"filing_id": key, "round": round, "reason": "不符合条件"}
        by = {"case_id": case, "stage": "acceptance", "authority_id": CITY}
        self.say(r.CaseRejected, case, officer(CITY), **by, **said)
        self.say(f.FilingRejected, key, depth=1, **said)

    def pass_stages(self, key: UUID, case: UUID, stages: int = 3, authority: UUID = CITY) -> None:
        route = [
            ("acceptance", "preliminary", "city"),
            ("preliminary", "second", "province"),
            ("second", None, None),
        ]
        for stage, following, level in route[:stages]:
            by = PROVINCE if stage == "second" else authority
            said = {"case_id": case, "filing_id": key, "stage": stage, "authority_id": by, "opinion": "同意"}
            on = {"passed_on": self.today, "due_on": self.today, "kept_by": None, "officer": officer(by).account_id}
            self.say(r.StagePassed, case, officer(by), **said, next_stage=following, next_level=level, **on)

    def publicise(self, key: UUID, case: UUID) -> None:
        both = {"case_id": case, "filing_id": key}
        days = {"starts_on": date(2026, 3, 3), "ends_on": date(2026, 3, 16)}
        self.say(r.CasePublicised, case, officer(PROVINCE), **both, **days)

    def approve(self, key: UUID, case: UUID, n: int, at: int, round: int = 1) -> UUID:
        """Ends the publicity, announces and grants; the certificate's id."""
        both = {"case_id": case, "filing_id": key}
        self.say(r.PublicityEnded, case, **both)
        self.say(r.CaseAnnounced, case, officer(PROVINCE), **both)
        self.say(r.CaseApproved, case, officer(PROVINCE), depth=0, **both, round=round, authority_id=PROVINCE)
        self.say(f.FilingApproved, key, depth=1, filing_id=key, round=round)
        credential = derived_id("credential", key)
        holder = {
            **CERTIFICATE_HOLDER,
            "person_id": person_id(n),
            "name": name(n),
            "resident_id": resident_id(n),
            "enterprise_id": enterprise_id(at),
            "enterprise_name": f"第{at}建筑公司",
        }
        self.say(c.CredentialGranted, credential, depth=1, credential_id=credential, filing_id=key, holder=holder)
        self.say(c.DocumentIssued, credential, depth=2, credential_id=credential)
        return credential

    def whole(self, n: int, at: int, place: str = "430100", authority: UUID = CITY) -> UUID:
        """From draft to certificate; the filing's id."""
        key = self.draft(n, at, place)
        case = self.submit(key, n, at, place=place)
        self.pass_stages(key, case, authority=authority)
        self.publicise(key, case)
        self.approve(key, case, n, at)
        return key

    # -- what others must agree to ----------------------------------------------------------------------------

    def ask(self, key: UUID, n: int, at: int, asked: list[dict[str, Any]], round: int = 1, **also: Any) -> None:
        """Handed in to these parties, one after the other: {"by", "person_id" or "enterprise_id"}."""
        number = f"2026{round}{str(key)[:8]}"
        known = {"filing_id": key, "round": round, "number": number, "place": "430100"}
        who = {"enterprise_id": enterprise_id(at), "person_id": person_id(n), **self._subject(n, at)}
        due = self.today + timedelta(days=7)
        said = {"asked": asked, "due_on": due, "submitted_at": self.now}
        self.say(f.ConfirmationsAsked, key, enterprise(at), **{**known, **who, **said, **also})

    def agree(self, key: UUID, who: Actor, by: str, next: dict[str, Any] | None = None, round: int = 1) -> None:
        due = self.today + timedelta(days=7) if next else None
        said = {"filing_id": key, "round": round, "by": by, "next": next, "due_on": due, "at": self.now}
        self.say(f.FilingConfirmed, key, who, **said, account_id=who.account_id)

    def decline(self, key: UUID, who: Actor, by: str, round: int = 1) -> None:
        said = {"filing_id": key, "round": round, "by": by, "reason": "合同未到期", "at": self.now}
        self.say(f.ConfirmationDeclined, key, who, **said, account_id=who.account_id)

    def time_out(self, key: UUID, by: str, round: int = 1) -> None:
        said = {"filing_id": key, "round": round, "by": by, "means": "removed", "at": self.now}
        self.say(f.ConfirmationTimedOut, key, **said)

    def take_back(self, key: UUID, at: int, round: int = 1) -> None:
        self.say(f.FilingWithdrawn, key, enterprise(at), filing_id=key, round=round)

    def take_effect(self, key: UUID, n: int, at: int, round: int = 1) -> None:
        """Agreed by all who had to, and nobody else's to decide."""
        number = f"2026{round}{str(key)[:8]}"
        who = {"enterprise_id": enterprise_id(at), "person_id": person_id(n), **self._subject(n, at)}
        known = {"filing_id": key, "round": round, "number": number, "place": "430100", "registration_type": "cancellation"}
        self.say(f.FilingSubmitted, key, depth=1, **known, **who, submitted_at=self.now)
        self.say(f.FilingTookEffect, key, depth=1, filing_id=key, round=round, effective_on=self.today)

    # -- what becomes of certificates -------------------------------------------------------------------------

    def _holder(self, n: int, at: int | None) -> dict[str, Any]:
        own = {"person_id": person_id(n), "name": name(n), "resident_id": resident_id(n)}
        employer = {"enterprise_id": enterprise_id(at) if at else None, "enterprise_name": f"第{at}建筑公司" if at else None}
        return {**CERTIFICATE_HOLDER, **own, **employer}

    def reissue(self, credential: UUID, key: UUID, n: int, at: int, change: str = "renewed", issue: int = 2) -> None:
        said = {"credential_id": credential, "filing_id": key, "change": change, "issue": issue, "granted_on": None}
        own = {"holder": self._holder(n, at), "issued_on": self.today, "valid_until": date(2032, 3, 17)}
        identifier = example(c.CredentialReissued.NAME).model_dump()["identifier"].replace("002", f"{issue:03d}")
        self.say(c.CredentialReissued, credential, depth=1, **said, **own, identifier=identifier)
        self.say(c.DocumentIssued, credential, depth=2, credential_id=credential, identifier=identifier)

    def end(self, credential: UUID, cls: type[Event], **said: Any) -> None:
        self.say(cls, credential, depth=1, credential_id=credential, **said)

    def enter(self, n: int, at: int | None = None, matched: bool = True, **said: Any) -> UUID:
        """An old certificate, from before; its holder proves to be that later."""
        credential = derived_id("entered", n)
        holder = {**self._holder(n, at), "person_id": None}
        known = {"credential_id": credential, "holder": holder, "status": "valid", "filing_id": None, **said}
        known.setdefault("registration_number", f"湘243{n:06d}")
        self.say(c.CredentialEntered, credential, OPERATOR, **known)
        if matched:
            self.say(c.HolderMatched, credential, depth=1, credential_id=credential, person_id=person_id(n))
        return credential
