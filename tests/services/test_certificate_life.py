"""From approval to effect, for each kind of effect, in the service's own process: new issues, documents, ends, what is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlparse, urlunparse
from uuid import UUID, uuid4

import psycopg2
import pytest
from stdnum.cn import ric

from contracts.certificate import (
    CredentialView,
    DocumentCheck,
    FindByNumber,
    FindHeld,
    GetCredential,
    GetUsability,
    LookUpIdentifier,
    PublicCredential,
    ReadFeed,
    UsabilityView,
    VerifyDocument,
    entered_id,
)
from contracts.certificate_feed import CertificateReissued, FeedPage
from contracts.errors import NotFound
from contracts.identity import (
    DeathWithdrawn,
    EmploymentEnded,
    EnterpriseQualificationLost,
    PersonDied,
    RealNameVerified,
)
from contracts.matters.facts import CertificateFacts, FilerFacts
from services.kernel.testing import meta
from tests.domain.certificate import life
from tests.domain.certificate.samples import ENTERPRISE
from tests.services.certificate_stage import NINE, TODAY, Stage, credential_of, person_of

RENEWABLE_UNTIL = TODAY + timedelta(days=60)
OLD_TEMP, OLD_OPERATION = "湘2432016201600007", "赣A042024000123"


@pytest.fixture(scope="module")
def stage(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One product for all: each test has a person of its own."""
    name = f"t_{uuid4().hex[:12]}"
    administrator = psycopg2.connect(postgres)
    administrator.autocommit = True
    administrator.cursor().execute(f"CREATE DATABASE {name}")
    made = Stage(urlunparse(urlparse(postgres)._replace(path=f"/{name}")), tmp_path_factory.mktemp("stage"))
    made.start()
    yield made
    made.stop()
    administrator.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    administrator.close()


def shown(stage: Stage, credential_id: UUID) -> CredentialView:
    return CredentialView.model_validate(stage.ask(GetCredential(credential_id=credential_id)))


def facts(stage: Stage, n: int, on: date = TODAY) -> list[CertificateFacts]:
    found = stage.ask(FindHeld(person_id=person_of(n), on=on))
    return [CertificateFacts.model_validate(one) for one in found]


def with_issues(stage: Stage, credential_id: UUID, count: int) -> CredentialView:
    """Once it has so many issues, and the last one its document."""

    def there() -> CredentialView | None:
        try:
            view = shown(stage, credential_id)
        except NotFound:
            return None
        return view if len(view.issues) == count and view.document is not None else None

    found: CredentialView = stage.eventually(there)
    return found


def refused(stage: Stage, credential_id: UUID) -> list[str]:
    told = [*stage.log("ChangeRefused"), *stage.log("GrantRefused")]
    return [one["code"] for one in told if one["credential_id"] == str(credential_id)]


def old_one(stage: Stage, n: int, **other: Any) -> UUID:
    """An old certificate of person n, from an import; its holder is known by number and name only."""
    number, kind = other.pop("registration_number", f"湘24320162016{n:05d}"), other.pop("kind", "constructor-2-temp")
    employer = other.pop("enterprise_id", ENTERPRISE)
    whose = {"enterprise_id": employer, "resident_id": resident(n), "birth_date": other.pop("born", date(1980, 1, n % 28 + 1))}
    holder = life.entered().holder.model_copy(update=whose)
    order = life.enter(
        credential_id=entered_id(kind, number),
        kind=kind,
        registration_number=number,
        holder=holder,
        scopes=(life.entered().scopes[0].model_copy(update={"expires_on": RENEWABLE_UNTIL}),),
        valid_until=RENEWABLE_UNTIL,
        **other,
    )
    stage.append(order.model_copy(update={"meta": meta(command_id=f"enter-{number}", at=NINE)}))
    return order.credential_id


