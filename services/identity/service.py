"""identity over RPC: who someone is, whom they work for, what they may do; and notices to their phones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.certificate import (
    CredentialCancelled,
    CredentialExpired,
    CredentialLapsed,
    CredentialReissued,
    DocumentIssued,
)
from contracts.errors import NotFound
from contracts.filing import (
    ConfirmationDeclined,
    ConfirmationNear,
    ConfirmationsAsked,
    ConfirmationTimedOut,
    FilingConfirmed,
    FilingSubmitted,
    FilingTookEffect,
)
from contracts.identity import (
    AmendPerson,
    AnswerEmployment,
    AppointOfficer,
    AttachEnterpriseFile,
    AttachPersonFile,
    AuthenticateEnterprise,
    ChangePassword,
    CloseEnterprise,
    CompletePersonDetails,
    ConfirmEnterprisePhone,
    ConfirmPhone,
    DeathWithdrawn,
    EmploymentAccepted,
    EndEmployment,
    EnterpriseClosed,
    EstablishAuthority,
    OpenAccount,
    OrderNotice,
    PersonDied,
    ProposeEmployment,
    ReadMessages,
    RecordDeath,
    RecordNoticeSent,
    RecordQualification,
    RecordQualificationLost,
    RecordQualificationRegained,
    RegisterEnterprise,
    RegisterPerson,
    SendEnterpriseCode,
    SendPhoneCode,
    SignIn,
    VerifyRealName,
    WithdrawDeath,
    WithdrawQualification,
)
from contracts.review import CaseApproved, CaseLapsed, CaseRejected, CaseReturned, DeadlineNear
from services.identity import accounts, enterprises, following, importing, notices, people, telling
from services.identity.bootstrap import open_operator_account
from services.identity.domain.account import ACCOUNT
from services.identity.domain.authority import AUTHORITY
from services.identity.domain.employment import EMPLOYMENT
from services.identity.domain.enterprise import ENTERPRISE
from services.identity.domain.notice import NOTICE
from services.identity.domain.person import PERSON
from services.identity.domain.qualification import QUALIFICATION
from services.identity.providers import DevelopmentSms, sms_sender
from services.kernel.jobs import job
from services.kernel.kernel import Kernel
from services.kernel.reactions import AskingReactions
from services.kernel.rpc import executes, handles
from services.kernel.startup import AtStart


class IdentityService(people.People, enterprises.Enterprises, accounts.Accounts, importing.QualificationImports):
    """Put together from its parts, a module each; questions in answers.py, codes on phones in sending.py."""

    name = "identity"
    kernel = Kernel(
        {
            RegisterPerson: (PERSON, "person_id"),
            SendPhoneCode: (PERSON, "person_id"),
            ConfirmPhone: (PERSON, "person_id"),
            VerifyRealName: (PERSON, "person_id"),
            CompletePersonDetails: (PERSON, "person_id"),
            AttachPersonFile: (PERSON, "person_id"),
            AmendPerson: (PERSON, "person_id"),
            RecordDeath: (PERSON, "person_id"),
            WithdrawDeath: (PERSON, "person_id"),
            RegisterEnterprise: (ENTERPRISE, "enterprise_id"),
            SendEnterpriseCode: (ENTERPRISE, "enterprise_id"),
            ConfirmEnterprisePhone: (ENTERPRISE, "enterprise_id"),
            AttachEnterpriseFile: (ENTERPRISE, "enterprise_id"),
            AuthenticateEnterprise: (ENTERPRISE, "enterprise_id"),
            CloseEnterprise: (ENTERPRISE, "enterprise_id"),
            RecordQualificationLost: (ENTERPRISE, "enterprise_id"),
            RecordQualificationRegained: (ENTERPRISE, "enterprise_id"),
            ProposeEmployment: (EMPLOYMENT, "employment_id"),
            AnswerEmployment: (EMPLOYMENT, "employment_id"),
            EndEmployment: (EMPLOYMENT, "employment_id"),
            RecordQualification: (QUALIFICATION, "qualification_id"),
            WithdrawQualification: (QUALIFICATION, "qualification_id"),
            EstablishAuthority: (AUTHORITY, "authority_id"),
            AppointOfficer: (ACCOUNT, "account_id"),
            OpenAccount: (ACCOUNT, "account_id"),
            SignIn: (ACCOUNT, "account_id"),
            ChangePassword: (ACCOUNT, "account_id"),
            OrderNotice: (NOTICE, "notice_id"),
            RecordNoticeSent: (NOTICE, "notice_id"),
            **importing.BRINGS.handlers(),
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
    follows_filing = AskingReactions(
        "identity",
        "filing",
        {
            ConfirmationsAsked: telling.when_confirmations_asked_tell_the_first,
            FilingConfirmed: telling.when_filing_confirmed_tell_the_next,
            ConfirmationNear: telling.when_confirmation_is_near_its_end_remind,
            ConfirmationDeclined: telling.when_confirmation_declined_tell_the_filer,
            ConfirmationTimedOut: telling.when_confirmation_timed_out_tell_the_filer,
            FilingSubmitted: telling.when_filing_submitted_inform,
            FilingTookEffect: telling.when_filing_took_effect_tell_both,
        },
    )
    follows_certificate = AskingReactions(
        "identity",
        "certificate",
        {
            DocumentIssued: notices.when_document_issued_tell_holder,
            CredentialLapsed: telling.when_credential_lapsed_tell_both,
            CredentialExpired: telling.when_credential_expired_tell_both,
            CredentialCancelled: telling.when_credential_cancelled_tell_both,
            CredentialReissued: following.when_credential_reissued_amend_person,
        },
    )
    follows_itself = AskingReactions(
        "identity",
        "identity",
        {
            EnterpriseClosed: following.when_enterprise_closed_end_employments,
            EmploymentAccepted: following.when_employment_accepted_look_whether_both_are_there,
            PersonDied: following.when_person_died_end_employment,
            DeathWithdrawn: telling.when_death_withdrawn_tell_the_person,
        },
    )
    gives_notices = notices.gives_notices
    sends_what_ended_with_the_process = AtStart(notices.send_what_ended_with_the_process)

    complete_person_details = executes(CompletePersonDetails)
    attach_person_file = executes(AttachPersonFile)
    attach_enterprise_file = executes(AttachEnterpriseFile)
    authenticate_enterprise = executes(AuthenticateEnterprise)
    close_enterprise = executes(CloseEnterprise)
    record_qualification_lost = executes(RecordQualificationLost)
    record_qualification_regained = executes(RecordQualificationRegained)
    end_employment = executes(EndEmployment)
    record_qualification = executes(RecordQualification)
    establish_authority = executes(EstablishAuthority)

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
