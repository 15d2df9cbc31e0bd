"""The file store: what it refuses and why, that nothing is left behind, and that ordinary files are let in."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from contracts.errors import NotFound, Refused
from contracts.files import FileRef
from demo.pictures import make_id_card, make_letter_pdf, make_portrait
from services.kernel import filestore
from services.kernel.filestore import MAX_BYTES, FileStore

OWNER = "account-1"
JPEG = make_portrait("张伟明")
PNG = make_id_card("front")
PDF = make_letter_pdf("承诺书", ["本人承诺所填内容真实。"])
EVERY = pytest.mark.parametrize("content", [JPEG, PNG, PDF], ids=["jpeg", "png", "pdf"])


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "data")


def bring(
    store: FileStore, content: bytes, name: str = "文件", claimed: str | None = None, owner: str = OWNER
) -> FileRef:
    pieces = (content[at : at + 4096] for at in range(0, len(content), 4096))
    return store.receive(pieces, name, owner=owner, claimed=claimed)


def kept(store: FileStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()] if store.root.exists() else []


def refused(store: FileStore, content: bytes, **more: str) -> Refused:
    with pytest.raises(Refused) as error:
        bring(store, content, **more)
    assert kept(store) == []
    return error.value


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


class TestLetsInWhatCommonProgramsMake:
    """A check that refuses sound documents would stop people at the door."""

    def test_pillow(self, store: FileStore) -> None:
        scans = [Image.open(io.BytesIO(JPEG)), Image.open(io.BytesIO(PNG)), Image.new("1", (2480, 3508))]
        for number, scan in enumerate(scans):
            out = io.BytesIO()
            scan.save(out, "PDF", save_all=True, append_images=scans[:number])
            assert bring(store, out.getvalue()).content_type == "application/pdf"

    @pytest.mark.parametrize(
        "how",
        [
            {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
            {"object_stream_mode": pikepdf.ObjectStreamMode.disable, "force_version": "1.4"},
            {"linearize": True},
            {"qdf": True},
            {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.generalized},
        ],
        ids=["object streams", "old", "for the web", "readable", "not compressed"],
    )
    def test_pikepdf(self, store: FileStore, how: dict[str, object]) -> None:
        with pikepdf.open(io.BytesIO(PDF)) as pdf:
            assert bring(store, saved(pdf, **how)).content_type == "application/pdf"

    def test_a_document_with_another_attached_and_several_joined(self, store: FileStore) -> None:
        with pikepdf.open(io.BytesIO(PDF)) as pdf, pikepdf.open(io.BytesIO(PDF)) as more:
            pdf.pages.extend(more.pages)
            pdf.attachments["表.csv"] = pikepdf.AttachedFileSpec(pdf, b"a,b\n" * 1000)
            assert bring(store, saved(pdf)).content_type == "application/pdf"

    @EVERY
    def test_a_few_bytes_after_the_end(self, store: FileStore, content: bytes) -> None:
        assert bring(store, content + b"\r\n\0\0").size == len(content) + 4

    def test_a_document_that_was_changed_by_appending(self, store: FileStore) -> None:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

        writer = IncrementalPdfFileWriter(io.BytesIO(PDF))
        writer.root["/Marked"] = writer.add_object(pdf_dictionary())
        writer.update_root()
        out = io.BytesIO()
        writer.write(out)
        assert out.getvalue().startswith(PDF[:1000])
        assert bring(store, out.getvalue()).content_type == "application/pdf"

    def test_a_browser_s_print(self, store: FileStore, tmp_path: Path) -> None:
        browser = shutil.which("chromium") or shutil.which("google-chrome")
        if browser is None:
            assert os.environ.get("CI") != "true", "install Debian's chromium"
            pytest.skip("install Debian's chromium")
        page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
        page.write_text("<meta charset=utf-8><h1>劳动合同</h1><p>甲方、乙方</p>" * 40, "utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
        subprocess.run(
            [browser, *flags, f"--print-to-pdf={printed}", page.as_uri()], check=True, capture_output=True, timeout=120
        )
        assert bring(store, printed.read_bytes()).content_type == "application/pdf"

    def test_a_phone_s_photograph_with_what_it_says_about_itself(self, store: FileStore) -> None:
        photo = Image.open(io.BytesIO(JPEG)).resize((3000, 4000))
        notes = Image.Exif()
        notes[0x010F], notes[0x0112] = "Maker", 6
        out = io.BytesIO()
        photo.save(out, "JPEG", exif=notes, quality=80)
        assert bring(store, out.getvalue(), claimed="image/jpeg").size < MAX_BYTES

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_every_kind_of_png(self, store: FileStore, mode: str) -> None:
        out = io.BytesIO()
        Image.new(mode, (300, 400)).save(out, "PNG")
        assert bring(store, out.getvalue()).content_type == "image/png"

    def test_a_printer_s_jpeg_in_four_colours(self, store: FileStore) -> None:
        out = io.BytesIO()
        Image.open(io.BytesIO(JPEG)).convert("CMYK").save(out, "JPEG")
        assert bring(store, out.getvalue()).content_type == "image/jpeg"


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def document(*streams: bytes, packed: bool) -> bytes:
    """One page whose contents are these streams, said to be deflated."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    contents = []
    for data in streams:
        stream = pikepdf.Stream(pdf, b"")
        stream.write(data, filter=pikepdf.Name.FlateDecode if packed else None)
        contents.append(pdf.make_indirect(stream))
    pdf.pages[0].Contents = pikepdf.Array(contents)
    return saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def pdf_dictionary() -> object:
    from pyhanko.pdf_utils.generic import BooleanObject, DictionaryObject, NameObject

    return DictionaryObject({NameObject("/Marked"): BooleanObject(True)})


def blank_png(side: int) -> bytes:
    """A square PNG of one bit a pixel, written by hand because making it as an image would take the space."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" * (side // 8 + 2)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
