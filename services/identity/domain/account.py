"""An account: a user name, a password's hash, and the actor that whoever signs in becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, Refused
from contracts.identity import (
    AccountOpened,
    AppointOfficer,
    ChangePassword,
    OpenAccount,
    PasswordChanged,
    SignedIn,
    SignIn,
    SignInRejected,
)
from contracts.message import Actor, Event
from contracts.places import within

Command = AppointOfficer | OpenAccount | SignIn | ChangePassword
WRONG_PASSWORDS = 5
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Account:
    """``wrong`` counts rejected sign-ins since the last good one."""

    opened: AccountOpened | None = None
    password_hash: str = ""
    wrong: int = 0
    rejected_at: datetime | None = None

    def locked(self, at: datetime) -> bool:
        """Whether too many wrong passwords came too lately."""
        return (
            self.wrong >= WRONG_PASSWORDS and self.rejected_at is not None and at - self.rejected_at < LOCKED_FOR
        )


def evolve(state: Account, event: Event) -> Account:
    """The account after one event."""
    match event:
        case AccountOpened():
            return replace(state, opened=event, password_hash=event.password_hash)
        case SignedIn():
            return replace(state, password_hash=event.password_hash or state.password_hash, wrong=0, rejected_at=None)
        case SignInRejected():
            return replace(state, wrong=state.wrong + 1, rejected_at=event.at)
        case PasswordChanged():
            return replace(state, password_hash=event.password_hash, wrong=0, rejected_at=None)
    return state


def decide(state: Account, command: Command) -> Sequence[Event]:
    """What a command makes happen."""
    match command:
        case AppointOfficer():
            may_appoint(command)
            the_person_was_found(command)
            return _open(state, command, command.name, _officer(command), command.password)
        case OpenAccount():
            if command.meta.actor.kind not in ("operator", "system"):
                raise NotAllowed("operator_only")
            return _open(state, command, command.name, command.holder, command.password)
        case SignIn():
            return _sign_in(state, command)
        case ChangePassword():
            return _change_password(state, command)


def examiners_are_known_people(command: AppointOfficer, development: bool) -> None:
    """Whoever is to have duties gives an ID number: a nameless account would not be seen to work for the filer
    (公务员法 art. 76; Jiangxi's handbook 2.2). Development has officers that nobody is."""
    if not development and command.duties and not command.auditor and command.resident_id is None:
        raise Refused("officer_needs_resident_id")


def may_appoint(command: AppointOfficer) -> None:
    """The operator, or an officer with that duty whose authority contains the other's place (manual 004, 2.2)."""
    actor = command.meta.actor
    if actor.kind in ("operator", "system"):
        return
    if actor.kind != "officer" or not actor.may("appoint"):
        raise NotAllowed("duty_missing", params={"duty": "appoint"})
    if actor.place is None or command.place is None or not within(command.place, actor.place):
        raise NotAllowed("outside_jurisdiction", params={"place": command.place})


def the_person_was_found(command: AppointOfficer) -> None:
    """A number was given: somebody of that number and name has proven who they are, or nobody is appointed."""
    if command.resident_id is not None and command.person_id is None:
        raise Refused("officer_not_verified")


def _officer(command: AppointOfficer) -> Actor:
    return Actor(
        kind="auditor" if command.auditor else "officer",
        account_id=str(command.account_id),
        person_id=command.person_id,
        authority_id=command.authority_id,
        level=command.level,
        place=command.place,
        duties=() if command.auditor else command.duties,
    )


def _open(
    state: Account, command: AppointOfficer | OpenAccount, name: str, holder: Actor, password_hash: str
) -> Sequence[Event]:
    if state.opened is not None:
        return []
    _hashed(password_hash)
    return [
        AccountOpened(
            account_id=command.account_id,
            username=command.username,
            name=name,
            holder=holder,
            password_hash=password_hash,
        )
    ]


def _sign_in(state: Account, command: SignIn) -> Sequence[Event]:
    if state.opened is None:
        raise NotAllowed("sign_in_failed")
    if state.locked(command.meta.at):
        raise NotAllowed("account_locked", params={"minutes": int(LOCKED_FOR.total_seconds() // 60)})
    account_id = state.opened.account_id
    if command.accepted:
        if command.hashed_anew:
            _hashed(command.hashed_anew)
        return [SignedIn(account_id=account_id, password_hash=command.hashed_anew)]
    return [SignInRejected(account_id=account_id, at=command.meta.at)]


def _change_password(state: Account, command: ChangePassword) -> Sequence[Event]:
    if state.opened is None or command.meta.actor.account_id != str(command.account_id):
        raise NotAllowed("not_your_record")
    if not command.accepted:
        raise Refused("old_password_wrong")
    _hashed(command.new_password)
    return [PasswordChanged(account_id=command.account_id, password_hash=command.new_password)]


def _hashed(password: str) -> None:
    """An event is kept for ever: no password gets into one as it was typed."""
    if not password.startswith("$argon2"):
        raise Refused("password_not_hashed")


def claims(state: Account, event: Event) -> Sequence[Claim | Release]:
    """A user name is one account's."""
    match event:
        case AccountOpened():
            return [Claim("username", event.username.lower(), "username_taken")]
    return []


ACCOUNT: Decider[Account, Command, Event] = Decider("account", Account(), decide, evolve, claims)
