"""The store lets in whatever common programs and devices make."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from services.kernel.filestore import MAX_BYTES, FileStore
from tests.kernel.stored_files import EVERY, JPEG, PDF, PNG, bring, pdf_dictionary, saved, store

__all__ = ["store"]  # fixture


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
