"""What stands in the way of another credential, and what a new one comes after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.matters.facts import CertificateFacts, ScopeFacts
from services.certificate.domain.credential import CREDENTIAL, Credential
from services.certificate.domain.effects import wanted_by
from services.certificate.domain.holding import Wanted, facts_of, followed, over_unsaid
from tests.domain.certificate.life import expired
from tests.domain.certificate.samples import (
    CREDENTIAL_ID,
    DECIDED,
    ENTERPRISE,
    FILING,
    IDENTIFIER,
    PERSON,
    approval,
    granted,
)

LAST = granted().valid_until
EXPIRED = LAST + timedelta(days=1)


def held(**other: Any) -> Credential:
    return CREDENTIAL.fold([granted(**other)])


def wanted(on: date = DECIDED, **other: Any) -> Wanted:
    said: dict[str, Any] = {
        "filing_id": UUID(int=7), "kind": "constructor-2", "scope": ("building",), "on": on,
    }  # fmt: skip
    return Wanted(**{**said, **other})


def test_an_approval_wants_what_its_matter_gives() -> None:
    assert wanted_by(approval()) == wanted(filing_id=FILING)


def test_nothing_held_nothing_in_the_way() -> None:
    assert wanted().stands_in_the_way([]) is None
    assert wanted().takes_the_place_of([]) is None


def test_a_valid_one_stands_in_the_way_through_its_last_day() -> None:
    assert wanted(LAST).stands_in_the_way([held()]) == CREDENTIAL_ID
    assert wanted(LAST).takes_the_place_of([held()]) is None


def test_from_the_next_day_a_new_one_takes_its_place() -> None:
    assert wanted(EXPIRED).stands_in_the_way([held()]) is None
    assert wanted(EXPIRED).takes_the_place_of([held()]) == CREDENTIAL_ID


@pytest.mark.parametrize("other", [{"kind": "constructor-1"}, {"scope": ("highway",)}, {"filing_id": FILING}])
def test_another_kind_another_specialty_and_its_own_grant_count_for_nothing(other: dict[str, Any]) -> None:
    assert wanted(**other).stands_in_the_way([held()]) is None
    assert wanted(EXPIRED, **other).takes_the_place_of([held()]) is None


def test_of_several_expired_ones_the_last() -> None:
    later = held(credential_id=UUID(int=3), filing_id=UUID(int=4), valid_until=LAST + timedelta(days=9))
    for both in ([held(), later], [later, held()]):
        assert wanted(LAST + timedelta(days=10)).takes_the_place_of(both) == UUID(int=3)


def test_one_of_several_specialties_is_enough() -> None:
    assert wanted(scope=("highway", "building")).stands_in_the_way([held()]) == CREDENTIAL_ID


def test_of_a_kind_of_which_a_person_has_one_any_stands_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.certificate.domain.holding.one_per_person", lambda kind: True)
    assert wanted(scope=("highway",)).stands_in_the_way([held()]) == CREDENTIAL_ID


def test_what_is_over_and_was_not_said_to_be_still_has_its_place() -> None:
    assert over_unsaid([held()], LAST) == []
    assert over_unsaid([held()], EXPIRED) == [held()]
    assert over_unsaid([CREDENTIAL.fold([granted(), expired()])], EXPIRED) == []


def test_one_after_which_another_was_granted_is_followed() -> None:
    assert followed([held(), held(credential_id=UUID(int=3), after=CREDENTIAL_ID)]) == {CREDENTIAL_ID}


@pytest.mark.parametrize(("on", "status"), [(LAST, "valid"), (EXPIRED, "expired")])
def test_as_rules_read_it(on: date, status: str) -> None:
    assert facts_of(held(), on) == CertificateFacts(
        certificate_id=CREDENTIAL_ID,
        credential="constructor-2",
        number="湘2432021202600001",
        identifier=IDENTIFIER,
        status=status,
        scope=("building",),
        valid_until=LAST,
        scopes=(ScopeFacts(specialty="building", expires_on=LAST),),
        in_force=("building",) if status == "valid" else (),
        granted_on=DECIDED,
        valid_from=DECIDED,
        holder_name="周明远",
        holder_resident_id="430102199003070012",
        holder_id=PERSON,
        employer_id=ENTERPRISE,
        employer="湖南湘江建设工程有限公司",
        issuer="湖南省住房和城乡建设厅",
        place="430000",
        origin="granted",
        has_document=False,
    )
