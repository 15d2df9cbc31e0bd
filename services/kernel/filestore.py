"""Files kept by their SHA-256 in a directory, taken in as a stream and opened before they are accepted.

The type is what the content says, never what the name or the sender claims. S3 can stand behind the same methods.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pikepdf
from PIL import Image

from contracts.errors import NotFound, Refused
from contracts.files import FileRef

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_UNPACKED = 1024 * 1024 * 1024
"""Bytes that a PDF may unpack to: scans at 600 dpi need tens of megabytes a page, a decompression bomb far more."""
_MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}
_PILLOW = {"image/jpeg": "JPEG", "image/png": "PNG"}
_PIECE = 1024 * 1024

# For what qpdf unpacks of its own accord, a document's index and lists of objects: some hundred kilobytes in real ones.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=32 * _PIECE, png_max_memory=32 * _PIECE, run_length_max_memory=32 * _PIECE
)


class FileStore:
    """``<directory>/files/ab/abcd…`` holds content; ``uploads/<owner>/`` says who brought it and under which name."""

    def __init__(self, directory: str | Path) -> None:
        self.root = Path(directory)

    def receive(
        self,
        chunks: Iterable[bytes],
        name: str,
        *,
        owner: str,
        max_bytes: int = MAX_BYTES,
        claimed: str | None = None,
        opened: bool = True,
    ) -> FileRef:
        """Take a file in, piece by piece, never holding it whole in memory.

        Refused with file_empty, file_too_large, file_type_unknown, file_mislabelled (content is not of the claimed
        type) or file_damaged; nothing is then kept. ``opened=False`` takes a damaged one too: evidence to be judged.
        """
        digest, size = hashlib.sha256(), 0
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.root, prefix="upload-", delete=False) as partial:
            path = Path(partial.name)
            try:
                for chunk in chunks:
                    size += len(chunk)
                    if size > max_bytes:
                        raise Refused("file_too_large", params={"max_bytes": max_bytes})
                    digest.update(chunk)
                    partial.write(chunk)
                partial.flush()
                os.fsync(partial.fileno())
                reference = self._checked(path, name, size, digest.hexdigest(), claimed, opened)
                target = self.path(reference.sha256)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, target)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        self._note(reference, owner)
        return reference

    def put(self, data: bytes, name: str, *, owner: str = "system") -> FileRef:
        """Keep a file that the product itself made."""
        return self.receive([data], name, owner=owner)

    def claimed(self, sha256: str, owner: str) -> FileRef:
        """The file as this owner brought it; NotFound for anybody else's: nobody attaches what is not theirs."""
        try:
            return FileRef.model_validate_json(self._upload(sha256, owner).read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            raise NotFound.of("file", sha256) from None

    def path(self, sha256: str) -> Path:
        """Where the content is. NotFound for what cannot be a SHA-256."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound.of("file", sha256)
        return self.root / "files" / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """The content, checked against its name: a rotten disk is told, not passed on."""
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound.of("file", sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refused("file_rotten", params={"sha256": sha256})
        return data

    def sweep(self, older_than: float) -> None:
        """Forget everything that was brought more than so many seconds ago. Only for stores of passing things."""
        limit = time.time() - older_than
        for path in self.root.glob("*/*/*"):
            with suppress(FileNotFoundError):  # somebody else sweeps too
                if path.stat().st_mtime < limit:
                    path.unlink()

    def _upload(self, sha256: str, owner: str) -> Path:
        self.path(sha256)
        return self.root / "uploads" / hashlib.sha256(owner.encode()).hexdigest()[:32] / f"{sha256}.json"

    def _note(self, reference: FileRef, owner: str) -> None:
        note = self._upload(reference.sha256, owner)
        note.parent.mkdir(parents=True, exist_ok=True)
        draft = note.with_suffix(f".{os.getpid()}.{id(reference)}")
        draft.write_text(json.dumps(reference.model_dump(mode="json"), ensure_ascii=False), "utf-8")
        os.replace(draft, note)

    def _checked(self, path: Path, name: str, size: int, sha256: str, claimed: str | None, opened: bool) -> FileRef:
        if size == 0:
            raise Refused("file_empty")
        with path.open("rb") as content:
            head = content.read(16)
        found = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
        if found is None:
            raise Refused("file_type_unknown", params={"allowed": ", ".join(_MAGIC.values())})
        said = (claimed or "").split(";")[0].strip().lower()
        if said in _MAGIC.values() and said != found:
            raise Refused("file_mislabelled", params={"claimed": said, "found": found})
        if opened:
            _open_whole(path, found)
        return FileRef(sha256=sha256, name=Path(name).name[:200] or "file", content_type=found, size=size)  # type: ignore[arg-type]


def evidence_store(directory: str | Path) -> FileStore:
    """Where files that somebody only wants judged are kept for minutes, apart from what belongs to a case."""
    return FileStore(Path(directory) / "evidence")


def _open_whole(path: Path, content_type: str) -> None:
    """Decode every pixel or read every object: a truncated file shows only then."""
    try:
        if content_type == "application/pdf":
            _open_pdf(path)
        else:
            _open_image(path, _PILLOW[content_type])
    except Refused:
        raise
    except pikepdf.PasswordError:
        raise Refused("file_encrypted") from None
    except Exception as error:
        raise Refused("file_damaged", params={"found": content_type}) from error


def _open_image(path: Path, kind: str) -> None:
    try:
        with Image.open(path, formats=[kind]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused("image_too_large", params={"max_pixels": MAX_PIXELS})
            image.verify()  # every chunk of a PNG to its end mark, which decoding does not ask for
        with Image.open(path, formats=[kind]) as image:
            image.load()
    except Image.DecompressionBombError:
        raise Refused("image_too_large", params={"max_pixels": MAX_PIXELS}) from None


def _open_pdf(path: Path) -> None:
    with pikepdf.open(path) as pdf:
        if pdf.is_encrypted:
            raise Refused("file_encrypted")
        _unpack(stream for stream in pdf.objects if isinstance(stream, pikepdf.Stream))
        # qpdf repairs quietly what is cut off; a sound file gives no warnings when every object was read.
        if pdf.get_warnings() or len(pdf.pages) == 0:
            raise Refused("file_damaged", params={"found": "application/pdf"})


def _unpack(streams: Iterable[pikepdf.Stream]) -> None:
    """Inflate piece by piece and throw away: what is broken shows, and a bomb goes off in a bounded space."""
    left = MAX_UNPACKED
    for stream in streams:
        if stream.get("/Filter") not in (pikepdf.Name.FlateDecode, pikepdf.Array([pikepdf.Name.FlateDecode])):
            continue
        inflater, packed = zlib.decompressobj(), stream.read_raw_bytes()
        while packed and not inflater.eof:
            left -= len(inflater.decompress(packed, _PIECE))
            packed = inflater.unconsumed_tail
            if left < 0:
                raise Refused("file_too_large", params={"max_bytes": MAX_UNPACKED})
