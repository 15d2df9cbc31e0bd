"""Files that common programs make, whole and spoiled, and a store to bring them to."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pikepdf
import pytest

from contracts.errors import Refused
from contracts.files import FileRef
from demo.pictures import make_id_card, make_letter_pdf, make_portrait
from services.kernel.filestore import FileStore

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
