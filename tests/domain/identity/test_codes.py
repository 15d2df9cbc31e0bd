"""Codes: hashed with a key, bound to their holder, at most five an hour to a phone."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Refused
from services.identity.codes import Limit, code_hash, make_code
from services.kernel.testing import NOON
from tests.domain.identity.samples import CODE, MINUTE
from tests.samples import OTHER_PERSON_ID, PERSON_ID, PHONE

OTHER_PHONE = "13900000001"


class TestHash:
    def test_without_the_key_a_code_cannot_be_tried_out(self, tmp_path: Path) -> None:
        kept = code_hash({"DATA": str(tmp_path)}, PERSON_ID, CODE)
        assert kept != code_hash({"DATA": str(tmp_path), "CODE_KEY": "another"}, PERSON_ID, CODE)
        assert kept != hashlib.sha256(f"{PERSON_ID}:{CODE}".encode()).hexdigest()
        assert CODE not in kept

    def test_the_key_is_made_once_and_only_its_owner_reads_it(self, tmp_path: Path) -> None:
        config: dict[str, Any] = {"DATA": str(tmp_path)}
        assert code_hash(config, PERSON_ID, CODE) == code_hash(config, PERSON_ID, CODE)
        assert (tmp_path / "keys" / "codes").stat().st_mode & 0o777 == 0o600

    def test_a_key_that_is_set_needs_no_file(self, tmp_path: Path) -> None:
        config = {"DATA": str(tmp_path), "CODE_KEY": "set"}
        assert code_hash(config, PERSON_ID, CODE) == code_hash({"CODE_KEY": "set"}, PERSON_ID, CODE)
        assert not (tmp_path / "keys").exists()

    def test_equal_codes_of_two_people_do_not_show_as_equal(self) -> None:
        config = {"CODE_KEY": "set"}
        assert code_hash(config, PERSON_ID, CODE) != code_hash(config, OTHER_PERSON_ID, CODE)

    def test_a_code_has_six_digits(self) -> None:
        assert all(len(code) == 6 and code.isdigit() for code in (make_code() for _ in range(100)))


class TestLimit:
    def full(self) -> Limit:
        limit = Limit()
        for n in range(5):
            with limit.sending(PHONE, NOON + n * MINUTE):
                pass
        return limit

    def test_the_sixth_within_an_hour_is_refused_and_told_when(self) -> None:
        with pytest.raises(Refused) as refused, self.full().sending(PHONE, NOON + 30 * MINUTE):
            raise AssertionError("sent")
        assert (refused.value.code, refused.value.params) == ("code_sent_recently", {"seconds": 30 * 60 + 1})

    def test_another_phone_is_another_matter(self) -> None:
        self.full().check(OTHER_PHONE, NOON + 5 * MINUTE)

    def test_an_hour_after_the_first_there_is_room_for_one(self) -> None:
        limit, later = self.full(), NOON + timedelta(hours=1)
        with limit.sending(PHONE, later):
            pass
        with pytest.raises(Refused):
            limit.check(PHONE, later)

    def test_what_could_not_be_sent_does_not_count(self) -> None:
        limit = Limit()
        for n in range(10):
            with pytest.raises(OSError), limit.sending(PHONE, NOON + n * MINUTE):
                raise OSError("no route")
        limit.check(PHONE, NOON + 10 * MINUTE)

    def test_old_phones_are_forgotten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("services.identity.codes.MANY", 1)
        limit = self.full()
        with limit.sending(OTHER_PHONE, NOON + timedelta(hours=2)):
            pass
        assert list(limit._sent) == [OTHER_PHONE]
