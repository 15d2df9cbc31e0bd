"""EnterCredential, MatchHolder, WithdrawCredential: what was there before, whose it is, and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.certificate import CredentialVouched, CredentialVouchEnded
from contracts.decider import Claim, Release
from contracts.errors import NotAllowed, NotFound
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.testing import NOON, given
from tests.domain.certificate.life import (
    cancelled,
    enter,
    entered,
    expired,
    lapsed,
    match,
    matched,
    reissued,
    withdraw,
    withdrawn,
)
from tests.domain.certificate.samples import (
    IDENTIFIER,
    IMPORT,
    OFFICER,
    OLD,
    OLD_NUMBER,
    PERSON,
    SECOND,
    THIRD,
    granted,
)

RESIDENT = entered().holder.resident_id
OVER = {"granted_on": date(2020, 1, 1), "valid_from": date(2020, 1, 1), "valid_until": date(2022, 12, 31)}
OVER |= {"scopes": (entered().scopes[0].model_copy(update={"expires_on": date(2022, 12, 31)}),)}
VOUCHED = CredentialVouched(credential_id=OLD, import_id=SECOND, line=99)
FIRST_ISSUE = reissued(credential_id=OLD, predecessor=None, identifier=IDENTIFIER, identifier_version=1)


def taken(claims: list[Claim | Release]) -> dict[str, str]:
    return {one.kind: one.key for one in claims if isinstance(one, Claim)}


class TestEnterHappens:
    def test_as_it_stands_in_the_old_register(self) -> None:
        outcome = given(CREDENTIAL).when(enter()).then(entered())
        assert (outcome.state.identifier, outcome.state.origin, outcome.state.document) == (None, "imported", None)
        assert taken(outcome.claims) == {
            "registration_number": OLD_NUMBER,
            "of_resident": f"{RESIDENT}/{OLD}",
            "valid_until": f"2027-06-30/{OLD}",
        }

    def test_whose_it_is_is_known_by_a_filing(self) -> None:
        supplement = {"holder": granted().holder, "origin": "supplemented", "filing_id": SECOND, "import_id": None}
        found = taken(given(CREDENTIAL).when(enter(**supplement)).claims)
        assert found["of_person"] == f"{PERSON}/{OLD}"
        assert found["held"] == f"{PERSON}/constructor-2/highway"

    def test_what_is_over_already_takes_nobody_s_place(self) -> None:
        outcome = given(CREDENTIAL).when(enter(**OVER))
        assert set(taken(outcome.claims)) == {"registration_number", "of_resident"}
        assert outcome.state.status(NOON.date()) == "expired"

    def test_cancelled_in_the_old_register(self) -> None:
        outcome = given(CREDENTIAL).when(enter(status="cancelled"))
        assert outcome.state.status(NOON.date()) == "cancelled"
        assert set(taken(outcome.claims)) == {"registration_number", "of_resident"}

    def test_once_more_after_it_was_withdrawn_and_it_begins_anew(self) -> None:
        outcome = given(CREDENTIAL, entered(), matched(), withdrawn()).when(enter(line=9)).then(entered(line=9))
        assert outcome.state.status(NOON.date()) == "valid"
        assert outcome.state.face.holder.person_id is None


class TestEnterIgnoredTheSecondTime:
    def test_the_same_facts_of_the_same_import(self) -> None:
        given(CREDENTIAL, entered()).when(enter()).then_nothing()
        given(CREDENTIAL, entered(), VOUCHED).when(enter(import_id=SECOND, line=99)).then_nothing()

    def test_also_when_a_filing_has_changed_it_since(self) -> None:
        given(CREDENTIAL, entered(), matched(), FIRST_ISSUE).when(enter()).then_nothing()


class TestVouchedFor:
    def test_whoever_else_says_the_same_vouches_for_it(self) -> None:
        given(CREDENTIAL, entered()).when(enter(import_id=SECOND, line=99)).then(VOUCHED)
        filed = {"import_id": None, "line": None, "filing_id": THIRD, "origin": "supplemented"}
        given(CREDENTIAL, entered()).when(enter(**filed)).then(CredentialVouched(credential_id=OLD, filing_id=THIRD))

    def test_it_goes_with_the_last_of_them(self) -> None:
        ended = CredentialVouchEnded(credential_id=OLD, import_id=IMPORT)
        given(CREDENTIAL, entered(), VOUCHED).when(withdraw()).then(ended)
        last = given(CREDENTIAL, entered(), VOUCHED, ended).when(withdraw(import_id=SECOND))
        assert last.then(withdrawn(import_id=SECOND)).state.status(NOON.date()) == "withdrawn"

    def test_entered_again_it_is_of_that_import_alone(self) -> None:
        history = (entered(), VOUCHED, withdrawn(), entered(import_id=THIRD))
        given(CREDENTIAL, *history).when(withdraw(import_id=SECOND)).then_nothing()


class TestEnterRefused:
    def test_nobody_orders_it(self) -> None:
        given(CREDENTIAL).when(enter(OFFICER)).then_refused("only_by_approval", NotAllowed)

    @pytest.mark.parametrize(
        "other",
        [
            {"valid_until": date(2028, 1, 1)},
            {"holder": entered().holder.model_copy(update={"name": "周明"})},
            {"holder": entered().holder.model_copy(update={"enterprise_name": "别家公司"})},
            {"status": "cancelled"},
        ],
    )
    def test_the_same_number_with_other_facts(self, other: dict[str, Any]) -> None:
        given(CREDENTIAL, entered()).when(enter(**other)).then_refused("credential_differs")

    def test_what_is_no_certificate(self) -> None:
        given(CREDENTIAL).when(enter(scopes=())).then_refused("no_scope")
        given(CREDENTIAL).when(enter(valid_until=date(2024, 6, 30))).then_refused("validity_reversed")


class TestMatchHappens:
    def test_it_is_among_their_own_from_then_on(self) -> None:
        outcome = given(CREDENTIAL, entered()).when(match()).then(matched())
        assert outcome.state.face.holder.person_id == PERSON
        assert Release("of_resident") in outcome.claims
        assert taken(outcome.claims)["of_person"] == f"{PERSON}/{OLD}"
        assert taken(outcome.claims)["held"] == f"{PERSON}/constructor-2/highway"

    def test_beside_a_valid_one_it_takes_nobody_s_place(self) -> None:
        outcome = given(CREDENTIAL, entered()).when(match(beside=True)).then(matched(beside=True))
        assert taken(outcome.claims)["of_person"] == f"{PERSON}/{OLD}"
        assert "held" not in taken(outcome.claims)

    def test_what_is_over_is_theirs_too(self) -> None:
        outcome = given(CREDENTIAL, entered(**OVER)).when(match())
        assert set(taken(outcome.claims)) == {"of_person"}


class TestMatchIgnoredTheSecondTime:
    def test_the_same_person(self) -> None:
        given(CREDENTIAL, entered(), matched()).when(match()).then_nothing()


class TestMatchRefused:
    def test_nobody_orders_it(self) -> None:
        given(CREDENTIAL, entered()).when(match(OFFICER)).then_refused("only_by_approval", NotAllowed)

    def test_what_was_never_entered(self) -> None:
        given(CREDENTIAL).when(match()).then_refused("credential_not_found", NotFound)

    def test_somebody_else_s(self) -> None:
        given(CREDENTIAL, entered(), matched()).when(match(person_id=THIRD)).then_refused("holder_matched_already")

    def test_what_was_withdrawn(self) -> None:
        given(CREDENTIAL, entered(), withdrawn()).when(match()).then_refused("certificate_withdrawn")


class TestWithdrawHappens:
    @pytest.mark.parametrize("since", [(), (matched(),)])
    def test_it_counts_for_nothing_any_more(self, since: tuple[Any, ...]) -> None:
        outcome = given(CREDENTIAL, entered(), *since).when(withdraw()).then_types(type(withdrawn()))
        assert outcome.state.status(NOON.date()) == "withdrawn"
        assert Release("held") in outcome.claims

    def test_that_time_has_passed_is_no_change(self) -> None:
        over = expired(credential_id=OLD, valid_until=entered().valid_until)
        given(CREDENTIAL, entered(), over).when(withdraw()).then_types(type(withdrawn()))


class TestWithdrawIgnoredTheSecondTime:
    def test_withdrawn_once(self) -> None:
        given(CREDENTIAL, entered(), withdrawn()).when(withdraw()).then_nothing()


    def test_what_was_granted_or_came_with_another_import_is_not_its_own(self) -> None:
        given(CREDENTIAL, granted()).when(withdraw()).then_nothing()
        given(CREDENTIAL, entered()).when(withdraw(import_id=THIRD)).then_nothing()


class TestWithdrawRefused:
    def test_nobody_orders_it(self) -> None:
        given(CREDENTIAL, entered()).when(withdraw(OFFICER)).then_refused("only_by_approval", NotAllowed)

    def test_what_was_never_entered(self) -> None:
        given(CREDENTIAL).when(withdraw()).then_refused("credential_not_found", NotFound)

    def test_what_something_rests_on(self) -> None:
        given(CREDENTIAL, entered()).when(withdraw(kept_for="filing_open")).then_refused("filing_open")

    @pytest.mark.parametrize("since", [FIRST_ISSUE, cancelled(credential_id=OLD), lapsed(credential_id=OLD)])
    def test_what_was_changed_since_is_kept(self, since: Any) -> None:
        given(CREDENTIAL, entered(), matched(), since).when(withdraw()).then_refused("changed_since")


def test_the_last_day_is_the_last() -> None:
    state = CREDENTIAL.fold([entered()])
    assert [state.status(entered().valid_until + timedelta(days=n)) for n in (0, 1)] == ["valid", "expired"]
