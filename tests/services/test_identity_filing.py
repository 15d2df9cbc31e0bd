"""identity and filing as others meet them: over RPC, on PostgreSQL, with messages that arrive on phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.errors import NotAllowed, NotFound, Refused, Unavailable
from contracts.filing import (
    AcceptCommitment,
    AttachFile,
    CorrectionItem,
    DraftFiling,
    FilingView,
    FillForm,
    GetFiling,
    PickSubject,
    PrintFiling,
    SubmitFiling,
)
from contracts.identity import (
    ChangePassword,
    ConfirmPhone,
    FindSubject,
    GetPerson,
    LoadQualifications,
    RegisterPerson,
    SendPhoneCode,
    Session,
    SignIn,
)
from contracts.message import Actor, Message
from contracts.review import CaseLapsed, CaseReturned
from services.kernel.testing import meta as usual_meta
from tests.kernel.harness import databases
from tests.samples import AUDITOR, CITY_ID, CITY_OFFICER, OPERATOR
from tests.services.identity_filing_stage import Stage

MATTER = "hunan/constructor-2-initial"


@pytest.fixture(scope="module")
def stage(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with databases(postgres, ["identity", "filing"]) as urls:
        made = Stage(urls, tmp_path_factory.mktemp("stage"))
        yield made
        made.stop()


def same_again(stage: Stage, message: Message, service: str = "identity") -> Any:
    """The reply, after making sure that a repetition gets the same one and nothing happens a second time."""
    reply = stage.send(message)
    head = stage.head(service)
    assert stage.send(message) == reply
    assert stage.head(service) == head
    return reply


class TestSigningIn:
    def sign_in(self, stage: Stage, username: str, password: str, **more: Any) -> SignIn:
        return SignIn(username=username, password=password, meta=stage.meta(**more))

    def test_a_wrong_name_and_a_wrong_password_are_told_alike(self, stage: Stage) -> None:
        name = stage.refused(self.sign_in(stage, "nobody", "operate this"))
        password = stage.refused(self.sign_in(stage, "operator", "something else"))
        assert name.to_wire() == password.to_wire()
        assert isinstance(name, NotAllowed)

    def test_the_first_operator_is_there_whatever_the_capitals(self, stage: Stage) -> None:
        session = Session.model_validate(stage.send(self.sign_in(stage, "Operator", "operate this")))
        assert session.actor.kind == "operator"

    def test_a_rejected_attempt_repeated_with_the_right_password_does_not_get_in(self, stage: Stage) -> None:
        wrong = self.sign_in(stage, "operator", "something else", command_id="tried")
        assert stage.refused(wrong).code == "sign_in_failed"
        head = stage.head()
        right = wrong.model_copy(update={"password": "operate this"})
        assert stage.refused(right).code == "sign_in_failed"
        assert stage.head() == head

    def test_five_wrong_ones_lock_the_account_for_fifteen_minutes(self, stage: Stage) -> None:
        firm = stage.firm_registration()
        stage.send(firm)
        attempts = [self.sign_in(stage, firm.username, "wrong") for _ in range(5)]
        assert {stage.refused(attempt).code for attempt in attempts} == {"sign_in_failed"}
        right = self.sign_in(stage, firm.username, "correct horse")
        assert stage.refused(right).code == "account_locked"
        for _ in range(15):
            later = self.sign_in(stage, firm.username, "correct horse")
        assert stage.send(later)["actor"]["enterprise_id"] == str(firm.enterprise_id)

    def test_no_password_is_in_the_log(self, stage: Stage) -> None:
        log = str(stage.call("identity", "read_log", {"after": 0, "limit": 1000}))
        assert "identity.SignedIn.v1" in log
        assert not any(secret in log for secret in ("operate this", "correct horse", "something else", "$argon2"))


class TestProvingAPhone:
    def confirm(self, stage: Stage, person_id: UUID, code: str) -> ConfirmPhone:
        return ConfirmPhone(person_id=person_id, code=code, meta=stage.meta())

    def test_registering_sends_one_code_however_often_it_is_repeated(self, stage: Stage) -> None:
        registered = stage.registration()
        same_again(stage, registered)
        assert len(stage.texts(registered.phone)) == 1
        same_again(stage, self.confirm(stage, registered.person_id, stage.code(registered.phone)))

    def test_a_new_code_is_sent_once_and_not_within_a_minute(self, stage: Stage) -> None:
        registered = stage.registration()
        stage.send(registered)
        again = SendPhoneCode(person_id=registered.person_id, meta=stage.meta())
        same_again(stage, again)
        assert len(stage.texts(registered.phone)) == 2
        hasty = SendPhoneCode(
            person_id=registered.person_id, meta=again.meta.model_copy(update={"command_id": str(uuid4())})
        )
        assert stage.refused(hasty).code == "code_sent_recently"
        assert len(stage.texts(registered.phone)) == 2

    def test_a_wrong_code_is_refused_and_stays_so_when_the_phone_is_confirmed_later(self, stage: Stage) -> None:
        registered = stage.registration()
        stage.send(registered)
        right = stage.code(registered.phone)
        wrong = self.confirm(stage, registered.person_id, other_than(right))
        assert stage.refused(wrong).code == "code_wrong"
        stage.send(self.confirm(stage, registered.person_id, right))
        assert stage.refused(wrong).code == "code_wrong"

    def test_a_wrong_code_is_refused_although_the_phone_was_confirmed_before(self, stage: Stage) -> None:
        registered = stage.reachable()
        stage.send(SendPhoneCode(person_id=registered.person_id, meta=stage.meta()))
        wrong = other_than(stage.code(registered.phone))
        assert stage.refused(self.confirm(stage, registered.person_id, wrong)).code == "code_wrong"

    def test_one_record_for_a_resident_id_number(self, stage: Stage) -> None:
        registered = stage.reachable()
        again = stage.registration(resident_id=registered.resident_id)
        assert stage.refused(again).code == "resident_id_registered"
        assert stage.texts(again.phone) == []

    def test_a_wrong_check_digit_is_named_and_not_repeated(self, stage: Stage) -> None:
        good = stage.registration()
        last = "1" if good.resident_id[-1] != "1" else "2"
        payload = {**good.model_dump(mode="json"), "resident_id": good.resident_id[:-1] + last}
        with pytest.raises(Refused) as refused:
            stage.call("identity", "register_person", payload)
        (problem,) = refused.value.problems
        assert (problem["code"], problem["field"]) == ("resident_id_check_digit", "resident_id")
        assert payload["resident_id"] not in str(refused.value.to_wire())


class TestFirstPassword:
    def password(self, stage: Stage, phone: str) -> str:
        found = re.search(r"初始密码:(\w+)", stage.texts(phone)[-1])
        assert found is not None
        return found.group(1)

    def test_it_arrives_by_sms_once_and_signs_in(self, stage: Stage) -> None:
        registered = stage.reachable()
        same_again(stage, stage.verification(registered.person_id))
        texts = stage.texts(registered.phone)
        assert len(texts) == 2
        password = self.password(stage, registered.phone)
        session = stage.send(SignIn(username=registered.resident_id, password=password, meta=stage.meta()))
        assert session["actor"]["person_id"] == str(registered.person_id)
        assert session["name"] == registered.name

    def test_and_can_be_changed_with_the_old_one(self, stage: Stage) -> None:
        registered = stage.reachable()
        stage.send(stage.verification(registered.person_id))
        first = self.password(stage, registered.phone)
        session = Session.model_validate(
            stage.send(SignIn(username=registered.resident_id, password=first, meta=stage.meta()))
        )

        def change(old: str) -> ChangePassword:
            owner = stage.meta(session.actor)
            return ChangePassword(
                account_id=session.account_id, old_password=old, new_password="a new secret", meta=owner
            )

        assert stage.refused(change("not the old one")).code == "old_password_wrong"
        same_again(stage, change(first))
        stage.send(SignIn(username=registered.resident_id, password="a new secret", meta=stage.meta()))

    def test_when_no_message_can_be_sent_repeating_sends_one_that_works(self, stage: Stage) -> None:
        registered = stage.reachable()
        verification = stage.verification(registered.person_id)
        (stage.data / "no-sms").touch()
        try:
            assert isinstance(stage.refused(verification), Unavailable)
        finally:
            (stage.data / "no-sms").unlink()
        stage.send(verification)
        password = self.password(stage, registered.phone)
        stage.send(SignIn(username=registered.resident_id, password=password, meta=stage.meta()))

    def test_who_is_not_the_person_cannot_have_them_checked(self, stage: Stage) -> None:
        registered = stage.reachable()
        head = stage.head()
        refused = stage.refused(stage.verification(registered.person_id, stage.person(uuid4())))
        assert (refused.code, stage.head()) == ("not_your_record", head)

    def test_who_fails_is_not_verified_and_gets_no_password(self, stage: Stage) -> None:
        registered = stage.reachable()
        failing = stage.verification(registered.person_id, evidence="fail")
        assert stage.refused(failing).code == "real_name_not_verified"
        assert not stage.send(GetPerson(person_id=registered.person_id))["verified"]
        assert len(stage.texts(registered.phone)) == 1


class TestLoadingQualifications:
    def load(self, stage: Stage, *rows: dict[str, Any], actor: Actor = OPERATOR, **more: Any) -> LoadQualifications:
        return LoadQualifications(items=rows, meta=stage.meta(actor, **more))

    def test_each_bad_line_is_told_by_its_number_and_the_good_ones_are_recorded(self, stage: Stage) -> None:
        good, other = stage.row(), stage.row()
        differing = {**good, "specialty": "municipal"}
        wrong_digit = {**stage.row(), "resident_id": "430102199003071235"}
        missing = {name: value for name, value in stage.row().items() if name != "credential"}
        unknown = {**stage.row(), "remark": "秘密"}
        listed = self.load(stage, good, good, wrong_digit, differing, missing, unknown, other)
        report = stage.send(listed)
        assert (report["loaded"], report["repeated"]) == (2, 1)
        told = [(p["line"], p["code"], p["field"]) for p in report["problems"]]
        assert told == [
            (3, "resident_id_check_digit", "resident_id"),
            (4, "qualification_differs", None),
            (5, "missing", "credential"),
            (6, "extra_forbidden", "remark"),
        ]
        assert not any(value in str(report) for value in ("430102199003071235", "秘密", good["name"]))

    def test_the_same_list_again_does_no_harm_under_the_same_id_or_another(self, stage: Stage) -> None:
        rows = [stage.row() for _ in range(3)]
        first = self.load(stage, *rows)
        assert stage.send(first)["loaded"] == 3
        head = stage.head()
        for again in (first, self.load(stage, *rows)):
            report = stage.send(again)
            assert (report["loaded"], report["repeated"], report["problems"]) == (0, 3, [])
        assert stage.head() == head

    @pytest.mark.parametrize("actor", [AUDITOR, CITY_OFFICER.model_copy(update={"duties": ()})])
    def test_not_without_the_duty(self, stage: Stage, actor: Actor) -> None:
        head = stage.head()
        assert isinstance(stage.refused(self.load(stage, stage.row(), actor=actor)), NotAllowed)
        assert stage.head() == head


class TestRegisteringFirms:
    def test_one_record_for_a_uscc_and_one_code(self, stage: Stage) -> None:
        firm = stage.firm_registration()
        same_again(stage, firm)
        assert len(stage.texts(firm.mobile)) == 1

    def test_a_user_name_that_is_taken_leaves_nothing_behind(self, stage: Stage) -> None:
        firm = stage.firm_registration()
        stage.send(firm)
        other = stage.firm_registration(username=firm.username.upper())
        head = stage.head()
        assert stage.refused(other).code == "username_taken"
        assert stage.head() == head
        assert stage.texts(other.mobile) == []

    def test_nobody_has_two_employers_at_a_time(self, stage: Stage) -> None:
        person, first, second = stage.ready_person(), stage.ready_firm(), stage.ready_firm()
        stage.employ(person.person_id, first)
        proposed = stage.employment(person.person_id, second)
        stage.send(proposed)
        assert stage.refused(stage.acceptance(proposed)).code == "employed_elsewhere"
        assert stage.send(GetPerson(person_id=person.person_id))["employer_id"] == str(first.enterprise_id)

    def test_who_is_not_verified_cannot_be_employed(self, stage: Stage) -> None:
        proposed = stage.employment(stage.reachable().person_id, stage.ready_firm())
        assert stage.refused(proposed).code == "person_not_verified"


class TestFindingSomebody:
    def test_only_by_name_and_number_together(self, stage: Stage) -> None:
        person = stage.ready_person()
        found = stage.send(FindSubject(name=person.name, resident_id=person.resident_id))["subject"]
        assert found["person_id"] == str(person.person_id)
        assert [q["specialty"] for q in found["qualifications"]] == ["building"]
        somebody_else = stage.row(resident_id=person.resident_id, name="李小明", specialty="municipal")
        assert stage.send(LoadQualifications(items=(somebody_else,), meta=stage.meta(OPERATOR)))["loaded"] == 1
        found = stage.send(FindSubject(name=person.name, resident_id=person.resident_id))["subject"]
        assert [q["specialty"] for q in found["qualifications"]] == ["building"]
        for question in (
            FindSubject(name="别人", resident_id=person.resident_id),
            FindSubject(resident_id=person.resident_id),
            FindSubject(name=person.name),
            FindSubject(name="别人", resident_id=person.resident_id, person_id=person.person_id),
        ):
            assert isinstance(stage.refused(question), NotFound)


class Work:
    """One filing, from draft to submission."""

    def __init__(self, stage: Stage, person: RegisterPerson, firm: Actor) -> None:
        self.stage, self.person, self.firm, self.id = stage, person, firm, uuid4()

    def draft(self) -> DraftFiling:
        return DraftFiling(filing_id=self.id, matter=MATTER, meta=self.stage.meta(self.firm))

    def pick(self) -> PickSubject:
        name, number = self.person.name, self.person.resident_id
        return PickSubject(filing_id=self.id, name=name, resident_id=number, meta=self.stage.meta(self.firm))

    def fill(self, **form: Any) -> FillForm:
        return FillForm(filing_id=self.id, form=form, meta=self.stage.meta(self.firm))

    def attach(self) -> AttachFile:
        name, content = "education_certificate", self.stage.letter
        return AttachFile(filing_id=self.id, attachment=name, file=content, meta=self.stage.meta(self.firm))

    def accept(self) -> AcceptCommitment:
        return AcceptCommitment(filing_id=self.id, meta=self.stage.meta(self.firm))

    def submit(self) -> SubmitFiling:
        return SubmitFiling(filing_id=self.id, meta=self.stage.meta(self.firm))

    def view(self) -> FilingView:
        return FilingView.model_validate(self.stage.send(GetFiling(filing_id=self.id)))


class TestFiling:
    def ready(self, stage: Stage) -> Work:
        person, firm = stage.ready_person(), stage.ready_firm()
        stage.employ(person.person_id, firm)
        return Work(stage, person, firm)

    def hand_in(self, stage: Stage, work: Work) -> None:
        for step in (work.draft(), work.pick(), work.fill(specialty="building"), work.attach(), work.accept()):
            stage.send(step)

    def test_from_draft_to_submission_every_step_repeated(self, stage: Stage) -> None:
        work = self.ready(stage)
        for step in (work.draft(), work.pick(), work.fill(specialty="building"), work.attach(), work.accept()):
            same_again(stage, step, "filing")
        view = work.view()
        assert (view.status, view.place, view.problems, view.number) == ("draft", "430102", (), None)
        reply = same_again(stage, work.submit(), "filing")
        assert stage.send(work.submit()) == reply
        view = work.view()
        assert (view.status, view.round, view.version) == ("submitted", 1, reply["version"])
        assert view.number is not None
        assert stage.refused(work.fill(specialty="municipal")).code == "already_submitted"

    def test_the_form_is_printed_as_a_document_in_the_store(self, stage: Stage) -> None:
        work = self.ready(stage)
        self.hand_in(stage, work)
        printed = stage.send(PrintFiling(filing_id=work.id, at=stage.meta().at))
        assert stage.files.read(printed["sha256"]).startswith(b"%PDF-")

    def test_somebody_whom_the_filer_does_not_employ_cannot_be_picked(self, stage: Stage) -> None:
        work = Work(stage, stage.ready_person(), stage.ready_firm())
        stage.send(work.draft())
        refused = stage.refused(work.pick())
        assert (refused.code, [p["code"] for p in refused.problems]) == ("subject_not_eligible", ["employed_by_filer"])

    def certify(self, stage: Stage, work: Work, valid_until: date) -> None:
        certificate = {
            "certificate_id": str(uuid4()),
            "credential": "constructor-2",
            "number": "湘2432025202600001",
            "scope": ["highway"],
            "valid_until": valid_until.isoformat(),
        }
        stage.call("certificate", "hold", {"person_id": str(work.person.person_id), "certificate": certificate})

    def test_somebody_who_is_registered_cannot_be_picked_again_until_that_has_expired(self, stage: Stage) -> None:
        work = self.ready(stage)
        stage.send(work.draft())
        today = work.pick().meta.at.date()
        self.certify(stage, work, valid_until=today)
        refused = stage.refused(work.pick())
        assert (refused.code, [p["code"] for p in refused.problems]) == ("subject_not_eligible", ["not_registered"])
        assert work.view().subject is None
        self.certify(stage, work, valid_until=today - timedelta(days=1))
        stage.send(work.pick())
        subject = work.view().subject
        assert subject is not None and [one.status for one in subject.certificates] == ["expired"]

    def test_nor_handed_in_when_registered_since(self, stage: Stage) -> None:
        work = self.ready(stage)
        self.hand_in(stage, work)
        self.certify(stage, work, valid_until=date(2029, 1, 1))
        refused = stage.refused(work.submit())
        assert (refused.code, [p["code"] for p in refused.problems]) == ("filing_incomplete", ["not_registered"])
        assert work.view().status == "draft"

    def test_nothing_is_decided_while_nobody_can_say_who_is_registered(self, stage: Stage) -> None:
        work = self.ready(stage)
        stage.send(work.draft())
        away = stage.data / "no-certificate"
        away.touch()
        try:
            assert isinstance(stage.refused(work.pick()), Unavailable)
        finally:
            away.unlink()
        assert work.view().subject is None
        stage.send(work.pick())

    def test_somebody_whose_employment_is_over_cannot_be_picked(self, stage: Stage) -> None:
        person, firm = stage.ready_person(), stage.ready_firm()
        proposed = stage.employment(person.person_id, firm)
        over = proposed.model_copy(update={"ends_on": proposed.meta.at.date() + timedelta(days=1)})
        stage.send(over)
        stage.send(stage.acceptance(over))
        work = Work(stage, person, firm)
        stage.send(work.draft())
        late = work.pick()
        late = late.model_copy(update={"meta": late.meta.model_copy(update={"at": late.meta.at + timedelta(days=2)})})
        refused = stage.refused(late)
        assert [p["code"] for p in refused.problems] == ["employment_in_force"]
        stage.send(work.pick())

    def test_nobody_of_that_name_and_number(self, stage: Stage) -> None:
        work = self.ready(stage)
        stage.send(work.draft())
        stranger = work.pick().model_copy(update={"name": "别人"})
        assert stage.refused(stranger).code == "subject_not_found"

    def test_one_open_filing_for_a_person(self, stage: Stage) -> None:
        work = self.ready(stage)
        other = Work(stage, work.person, work.firm)
        for one in (work, other):
            self.hand_in(stage, one)
        stage.send(work.submit())
        assert stage.refused(other.submit()).code == "open_filing_exists"
        assert other.view().status == "draft"

    def test_a_version_that_has_passed(self, stage: Stage) -> None:
        work = self.ready(stage)
        stage.send(work.draft())
        late = work.fill(specialty="building")
        late = late.model_copy(update={"meta": late.meta.model_copy(update={"expected_version": 0})})
        assert stage.refused(late).code == "stale_version"

    def test_what_review_returns_is_open_again_and_can_be_submitted_anew(self, stage: Stage) -> None:
        work = self.ready(stage)
        self.hand_in(stage, work)
        stage.send(work.submit())
        item = CorrectionItem(part="field", name="penalties", needs="请写明有无处罚")
        self.say(stage, returned_case(work, items=(item,)))
        returned = stage.eventually(lambda: (view := work.view()).status == "returned" and view)
        assert (returned.reason, returned.round, returned.correction) == ("缺页", 1, (item,))
        assert [one["code"] for one in returned.problems] == ["not_corrected"]
        assert stage.refused(work.submit()).code == "nothing_corrected"
        assert stage.refused(work.fill(specialty="highway")).code == "not_asked_for"
        stage.send(work.fill(penalties="无"))
        assert work.view().problems == ()
        same_again(stage, work.submit(), "filing")
        again = work.view()
        assert (again.round, again.number, again.correction) == (2, returned.number, ())

    def test_what_is_not_corrected_is_given_up_and_the_person_is_free(self, stage: Stage) -> None:
        work = self.ready(stage)
        other = Work(stage, work.person, work.firm)
        for one in (work, other):
            self.hand_in(stage, one)
        stage.send(work.submit())
        case = returned_case(work)
        self.say(stage, case)
        stage.eventually(lambda: work.view().status == "returned")
        about = {"case_id": case.case_id, "filing_id": work.id, "round": 1, "legal_basis": None}
        self.say(stage, CaseLapsed(**about, due_on=date(2026, 3, 9), lapsed_on=date(2026, 3, 10)))
        stage.eventually(lambda: work.view().status == "lapsed")
        assert stage.refused(work.fill(penalties="无")).code == "already_lapsed"
        stage.send(other.submit())

    def say(self, stage: Stage, event: CaseReturned | CaseLapsed) -> None:
        body = {
            "event": event.model_dump(mode="json"),
            "meta": usual_meta(CITY_OFFICER).model_dump(mode="json"),
        }
        said = {"stream": f"case-{event.case_id}", "version": 2, "name": event.NAME, "body": body}
        stage.call("review", "say", said)

    def test_no_personal_data_was_logged(self, stage: Stage) -> None:
        work = self.ready(stage)
        self.hand_in(stage, work)
        stage.refused(work.fill(name="别人"))
        said = stage.errors()
        for value in (work.person.resident_id, work.person.phone, work.person.name):
            assert value not in said


def returned_case(work: Work, **more: Any) -> CaseReturned:
    """The case of this filing, sent back."""
    return CaseReturned(
        case_id=uuid4(),
        filing_id=work.id,
        round=1,
        stage="acceptance",
        authority_id=CITY_ID,
        officer="city",
        reason="缺页",
        **more,
    )


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"
