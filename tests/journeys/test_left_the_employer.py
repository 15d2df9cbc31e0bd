"""Whoever works for nobody by now gives a registration up; the enterprise that the certificate names agrees to it."""

from __future__ import annotations

from demo.client import wait_for
from tests.journeys.cast import HUNAN, Cast
from tests.journeys.every_matter import Journey


def test_the_enterprise_on_the_certificate_agrees_when_its_person_has_left(cast: Cast) -> None:
    journey = left(cast, "hunan/constructor-2-person-cancellation")
    assert journey.confirmed().took_effect()["status"] == "cancelled"


def test_and_says_by_its_seat_where_a_nation_wide_filing_goes(cast: Cast) -> None:
    journey = left(cast, "national/constructor-1-cancellation")
    assert journey.confirmed().filing()["status"] == "submitted"


def left(cast: Cast, matter: str) -> Journey:
    """A filing that waits for the enterprise on the certificate."""
    journey = Journey(cast, matter)
    firm, person = cast.firm(HUNAN), cast.person()
    journey.now = journey.before = firm
    journey.person, journey.scope, journey.wanted = person, "building", "building"
    employment = cast.employ(person, firm)
    named = {"enterprise_name": firm.name, "enterprise_uscc": firm.uscc}
    journey.credential_id = cast.had(person, journey.matter.credential, ["building"], **named)
    person.api.post(f"/employments/{employment}/end", {"reason": "离职"})
    wait_for("解聘", lambda: person.api.get(f"/employments/{employment}")["status"] == "ended" or None)

    journey.filed()
    filing = journey.filing()
    (asked,) = filing["confirmations"]
    assert asked["enterprise_id"] == firm.enterprise_id
    assert filing["place"][:2] == HUNAN[:2] and "employer_name" not in filing["form"]
    return journey
