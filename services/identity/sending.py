"""Codes on their way to phones: kept before they are sent, sent once, and registering never fails for want of an SMS."""

from __future__ import annotations

import logging
from typing import Any, TypeVar
from uuid import UUID

from contracts.decider import Decider
from contracts.message import Accepted, Command, Event
from services.identity import passwords
from services.identity.answers import Answers
from services.identity.codes import Limit, code_hash, make_code
from services.identity.providers import sms_sender

log = logging.getLogger("zhuce.identity")
C = TypeVar("C", bound=Command)


class SendsCodes(Answers):
    """What registering, asking for a code and answering one have in common, for people and enterprises alike."""

    limit = Limit()

    def _hashed(self, password: str) -> str:
        """A development product signs in crowds of made-up people: there hashing is not slow."""
        return passwords.hashed(password, quickly=bool(self.kernel.config.get("DEVELOPMENT")))

    def _held_by_another(self, kind: str, key: str, decider: Decider[Any, Any, Any], own: UUID) -> bool:
        """Told early for a new record; a repeated command is left to get its first reply."""
        holder = self.kernel.log.holder(kind, key)
        return holder not in (None, str(own)) and not self.kernel.log.load(decider, own).version

    def _with_hash(self, command: C, holder: UUID, code: str) -> C:
        return command.model_copy(update={"code_hash": code_hash(self.kernel.config, holder, code)})

    def _register_with_code(
        self, decider: Decider[Any, Any, Any], command: Command, holder: UUID, phone: str
    ) -> Accepted:
        """When sending fails the record is there all the same, and the reply says where: another code can be asked for."""
        accepted, code = self._keep_code(decider, command, holder)
        try:
            self._send_code(phone, code, command)
        except Exception as error:  # its text may hold the phone
            log.warning("code not sent", extra={"what": command.NAME, "error": {"type": type(error).__name__}})
        return accepted

    def _another_code(self, decider: Decider[Any, Any, Any], command: Command, holder: UUID, phone: str) -> Accepted:
        if self.kernel.log.recorder.find_handled(command.meta.command_id) is None:
            self.limit.check(phone, command.meta.at)
        accepted, code = self._keep_code(decider, command, holder)
        self._send_code(phone, code, command)
        return accepted

    def _keep_code(
        self, decider: Decider[Any, Any, Any], command: Command, holder: UUID
    ) -> tuple[Accepted, str | None]:
        """No code for a repeated command: the one on record is then the one that was sent the first time."""
        code = make_code()
        command = self._with_hash(command, holder, code)
        accepted = self.kernel.execute(command)
        kept = self.kernel.log.load(decider, holder).state.phone.code_hash
        return accepted, code if kept == getattr(command, "code_hash", None) else None

    def _send_code(self, phone: str, code: str | None, cause: Command) -> None:
        if code is not None:
            with self.limit.sending(phone, cause.meta.at):
                text = f"【注册】验证码 {code},5分钟内有效。请勿告诉他人。"
                sms_sender(self.kernel.config).send(phone, text, cause.meta.at)

    def _outcome(self, decider: Decider[Any, Any, Any], accepted: Accepted) -> Event:
        """What this very command led to, also when it is repeated long after: what holds by now says nothing about it."""
        event: Event = self.kernel.log.history(decider.stream(accepted.id))[accepted.version - 1].event
        return event
