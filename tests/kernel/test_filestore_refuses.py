"""The store refuses what is broken, too large, or would unfold to too much, and says which."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator

import pikepdf
import pytest
from PIL import Image

from contracts.errors import Refused
from services.kernel import filestore
from services.kernel.filestore import FileStore
from tests.kernel.stored_files import (
    EVERY,
    JPEG,
    OWNER,
    PDF,
    PNG,
    blank_png,
    bring,
    document,
    kept,
    refused,
    saved,
    store,
)

__all__ = ["store"]  # fixture


class TestRefuses:
    def test_an_empty_file(self, store: FileStore) -> None:
        assert refused(store, b"").code == "file_empty"

    def test_a_file_that_is_too_large_without_reading_it_to_its_end(self, store: FileStore) -> None:
        taken = 0

        def endless() -> Iterator[bytes]:
            nonlocal taken
            while True:
                taken += 1
                yield PNG[:1000].ljust(1000, b"\0")

        with pytest.raises(Refused) as error:
            store.receive(endless(), "a.png", owner=OWNER, max_bytes=10_000)
        assert (error.value.code, error.value.params) == ("file_too_large", {"max_bytes": 10_000})
        assert taken == 11
        assert kept(store) == []

    @pytest.mark.parametrize(
        "content",
        [b"MZ" + b"\0" * 100, b"<html></html>", b"GIF89a" + b"\0" * 20, b"PK\x03\x04", b"%PD", b"\n" + PDF, b"\0"],
        ids=["program", "page", "gif", "archive", "too short", "not at the start", "nothing"],
    )
    def test_what_is_no_image_or_document(self, store: FileStore, content: bytes) -> None:
        assert refused(store, content, name="a.pdf").code == "file_type_unknown"

    @pytest.mark.parametrize("claimed", ["image/jpeg", "application/pdf", "Image/JPEG; charset=binary"])
    def test_a_png_that_claims_to_be_something_else(self, store: FileStore, claimed: str) -> None:
        error = refused(store, PNG, claimed=claimed)
        assert (error.code, error.params["found"]) == ("file_mislabelled", "image/png")

    @EVERY
    @pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.999])
    def test_a_file_that_was_cut_off(self, store: FileStore, content: bytes, part: float) -> None:
        assert refused(store, content[: int(len(content) * part)]).code == "file_damaged"

    @pytest.mark.parametrize(("content", "lost"), [(JPEG, 2), (PNG, 12), (PDF, 8)], ids=["jpeg", "png", "pdf"])
    def test_a_file_that_lacks_only_its_end_mark(self, store: FileStore, content: bytes, lost: int) -> None:
        assert refused(store, content[:-lost]).code == "file_damaged"

    def test_a_progressive_jpeg_that_was_cut_off(self, store: FileStore) -> None:
        encoded = io.BytesIO()
        Image.open(io.BytesIO(JPEG)).save(encoded, "JPEG", progressive=True)
        whole = encoded.getvalue()
        assert refused(store, whole[: len(whole) // 2]).code == "file_damaged"
        assert bring(store, whole).content_type == "image/jpeg"

    def test_a_png_whose_pixels_were_altered(self, store: FileStore) -> None:
        altered = bytearray(PNG)
        altered[len(PNG) // 2] ^= 0xFF
        assert refused(store, bytes(altered)).code == "file_damaged"

    def test_a_document_whose_text_does_not_unpack(self, store: FileStore) -> None:
        assert refused(store, document(b"this was never deflated", packed=True)).code == "file_damaged"

    def test_a_document_without_pages(self, store: FileStore) -> None:
        assert refused(store, saved(pikepdf.new())).code == "file_damaged"

    @pytest.mark.parametrize("user_password", ["secret", ""])
    def test_an_encrypted_document(self, store: FileStore, user_password: str) -> None:
        with pikepdf.open(io.BytesIO(PDF)) as pdf:
            locked = saved(pdf, encryption=pikepdf.Encryption(owner="owner", user=user_password))
        assert refused(store, locked).code == "file_encrypted"

    @pytest.mark.parametrize("side", [9_000, 20_000], ids=["some", "many"])
    def test_a_small_file_that_would_unfold_to_a_huge_picture(self, store: FileStore, side: int) -> None:
        assert refused(store, blank_png(side)).code == "image_too_large"

    def test_a_small_document_that_would_unpack_to_a_huge_one(
        self, store: FileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(filestore, "MAX_UNPACKED", 1_000_000)
        bomb = document(zlib.compress(b" " * 1_000_001, 9), packed=True)
        assert len(bomb) < 5_000
        assert refused(store, bomb).code == "file_too_large"
        assert bring(store, document(zlib.compress(b" " * 900_000, 9), packed=True)).size < 5_000

    def test_many_streams_count_together(self, store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(filestore, "MAX_UNPACKED", 1_000_000)
        assert refused(store, document(*[zlib.compress(b" " * 300_000)] * 4, packed=True)).code == "file_too_large"

    def test_a_document_whose_list_of_objects_is_the_bomb(self, store: FileStore) -> None:
        pdf = pikepdf.new()
        pdf.add_blank_page()
        pdf.Root["/Bomb"] = pdf.make_indirect(pikepdf.Array([pikepdf.String("A" * 40_000_000)]))
        bomb = saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        assert len(bomb) < 100_000
        assert refused(store, bomb).code == "file_damaged"

    def test_when_the_sender_breaks_off(self, store: FileStore) -> None:
        def broken() -> Iterator[bytes]:
            yield PNG[:1000]
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            store.receive(broken(), "a.png", owner=OWNER)
        assert kept(store) == []

    def test_a_refused_file_leaves_the_earlier_ones_alone(self, store: FileStore) -> None:
        good = bring(store, PNG)
        before = kept(store)
        with pytest.raises(Refused):
            bring(store, PNG[:-40])
        assert kept(store) == before
        assert store.read(good.sha256) == PNG
