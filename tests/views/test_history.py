"""A registrant's history: everything that touched them, in order, and what they had at any moment."""

from __future__ import annotations

from datetime import date, timedelta
from string import Formatter
from typing import Any, Literal, get_args, get_origin
from uuid import uuid4

import pytest

from contracts import certificate, filing, identity, review
from contracts.errors import NotFound
from contracts.examples import example
from contracts.message import MESSAGES, Actor, Event
from contracts.query import (
    GetFilingProgress,
    History,
    ListCertificates,
    ListEmployments,
    ListFilings,
    ListParties,
    ListQualifications,
    PersonHistory,
    PersonState,
)
from services.query import words
from services.query.replay import history
from services.query.service import VIEWS
from services.query.views.certificate_lists import list_certificates
from services.query.views.employment_list import list_employments
from services.query.views.filing_list import get_filing_progress, list_filings
from services.query.views.parties import list_parties
from services.query.views.qualification_list import list_qualifications
from services.query.views.timeline import TIMELINE
from tests.views.story import (
    CITY,
    OPERATOR,
    OTHER_CITY,
    Story,
    enterprise,
    name,
    officer,
    person,
    person_id,
    resident_id,
)

TODAY = date(2026, 3, 20)
PUBLISHED = [
    cls
    for key, cls in sorted(MESSAGES.items())
    if issubclass(cls, Event)
    and key.split(".")[0] in {m.__name__.split(".")[1] for m in (identity, filing, review, certificate)}
]

ABOUT_NOBODY = {
    "certificate.NumberAllocated.v1",
    *(f"review.{name}.v1" for name in ("AbsenceRecorded", "AbsenceEnded", "BatchStarted", "BatchProgressed", "BatchEnded")),
    *(f"review.{name}.v1" for name in ("AnnouncementNumberReserved", "DocumentNumberAllocated", "SpotCheckDrawn", "YearPublished")),
    *(
        f"{service}.{name}.v1"
        for service in ("identity", "certificate")
        for name in ("ImportBegun", "RowsImported", "ImportFinished", "ImportUndoBegun", "ImportUndoProgressed", "ImportUndone")
    ),
}
"""How authorities work; what it comes to for somebody is told by other events."""


def asked(cursor: Any, n: int, viewer: Actor = OPERATOR, as_of: Any = None) -> PersonHistory:
    return history(cursor, History(viewer=viewer, person_id=person_id(n), as_of=as_of), TODAY)


def lists(cursor: Any, n: int, on: date) -> PersonState:
    """What the live views show of a person."""

    def ask(view: str, answer: Any) -> Any:
        VIEWS[view].enter(cursor)
        return answer().rows

    own: dict[str, Any] = {"viewer": OPERATOR, "person_id": person_id(n), "per_page": 200}
    parties = ask("parties", lambda: list_parties(cursor, ListParties(viewer=OPERATOR, party_id=person_id(n))))
    qualified = ListQualifications(viewer=OPERATOR, resident_id=resident_id(n))
    return PersonState(
        person=parties[0] if parties else None,
        employments=ask("employment_list", lambda: list_employments(cursor, ListEmployments(**own))),
        qualifications=ask("qualification_list", lambda: list_qualifications(cursor, qualified)) if parties else (),
        filings=ask("filing_progress", lambda: list_filings(cursor, ListFilings(**own))),
        certificates=ask("certificate_register", lambda: list_certificates(cursor, ListCertificates(**own), on)),
    )


def eventful() -> Story:
    """Person 1 is qualified before registering, changes employer, is sent back once; 2 was picked by mistake first."""
    story = Story().authorities().qualification(1).enterprise(1).enterprise(2).person(1).person(2)
    story.employment(1, 2, ended=True).employment(1, 1).employment(2, 1)
    key = story.draft(1, 1, before=2)
    story.send_back(key, story.submit(key, 1, 1))
    case = story.submit(key, 1, 1, round=2)
    story.pass_stages(key, case)
    story.publicise(key, case)
    story.approve(key, case, 1, 1, round=2)
    return story


def test_the_whole_history_is_told_in_order_with_who_and_why(everything: Any) -> None:
    told = asked(everything(eventful().all()), 1)
    says = [entry.says for entry in told.entries]
    assert says[0].startswith("资格证书入库")  # before the person was known
    assert says[1] == f"{name(1)}登记个人信息"
    assert {entry.source for entry in told.entries} == {"identity", "filing", "review", "certificate"}
    assert [entry.at for entry in told.entries] == sorted(entry.at for entry in told.entries)
    back = next(entry for entry in told.entries if entry.event == "review.CaseReturned.v1")
    assert (back.who.kind, back.who.name, back.says) == ("officer", "city经办", "受理退回补正,原因:照片不清晰")
    # what follows by itself is told after its cause, though both carry one time
    events = [entry.event for entry in told.entries]
    assert events.index("filing.FilingReturned.v1") == events.index("review.CaseReturned.v1") + 1
    assert events[-3:] == [
        "certificate.CredentialGranted.v1",
        "filing.FilingApproved.v1",
        "certificate.DocumentIssued.v1",
    ]