def resident(n: int) -> str:
    """A number of its own, of somebody born in 1980."""
    number = f"430102198001{n:02d}001"
    return f"{number}{ric.calc_check_digit(f'{number}0')}"


class TestEveryEffect:
    def test_renewed_extended_amended_replaced_and_cancelled_one_after_the_other(self, stage: Stage) -> None:
        """Each a filing of its own about the same certificate: five issues of one registration, then its end."""
        credential_id = credential_of(1)
        stage.approve(1)
        first = with_issues(stage, credential_id, 1)
        steps: list[tuple[str, dict[str, Any], str]] = [
            ("hunan/constructor-2-added-specialty", {"specialty": "highway"}, "extended"),
            ("hunan/constructor-2-id-number-change", {}, "amended"),
            ("hunan/constructor-2-replacement", {}, "replaced"),
            ("hunan/constructor-2-renewal", {"specialties": ["building", "highway"]}, "renewed"),
        ]
        for number, (matter, form, change) in enumerate(steps, start=2):
            (held,) = facts(stage, 1)
            stage.approve(number, matter=matter, form=form, person=1, name="周明", certificate=held)
            view = with_issues(stage, credential_id, number)
            assert view.issues[-1].change == change
            assert view.predecessor == view.issues[-2].identifier
        last = shown(stage, credential_id)
        assert [one.identifier[-5:-2] for one in last.issues if one.identifier] == [f"00{n}" for n in range(1, 6)]
        assert len({one.document.sha256 for one in last.issues if one.document}) == 5
        assert (last.registration_number, last.granted_on) == (first.registration_number, TODAY)
        assert (last.holder.name, [one.specialty for one in last.scopes]) == ("周明", ["building", "highway"])
        assert last.valid_until == first.valid_until.replace(year=first.valid_until.year + 3)
        self.void(stage, first)
        (held,) = facts(stage, 1)
        assert (held.status, held.in_force, held.has_document) == ("valid", ("building", "highway"), True)
        stage.agree(6, "hunan/constructor-2-cancellation", 1, form={"cancellation_reason": "不再执业"}, certificate=held)
        ended = stage.eventually(lambda: (view := shown(stage, credential_id)).status == "cancelled" and view)
        assert (ended.ended_on, ended.ended_because, ended.status_code) == (TODAY, "cancelled", "04")
        assert ended.ended_reason == "不再执业"

    def void(self, stage: Stage, first: CredentialView) -> None:
        """The first issue is still known, and says that it counts no more."""
        assert first.identifier is not None and first.document is not None
        old = PublicCredential.model_validate(stage.ask(LookUpIdentifier(identifier=first.identifier, on=TODAY)))
        assert (old.status, old.holder_name, [one.specialty for one in old.scopes]) == ("replaced", "周**", ["building"])
        brought = stage.evidence.path(first.document.sha256)
        brought.parent.mkdir(parents=True, exist_ok=True)
        brought.write_bytes(stage.files.read(first.document.sha256))
        check = DocumentCheck.model_validate(stage.ask(VerifyDocument(sha256=brought.name, on=TODAY)))
        assert (check.recorded, check.intact, check.genuine) == (True, True, False)
        assert check.problems == ("credential_replaced",)
        assert hashlib.sha256(brought.read_bytes()).hexdigest() == brought.name

    def test_what_was_cancelled_meanwhile_is_not_renewed_and_nobody_behind_waits(self, stage: Stage) -> None:
        (held,) = facts(stage, 1)
        stage.approve(7, matter="hunan/constructor-2-replacement", person=1, certificate=held, form={})
        stage.approve(8)
        with_issues(stage, credential_of(8), 1)
        assert refused(stage, credential_of(1)) == ["certificate_cancelled"]
        assert shown(stage, credential_of(1)).status == "cancelled"

    def test_registered_anew_it_names_the_former_one_which_is_replaced(self, stage: Stage) -> None:
        (former,) = facts(stage, 1)
        stage.approve(9, matter="hunan/constructor-2-re-registration", person=1, certificate=former)
        anew = with_issues(stage, credential_of(9), 1)
        assert (anew.after, anew.predecessor) == (credential_of(1), former.identifier)
        assert anew.registration_number != former.number
        assert {one.certificate_id: one.status for one in facts(stage, 1)} == {
            credential_of(1): "replaced",
            credential_of(9): "valid",
        }


