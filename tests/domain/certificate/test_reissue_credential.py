"""ReissueCredential: a new issue that says everything anew; the one before is void."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.decider import Claim, Release
from contracts.errors import NotAllowed, NotFound
from contracts.identifiers import make_certificate_identifier
from services.certificate.domain.credential import CREDENTIAL, WAITING
from services.kernel.testing import CHINA, given
from tests.domain.certificate.life import (
    cancelled,
    entered,
    expire,
    expired,
    lapsed,
    matched,
    reissue,
    reissued,
    withdrawn,
)
from tests.domain.certificate.samples import (
    CREDENTIAL_ID,
    DOCUMENT,
    IDENTIFIER,
    ISSUER,
    NEXT_IDENTIFIER,
    OFFICER,
    OLD,
    PERSON,
    RENEWED_ON,
    RENEWED_UNTIL,
    SECOND,
    THIRD,
    TYPE,
    granted,
    issued,
    not_issued,
)

THIRD_IDENTIFIER = make_certificate_identifier(TYPE, ISSUER, "20260000001", 3)
AGAIN = {"filing_id": THIRD, "identifier": THIRD_IDENTIFIER, "identifier_version": 3, "predecessor": NEXT_IDENTIFIER}

AFTER_A_CORRECTION = datetime(2030, 1, 2, 9, 0, tzinfo=CHINA)


def taken(claims: list[Claim | Release]) -> set[tuple[str, str]]:
    return {(one.kind, one.key) for one in claims if isinstance(one, Claim)}


class TestHappens:
    def test_from_then_on_it_says_this(self) -> None:
        state = given(CREDENTIAL, granted(), issued()).when(reissue()).then(reissued()).state
        assert (state.identifier, state.face.valid_until, state.document) == (NEXT_IDENTIFIER, RENEWED_UNTIL, None)
        assert state.face.granted_on == granted().granted_on
        assert [one.identifier for one in state.issues] == [IDENTIFIER, NEXT_IDENTIFIER]

    def test_it_keeps_its_number_and_moves_its_place_its_employer_and_its_last_day(self) -> None:
        enterprise = granted().holder.model_copy(update={"enterprise_id": THIRD})
        claims = given(CREDENTIAL, granted()).when(reissue(holder=enterprise, change="transferred")).claims
        assert taken(claims) == {
            ("identifier", NEXT_IDENTIFIER),
            ("of_person", f"{PERSON}/{CREDENTIAL_ID}"),
            ("held", f"{PERSON}/constructor-2/building"),
            ("employer", f"{THIRD}/{CREDENTIAL_ID}"),
            ("valid_until", f"{RENEWED_UNTIL}/{CREDENTIAL_ID}"),
        }
        assert {Release(kind) for kind in ("held", "employer", "valid_until")} <= set(claims)

    def test_a_new_number_is_taken_the_old_one_never_given_back(self) -> None:
        claims = given(CREDENTIAL, granted()).when(reissue(registration_number="湘2432021202600002")).claims
        assert ("registration_number", "湘2432021202600002") in taken(claims)
        assert Release("registration_number") not in claims

    def test_a_holder_who_was_wrong_gives_it_to_the_right_one(self) -> None:
        other = granted().holder.model_copy(update={"person_id": THIRD})
        claims = given(CREDENTIAL, granted()).when(reissue(holder=other, change="amended")).claims
        assert Release("of_person") in claims
        assert ("of_person", f"{THIRD}/{CREDENTIAL_ID}") in taken(claims)

    def test_nobody_waits_for_the_old_document_any_more(self) -> None:
        outcome = given(CREDENTIAL, granted(), not_issued()).when(reissue())
        assert Release(WAITING) in outcome.claims
        assert outcome.state.waiting is None

    def test_after_its_last_day_it_is_renewed_and_has_its_place_again(self) -> None:
        late = reissue(issued_on=date(2029, 12, 1), valid_from=date(2029, 12, 1))
        outcome = given(CREDENTIAL, granted(), expired()).when(late)
        assert outcome.state.status(date(2029, 12, 1)) == "valid"
        assert ("held", f"{PERSON}/constructor-2/building") in taken(outcome.claims)

    def test_a_correction_may_mend_what_is_over(self) -> None:
        said = granted()
        correction = reissue(
            change="corrected", scopes=said.scopes, valid_until=said.valid_until, issued_on=date(2030, 1, 1)
        )
        outcome = given(CREDENTIAL, said, expired()).when(correction).then_types(type(reissued()))
        # it stays over: nobody is told so a second time, and its place is free for the one after it
        assert not {"held", "employer", "valid_until"} & {kind for kind, _ in taken(outcome.claims)}
        given(CREDENTIAL, said, expired(), *outcome.events).when(expire(at=AFTER_A_CORRECTION)).then_nothing()

    def test_an_old_certificate_gets_its_first_identifier(self) -> None:
        first = {"credential_id": OLD, "predecessor": None, "identifier": IDENTIFIER, "identifier_version": 1}
        outcome = given(CREDENTIAL, entered(), matched()).when(reissue(**first, issued_on=date(2027, 5, 1)))
        assert outcome.state.identifier == IDENTIFIER
        assert outcome.state.origin == "imported"

    def test_a_third_issue(self) -> None:
        given(CREDENTIAL, granted(), reissued()).when(reissue(expected_issue=2, **AGAIN)).then_types(type(reissued()))


class TestIgnoredTheSecondTime:
    def test_the_same_filing(self) -> None:
        given(CREDENTIAL, granted(), reissued()).when(reissue()).then_nothing()

    def test_also_after_another_issue_and_after_its_end(self) -> None:
        given(CREDENTIAL, granted(), reissued(), reissued(issue=3, **AGAIN), cancelled()).when(reissue()).then_nothing()


class TestRefused:
    def test_nobody_orders_it(self) -> None:
        given(CREDENTIAL, granted()).when(reissue(OFFICER)).then_refused("only_by_approval", NotAllowed)

    def test_what_was_never_granted(self) -> None:
        given(CREDENTIAL).when(reissue()).then_refused("credential_not_found", NotFound)

    @pytest.mark.parametrize(
        ("history", "code"),
        [
            ((granted(), cancelled()), "certificate_cancelled"),
            ((granted(), lapsed()), "certificate_lapsed"),
            ((entered(), withdrawn()), "certificate_withdrawn"),
        ],
    )
    def test_what_has_ended(self, history: Any, code: str) -> None:
        given(CREDENTIAL, *history).when(reissue()).then_refused(code)

    @pytest.mark.parametrize("change", ["extended", "replaced", "amended", "transferred"])
    def test_what_is_over_is_renewed_first(self, change: Any) -> None:
        late = reissue(change=change, issued_on=granted().valid_until + timedelta(days=1))
        given(CREDENTIAL, granted()).when(late).then_refused("certificate_expired")

    @pytest.mark.parametrize(
        ("other", "code"),
        [
            ({"predecessor": None}, "predecessor_differs"),
            ({"identifier": THIRD_IDENTIFIER, "identifier_version": 3}, "identifier_of_another_issue"),
            ({"identifier_version": 1}, "identifier_of_another_issue"),
            ({"scopes": ()}, "no_scope"),
            ({"valid_until": date(2032, 11, 18)}, "scope_outside_validity"),
            ({"valid_from": RENEWED_UNTIL + timedelta(days=1)}, "validity_reversed"),
            ({"portrait": DOCUMENT}, "portrait_not_a_picture"),
        ],
    )
    def test_what_does_not_fit_together(self, other: dict[str, Any], code: str) -> None:
        given(CREDENTIAL, granted()).when(reissue(**other)).then_refused(code)


class TestExpectedIssue:
    def test_an_order_made_for_another_issue(self) -> None:
        other = {**AGAIN, "filing_id": SECOND}
        history = (granted(), reissued(filing_id=THIRD))
        given(CREDENTIAL, *history).when(reissue(expected_issue=1, **other)).then_refused("issue_moved_on")
        given(CREDENTIAL, *history).when(reissue(expected_issue=2, **other)).then_types(type(reissued()))

    def test_the_day_of_the_issue_counts_not_the_day_of_the_order(self) -> None:
        assert reissue().issued_on == RENEWED_ON
        given(CREDENTIAL, granted()).when(reissue(change="amended")).then_types(type(reissued()))
