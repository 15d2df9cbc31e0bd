"""identity over RPC: who someone is, whom they work for, what they may do; and notices to their phones."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import eventlet
from pydantic import ValidationError

from contracts.certificate import DocumentIssued
from contracts.decider import Decider
from contracts.errors import NotAllowed, NotFound, Refusal, Refused
from contracts.identity import (
    AnswerEmployment,
    AppointOfficer,
    AttachEnterpriseFile,
    AttachPersonFile,
    AuthenticateEnterprise,
    ChangePassword,
    CompletePersonDetails,
    ConfirmEnterprisePhone,
    ConfirmPhone,
    EndEmployment,
    EnterprisePhoneConfirmed,
    EstablishAuthority,
    LoadQualifications,
    LoadReport,
    OpenAccount,
    OrderNotice,
    PhoneConfirmed,
    ProposeEmployment,
    Qualification,
    ReadMessages,
    RecordNoticeSent,
    RecordQualification,
    RegisterEnterprise,
    RegisterPerson,
    SendEnterpriseCode,
    SendPhoneCode,
    Session,
    SignedIn,
    SignIn,
    VerifyRealName,
    WhoIs,
)
from contracts.message import SYSTEM, Accepted, Actor, Event, derived_id
from contracts.review import CaseApproved, CaseLapsed, CaseRejected, CaseReturned, DeadlineNear
from services.identity import notices, passwords
from services.identity.bootstrap import open_operator_account
from services.identity.domain.account import ACCOUNT, examiners_are_known_people
from services.identity.domain.authority import AUTHORITY
from services.identity.domain.employment import EMPLOYMENT
from services.identity.domain.enterprise import ENTERPRISE
from services.identity.domain.notice import NOTICE
from services.identity.domain.person import PERSON, may_be_verified
from services.identity.domain.qualification import QUALIFICATION
from services.identity.providers import DevelopmentSms, sms_sender, verifier
from services.identity.sending import SendsCodes
from services.kernel.jobs import job
from services.kernel.kernel import Kernel
from services.kernel.reactions import AskingReactions
from services.kernel.rpc import executes, field_problems, handles
from services.kernel.startup import AtStart

TURN = 250
"""Rows of a list that are read at a stretch."""


class IdentityService(SendsCodes):
    """Commands below; codes on phones in sending.py, notices in notices.py, questions in answers.py."""

    name = "identity"
    kernel = Kernel(
        {
            RegisterPerson: (PERSON, "person_id"),
            SendPhoneCode: (PERSON, "person_id"),
            ConfirmPhone: (PERSON, "person_id"),
            VerifyRealName: (PERSON, "person_id"),
            CompletePersonDetails: (PERSON, "person_id"),
            AttachPersonFile: (PERSON, "person_id"),
            RegisterEnterprise: (ENTERPRISE, "enterprise_id"),
            SendEnterpriseCode: (ENTERPRISE, "enterprise_id"),
            ConfirmEnterprisePhone: (ENTERPRISE, "enterprise_id"),
            AttachEnterpriseFile: (ENTERPRISE, "enterprise_id"),
            AuthenticateEnterprise: (ENTERPRISE, "enterprise_id"),
            ProposeEmployment: (EMPLOYMENT, "employment_id"),
            AnswerEmployment: (EMPLOYMENT, "employment_id"),
            EndEmployment: (EMPLOYMENT, "employment_id"),
            RecordQualification: (QUALIFICATION, "qualification_id"),
            EstablishAuthority: (AUTHORITY, "authority_id"),
            AppointOfficer: (ACCOUNT, "account_id"),
            OpenAccount: (ACCOUNT, "account_id"),
            SignIn: (ACCOUNT, "account_id"),
            ChangePassword: (ACCOUNT, "account_id"),
            OrderNotice: (NOTICE, "notice_id"),
            RecordNoticeSent: (NOTICE, "notice_id"),
        }
    )

    opens_operator_account = AtStart(open_operator_account)
    follows_review = AskingReactions(
        "identity",
        "review",
        {
            **dict.fromkeys(
                (CaseReturned, CaseRejected, CaseApproved, CaseLapsed), notices.when_case_decided_tell_both
            ),
            DeadlineNear: notices.when_correction_is_due_soon_tell_both,
        },
    )
    follows_certificate = AskingReactions(
        "identity", "certificate", {DocumentIssued: notices.when_document_issued_tell_holder}
    )
    gives_notices = notices.gives_notices
    sends_what_ended_with_the_process = AtStart(notices.send_what_ended_with_the_process)

    complete_person_details = executes(CompletePersonDetails)
    attach_person_file = executes(AttachPersonFile)
    attach_enterprise_file = executes(AttachEnterpriseFile)
    authenticate_enterprise = executes(AuthenticateEnterprise)
    answer_employment = executes(AnswerEmployment)
    end_employment = executes(EndEmployment)
    record_qualification = executes(RecordQualification)
    establish_authority = executes(EstablishAuthority)

    # -- people -----------------------------------------------------------------------------------------------

    @handles(RegisterPerson)
    def register_person(self, command: RegisterPerson) -> Accepted:
        """The number is taken only when the phone is confirmed; whoever comes too late is told so already here."""
        if self._held_by_another("resident_id", command.resident_id, PERSON, command.person_id):
            raise Refused("resident_id_registered")
        return self._register_with_code(PERSON, command, command.person_id, command.phone)

    @handles(SendPhoneCode)
    def send_phone_code(self, command: SendPhoneCode) -> Accepted:
        """A new code to the phone on record."""
        return self._another_code(PERSON, command, command.person_id, self._person(command.person_id).phone)

    @handles(ConfirmPhone)
    def confirm_phone(self, command: ConfirmPhone) -> Accepted:
        """A wrong answer is kept, because it counts, and then refused."""
        accepted = self.kernel.execute(self._with_hash(command, command.person_id, command.code))
        if not isinstance(self._outcome(PERSON, accepted), PhoneConfirmed):
            raise Refused("code_wrong")
        return accepted

    @handles(VerifyRealName)
    def verify_real_name(self, command: VerifyRealName) -> Accepted:
        """Ask the provider; on success open the person's account and send its first password by SMS (manual 001, 2.1)."""
        loaded = self.kernel.log.load(PERSON, command.person_id)
        registered = self._person(command.person_id)
        may_be_verified(loaded.state, command)
        if loaded.state.verified is None:
            result = verifier(self.kernel.config).verify(
                registered.name, registered.resident_id, command.evidence, command.meta.command_id
            )
            command = command.model_copy(
                update={
                    "provider": result.provider,
                    "reference": result.reference,
                    "passed": result.passed,
                    "development": result.development,
                }
            )
        accepted = self.kernel.execute(command)
        if self.kernel.log.load(PERSON, command.person_id).state.verified is None:
            raise Refused("real_name_not_verified")
        self._open_person_account(command)
        return accepted

    def _open_person_account(self, cause: VerifyRealName) -> None:
        registered = self._person(cause.person_id)
        account_id = derived_id("person-account", cause.person_id)
        if self.kernel.log.load(ACCOUNT, account_id).version:
            return
        password = passwords.make_password()
        # Sent before it is set: when sending fails, or this process dies, repeating the command sends one that works.
        text = f"【注册】实名认证成功。用户名为您的身份证号码,初始密码:{password},请登录后尽快修改。"
        sms_sender(self.kernel.config).send(registered.phone, text, cause.meta.at)
        self.kernel.execute(
            OpenAccount(
                account_id=account_id,
                username=registered.resident_id,
                name=registered.name,
                holder=Actor(kind="person", account_id=str(account_id), person_id=cause.person_id),
                password=self._hashed(password),
                meta=cause.meta.model_copy(
                    update={"actor": SYSTEM, "command_id": f"account-of-{cause.person_id}", "expected_version": None}
                ),
            )
        )

    # -- enterprises ------------------------------------------------------------------------------------------

    @handles(RegisterEnterprise)
    def register_enterprise(self, command: RegisterEnterprise) -> Accepted:
        """The record first, then the administrator's account; repeating the command completes what is missing."""
        if re.fullmatch(r"\d{17}[\dXx]", command.username):
            raise Refused("username_is_resident_id")  # it would keep that person's own account from being opened
        account_id = derived_id("enterprise-account", command.enterprise_id)
        holder = self.kernel.log.holder("username", command.username.lower())
        if holder not in (None, str(account_id)):
            raise Refused("username_taken")
        if self._held_by_another("uscc", command.uscc, ENTERPRISE, command.enterprise_id):
            raise Refused("uscc_registered")
        opened = OpenAccount(
            account_id=account_id,
            username=command.username,
            name=command.details.name,
            holder=Actor(kind="enterprise", account_id=str(account_id), enterprise_id=command.enterprise_id),
            password=self._hashed(command.password),
            meta=command.meta.model_copy(
                update={"actor": SYSTEM, "command_id": f"account-of-{command.enterprise_id}", "expected_version": None}
            ),
        )
        accepted = self._register_with_code(ENTERPRISE, command, command.enterprise_id, command.mobile)
        self.kernel.execute(opened)
        return accepted

    @handles(SendEnterpriseCode)
    def send_enterprise_code(self, command: SendEnterpriseCode) -> Accepted:
        """A new code to the mobile on record."""
        mobile = self._enterprise(command.enterprise_id).mobile
        return self._another_code(ENTERPRISE, command, command.enterprise_id, mobile)

    @handles(ConfirmEnterprisePhone)
    def confirm_enterprise_phone(self, command: ConfirmEnterprisePhone) -> Accepted:
        """A wrong answer is kept, because it counts, and then refused."""
        accepted = self.kernel.execute(self._with_hash(command, command.enterprise_id, command.code))
        if not isinstance(self._outcome(ENTERPRISE, accepted), EnterprisePhoneConfirmed):
            raise Refused("code_wrong")
        return accepted

    @handles(ProposeEmployment)
    def propose_employment(self, command: ProposeEmployment) -> Accepted:
        """Both sides must be known and proven."""
        if not self.kernel.log.load(ENTERPRISE, command.enterprise_id).state.authenticated:
            raise Refused("enterprise_not_authenticated")
        if self.kernel.log.load(PERSON, command.person_id).state.verified is None:
            raise Refused("person_not_verified")
        return self.kernel.execute(command)

    # -- qualifications ---------------------------------------------------------------------------------------

    @handles(LoadQualifications)
    def load_qualifications(self, command: LoadQualifications) -> LoadReport:
        """Each row is its own command, so a list cut short is simply loaded again."""
        before = self.kernel.log.head()
        lines: dict[int, RecordQualification] = {}
        problems: list[dict[str, Any]] = []
        for line, item in enumerate(command.items, start=1):
            if line % TURN == 0:
                eventlet.sleep(0)  # others are served meanwhile
            try:
                lines[line] = self._record(command, line, item)
            except ValidationError as error:
                problems.extend({"line": line, **problem} for problem in field_problems(error))
        orders = [(QUALIFICATION, order.qualification_id, order) for order in lines.values()]
        new: set[int] = set()
        repeated = 0
        for line, outcome in zip(lines, self.kernel.log.handle_all(orders), strict=True):
            if isinstance(outcome, NotAllowed):
                raise outcome
            if isinstance(outcome, Refusal):
                problems.append({"line": line, "code": outcome.code, "field": None})
            elif outcome.position <= before or outcome.position in new:
                repeated += 1
            else:
                new.add(outcome.position)
        problems.sort(key=lambda problem: problem["line"])
        return LoadReport(loaded=len(new), repeated=repeated, problems=tuple(problems))

    def _record(self, command: LoadQualifications, line: int, item: dict[str, Any]) -> RecordQualification:
        qualification = Qualification.model_validate(item)
        qualification_id = derived_id("qualification", qualification.credential, qualification.number)
        meta = command.meta.model_copy(update={"command_id": f"{command.meta.command_id}/{line}"})
        return RecordQualification(qualification_id=qualification_id, qualification=qualification, meta=meta)

    # -- accounts ---------------------------------------------------------------------------------------------

    @handles(AppointOfficer)
    def appoint_officer(self, command: AppointOfficer) -> Accepted:
        """The authority says which level and place the officer acts for."""
        established = self.kernel.log.load(AUTHORITY, command.authority_id).state.established
        if established is None:
            raise NotFound.of("authority", command.authority_id)
        examiners_are_known_people(command, bool(self.kernel.config.get("DEVELOPMENT")))
        update = {
            "level": established.level,
            "place": established.place,
            "password": self._hashed(command.password),
            "person_id": self._verified_person(command.resident_id, command.name),
        }
        return self.kernel.execute(command.model_copy(update=update))

    @handles(OpenAccount)
    def open_account(self, command: OpenAccount) -> Accepted:
        """For the operator: subscribers and others."""
        return self.kernel.execute(command.model_copy(update={"password": self._hashed(command.password)}))

    def _hashed(self, password: str) -> str:
        """A development product signs in crowds of made-up people: there hashing is not slow."""
        return passwords.hashed(password, quickly=bool(self.kernel.config.get("DEVELOPMENT")))

    @handles(SignIn)
    def sign_in(self, command: SignIn) -> Session:
        """A wrong name and a wrong password are told alike, and take as long."""
        account = self.kernel.log.holder("username", command.username.lower())
        state = self.kernel.log.load(ACCOUNT, account).state if account else None
        accepted = passwords.matches(state.password_hash if state else None, command.password)
        if account is None or state is None or state.opened is None:
            raise NotAllowed("sign_in_failed")
        # The password goes no further than here.
        attempt = self.kernel.execute(
            command.model_copy(update={"account_id": UUID(account), "accepted": accepted, "password": "-"})
        )
        # A repeated command is not counted again, so a rejected one must never let another password try its luck.
        if not accepted or not isinstance(self._outcome(ACCOUNT, attempt), SignedIn):
            raise NotAllowed("sign_in_failed")
        return Session(account_id=UUID(account), actor=state.opened.holder, name=state.opened.name)

    @handles(ChangePassword)
    def change_password(self, command: ChangePassword) -> Accepted:
        """Needs the old one."""
        state = self.kernel.log.load(ACCOUNT, command.account_id).state
        accepted = passwords.matches(state.password_hash or None, command.old_password)
        update = {"accepted": accepted, "old_password": "-", "new_password": self._hashed(command.new_password)}
        return self.kernel.execute(command.model_copy(update=update))

    @handles(WhoIs)
    def who_is(self, question: WhoIs) -> Session:
        """The actor behind an account."""
        opened = self.kernel.log.load(ACCOUNT, question.account_id).state.opened
        if opened is None:
            raise NotFound.of("account", question.account_id)
        return Session(account_id=question.account_id, actor=opened.holder, name=opened.name)

    @handles(ReadMessages)
    def read_messages(self, question: ReadMessages) -> list[dict[str, Any]]:
        """Development only."""
        sender = sms_sender(self.kernel.config)
        if not isinstance(sender, DevelopmentSms):
            raise NotFound.of("messages", "development")
        return sender.read(question.phone)

    @job(notices.JOB)
    def send_notice(self, body: dict[str, str]) -> None:
        """One notice to one phone."""
        notices.send_notice(self.kernel, UUID(body["notice_id"]))

    # -- helpers ----------------------------------------------------------------------------------------------

    def _outcome(self, decider: Decider[Any, Any, Any], accepted: Accepted) -> Event:
        """What this very command led to, also when it is repeated long after: what holds by now says nothing about it."""
        event: Event = self.kernel.log.history(decider.stream(accepted.id))[accepted.version - 1].event
        return event
