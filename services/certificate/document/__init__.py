"""The certificate as a document: printed, sealed, verified. Pure computation: for ``tpool.execute``."""

from __future__ import annotations

from datetime import datetime

from services.certificate.document.face import CertificateFace, Extension, SpecialtyOnFace
from services.certificate.document.render import render_certificate, seal_box
from services.certificate.document.verify import Verification, verify
from services.certificate.document.words import FaceWords
from services.kernel.photo import PortraitUnreadable
from services.kernel.seal import Seal, SealError

__all__ = [
    "CertificateFace",
    "Extension",
    "FaceWords",
    "PortraitUnreadable",
    "Seal",
    "SealError",
    "SpecialtyOnFace",
    "Verification",
    "issue_certificate",
    "render_certificate",
    "seal_box",
    "verify",
]

REASON = "签发电子证照"


def issue_certificate(
    face: CertificateFace, portrait: bytes, verification_url: str, *, seal: Seal, at: datetime, location: str
) -> bytes:
    """The signed PDF: it tells a development seal from a real one; the field lies over the seal."""
    printed = render_certificate(face, portrait, verification_url, development=seal.is_development)
    return seal.sign(printed, at=at, reason=REASON, location=location, box=seal_box())
