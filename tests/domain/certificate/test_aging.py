"""What time alone does: the last day, or the holder's age, whichever ends it first; each said once, by the timer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.certificate import ExpireCredential, LapseCredential
from contracts.decider import Claim
from contracts.identifiers import birth_date
from contracts.message import Event
from services.certificate.domain.aging import over_by_time
from services.certificate.domain.claims import VALID_UNTIL
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.testing import CHINA, given
from tests.domain.certificate.life import entered, expired, reissued
from tests.domain.certificate.samples import CREDENTIAL_ID, OLD, grant, granted

LAST = granted().valid_until
AT = datetime(2030, 1, 1, 9, 0, tzinfo=CHINA)


def born(day: date, **other: Any) -> dict[str, Any]:
    return {"holder": granted().holder.model_copy(update={"birth_date": day}), **other}


SIXTY_FIVE = date(1963, 5, 20)
"""Until 2028-05-20, the certificate until 2029-11-19."""
BY_AGE = date(2028, 5, 20)


def looked_at(*history: Event) -> list[str]:
    """The days under which it is found."""
    event, *before = reversed(history)
    claims = CREDENTIAL.claims(CREDENTIAL.fold(list(reversed(before))), event)
    return [one.key[:10] for one in claims if isinstance(one, Claim) and one.kind == VALID_UNTIL]


@pytest.mark.parametrize(
    ("history", "day"),
    [
        ((granted(),), LAST),
        ((granted(**born(SIXTY_FIVE)),), BY_AGE),
        ((granted(), reissued(**born(SIXTY_FIVE))), BY_AGE),
        ((granted(**born(SIXTY_FIVE, kind="special-operation")),), LAST),
        ((entered(**born(date(1950, 1, 1))),), date(2015, 1, 1)),
    ],
)
def test_it_is_found_by_the_day_that_comes_first(history: tuple[Event, ...], day: date) -> None:
    assert looked_at(*history) == [day.isoformat()]


def over(*history: Event, at: datetime = AT) -> Any:
    day = date.fromisoformat(looked_at(*history)[0])
    return over_by_time(history[0].credential_id, CREDENTIAL.fold(history), day, at)  # type: ignore[attr-defined]


def test_too_old_from_the_day_after_that_birthday() -> None:
    order = over(granted(**born(SIXTY_FIVE)))
    assert isinstance(order, LapseCredential)
    assert (order.cause, order.lapsed_on) == ("over_age", BY_AGE + timedelta(days=1))
    state = given(CREDENTIAL, granted(**born(SIXTY_FIVE))).when(order).state
    assert state.status(BY_AGE + timedelta(days=1)) == "lapsed"


@pytest.mark.parametrize("day", [date(1980, 5, 20), date(1964, 11, 19)])
def test_else_it_expires(day: date) -> None:
    """Also where both come on one day: the last one is the last one for everybody."""
    order = over(granted(**born(day)))
    assert isinstance(order, ExpireCredential) and order.valid_until == LAST
    given(CREDENTIAL, granted(**born(day))).when(order).then_types(type(expired()))


def test_never_before_it_was_issued() -> None:
    """An old one of somebody who was too old when it was granted."""
    order = over(entered(**born(date(1950, 1, 1))))
    assert (order.credential_id, order.lapsed_on) == (OLD, entered().granted_on)


def test_what_was_said_meanwhile_is_not_said_again() -> None:
    order = over_by_time(CREDENTIAL_ID, CREDENTIAL.fold([granted(), expired()]), LAST, AT)
    given(CREDENTIAL, granted(), expired()).when(order).then_nothing()
    old = granted(**born(SIXTY_FIVE))
    order = over_by_time(CREDENTIAL_ID, CREDENTIAL.fold([old, expired()]), BY_AGE, AT)
    given(CREDENTIAL, old, expired()).when(order).then_nothing()


def test_each_look_is_an_order_of_its_own() -> None:
    orders = [over(granted()), over(granted(**born(SIXTY_FIVE))), over(granted(**born(SIXTY_FIVE + timedelta(days=1))))]
    assert len({one.meta.command_id for one in orders}) == 3
    assert birth_date(grant().holder.resident_id) == granted().holder.birth_date, "it is the ID number's"