class TestOldCertificates:
    def test_found_at_first_sign_in_then_moved_to_another_employer(self, stage: Stage) -> None:
        old = old_one(stage, 20)
        assert shown(stage, old).holder.person_id is None
        stage.know(20, resident_id=resident(20))
        verified = RealNameVerified(
            person_id=person_of(20), method="liveness", provider="test", reference="1", development=True
        )
        stage.say("identity", f"person-{person_of(20)}", verified)
        stage.eventually(lambda: facts(stage, 20))
        (held,) = facts(stage, 20)
        assert (held.origin, held.identifier, held.has_document, held.employer_id) == ("imported", None, False, ENTERPRISE)
        filer = FilerFacts(enterprise_id=UUID(int=77), name="岳麓建设有限公司", uscc="91350100M000100Y43")
        stage.approve(
            20, matter="hunan/constructor-2-temp-transfer", person=20, form={}, filer=filer, certificate=held
        )
        moved = with_issues(stage, old, 2)
        assert (moved.holder.enterprise_name, moved.valid_until) == ("岳麓建设有限公司", RENEWABLE_UNTIL)
        assert (moved.predecessor, moved.issues[0].change, moved.issues[1].change) == (None, "imported", "transferred")
        found = stage.ask(FindByNumber(kind="constructor-2-temp", number=moved.registration_number, on=TODAY))
        assert [one["certificate_id"] for one in found] == [str(old)]

    def test_entered_when_its_holder_is_known_it_is_theirs_at_once(self, stage: Stage) -> None:
        stage.know(21, resident_id=resident(21))
        old = old_one(stage, 21)
        stage.eventually(lambda: shown(stage, old).holder.person_id == person_of(21))
        # a namesake asked for it while it was nobody's
        held = facts(stage, 21)[0].model_copy(update={"holder_id": None})
        stage.approve(29, matter="hunan/constructor-2-temp-transfer", person=29, form={}, certificate=held)
        stage.eventually(lambda: refused(stage, old) == ["holder_matched_already"])
        assert shown(stage, old).holder.person_id == person_of(21)

    def test_beside_a_valid_one_it_is_theirs_too(self, stage: Stage) -> None:
        stage.know(22, resident_id=resident(22))
        both = {old_one(stage, 22), old_one(stage, 22, registration_number="湘24320162016")}
        stage.eventually(lambda: {one.certificate_id for one in facts(stage, 22)} == both)
        assert stage.call("certificate", "health")["parts"]["certificate.matching.follows.certificate"]["ok"]

    def test_supplemented_by_its_holder_it_shows_its_reasons_and_no_stranger_sees_it(self, stage: Stage) -> None:
        stage.know(23)
        form = {
            "certificate_number": OLD_OPERATION,
            "category": "04",
            "issuing_authority": "江西省住房和城乡建设厅",
            "first_issued_on": "2024-05-01",
            "valid_from": (TODAY - timedelta(days=30)).isoformat(),
            "valid_until": RENEWABLE_UNTIL.isoformat(),
        }
        stage.approve(23, matter="jiangxi/special-operation-supplement", person=23, form=form)
        entered = entered_id("special-operation", OLD_OPERATION)
        stage.eventually(lambda: facts(stage, 23))
        assert self.usability(stage, entered) == ("new_archived", ["without_electronic_certificate"])
        (held,) = facts(stage, 23)
        stage.approve(
            24,
            matter="jiangxi/special-operation-correction",
            person=23,
            form={**form, "category": ["04"]},
            certificate=held,
        )
        electronic = with_issues(stage, entered, 2)
        assert electronic.identifier is not None
        stage.filed(entered)
        assert self.usability(stage, entered) == ("unavailable", ["filing_open"])
        stage.filed(UUID(int=9))
        assert self.usability(stage, entered) == ("normal", []), "what is filed about another leaves it as it is"
        known = PublicCredential.model_validate(
            stage.ask(LookUpIdentifier(identifier=electronic.identifier, on=TODAY))
        )
        assert (known.status, known.usability) == ("valid", "normal")
        stage.know(23, employed_by=UUID(int=5))
        assert self.usability(stage, entered) == ("unavailable", ["employer_differs"])
        with pytest.raises(NotFound) as hidden:
            stage.ask(LookUpIdentifier(identifier=electronic.identifier, on=TODAY))
        assert hidden.value.code == "certificate_not_public"

    def test_the_same_number_with_other_facts_is_told_and_nothing_is_changed(self, stage: Stage) -> None:
        form = {
            "certificate_number": OLD_OPERATION,
            "category": "05",
            "issuing_authority": "江西省住房和城乡建设厅",
            "first_issued_on": "2024-05-01",
            "valid_from": TODAY.isoformat(),
            "valid_until": RENEWABLE_UNTIL.isoformat(),
        }
        stage.approve(25, matter="jiangxi/special-operation-supplement", person=25, form=form)
        entered = entered_id("special-operation", OLD_OPERATION)
        stage.eventually(lambda: refused(stage, entered) == ["credential_differs"])
        assert [one.specialty for one in shown(stage, entered).scopes] == ["04"]

    def test_a_number_that_an_old_certificate_has_is_passed_by(self, stage: Stage) -> None:
        drawn = [one["number"] for one in stage.log("NumberAllocated") if one["series"].startswith("registration")]
        taken = [f"湘2432021{TODAY.year}{max(drawn) + n:05d}" for n in (1, 2, 3)]
        for n, number in enumerate(taken[:2], start=26):
            old_one(stage, n, kind="constructor-2", registration_number=number)
        stage.approve(28)
        assert with_issues(stage, credential_of(28), 1).registration_number == taken[2]

    def usability(self, stage: Stage, credential_id: UUID) -> tuple[str, list[str]]:
        view = UsabilityView.model_validate(stage.ask(GetUsability(credential_id=credential_id, on=TODAY)))
        (one,) = view.certificates
        assert one.says
        return one.usability, [reason.code for reason in one.reasons if reason.holds]


