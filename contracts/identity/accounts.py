"""Authorities, and the accounts by which anybody signs in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.identifiers import ResidentId, Uscc
from contracts.identity.types import Duty, Level, Name, Password, PersonName, Place, Username
from contracts.message import Actor, Command, Event, named
from contracts.personal import PERSONAL


@named("identity.EstablishAuthority.v1")
class EstablishAuthority(Command):
    """Set up a department: one for a level and place. ``uscc`` is needed where it issues certificates."""

    authority_id: UUID
    name: Name
    level: Level
    place: Place
    uscc: Uscc | None = None


@named("identity.AuthorityEstablished.v1")
class AuthorityEstablished(Event):
    authority_id: UUID
    name: Name
    level: Level
    place: Place
    uscc: Uscc | None = None


@named("identity.AppointOfficer.v1")
class AppointOfficer(Command):
    """Give somebody an account at an authority, with duties. No duties and ``auditor``: reads all, changes nothing.

    ``level`` and ``place`` are filled in from the authority. ``resident_id`` says who the officer is as a person, so that
    they step aside in their own affairs and their employer's; ``person_id`` is then filled in from the person's record,
    which must be real-name verified. Without it only what the account itself did is known of.
    """

    FILLED_IN = frozenset({"meta", "password", "level", "place", "person_id"})
    account_id: UUID
    authority_id: UUID
    username: Username
    password: Password
    name: PersonName
    duties: tuple[Duty, ...] = ()
    auditor: bool = False
    level: Level | None = None
    place: Place | None = None
    resident_id: ResidentId | None = None
    person_id: UUID | None = None


@named("identity.OpenAccount.v1")
class OpenAccount(Command):
    """An account for somebody that another command has just made known; ``password`` arrives hashed (argon2)."""

    FILLED_IN = frozenset({"meta", "password"})
    account_id: UUID
    username: Username
    name: Annotated[Name, PERSONAL]
    holder: Actor
    password: str


@named("identity.AccountOpened.v1")
class AccountOpened(Event):
    SECRET = frozenset({"password_hash"})
    account_id: UUID
    username: Username
    name: Annotated[Name, PERSONAL]
    holder: Actor
    password_hash: str


@named("identity.SignIn.v1")
class SignIn(Command):
    """``accepted`` is filled in by comparing the password; five wrong ones lock the account for fifteen minutes.

    ``hashed_anew`` too: the right password's hash of today, where the one on record was made for less protection.
    """

    FILLED_IN = frozenset({"meta", "accepted", "account_id", "hashed_anew"})
    username: Username
    password: Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"format": "password"})]
    account_id: UUID | None = None
    accepted: bool = False
    hashed_anew: str = ""


@named("identity.SignedIn.v1")
class SignedIn(Event):
    """``password_hash``: the same password, hashed anew at this sign-in."""

    SECRET = frozenset({"password_hash"})
    account_id: UUID
    password_hash: str = ""


@named("identity.SignInRejected.v1")
class SignInRejected(Event):
    account_id: UUID
    at: AwareDatetime


@named("identity.ChangePassword.v1")
class ChangePassword(Command):
    """Needs the old password; ``accepted`` is filled in by comparing it, ``new_password`` is then hashed."""

    FILLED_IN = frozenset({"meta", "accepted", "old_password", "new_password"})
    account_id: UUID
    old_password: Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"format": "password"})]
    new_password: Password
    accepted: bool = False


@named("identity.PasswordChanged.v1")
class PasswordChanged(Event):
    SECRET = frozenset({"password_hash"})
    account_id: UUID
    password_hash: str
