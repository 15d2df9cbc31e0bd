"""Historical certificates on a log of their own: entered, told line by line, taken back in the background, kept where changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.certificate import CredentialStatus, EnterCredential, MatchHolder, entered_id
from contracts.certificate.imports import CheckRows
from contracts.errors import Refused
from contracts.imports import ImportRow
from contracts.message import SYSTEM
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.kinds import kind_of
from services.certificate.domain.showing import credential_view
from services.kernel.database import Database
from services.kernel.importing import looking
from tests.domain.certificate.samples import grant
from tests.kernel.harness import databases, eventually
from tests.nursery import KERNEL, Begun
from tests.samples import ENTERPRISE_ID, OPERATOR, PERSON_ID, USCC
from tests.services import import_office
from tests.services.import_office import HUNAN, NOW, Office, number, resident_id, row


@pytest.fixture(scope="module")
def office(postgres: str) -> Iterator[Office]:
    with databases(postgres, ["certificate"]) as urls:
        database = Database(urls["certificate"])
        yield Office(database)
        database.close()


_numbers = iter(range(1000, 900_000, 10))


class TestRows:
    def test_a_row_is_entered_as_the_old_register_has_it(self, office: Office) -> None:
        n = next(_numbers)
        scopes = [{"specialty": "building", "expires_on": "2026-05-19"}, {"specialty": "municipal"}]
        more = {"enterprise_uscc": USCC, "scopes": scopes, "attributes": {"resident_id_given": "430102900307123"}}
        view = office.bring([row(n, **more), row(n + 1, status="cancelled"), row(n + 2, issuer_name="长沙市建委")])
        assert (view.status, view.made, view.refused, view.credential) == ("finished", 3, 0, "constructor-2")
        first = office.log.load(CREDENTIAL, entered_id("constructor-2", number(n))).state
        assert first.entered is not None and first.entered.line == 1 and first.entered.import_id == view.import_id
        assert first.face.title.endswith("二级建造师注册证书") and first.face.issuer == HUNAN
        assert first.face.holder.enterprise_id == ENTERPRISE_ID and first.face.holder.person_id is None
        assert [(one.label, one.expires_on) for one in first.face.scopes] == [
            ("建筑工程", date(2026, 5, 19)),
            ("市政公用工程", date(2028, 5, 19)),
        ]
        assert office.register([n, n + 1]) == [(n, "valid"), (n + 1, "cancelled")]
        third = office.log.load(CREDENTIAL, entered_id("constructor-2", number(n + 2))).state
        assert third.face.issuer.name == "长沙市建委" and third.face.issuer.uscc is None

    @pytest.mark.parametrize(
        ("status", "stands", "because", "code"),
        [
            ("valid", "valid", None, "01"),
            ("cancelled", "cancelled", "cancelled", "04"),
            ("revoked", "cancelled", "revoked", "03"),
            ("taken_away", "cancelled", "taken_away", "07"),
            ("lapsed", "lapsed", "lapsed", "05"),
            ("expired", "expired", "expired", "05"),
        ],
    )
    def test_how_it_ended_is_kept(
        self, office: Office, status: str, stands: str, because: str | None, code: str
    ) -> None:
        n = next(_numbers)
        over = {"valid_until": "2026-11-20"} if status == "expired" else {}
        assert office.bring([row(n, status=status, **over)]).made == 1
        state = office.log.load(CREDENTIAL, entered_id("constructor-2", number(n))).state
        view = credential_view(state, 1, NOW.date(), kind_of("constructor-2"))
        assert (view.status, view.ended_because, view.status_code) == (stands, because, code)
        assert office.bring([row(n, status=status, **over)]).repeated == 1

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"number": "湘9999"}, "number_form"),
            ({"scopes": []}, "no_scope"),
            ({"scopes": [{"specialty": "gardening"}]}, "scope_unknown"),
            ({"valid_until": "2019-05-19"}, "validity_reversed"),
            ({"scopes": [{"specialty": "building", "expires_on": "2029-01-01"}]}, "scope_outside_validity"),
            ({"granted_on": "1980-01-01"}, "granted_before_birth"),
            ({"granted_on": "2026-11-22"}, "in_the_future"),
            ({"status": "expired"}, "not_over_yet_though_expired"),
            ({"resident_id": "430102199003070000"}, "resident_id_check_digit"),
            ({"name": "张"}, "string_too_short"),
            ({"colour": "red"}, "extra_forbidden"),
        ],
    )
    def test_what_no_certificate_says_is_told(self, office: Office, changed: dict[str, Any], code: str) -> None:
        n = next(_numbers)
        view = office.bring([row(n, **changed), row(n + 1)])
        assert (view.made, view.refused) == (1, 1) and view.problems[0].line == 1
        assert view.problems[0].code == code
        assert code != "string_too_short" or view.problems[0].params == {"min_length": "2"}, "the limit is told, not the value"
        said = view.problems[0].model_dump_json()
        assert "张伟明" not in said and resident_id(n) not in said and number(n) not in said

    def test_repeated_rows_are_silent_and_other_facts_are_told(self, office: Office) -> None:
        n = next(_numbers)
        assert office.bring([row(n), row(n), row(n, name="李娜")]).problems[0].code == "credential_differs"
        view = office.bring([row(n), row(n + 1)])
        assert (view.made, view.repeated) == (1, 1)
        asked = tuple(ImportRow(line=line, values=row(n + line)) for line in range(1, 4))
        question = CheckRows(asker=OPERATOR, credential="constructor-2", issuer=HUNAN, rows=asked)
        head = office.log.head()
        checked = office.work.check(question, OPERATOR, asked)
        assert (checked.made, checked.repeated, office.log.head()) == (2, 1, head)


    def test_of_a_long_import_only_what_is_asked_for_is_read(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        n, read = next(_numbers), list[str]()
        view = office.bring([row(n + k, scopes=[]) for k in range(7)], page=2)
        decode = looking.decode_event
        monkeypatch.setattr(looking, "decode_event", lambda name, body: read.append(name) or decode(name, body))
        for skip, limit, lines, pages in ((0, 2, [1, 2], 1), (3, 2, [4, 5], 2), (6, 9, [7], 1), (7, 9, [], 0), (0, 0, [], 0)):
            read.clear()
            assert [one.line for one in office.view(view.import_id, skip, limit).problems] == lines
            assert len(read) == pages


class TestUndone:
    def test_what_was_matched_only_is_taken_back_and_what_was_changed_is_kept(self, office: Office) -> None:
        n = next(_numbers)
        followed = {"granted_on": "2020-05-20", "valid_until": "2023-05-19"}
        view = office.bring([row(n), row(n + 1), row(n + 2), row(n + 3), row(n + 4), row(n + 5, **followed)])
        ids = [entered_id("constructor-2", number(n + k)) for k in range(6)]
        after = grant(credential_id=uuid4(), after=ids[5], number_kept=True, registration_number=number(n + 5))
        for k, whose in ((0, PERSON_ID), (5, after.holder.person_id)):
            office.give(MatchHolder(credential_id=ids[k], person_id=whose, meta=office.meta(SYSTEM)))
        office.lapse(n + 1)
        office.lapse(n + 3, date(2025, 1, 1))
        office.filed = {ids[4]}
        office.give(after)
        undone = office.undo(view.import_id)
        assert (undone.status, undone.withdrawn, undone.kept) == ("undone", 3, 3)
        told = [(one.line, one.code) for one in undone.conflicts]
        assert told == [(2, "changed_since"), (5, "filing_open"), (6, "followed_since")]
        gone: CredentialStatus = "withdrawn"
        assert [office.status(n + k) for k in range(6)] == [gone, "lapsed", gone, gone, "valid", "expired"]
        assert office.undo(view.import_id) == undone, "silent"

    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        lists=st.lists(st.sets(st.integers(0, 3), min_size=1), min_size=2, max_size=4),
        order=st.permutations(range(4)),
    )
    def test_a_row_goes_with_the_last_list_that_has_it(
        self, office: Office, lists: list[set[int]], order: list[int]
    ) -> None:
        n = next(_numbers)
        brought = [office.bring([row(n + k) for k in sorted(some)]) for some in lists]
        first = {k: min(at for at, some in enumerate(lists) if k in some) for k in set().union(*lists)}
        live = dict(enumerate(lists))
        for at in (one for one in order if one < len(lists)):
            own = live.pop(at)
            left = set().union(*live.values())
            undone = office.undo(brought[at].import_id)
            assert undone.withdrawn == len(own - left)
            stay = sorted(k for k in own & left if first[k] == at)
            assert [one.code for one in undone.conflicts] == ["vouched_by_another"] * len(stay)
            assert [sorted(own)[one.line - 1] for one in undone.conflicts] == stay
            for k in first:
                assert office.status(n + k) == ("valid" if k in left else "withdrawn")

    def test_what_a_filing_says_too_is_kept(self, office: Office) -> None:
        n = next(_numbers)
        view = office.bring([row(n)])
        entered = office.log.load(CREDENTIAL, entered_id("constructor-2", number(n))).state.entered
        assert entered is not None
        said = {**dict(entered), "import_id": None, "line": None, "origin": "supplemented", "filing_id": uuid4()}
        del said["entered_on"]
        office.give(EnterCredential(**said, meta=office.meta(SYSTEM)))
        assert [one.code for one in office.undo(view.import_id).conflicts] == ["vouched_by_another"]
        assert office.status(n) == "valid"

    def test_killed_amid_a_page_it_goes_on(self, office: Office) -> None:
        n = next(_numbers)
        view = office.bring([row(n + k) for k in range(5)])
        office.lapse(n + 4)
        office.begins(undoes=False)  # it is left to the other process
        office.undo(view.import_id)
        env = {**os.environ, import_office.DATABASE: office.log.recorder.database.url}
        other = Begun(["tests.services.import_office"], KERNEL, env, stdout=subprocess.PIPE)
        assert other.stdout is not None and other.stdout.readline() == f"{import_office.AMID}\n"
        other.kill()
        assert other.wait(30) == -9
        killed = office.view(view.import_id)
        assert (killed.undone_upto, killed.withdrawn) == (2, 2) and office.status(n + 2) == "withdrawn", "of the second page"
        office.begins()

        def goes_on() -> bool:
            office.work.undo_open()  # as every second: what the other held is free a little after its end
            return office.view(view.import_id).status == "undone"

        eventually(goes_on)
        undone = office.view(view.import_id)
        assert (undone.withdrawn, [one.line for one in undone.conflicts]) == (4, [5])
        with pytest.raises(Refused, match="import_undone"):
            office.rows(view.import_id, [row(n)])

    def test_nothing_is_taken_while_it_is_worked_at_elsewhere(self, office: Office) -> None:
        view = office.bring([row(next(_numbers))])
        with office.work.alone_with(view.import_id), pytest.raises(Refused, match="import_busy"):
            office.undo(view.import_id)
        assert office.undo(view.import_id).withdrawn == 1

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        which=st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True),
        before=st.lists(st.integers(0, 5), max_size=3, unique=True),
        changed=st.sets(st.integers(0, 5), max_size=2),
    )
    def test_import_undo_import_again_gives_the_same_register(
        self, office: Office, which: list[int], before: list[int], changed: set[int]
    ) -> None:
        n = next(_numbers)
        everything = [n + k for k in range(6)]
        if before:
            office.bring([row(n + k) for k in before])
        start = office.register(everything)
        listed = [row(n + k) for k in which]
        view = office.bring(listed)
        made = office.register(everything)
        undone = office.undo(view.import_id)
        assert undone.withdrawn == view.made == len(set(which) - set(before)) and undone.kept == 0
        own = set(which) - set(before)
        gone: CredentialStatus = "withdrawn"
        assert office.register(everything) == [(k, gone if k - n in own else was) for k, was in start]
        again = office.bring(listed)
        assert office.register(everything) == made and again.made == view.made
        # what changes after it is kept by an undoing, all else is taken back
        for k in changed & set(which):
            office.lapse(n + k)
        last = office.undo(again.import_id)
        assert {which[one.line - 1] for one in last.conflicts} == changed & own
        for k in own:
            assert office.status(n + k) == ("lapsed" if k in changed else gone)
