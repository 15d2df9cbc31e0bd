"""Says whether a PDF is a certificate as its authority signed it: one answer with codes, never an exception.

Only the signed bytes are believed: the identifier is read from them; a file with anything added is not whole.
Trust is judged at the signed time of signing: a seal's key is replaced long before the certificates that it
signed expire. Without a time stamp that time is the signer's own word; a withdrawn root leaves the list.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import cms, pem, x509
from pydantic import BaseModel, ConfigDict
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from services.certificate.document.render import IDENTIFIER_KEYWORD
from services.kernel.seal import run_inline

NOT_A_PDF = "not_a_pdf"
TRUNCATED = "truncated"
UNREADABLE = "unreadable"
UNSIGNED = "unsigned"
CONTENT_CHANGED = "content_changed"
CHANGED_AFTER_SIGNING = "changed_after_signing"
SIGNATURE_BROKEN = "signature_broken"
SIGNER_NOT_TRUSTED = "signer_not_trusted"
ALGORITHM_UNKNOWN = "algorithm_unknown"
NO_IDENTIFIER = "no_certificate_identifier"

# The answer says everything. pyHanko's log would quote what strangers bring; written in a pool's thread it
# may meet a green lock that the hub's thread holds.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)

_IDENTIFIER = re.compile(re.escape(IDENTIFIER_KEYWORD) + r"([0-9A-Z.]{1,120})")


class Verification(BaseModel):
    """What was found. ``problems`` are codes; empty means: genuine, whole and unchanged."""

    model_config = ConfigDict(frozen=True)

    intact: bool = False
    trusted: bool = False
    covers_whole_document: bool = False
    signer: str | None = None
    signed_at: datetime | None = None
    algorithm: str | None = None
    certificate_identifier: str | None = None
    problems: tuple[str, ...] = ()

    @property
    def genuine(self) -> bool:
        return self.intact and self.trusted and self.covers_whole_document and not self.problems


def verify(pdf: bytes, roots: Sequence[bytes | x509.Certificate]) -> Verification:
    """Checks the last signature against the roots (PEM or DER). Asks neither the network nor the clock."""
    if b"%PDF-" not in pdf[:1024]:
        return Verification(problems=(NOT_A_PDF,))
    trust_list = [_root(root) for root in roots]
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    except Exception:  # a hostile file can break a parser anywhere, in any way
        return Verification(problems=(TRUNCATED if _is_cut(pdf) else UNREADABLE,))
    if _is_cut(pdf):
        return Verification(problems=(TRUNCATED,))
    if not signatures:
        return Verification(problems=(UNSIGNED,))
    try:
        return _judge(pdf, signatures[-1], trust_list)
    except Exception:  # as above: the signature's own bytes are as hostile as the page's
        return Verification(problems=(SIGNATURE_BROKEN,))


def _judge(pdf: bytes, signature: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> Verification:
    signed_at = signature.self_reported_timestamp
    algorithm = str(signature.signer_info["signature_algorithm"]["algorithm"].native)
    known = Verification(signer=_name(signature.signer_cert), signed_at=signed_at, algorithm=algorithm)
    if algorithm[0].isdigit():  # a bare object identifier: a kind of signature that has no verifier here yet
        return known.model_copy(update={"problems": (ALGORITHM_UNKNOWN,)})
    context = ValidationContext(trust_roots=roots, moment=signed_at, allow_fetching=False)
    status = run_inline(async_validate_pdf_signature(signature, context, skip_diff=True))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    identifier = _identifier(pdf, signature) if status.intact and status.valid else None
    return known.model_copy(
        update={
            "intact": status.intact and status.valid,
            "trusted": status.trusted,
            "covers_whole_document": whole,
            "certificate_identifier": identifier,
            "problems": tuple(_problems(pdf, signature, status, whole=whole, identifier=identifier)),
        }
    )


def _problems(
    pdf: bytes,
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    *,
    whole: bool,
    identifier: str | None,
) -> list[str]:
    found: list[str] = []
    if not status.intact:
        found.append(CONTENT_CHANGED)
    elif not status.valid or not _is_tight(pdf, signature):
        found.append(SIGNATURE_BROKEN)
    if not whole:
        found.append(CHANGED_AFTER_SIGNING)
    # an altered document says nothing about its signer: naming one more fault would blame the wrong party
    if status.intact and status.valid:
        if not status.trusted:
            found.append(SIGNER_NOT_TRUSTED)
        if identifier is None:
            found.append(NO_IDENTIFIER)
    return found


def _is_cut(pdf: bytes) -> bool:
    return not pdf.rstrip(b"\r\n \x00").endswith(b"%%EOF")


def _is_tight(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """The one gap that a signature does not cover holds the signature and zeros, nothing smuggled in."""
    start, first, second, _ = (int(number) for number in signature.byte_range)
    gap = pdf[start + first : second]
    contents: bytes = bytes(signature.pkcs7_content)
    length = len(cms.ContentInfo.load(contents).dump())
    return gap.lower() == b"<" + contents.hex().encode() + b">" and not any(contents[length:])


def _identifier(pdf: bytes, signature: EmbeddedPdfSignature) -> str | None:
    """From the signed revision alone: a later one could show another certificate's identifier."""
    _, _, second, length = (int(number) for number in signature.byte_range)
    trailer: Any = PdfFileReader(io.BytesIO(pdf[: second + length])).trailer
    if "/Info" not in trailer or "/Keywords" not in trailer["/Info"]:
        return None
    found = _IDENTIFIER.search(str(trailer["/Info"]["/Keywords"]))
    return found.group(1) if found else None


def _name(certificate: x509.Certificate) -> str:
    subject = certificate.subject.native
    return str(subject.get("common_name") or certificate.subject.human_friendly)


def _root(root: bytes | x509.Certificate) -> x509.Certificate:
    if isinstance(root, x509.Certificate):
        return root
    der = pem.unarmor(root)[2] if pem.detect(root) else root
    return x509.Certificate.load(der)
