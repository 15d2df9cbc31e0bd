"""The file store: what it refuses and why, that nothing is left behind, and that ordinary files are let in."""

from __future__ import annotations

import hashlib

import pytest

from contracts.errors import NotFound, Refused
from services.kernel.filestore import FileStore
from tests.kernel.stored_files import EVERY, JPEG, OWNER, PDF, PNG, bring, kept, store

__all__ = ["store"]  # fixture


class TestTakesIn:
    @EVERY
    def test_what_is_whole_under_its_sha256(self, store: FileStore, content: bytes) -> None:
        reference = bring(store, content)
        assert reference.sha256 == hashlib.sha256(content).hexdigest()
        assert reference.size == len(content)
        assert store.read(reference.sha256) == content
        assert store.claimed(reference.sha256, OWNER) == reference

    def test_the_type_is_what_the_content_says(self, store: FileStore) -> None:
        types = [bring(store, content, "假的.exe").content_type for content in (JPEG, PNG, PDF)]
        assert types == ["image/jpeg", "image/png", "application/pdf"]

    @pytest.mark.parametrize("claimed", [None, "application/octet-stream", "image/png", "IMAGE/PNG; charset=binary"])
    def test_a_claim_that_fits_or_says_nothing(self, store: FileStore, claimed: str | None) -> None:
        assert bring(store, PNG, claimed=claimed).content_type == "image/png"

    def test_only_the_name_itself_of_a_path(self, store: FileStore) -> None:
        assert bring(store, PNG, "../../etc/身份证.png").name == "身份证.png"
        assert bring(store, PNG, "..").name == ".."
        assert bring(store, PNG, "/").name == "file"
        assert len(bring(store, PNG, "长" * 300).name) == 200
        assert all(store.root in path.resolve().parents for path in kept(store))

    def test_the_same_content_twice_is_kept_once(self, store: FileStore) -> None:
        first, second = bring(store, PNG, "一.png"), bring(store, PNG, "二.png")
        assert first.sha256 == second.sha256
        assert store.claimed(first.sha256, OWNER).name == "二.png"
        assert len([path for path in kept(store) if path.name == first.sha256]) == 1

    def test_a_file_of_exactly_the_allowed_size(self, store: FileStore) -> None:
        assert store.receive([PNG], "a.png", owner=OWNER, max_bytes=len(PNG)).size == len(PNG)

    def test_only_its_owner_s_system_user_can_read_it(self, store: FileStore) -> None:
        path = store.path(bring(store, PNG).sha256)
        assert path.stat().st_mode & 0o077 == 0


class TestTakesInUnopened:
    """Evidence to be judged: a document that somebody damaged is still to be looked at, and told to be damaged."""

    def test_what_is_damaged(self, store: FileStore) -> None:
        cut = PDF[: len(PDF) // 2]
        reference = store.receive([cut], "证书.pdf", owner=OWNER, opened=False)
        assert store.read(reference.sha256) == cut

    @pytest.mark.parametrize(("content", "code"), [(b"", "file_empty"), (b"MZ\0", "file_type_unknown")])
    def test_but_not_what_is_no_document_at_all(self, store: FileStore, content: bytes, code: str) -> None:
        with pytest.raises(Refused) as error:
            store.receive([content], "证书.pdf", owner=OWNER, opened=False)
        assert error.value.code == code
        assert kept(store) == []


class TestOwners:
    def test_another_owner_s_file_cannot_be_claimed(self, store: FileStore) -> None:
        reference = bring(store, PNG)
        with pytest.raises(NotFound):
            store.claimed(reference.sha256, "account-2")

    def test_who_brings_the_same_content_has_it_under_their_own_name(self, store: FileStore) -> None:
        mine, theirs = bring(store, PNG, "我的.png"), bring(store, PNG, "他的.png", owner="account-2")
        assert store.claimed(mine.sha256, OWNER).name == "我的.png"
        assert store.claimed(theirs.sha256, "account-2").name == "他的.png"

    def test_what_the_product_made_is_nobody_s_to_attach(self, store: FileStore) -> None:
        made = store.put(PDF, "申请表.pdf")
        with pytest.raises(NotFound):
            store.claimed(made.sha256, OWNER)

    def test_an_owner_s_name_is_no_path(self, store: FileStore) -> None:
        reference = bring(store, PNG, owner="../../account")
        assert store.claimed(reference.sha256, "../../account") == reference
        assert all(store.root in path.resolve().parents for path in kept(store))


class TestReads:
    def test_rotten_content_is_told_not_passed_on(self, store: FileStore) -> None:
        reference = bring(store, PNG)
        path = store.path(reference.sha256)
        rotten = bytearray(path.read_bytes())
        rotten[100] ^= 1
        path.write_bytes(bytes(rotten))
        with pytest.raises(Refused) as error:
            store.read(reference.sha256)
        assert error.value.code == "file_rotten"

    def test_bringing_it_again_mends_it(self, store: FileStore) -> None:
        path = store.path(bring(store, PNG).sha256)
        path.write_bytes(b"rotten")
        assert store.read(bring(store, PNG).sha256) == PNG

    @pytest.mark.parametrize("sha256", ["", "ab", "z" * 64, "../" * 21 + "a", "A" * 64, "a" * 64])
    def test_there_is_no_such_file(self, store: FileStore, sha256: str) -> None:
        with pytest.raises(NotFound):
            store.read(sha256)
        with pytest.raises(NotFound):
            store.claimed(sha256, OWNER)