class TestEmployers:
    def test_a_lost_qualification_ends_what_is_registered_for_it_and_an_ended_contract_does_not(self, stage: Stage) -> None:
        enterprise = UUID(int=90)
        filer = FilerFacts(enterprise_id=enterprise, name="洞庭建设有限公司", uscc="91350100M000100Y43")
        stage.approve(40, filer=filer)
        with_issues(stage, credential_of(40), 1)
        ended = EmploymentEnded(
            employment_id=uuid4(), person_id=person_of(40), enterprise_id=enterprise, reason="合同到期"
        )
        stage.say("identity", f"employment-{ended.employment_id}", ended)
        lost = EnterpriseQualificationLost(enterprise_id=enterprise, lost_on=TODAY, reason="资质被撤销")
        stage.say("identity", f"enterprise-{enterprise}", lost)
        view = stage.eventually(lambda: (found := shown(stage, credential_of(40))).status == "lapsed" and found)
        assert (view.ended_on, view.ended_because) == (TODAY, "employer_unqualified")
        (told,) = [one for one in stage.log("CredentialLapsed") if one["credential_id"] == str(credential_of(40))]
        assert (told["person_id"], told["enterprise_id"]) == (str(person_of(40)), str(enterprise))

    def test_nobody_is_registered_for_one_that_has_closed_while_the_authority_looked_at_it(self, stage: Stage) -> None:
        enterprise = UUID(int=91)
        stage.close(enterprise)
        filer = FilerFacts(enterprise_id=enterprise, name="洞庭建设有限公司", uscc="91350100M000100Y43")
        stage.approve(41, filer=filer)
        stage.approve(42)
        with_issues(stage, credential_of(42), 1)
        assert refused(stage, credential_of(41)) == ["employer_closed"]

    def test_an_old_one_that_is_entered_as_valid_lapses(self, stage: Stage) -> None:
        enterprise = UUID(int=93)
        stage.close(enterprise)
        old = old_one(stage, 45, enterprise_id=enterprise)
        view = stage.eventually(lambda: (found := shown(stage, old)).status == "lapsed" and found)
        assert (view.ended_because, view.ended_on) == ("employer_closed", TODAY)

    def test_nor_kept_on_for_one(self, stage: Stage) -> None:
        enterprise = UUID(int=92)
        filer = FilerFacts(enterprise_id=enterprise, name="洞庭建设有限公司", uscc="91350100M000100Y43")
        stage.approve(43, filer=filer)
        with_issues(stage, credential_of(43), 1)
        (held,) = facts(stage, 43)
        stage.close(enterprise)
        stage.approve(44, matter="hunan/constructor-2-renewal", person=43, form={}, filer=filer, certificate=held)
        stage.eventually(lambda: refused(stage, credential_of(43)) == ["employer_closed"])