def test_an_approval_that_gave_nothing_is_told_to_the_person_and_beside_the_filing(everything: Any) -> None:
    story = eventful()
    key = story.draft(1, 1)
    credential = uuid4()
    of = {"credential_id": credential, "filing_id": key, "person_id": person_id(1)}
    story.say(certificate.GrantRefused, credential, **of)
    cursor = everything(story.all())
    assert asked(cursor, 1).entries[-1].says == "未颁发证书,原因:本人已持有同一专业的有效证书"
    VIEWS["filing_progress"].enter(cursor)
    progress = get_filing_progress(cursor, GetFilingProgress(viewer=OPERATOR, filing_id=key))
    assert progress.steps[-1].says == "未颁发证书,本人已持有同一专业的有效证书"
    assert progress.filing.credential_id is None


def test_what_was_done_for_somebody_else_first_is_not_told(everything: Any) -> None:
    cursor = everything(eventful().all())
    picked = {n: [e for e in asked(cursor, n).entries if e.event == "filing.SubjectPicked.v1"] for n in (1, 2)}
    assert [entry.says for entry in picked[1]] == [f"第1建筑公司选定申报人员{name(1)}"]
    assert [entry.says for entry in picked[2]] == [f"第1建筑公司选定申报人员{name(2)}"]
    assert "review.CaseOpened.v1" not in {entry.event for entry in asked(cursor, 2).entries}
    assert asked(cursor, 2).state.filings == ()


@pytest.mark.parametrize("n", [1, 2])
def test_at_every_moment_the_replay_equals_the_views_of_that_moment(database: Any, n: int) -> None:
    story = eventful()
    whole = story.all()
    moments = sorted({one.meta.at for one in whole})
    with database.transaction() as cursor:
        for view in VIEWS.values():
            view.create(cursor)
            view.apply(cursor, whole)
        told = {at: asked(cursor, n, as_of=at) for at in moments}
    for at in moments[::3] + moments[-1:]:
        with database.transaction() as cursor:
            cursor.execute("SAVEPOINT clean")
            for view in VIEWS.values():
                cursor.execute(f'DROP SCHEMA "{view.name}" CASCADE')
                view.create(cursor)
                view.apply(cursor, story.until(at))
            assert told[at].state == lists(cursor, n, at.date()), at
            cursor.execute("ROLLBACK TO SAVEPOINT clean")
        assert all(entry.at <= at for entry in told[at].entries)
    assert told[moments[-1]].state.certificates if n == 1 else not told[moments[-1]].state.certificates


def test_a_day_before_the_approval_there_was_no_certificate(everything: Any) -> None:
    story = eventful()
    before = story.now - timedelta(days=0, minutes=1)
    state = asked(everything(story.all()), 1, as_of=before).state
    assert state.certificates == ()
    assert [row.case_status for row in state.filings] == ["announced"]
    assert [row.status for row in state.employments] == ["accepted", "ended"]


def test_a_replay_leaves_nothing_behind(everything: Any) -> None:
    cursor = everything(eventful().all())
    asked(cursor, 1)
    cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'replay%'")
    assert cursor.fetchone() == (0,)


def test_the_history_is_for_the_person_their_authorities_and_operators(everything: Any) -> None:
    cursor = everything(eventful().all())
    for viewer in (person(1), officer(CITY), officer(CITY, "auditor"), OPERATOR):
        assert asked(cursor, 1, viewer).entries
    for stranger in (person(2), enterprise(1), officer(OTHER_CITY), officer(OTHER_CITY, "auditor")):
        with pytest.raises(NotFound):
            asked(cursor, 1, stranger)


def test_secrets_are_not_copied_from_the_log(everything: Any) -> None:
    cursor = everything(eventful().all())
    TIMELINE.enter(cursor)
    cursor.execute("SELECT count(*) FROM event WHERE body ~ 'argon2|5e884898'")
    assert cursor.fetchone() == (0,)
    cursor.execute("SELECT count(*) FROM event WHERE body::json -> 'event' ->> 'password_hash' = '' OR body LIKE '%\"code_hash\":\"\"%'")
    assert cursor.fetchone()[0] > 0


def _codes(annotation: Any) -> set[str]:
    """The codes that a field may have, where it has codes."""
    if get_origin(annotation) is Literal:
        return {one for one in get_args(annotation) if isinstance(one, str)}
    return {one for part in get_args(annotation) for one in _codes(part)}


def test_every_code_that_a_sentence_tells_has_words() -> None:
    untold = set()
    for cls in PUBLISHED:
        said = words.own_labels().find(f"events.{cls.NAME}") or ""
        for field in (gap for _, gap, _, _ in Formatter().parse(said) if gap in cls.model_fields):
            codes = _codes(cls.model_fields[str(field)].annotation)
            untold |= {(cls.NAME, field, code) for code in codes if words._word(str(field), code) == code}
    assert not untold


@pytest.mark.parametrize("cls", PUBLISHED, ids=lambda cls: cls.NAME)
def test_every_event_has_its_place_in_the_timeline_and_its_sentence(cls: type[Event]) -> None:
    assert (cls in TIMELINE.on) != (cls.NAME in ABOUT_NOBODY)
    if cls in TIMELINE.on:
        said = words.sentence(example(cls.NAME))  # type: ignore[arg-type]
        assert any("一" <= character <= "鿿" for character in said), said
        assert not {character for character in said if character in "{}_"}, said
        assert ",," not in said and not said.endswith((",", ":"))
