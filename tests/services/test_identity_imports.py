"""Imports of qualification lists on running services: resumed, repeated, undone in the background, brought again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.errors import NotAllowed
from contracts.identity import FindSubject, Qualification
from contracts.identity.imports import BeginImport, CheckRows, GetImport, ImportRows, ListImports, UndoImport
from contracts.imports import CheckedRows, ImportList, ImportRow, ImportView, LineProblem, PageTaken
from contracts.message import Actor
from services.identity.importing import order_of
from tests.kernel.harness import databases
from tests.samples import AUDITOR, CITY_OFFICER, ENTERPRISE, OPERATOR, OTHER_CITY_OFFICER, PROVINCE_OFFICER
from tests.services.identity_filing_stage import Stage


@pytest.fixture(scope="module")
def stage(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with databases(postgres, ["identity", "filing"]) as urls:
        made = Stage(urls, tmp_path_factory.mktemp("stage"))
        yield made
        made.stop()


class File:
    """A file of so many rows, and what it says, line by line."""

    def __init__(self, stage: Stage, rows: list[dict[str, Any]], actor: Actor = OPERATOR, lines: int = 0) -> None:
        self.stage, self.actor, self.rows = stage, actor, rows
        self.id, self.sha256 = uuid4(), f"{uuid4().hex}{uuid4().hex}"
        self.lines = lines or len(rows)

    def begin(self, **changed: Any) -> Any:
        return self.stage.send(self.beginning(**changed))

    def beginning(self, **changed: Any) -> BeginImport:
        facts = {"import_id": self.id, "file_name": "合格人员.xlsx", "file_sha256": self.sha256, "lines": self.lines}
        return BeginImport(**{**facts, "meta": self.stage.meta(self.actor), **changed})

    def page(self, after: int, upto: int, problems: tuple[LineProblem, ...] = ()) -> ImportRows:
        bad = {one.line for one in problems}
        wanted = (line for line in range(after + 1, upto + 1) if line <= len(self.rows) and line not in bad)
        rows = tuple(ImportRow(line=line, values=self.rows[line - 1]) for line in wanted)
        meta = self.stage.meta(self.actor)
        return ImportRows(import_id=self.id, after=after, upto=upto, rows=rows, problems=problems, meta=meta)

    def take(self, after: int, upto: int, problems: tuple[LineProblem, ...] = ()) -> PageTaken:
        return PageTaken.model_validate(self.stage.send(self.page(after, upto, problems)))

    def whole(self) -> PageTaken:
        self.begin()
        return self.take(0, self.lines)

    def view(self, limit: int = 100, skip: int = 0) -> ImportView:
        return ImportView.model_validate(self.stage.send(GetImport(import_id=self.id, skip=skip, limit=limit)))

    def undoing(self, actor: Actor | None = None, reason: str | None = "清单有误,由人社部门撤回") -> UndoImport:
        return UndoImport(import_id=self.id, meta=self.stage.meta(actor or self.actor, reason=reason))

    def undo(self) -> ImportView:
        self.stage.send(self.undoing())
        self.stage.eventually(lambda: self.view().status == "undone")
        return self.view()


def rows(stage: Stage, count: int) -> list[dict[str, Any]]:
    return [stage.row() for _ in range(count)]


def valid(stage: Stage, person_id: UUID) -> list[tuple[str, bool]]:
    subject = stage.send(FindSubject(person_id=person_id))["subject"]
    return sorted((one["number"], one["valid"]) for one in subject["qualifications"])


def counts(taken: CheckedRows) -> tuple[int, int, list[tuple[int, str]]]:
    return taken.made, taken.repeated, [(one.line, one.code) for one in taken.problems]


def test_pages_are_taken_once_in_order_and_each_line_is_explained(stage: Stage) -> None:
    listed = rows(stage, 6)
    listed[2] = {**listed[2], "resident_id": "430102199003071235"}  # the check digit
    listed[3] = {**listed[0], "specialty": "municipal"}
    listed[4] = listed[1]
    file = File(stage, listed, lines=9)
    file.begin()
    file.begin()  # the same file again: goes on
    told = LineProblem(line=6, code="date_unreadable", column="批准日期")
    assert counts(file.take(0, 5)) == (2, 1, [(3, "resident_id_check_digit"), (4, "qualification_differs")])
    assert file.take(0, 5).upto == 5, "silent"
    assert stage.refused(file.page(6, 9)).params == {"upto": 5}
    outside = stage.refused(file.page(5, 10))
    assert (outside.code, outside.params) == ("import_rows_outside", {"upto": 10, "lines": 9})
    assert file.view().status == "open"
    file.take(5, 9, (told,))
    view = file.view()
    assert (view.status, view.upto, view.made, view.repeated, view.refused) == ("finished", 9, 2, 1, 3)
    assert view.problems[-1] == told
    assert [one.column for one in view.problems] == ["resident_id", None, "批准日期"]
    assert [[one.line for one in file.view(1, skip).problems] for skip in range(4)] == [[3], [4], [6], []]
    assert [one.line for one in file.view(2, 1).problems] == [4, 6], "of two pages"


def test_a_page_that_was_cut_short_is_counted_right_when_it_is_sent_again(stage: Stage) -> None:
    listed = rows(stage, 4)
    file = File(stage, listed)
    file.begin()
    # what a process leaves that dies after some rows of a page: they are there, the page is not
    for line in (1, 3):
        meta = stage.meta(OPERATOR, command_id=f"{file.id}/{line}")
        stage.send(order_of(Qualification.model_validate(listed[line - 1]), file.id, meta))
    assert file.view().upto == 0
    assert counts(file.take(0, 4)) == (4, 0, [])
    other = File(stage, listed)
    assert counts(other.whole()) == (0, 4, []), "another file with the same rows"
    view = file.undo()
    assert (view.withdrawn, {one.code for one in view.conflicts}, view.kept) == (0, {"vouched_by_another"}, 4)
    assert other.undo().withdrawn == 4, "the last to have them"


def test_undone_as_a_whole_in_the_background_and_brought_again(stage: Stage) -> None:
    person = stage.ready_person()
    (own,) = valid(stage, person.person_id)
    listed = [stage.row(resident_id=person.resident_id, name=person.name, specialty="highway"), *rows(stage, 5)]
    file, other = File(stage, listed), File(stage, listed[:3])
    file.whole()
    assert counts(other.whole()) == (0, 3, [])
    number = listed[0]["number"]
    assert valid(stage, person.person_id) == sorted([own, (number, True)])
    assert other.undo().withdrawn == 0, "it made nothing"
    view = file.undo()
    assert (view.withdrawn, view.kept, view.undone_upto) == (6, 0, 6)
    assert valid(stage, person.person_id) == sorted([own, (number, False)])
    assert stage.refused(file.page(0, 6)).code == "import_undone"
    assert stage.refused(file.beginning()).code == "import_undone"
    stage.send(file.undoing())  # silent
    assert counts(File(stage, listed).whole()) == (6, 0, [])
    assert valid(stage, person.person_id) == sorted([own, (number, True)]), "the same register as before"


def test_each_takes_back_what_it_made(stage: Stage) -> None:
    listed = rows(stage, 3)
    first = File(stage, listed)
    first.whole()
    first.undo()
    second = File(stage, listed[:2])
    second.whole()
    third = File(stage, listed)
    assert counts(third.whole()) == (1, 2, [])
    assert (third.undo().withdrawn, second.undo().withdrawn) == (1, 2)


def test_a_check_keeps_nothing(stage: Stage) -> None:
    listed = rows(stage, 2)
    File(stage, listed[:1]).whole()
    early = [{**stage.row(), "obtained_on": "2999-01-01"}, {**stage.row(), "passed_year": 2099}]
    asked = [*listed, listed[1], {**listed[0], "passed_year": 1999}, {"number": "1"}, *early]
    question = CheckRows(
        asker=OPERATOR, rows=tuple(ImportRow(line=line, values=one) for line, one in enumerate(asked, start=2))
    )
    head = stage.head()
    made, repeated, problems = counts(CheckedRows.model_validate(stage.send(question)))
    assert (made, repeated, problems[0]) == (1, 2, (5, "qualification_differs"))
    assert {line for line, _ in problems} == {5, 6, 7, 8} and stage.head() == head
    assert problems[-2:] == [(7, "in_the_future"), (8, "in_the_future")]


def test_who_may_bring_undo_and_see(stage: Stage) -> None:
    file = File(stage, rows(stage, 1), CITY_OFFICER)
    file.whole()

    def listed(actor: Actor) -> bool:
        found = ImportList.model_validate(stage.send(ListImports(asker=actor)))
        return file.id in {one.import_id for one in found.imports}

    assert [listed(one) for one in (OPERATOR, CITY_OFFICER, PROVINCE_OFFICER, AUDITOR)] == [True] * 4
    assert not listed(OTHER_CITY_OFFICER)
    assert stage.refused(file.undoing(OTHER_CITY_OFFICER)).code == "outside_jurisdiction"
    for actor in (ENTERPRISE, AUDITOR, CITY_OFFICER.model_copy(update={"duties": ("review",)})):
        assert isinstance(stage.refused(File(stage, rows(stage, 1), actor).beginning()), NotAllowed)
        assert isinstance(stage.refused(file.undoing(actor)), NotAllowed)
    assert stage.refused(file.undoing(reason=None)).code == "reason_missing"
    stage.send(file.undoing(PROVINCE_OFFICER))
