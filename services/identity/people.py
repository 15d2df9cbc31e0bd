"""People over RPC: registered, their phones proven, verified by a provider, their accounts opened."""

from __future__ import annotations

from uuid import UUID

from contracts.errors import Refused
from contracts.identity import (
    ConfirmPhone,
    OpenAccount,
    PhoneConfirmed,
    RecordDeath,
    RegisterPerson,
    SendPhoneCode,
    VerifyRealName,
    WithdrawDeath,
)
from contracts.message import SYSTEM, Accepted, Actor, derived_id
from services.identity import passwords
from services.identity.domain.account import ACCOUNT
from services.identity.domain.person import PERSON, may_be_verified
from services.identity.providers import sms_sender, verifier
from services.identity.sending import SendsCodes
from services.kernel.rpc import handles


class People(SendsCodes):
    """What a person does before there is an account, and how it is opened."""

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

    @handles(RecordDeath)
    def record_death(self, command: RecordDeath) -> Accepted:
        """Whose officers may say it is where the person works."""
        return self.kernel.execute(command.model_copy(update={"place": self._seat(command.person_id)}))

    @handles(WithdrawDeath)
    def withdraw_death(self, command: WithdrawDeath) -> Accepted:
        """The employment has ended by it, so any province's officer may be the one who is told of the mistake."""
        return self.kernel.execute(command.model_copy(update={"place": self._seat(command.person_id)}))

    def _seat(self, person_id: UUID) -> str | None:
        employed = self._employment(person_id)
        return self._enterprise(employed[0]).details.place if employed is not None else None

    def _open_person_account(self, cause: VerifyRealName) -> None:
        registered = self._person(cause.person_id)
        account_id = derived_id("person-account", cause.person_id)
        if self.kernel.log.load(ACCOUNT, account_id).version:
            return
        password = passwords.make_password()
        username, said = self._free_username(registered.resident_id)
        # Sent before it is set: when sending fails, or this process dies, repeating the command sends one that works.
        text = f"【注册】实名认证成功。用户名为您的身份证号码{said},初始密码:{password},请登录后尽快修改。"
        sms_sender(self.kernel.config).send(registered.phone, text, cause.meta.at)
        self.kernel.execute(
            OpenAccount(
                account_id=account_id,
                username=username,
                name=registered.name,
                holder=Actor(kind="person", account_id=str(account_id), person_id=cause.person_id),
                password=self._hashed(password),
                meta=cause.meta.model_copy(
                    update={"actor": SYSTEM, "command_id": f"account-of-{cause.person_id}", "expected_version": None}
                ),
            )
        )

    def _free_username(self, resident_id: str) -> tuple[str, str]:
        """The number, unless somebody's account was opened with it whose number was mended since; and what to say of that."""
        taken = self.kernel.log.holders("username", resident_id.lower())
        return (resident_id, "") if not taken else (f"{resident_id}-{len(taken) + 1}", f"后加“-{len(taken) + 1}”")
