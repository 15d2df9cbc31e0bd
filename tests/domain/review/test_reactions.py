"""Reactions: a submission opens one case, on the route of the pinned matter's version; a correction lets it go on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.filing import Agreed, PartyRef
from contracts.matters.facts import CertificateFacts
from contracts.matters.registry import UnknownMatter, default_registry
from contracts.matters.route import GrantedBySilence, Publicity
from contracts.matters.schema import Matter
from contracts.message import SYSTEM, Recorded, derived_id
from contracts.review import CaseApproved, CaseOpened, CaseResubmitted, Objections, OpenCase, ResubmitCase
from services.kernel.testing import given
from services.review.domain.decide import CASE
from services.review.reactions import case_of, when_filing_submitted_open_case
from tests.domain.review.samples import (
    CLERK,
    FILER,
    FILING,
    FIRM,
    MONDAY,
    PERSON,
    meta,
    opened,
    returned,
    submission,
)
from tests.matters.samples import TRIALS

INITIAL = default_registry().get("hunan/constructor-2-initial", 1)
SECOND = default_registry().get("hunan/constructor-2-initial", 2)
ARTICLE = "《中华人民共和国行政许可法》第五十条第二款"
FORMER, TOLD = derived_id("former"), derived_id("told")


def submitted(**changes: Any) -> Recorded[Any]:
    return Recorded("filing", 7, f"filing-{FILING}", 5, submission(**changes), meta(FILER))


def reaction(recorded: Recorded[Any]) -> OpenCase:
    (command,) = when_filing_submitted_open_case(recorded)
    assert isinstance(command, OpenCase)
    return command


def opening(matter: Matter, /, **changes: Any) -> OpenCase:
    (command,) = case_of(submitted(**changes), matter)
    assert isinstance(command, OpenCase)
    return command


def test_the_route_comes_from_the_pinned_matter() -> None:
    command = reaction(submitted())
    assert [(one.name, one.level, one.working_days) for one in command.stages] == [
        (one.name, one.level, one.working_days) for one in INITIAL.stages
    ]
    assert [one.name for one in command.stages] == ["acceptance", "preliminary", "second"]
    assert command.publicity_working_days == 10
    assert command.announced is True
    given(CASE).when(command).then_types(CaseOpened)


def test_the_officer_sees_what_was_submitted() -> None:
    command = reaction(submitted())
    assert command.applicant.person_name == "李晓明"
    assert command.applicant.enterprise_name == "长沙某建设有限公司"
    assert command.specialty == "building"
    assert command.form == {"specialty": "building"}
    assert command.submitted_at == MONDAY


def test_a_person_who_files_alone_has_no_enterprise() -> None:
    applicant = reaction(submitted(enterprise_id=None)).applicant
    assert applicant.enterprise_id is None
    assert applicant.enterprise_name is None


def test_the_same_submission_gives_the_same_order() -> None:
    assert reaction(submitted()) == reaction(submitted())
    assert reaction(submitted()).case_id == derived_id("case", FILING, 1)


def test_everything_about_time_is_copied_too() -> None:
    command = reaction(submitted(matter_version=2))
    assert [one.model_dump() for one in command.stages] == [one.model_dump() for one in SECOND.stages]
    acceptance, _, second = command.stages
    assert acceptance.told_once and acceptance.silence is not None and acceptance.silence.means == "passed"
    assert second.extension is not None and second.extension.working_days == 10
    assert second.separate_from == ("preliminary",)
    assert command.correction == SECOND.correction
    assert command.objections == Objections(allowed=True, anonymous=True, working_days=15)
    given(CASE).when(command).then_types(CaseOpened)


def test_whoever_filed_is_known_so_that_they_do_not_examine_it() -> None:
    assert reaction(submitted()).filed_by == FILER.account_id


@pytest.mark.parametrize(
    ("publicity", "objections"),
    [
        (None, Objections(allowed=False)),
        (Publicity(working_days=10, objections=False), Objections(allowed=False)),
        (Publicity(working_days=10), Objections(allowed=True)),
    ],
)
def test_objections_are_as_the_matter_has_them(publicity: Publicity | None, objections: Objections) -> None:
    assert opening(INITIAL.model_copy(update={"publicity": publicity})).objections == objections


class TestGrantedBySilence:
    def test_the_day_is_the_one_that_was_handed_in(self) -> None:
        day = MONDAY.date() + timedelta(days=40)
        command = opening(TRIALS.get("trial/granted-at-expiry"), form={"valid_until": day.isoformat()})
        assert command.granted_by_silence is not None
        assert (command.granted_by_silence.due_on, command.granted_by_silence.legal_basis) == (day, ARTICLE)

    def test_the_last_day_itself_still_counts(self) -> None:
        form = {"valid_until": MONDAY.date().isoformat()}
        assert opening(TRIALS.get("trial/granted-at-expiry"), form=form).granted_by_silence is not None

    @pytest.mark.parametrize("value", [None, "2026-03-01", "", "sometime", 20260401])
    def test_a_day_that_is_over_or_is_none_grants_nothing(self, value: Any) -> None:
        command = opening(TRIALS.get("trial/granted-at-expiry"), form={"valid_until": value})
        assert command.granted_by_silence is None

    @pytest.mark.parametrize(("days", "in_time"), [(31, True), (30, True), (29, False), (0, False)])
    def test_what_was_asked_for_too_late_waits_for_the_decision(self, days: int, in_time: bool) -> None:
        """行政许可法 art. 50 asks for the application thirty days before: nobody files at night and is granted by morning."""
        trial = TRIALS.get("trial/granted-at-expiry")
        rule = GrantedBySilence(on="form.valid_until", legal_basis=ARTICLE, asked_before=30)
        form = {"valid_until": (MONDAY.date() + timedelta(days=days)).isoformat()}
        command = opening(trial.model_copy(update={"granted_by_silence": rule}), form=form)
        assert (command.granted_by_silence is not None) is in_time

    def test_of_the_certificate_that_a_renewal_is_about(self) -> None:
        about = INITIAL.subject.model_copy(update={"picked_from": "certificate_holders"})
        rule = GrantedBySilence(on="certificate.valid_until", legal_basis=ARTICLE)
        renewal = INITIAL.model_copy(update={"subject": about, "granted_by_silence": rule})
        subject = submission().subject.model_copy(
            update={"certificates": (held(2026), held(2027), held(2028, "revoked"))}
        )
        command = opening(renewal, subject=subject)
        assert command.granted_by_silence is not None and command.granted_by_silence.due_on == date(2027, 6, 30)
        assert opening(renewal).granted_by_silence is None, "who holds none waits for the decision"

    def test_a_matter_without_the_rule_never(self) -> None:
        assert reaction(submitted()).granted_by_silence is None


def held(year: int, status: str = "valid") -> CertificateFacts:
    return CertificateFacts(
        certificate_id=derived_id(year),
        credential="constructor-2",
        number=f"湘2432024{year}00001",
        status=status,
        valid_until=date(year, 6, 30),
    )


class TestCorrected:
    def resubmission(self, **changes: Any) -> ResubmitCase:
        (command,) = when_filing_submitted_open_case(submitted(round=2, **changes))
        assert isinstance(command, ResubmitCase)
        return command

    def test_it_goes_on_in_the_same_case(self) -> None:
        command = self.resubmission(form={"specialty": "highway"})
        assert command.case_id == reaction(submitted()).case_id
        assert (command.round, command.specialty, command.filed_by) == (2, "highway", FILER.account_id)
        outcome = given(CASE, opened(), returned("acceptance", CLERK)).when(command).then_types(CaseResubmitted)
        assert outcome.state.status == "in_review" and outcome.state.round == 2

    def test_each_round_is_an_order_of_its_own(self) -> None:
        ids = {one.meta.command_id for one in (reaction(submitted()), self.resubmission())}
        (third,) = when_filing_submitted_open_case(submitted(round=3))
        assert len(ids | {third.meta.command_id}) == 3
        assert self.resubmission() == self.resubmission()


class TestWhatPartiesAgreedTo:
    AGREED: tuple[Agreed, ...] = (
        Agreed(by="person", account_id="the-person", at=MONDAY),
        Agreed(by="former_enterprise", account_id=None, at=MONDAY),
        Agreed(by="new_enterprise", account_id="the-person", at=MONDAY),
    )

    def test_who_agreed_had_a_hand_in_it_and_silence_has_no_account(self) -> None:
        assert reaction(submitted(confirmed_by=self.AGREED)).confirmed_by == ("the-person",)
        assert reaction(submitted()).confirmed_by == ()

    def test_who_agreed_anew_to_a_correction_had_a_hand_in_it_too(self) -> None:
        (command,) = when_filing_submitted_open_case(submitted(round=2, confirmed_by=self.AGREED))
        assert isinstance(command, ResubmitCase)
        assert command.confirmed_by == ("the-person",)

    def test_the_enterprises_that_agreed_or_were_told_are_parties_as_the_filer_is(self) -> None:
        told = (PartyRef(by="person", person_id=PERSON), PartyRef(by="enterprise", enterprise_id=TOLD))
        recorded = submitted(
            confirmed_by=self.AGREED,
            enterprise_id=None,
            certificate=held(2027).model_copy(update={"employer_id": FORMER}),
            informs=told,
        )
        assert set(reaction(recorded).party_enterprises) == {FORMER, FIRM, TOLD}
        assert reaction(submitted()).party_enterprises == ()
        (again,) = when_filing_submitted_open_case(submitted(round=2, informs=told))
        assert isinstance(again, ResubmitCase) and again.party_enterprises == (TOLD,)

    def test_who_filed_it_is_not_whoever_agreed_last(self) -> None:
        assert reaction(submitted(filed_by="the-clerk")).filed_by == "the-clerk"
        assert reaction(submitted()).filed_by == FILER.account_id

    def test_a_person_without_an_employer_files_too(self) -> None:
        command = reaction(submitted(filer=None, enterprise_id=None))
        assert (command.applicant.enterprise_id, command.applicant.enterprise_name) == (None, None)
        given(CASE).when(command).then_types(CaseOpened)

    def test_what_parties_sent_back_before_opens_a_case_when_the_authority_has_it_first(self) -> None:
        command = reaction(submitted(round=3, resubmitted=False))
        assert command.round == 3
        given(CASE).when(command).then_types(CaseOpened)
        (again,) = when_filing_submitted_open_case(submitted(round=4, resubmitted=True))
        assert isinstance(again, ResubmitCase) and again.case_id == command.case_id


def test_the_story_goes_on_where_the_submission_left_it() -> None:
    made = reaction(submitted()).meta
    assert (made.correlation_id, made.causation_id, made.depth) == ("test", "filing:7", 1)
    assert made.actor == SYSTEM
    assert made.at == MONDAY


def test_a_version_that_does_not_exist_stops_the_follower_rather_than_lose_the_filing() -> None:
    with pytest.raises(UnknownMatter):
        reaction(submitted(matter_version=999))


def test_a_matter_that_takes_effect_by_confirmation_has_no_case() -> None:
    matter = INITIAL.model_copy(update={"review": "none"})
    assert list(case_of(submitted(), matter)) == []
    assert list(case_of(submitted(round=2), matter)) == []


def test_what_the_rules_approve_is_approved_in_the_same_commit_by_no_authority() -> None:
    command = opening(TRIALS.get("trial/automatic"), matter="trial/automatic")
    assert command.automatic and command.stages == () and not command.objections.allowed
    outcome = given(CASE).when(command).then_types(CaseOpened, CaseApproved)
    approved = outcome.events[-1]
    assert isinstance(approved, CaseApproved)
    assert (approved.authority_id, approved.officer, approved.round) == (None, "system", 1)