class TestHolders:
    def test_what_a_dead_person_held_lapses_and_holds_again_where_that_was_a_mistake(self, stage: Stage) -> None:
        stage.know(50)
        stage.approve(50)
        with_issues(stage, credential_of(50), 1)
        person = f"person-{person_of(50)}"
        stage.say("identity", person, PersonDied(person_id=person_of(50), died_on=TODAY, reason="死亡医学证明"))
        view = stage.eventually(lambda: (found := shown(stage, credential_of(50))).status == "lapsed" and found)
        assert (view.ended_because, view.status_code) == ("holder_died", "05")
        stage.say("identity", person, DeathWithdrawn(person_id=person_of(50), reason="同名登记有误"))
        stage.eventually(lambda: shown(stage, credential_of(50)).status == "valid")
        assert [one.status for one in facts(stage, 50)] == ["valid"]

    def test_nobody_is_registered_after_their_death(self, stage: Stage) -> None:
        stage.know(51, died_on=TODAY)
        stage.approve(51)
        stage.eventually(lambda: refused(stage, credential_of(51)) == ["holder_died"])

    def test_nor_beyond_the_age_and_the_timer_finds_who_has_passed_it(self, stage: Stage) -> None:
        old = old_one(stage, 52, born=date(1960, 1, 1))
        stage.approve(53, born=date(1960, 1, 1))
        stage.eventually(lambda: refused(stage, credential_of(53)) == ["over_age"])
        view = stage.eventually(lambda: (found := shown(stage, old)).status == "lapsed" and found)
        assert (view.ended_because, view.ended_on) == ("over_age", date(2025, 1, 2))


def test_other_provinces_are_told_of_all_of_it(stage: Stage) -> None:
    """After the tests above; what came to nothing, numbers and matches are nobody's business."""
    page = FeedPage.model_validate(stage.ask(ReadFeed(after=0, limit=1000)))
    told = {one.type.removeprefix("cn.zhuce.certificate.") for one in page.events}
    ends = ("cancelled", "lapsed", "reinstated")
    assert told == {f"{what}.v1" for what in ("granted", "reissued", "entered", "document-issued", *ends)}
    first = next(one.data for one in page.events if isinstance(one.data, CertificateReissued))
    assert (first.change, first.predecessor) == ("extended", shown(stage, credential_of(1)).issues[0].identifier)
    assert stage.call("certificate", "health")["ok"]
