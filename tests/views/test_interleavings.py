"""Whatever order the logs of different services are read in, every view ends up the same (DESIGN 4.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import certificate as c
from contracts import identity as i
from contracts.message import Recorded, derived_id
from services.kernel.database import Database
from services.kernel.view import View
from services.query.service import VIEWS
from tests.views.case_story import Told
from tests.views.story import Story, enterprise, enterprise_id, name, person, person_id, resident_id

CASES: dict[str, Callable[[Told], object]] = {
    "stopped": lambda told: told.assigned().wait(1).suspended(1).wait(9).resumed().extended(3).passed().released(),
    "late": lambda told: told.near(told.story.today).missed(told.story.today).escalated().handed_back().passed(),
    "corrected": lambda told: told.returned(2).wait(5).lapsed().resubmitted().passed(),
    "silent": lambda told: told.deemed_passed(told.story.today).granted(told.story.today),
    "objected": lambda told: told.passed().passed("preliminary").passed("second").shown().objected().answered(upheld=True),
}
"""What else may happen to a case."""


def _asked(story: Story, key: UUID, n: int, at: int) -> tuple[dict[str, Any], dict[str, Any]]:
    parties = ({"by": "person", "person_id": person_id(n)}, {"by": "former_enterprise", "enterprise_id": enterprise_id(3)})
    story.ask(key, n, at, list(parties))
    return parties


def _agreed(story: Story, key: UUID, n: int, at: int) -> None:
    _, second = _asked(story, key, n, at)
    story.agree(key, person(n), "person", second)
    story.agree(key, enterprise(3), "former_enterprise")
    story.take_effect(key, n, at)


def _declined(story: Story, key: UUID, n: int, at: int) -> None:
    _, second = _asked(story, key, n, at)
    story.agree(key, person(n), "person", second)
    story.decline(key, enterprise(3), "former_enterprise")


def _taken_back(story: Story, key: UUID, n: int, at: int) -> None:
    _asked(story, key, n, at)
    story.take_back(key, at)


def _timed_out(story: Story, key: UUID, n: int, at: int) -> None:
    _asked(story, key, n, at)
    story.time_out(key, "person")


PARTIES: dict[str, Callable[[Story, UUID, int, int], None]] = {
    "agreed": _agreed,
    "declined": _declined,
    "taken back": _taken_back,
    "timed out": _timed_out,
}
"""What may happen to a filing that others must agree to."""
LIVES: dict[str, Callable[[Story, UUID, UUID, int, int], None]] = {
    "stands": lambda story, credential, key, n, at: None,
    "renewed": lambda story, credential, key, n, at: story.reissue(credential, story.draft(n, at), n, at),
    "moved": lambda story, credential, key, n, at: (
        story.reissue(credential, story.draft(n, 3 - at), n, 3 - at, "transferred")
    ),
    "cancelled": lambda story, credential, key, n, at: story.end(credential, c.CredentialCancelled, filing_id=key),
    "lapsed": lambda story, credential, key, n, at: story.end(credential, c.CredentialLapsed),
    "expired": lambda story, credential, key, n, at: story.end(credential, c.CredentialExpired),
}
"""What may become of a certificate."""


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Two enterprises, three people, a few filings with every kind of ending."""
    story = Story().authorities().enterprise(1).enterprise(2, "430202")
    for n in (1, 2, 3):
        steps = [lambda n=n: story.qualification(n), lambda n=n: story.person(n)]
        for step in draw(st.permutations(steps)):
            step()
        story.employment(n, draw(st.sampled_from([1, 2])), ended=draw(st.booleans()))
    if draw(st.booleans()):
        old = story.enter(2, 1, matched=draw(st.booleans()))
        if draw(st.booleans()):
            story.end(old, c.CredentialWithdrawn)
    if draw(st.booleans()):
        amended = {"person_id": person_id(3), "filing_id": derived_id("filing", 99), "resident_id": resident_id(9)}
        story.say(i.PersonAmended, person_id(3), depth=1, **amended, name=name(9))
        story.say(i.QualificationWithdrawn, derived_id("qualification", 1), qualification_id=derived_id("qualification", 1))
    for _ in range(draw(st.integers(1, 3))):
        n, at, place = draw(st.sampled_from([(1, 1, "430100"), (2, 2, "430200")]))
        key = story.draft(n, at, place, before=draw(st.sampled_from([None, 3])))
        ending = draw(st.sampled_from(["draft", "returned", "rejected", "in review", "changed", "approved", *CASES, *PARTIES]))
        if ending in CASES:
            CASES[ending](Told(story, n, at))
            continue
        if ending in PARTIES:
            PARTIES[ending](story, key, n, at)
            continue
        if ending == "draft":
            continue
        case, round = story.submit(key, n, at, place=place), 1
        if ending in ("returned", "changed"):
            story.send_back(key, case)
        if ending == "changed":
            if draw(st.booleans()):
                n = 3
                story.pick(key, n, at)
            case, round = story.submit(key, n, at, round=2, place=place), 2
        if ending == "rejected":
            story.reject(key, case)
        if ending in ("in review", "changed", "approved"):
            story.pass_stages(key, case, draw(st.integers(0, 3)) if ending == "in review" else 3)
        if ending in ("changed", "approved"):
            story.publicise(key, case)
            credential = story.approve(key, case, n, at, round)
            LIVES[draw(st.sampled_from(list(LIVES)))](story, credential, key, n, at)
    return story


@st.composite
def tellings(draw: st.DrawFn) -> tuple[Story, list[Recorded[Any]]]:
    """A story, and its four logs shuffled into each other; each log keeps its own order."""
    story = draw(stories())
    turns = [source for source, log in story.logs.items() for _ in log]
    logs = {source: iter(log) for source, log in story.logs.items()}
    return story, [next(logs[source]) for source in draw(st.permutations(turns))]


def contents(database: Database, view: View, events: Iterable[Recorded[Any]]) -> dict[str, str]:
    """A hash of each table after these events; nothing is kept."""
    with database.transaction() as cursor:
        cursor.execute("SAVEPOINT clean")
        view.create(cursor)
        view.apply(cursor, events)
        found = {}
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [view.name])
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE "C")) FROM {table} t')
            found[table] = cursor.fetchone()[0]
        cursor.execute("ROLLBACK TO SAVEPOINT clean")
    return found


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(telling=tellings())
def test_the_order_in_which_logs_are_read_does_not_matter(
    database: Database, view: View, telling: tuple[Story, list[Recorded[Any]]]
) -> None:
    story, shuffled = telling
    assert contents(database, view, shuffled) == contents(database, view, story.all())


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_the_comparison_can_tell_two_stories_apart(database: Database, view: View) -> None:
    story = Story().authorities().enterprise(1).person(1).qualification(1).employment(1, 1)
    before = contents(database, view, story.all())
    story.person(2).qualification(2).employment(2, 1)
    story.whole(1, 1)
    assert contents(database, view, story.all()) != before
