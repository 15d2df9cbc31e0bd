"""EstablishAuthority: one department for a level and a place, set up by the operator."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.decider import Claim
from contracts.errors import NotAllowed
from contracts.identity import AuthorityEstablished, EstablishAuthority
from contracts.message import Actor
from services.identity.domain.authority import AUTHORITY
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY
from tests.samples import AUDITOR, CITY_ID, ENTERPRISE, OPERATOR, PROVINCE_OFFICER

ABOUT: dict[str, Any] = {
    "authority_id": CITY_ID,
    "name": "长沙市住房和城乡建设局",
    "level": "city",
    "place": "430100",
}


def establish(actor: Actor = OPERATOR, **changed: Any) -> EstablishAuthority:
    return EstablishAuthority(**{**ABOUT, **changed}, meta=meta(actor))


class TestHappens:
    @pytest.mark.parametrize(
        ("level", "place"),
        [("ministry", "000000"), ("province", "430000"), ("city", "430100"), ("county", "430102")],
    )
    def test_where_the_place_is_of_its_level(self, level: str, place: str) -> None:
        event = AuthorityEstablished(**{**ABOUT, "level": level, "place": place})
        outcome = given(AUTHORITY).when(establish(level=level, place=place)).then(event)
        assert outcome.claims == [Claim("authority", f"{level}:{place}", "authority_exists")]


class TestIgnoredTheSecondTime:
    def test_the_same_again(self) -> None:
        given(AUTHORITY, AuthorityEstablished(**ABOUT)).when(establish()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [PROVINCE_OFFICER, AUDITOR, ENTERPRISE, ANYBODY])
    def test_by_anybody_but_the_operator(self, actor: Actor) -> None:
        given(AUTHORITY).when(establish(actor)).then_refused("operator_only", NotAllowed)

    @pytest.mark.parametrize(
        ("level", "place"),
        [
            ("city", "430000"),
            ("city", "430102"),
            ("province", "430100"),
            ("county", "430100"),
            ("ministry", "430000"),
            ("province", "000000"),
            ("city", "439900"),
            ("county", "430199"),
        ],
    )
    def test_where_the_place_is_of_another_level_or_unknown(self, level: str, place: str) -> None:
        outcome = given(AUTHORITY).when(establish(level=level, place=place))
        assert outcome.then_refused("place_does_not_fit_level").params == {"place": place, "level": level}
