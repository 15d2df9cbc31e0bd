"""Signing in and out of sight: a session is a bearer token, given for a password."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from flask import Response, g, jsonify
from pydantic import AwareDatetime, Field

from contracts.errors import Refusal
from contracts.identity import (
    ChangePassword,
    GetPerson,
    Password,
    PersonView,
    Session,
    SignIn,
    Username,
    WhoIs,
)
from contracts.message import Accepted, Actor, Model
from contracts.personal import PERSONAL
from services.gateway.asking import actor, ask, give, here, meta
from services.gateway.routes import EVERYONE, SIGNED_IN, route, section

api = section("sessions")
OldPassword = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"format": "password"})]


class SignInBody(Model):
    """A user name (a person's is the resident ID number) and its password."""

    username: Username
    password: OldPassword


class ChangePasswordBody(Model):
    """The old password proves that it is the account's owner who changes it."""

    old_password: OldPassword
    new_password: Password


class SessionView(Model):
    """Who is signed in, until when."""

    actor: Actor
    name: Annotated[str, PERSONAL]
    expires_at: AwareDatetime


class NewSession(SessionView):
    """A session that was just given: send the token as ``Authorization: Bearer …``."""

    token: str


@route(api, "post", "/sessions", who=EVERYONE, gives=NewSession, status=201)
def sign_in(body: SignInBody) -> Response:
    session = ask(SignIn(username=body.username, password=body.password, meta=meta(fresh=True)), Session)
    return new_session(session.actor, session.name)


@route(api, "get", "/session", who=SIGNED_IN, gives=SessionView)
def who_am_i() -> Response:
    view = SessionView(actor=actor(), name=_name_of(actor()), expires_at=g.expires_at)
    return jsonify(view.model_dump(mode="json"))


@route(api, "put", "/account/password", who=SIGNED_IN, gives=Accepted, changes=True)
def change_password(body: ChangePasswordBody) -> Response:
    return give(
        ChangePassword(
            account_id=UUID(actor().account_id),
            old_password=body.old_password,
            new_password=body.new_password,
            meta=meta(fresh=True),
        )
    )


def new_session(holder: Actor, name: str) -> Response:
    """201 with a token for this actor."""
    issued = here().sessions.issue(holder)
    view = NewSession(actor=holder, name=name, expires_at=issued.expires_at, token=issued.token)
    response = jsonify(view.model_dump(mode="json"))
    response.status_code = 201
    return response


def _name_of(who: Actor) -> str:
    """As the account has it; a person who has only confirmed the phone has no account yet."""
    try:
        return ask(WhoIs(account_id=UUID(who.account_id)), Session).name
    except Refusal:
        if who.person_id is None:
            raise
        return ask(GetPerson(person_id=who.person_id), PersonView).name
