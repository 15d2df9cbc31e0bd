"""Whatever is ordered in whatever order: one legal state, no event after an end, and no place held twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.decider import Claim, Release
from contracts.errors import Refusal
from contracts.identifiers import make_certificate_identifier
from services.certificate.domain.claims import places_of
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.identifiers import next_identifier
from services.certificate.domain.state import Credential
from services.kernel.testing import CHINA, meta
from tests.domain.certificate import life
from tests.domain.certificate.samples import IMPORT, ISSUER, PERSON, TYPE, grant, granted, record

FIRST_DAY = date(2026, 11, 20)
SPECIALTIES = ("building", "highway")
STREAMS = tuple(UUID(int=n) for n in (1, 2, 3))
STEPS = (
    *("grant", "enter", "match", "renew", "extend", "transfer", "cancel", "lapse", "expire", "withdraw"),
    *("refuse", "document", "later"),
)


class Product:
    """Three credentials of one person, and the claims that they hold: what the log does, in memory."""

    def __init__(self) -> None:
        self.day = FIRST_DAY
        self.states: dict[UUID, Credential] = {}
        self.claims: dict[tuple[str, str], UUID] = {}
        self.number = 0

    def give(self, step: str, stream: UUID, specialty: str) -> None:
        if step == "later":
            self.day += timedelta(days=700)
            return
        before = self.states.get(stream, CREDENTIAL.initial)
        command = self.command(step, stream, specialty, before)
        if command is None:
            return
        try:
            events = CREDENTIAL.decide(before, command)
        except Refusal:
            return
        state, taken = before, dict(self.claims)
        for event in events:
            changes = CREDENTIAL.claims(state, event)
            for change in changes:
                if isinstance(change, Release):
                    taken = {key: who for key, who in taken.items() if (key[0], who) != (change.kind, stream)}
            for change in changes:
                if isinstance(change, Claim) and taken.setdefault((change.kind, change.key), stream) != stream:
                    return  # somebody else has it: nothing of it happens
            state = CREDENTIAL.evolve(state, event)
        assert not (events and before.ended and step not in ("enter", "withdraw", "refuse", "document", "match")), step
        self.states[stream], self.claims = state, taken
        assert CREDENTIAL.decide(state, command) == [], f"{step} done twice"

    def command(self, step: str, stream: UUID, specialty: str, state: Credential) -> Any:
        self.number += 1
        about: dict[str, Any] = {"credential_id": stream, "filing_id": UUID(int=1000 + self.number)}
        last = self.day + timedelta(days=1000)
        scopes = (granted().scopes[0].model_copy(update={"specialty": specialty, "expires_on": last}),)
        dates = {"granted_on": self.day, "valid_from": self.day, "valid_until": last, "scopes": scopes}
        serial = f"2026{self.number:07d}"
        said = {**about, **dates, "registration_number": f"湘243202120260{self.number:04d}"}
        at = datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=CHINA)
        own = {"meta": meta(at=at)}
        if step == "grant":
            made = grant(**said, identifier=make_certificate_identifier(TYPE, ISSUER, serial, 1))
            return made.model_copy(update=own)
        if step == "enter":
            return life.enter(at=at, **{**said, "filing_id": None, "import_id": IMPORT}) if not state.exists else None
        if step == "match":
            return life.match(credential_id=stream)
        if step == "withdraw":
            return life.withdraw(credential_id=stream)
        if not state.exists:
            return life.refuse_change(**about)
        if step in ("renew", "extend", "transfer"):
            return self.reissue(step, about, scopes, state)
        if step == "expire":
            return life.expire(at=at, credential_id=stream, valid_until=state.face.valid_until)
        if step == "cancel":
            return life.cancel(**about)
        if step == "lapse":
            return life.lapse(credential_id=stream)
        if step == "refuse":
            return life.refuse_change(**about)
        if step == "document" and state.identifier is not None:
            return record(credential_id=stream, identifier=state.identifier)
        return None

    def reissue(self, step: str, about: dict[str, Any], scopes: Any, state: Credential) -> Any:
        former = state.identifier
        first = make_certificate_identifier(TYPE, ISSUER, f"2027{self.number:07d}", 1)
        identifier, version = next_identifier(former) if former is not None else (first, 1)
        kept = tuple(one for one in state.face.scopes if one.specialty != scopes[0].specialty)
        now = {"renew": scopes, "extend": (*kept, *scopes), "transfer": state.face.scopes}[step]
        holder = state.face.holder.model_copy(update={"person_id": PERSON})
        return life.reissue(
            **about,
            change={"renew": "renewed", "extend": "extended", "transfer": "transferred"}[step],
            expected_issue=len(state.issues),
            identifier=identifier,
            identifier_version=version,
            predecessor=former,
            registration_number=state.face.registration_number,
            holder=holder,
            issued_on=self.day,
            scopes=now,
            valid_from=state.face.valid_from,
            valid_until=max(one.expires_on for one in now),
        )


def legal(product: Product) -> None:
    held: list[str] = []
    for stream, state in product.states.items():
        if not state.exists:
            continue
        assert state.status(product.day) in ("valid", "expired", "cancelled", "lapsed", "withdrawn")
        claimed = {kind: key for (kind, key), who in product.claims.items() if who == stream}
        assert ("valid_until" in claimed) == state.standing
        if not state.standing:
            assert not claimed.keys() & {"held", "employer", "valid_until"}, "its place was given back"
        elif state.face.holder.person_id is not None and not state.beside:
            held += places_of(state)
        assert [one.identifier for one in state.issues[1:]] == list(dict.fromkeys(one.identifier for one in state.issues[1:]))
        assert all(one.predecessor == former.identifier for former, one in zip(state.issues, state.issues[1:], strict=False))
    assert len(held) == len(set(held)), "two in the same place"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(STREAMS), st.sampled_from(SPECIALTIES)), max_size=25))
def test_whatever_is_ordered(steps: list[tuple[str, UUID, str]]) -> None:
    product = Product()
    for step, stream, specialty in steps:
        product.give(step, stream, specialty)
        legal(product)
