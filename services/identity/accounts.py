"""Accounts over RPC: officers appointed, sign-in, passwords, and the actor behind an account."""

from __future__ import annotations

from uuid import UUID

from contracts.errors import NotAllowed, NotFound
from contracts.identity import (
    AccountOpened,
    AppointOfficer,
    ChangePassword,
    OpenAccount,
    Session,
    SignedIn,
    SignIn,
    WhoIs,
)
from contracts.message import Accepted
from services.identity import passwords
from services.identity.domain.account import ACCOUNT, examiners_are_known_people
from services.identity.domain.authority import AUTHORITY
from services.identity.domain.person import PERSON
from services.identity.sending import SendsCodes
from services.kernel.rpc import handles


class Accounts(SendsCodes):
    """Whoever signs in becomes the actor that the account holds."""

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

    @handles(SignIn)
    def sign_in(self, command: SignIn) -> Session:
        """A wrong name and a wrong password are told alike, and take as long."""
        account = self.kernel.log.holder("username", command.username.lower())
        state = self.kernel.log.load(ACCOUNT, account).state if account else None
        accepted = passwords.matches(state.password_hash if state else None, command.password)
        if account is None or state is None or state.opened is None:
            raise NotAllowed("sign_in_failed")
        # The password goes no further than here.
        filled: dict[str, object] = {"account_id": UUID(account), "accepted": accepted, "password": "-"}
        if accepted:
            filled["hashed_anew"] = self._hashed_anew(state.password_hash, command.password)
        attempt = self.kernel.execute(command.model_copy(update=filled))
        # A repeated command is not counted again, so a rejected one must never let another password try its luck.
        if not accepted or not isinstance(self._outcome(ACCOUNT, attempt), SignedIn):
            raise NotAllowed("sign_in_failed")
        return self._session(state.opened)

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
        return self._session(opened)

    def _hashed_anew(self, stored: str, password: str) -> str:
        """A hash of development, or of an older release, does not outlive the next sign-in in production."""
        development = bool(self.kernel.config.get("DEVELOPMENT"))
        return self._hashed(password) if not development and passwords.outdated(stored) else ""

    def _session(self, opened: AccountOpened) -> Session:
        """A person has the name of today, whatever it was when the account was opened. Nobody signs in as one who has died."""
        name = opened.name
        if opened.holder.kind == "person" and opened.holder.person_id is not None:
            person = self.kernel.log.load(PERSON, opened.holder.person_id).state
            if person.died is not None:
                raise NotAllowed("account_closed")
            name = person.registered.name if person.registered is not None else name
        return Session(account_id=opened.account_id, actor=opened.holder, name=name)
