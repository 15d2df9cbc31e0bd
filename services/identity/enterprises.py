"""Enterprises over RPC: registered with their administrators, their phones proven; whom they employ."""

from __future__ import annotations

import re

from contracts.errors import Refused
from contracts.identity import (
    AnswerEmployment,
    ConfirmEnterprisePhone,
    EnterprisePhoneConfirmed,
    OpenAccount,
    ProposeEmployment,
    RegisterEnterprise,
    SendEnterpriseCode,
)
from contracts.message import SYSTEM, Accepted, Actor, derived_id
from services.identity.domain.death import lives
from services.identity.domain.employment import EMPLOYMENT
from services.identity.domain.enterprise import ENTERPRISE, not_closed
from services.identity.domain.person import PERSON
from services.identity.sending import SendsCodes
from services.kernel.rpc import handles


class Enterprises(SendsCodes):
    """What needs more than its decider."""

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
        enterprise = self.kernel.log.load(ENTERPRISE, command.enterprise_id).state
        if not enterprise.authenticated:
            raise Refused("enterprise_not_authenticated")
        not_closed(enterprise)
        person = self.kernel.log.load(PERSON, command.person_id).state
        if person.verified is None:
            raise Refused("person_not_verified")
        lives(person.died)
        return self.kernel.execute(command)

    @handles(AnswerEmployment)
    def answer_employment(self, command: AnswerEmployment) -> Accepted:
        """Nobody begins to work for a closed enterprise, or after their death; to decline is always possible."""
        proposed = self.kernel.log.load(EMPLOYMENT, command.employment_id).state.proposed
        if command.accept and proposed is not None:
            not_closed(self.kernel.log.load(ENTERPRISE, proposed.enterprise_id).state)
            lives(self.kernel.log.load(PERSON, proposed.person_id).state.died)
        return self.kernel.execute(command)
