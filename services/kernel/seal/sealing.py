"""The authority's electronic seal 电子印章: a key, its certificate, PAdES (B-B) signatures on documents.

The key comes from files named in the environment, else it is a development key that says that it is one.
Every signature names its algorithm; the time of signing is the caller's.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from asn1crypto import keys, pem, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.kernel.seal import development_key
from services.kernel.seal.inline import run_inline

FIELD = "AuthoritySeal"
AUTHORITY = development_key.FIRST
Box = tuple[int, int, int, int]


class SealError(RuntimeError):
    """The seal cannot be loaded or may not be used; the message says what to mend and never shows a key."""


class Seal:
    """A loaded seal. It holds the private key in memory and shows it to nobody."""

    def __init__(self, key: bytes, certificates: bytes, roots: bytes, passphrase: str | None = None) -> None:
        chain = _certificates(certificates, "the seal's certificate")
        self._certificate = chain[0]
        self._roots = _certificates(roots, "the seal's roots")
        private = _private_key(key, passphrase)
        public = keys.PublicKeyInfo.load(
            private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        if public.dump() != self._certificate.public_key.dump():
            raise SealError("the seal's key does not belong to its certificate")
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple([*chain, *self._roots])
        self._signer = SimpleSigner(
            signing_cert=self._certificate,
            signing_key=keys.PrivateKeyInfo.load(
                private.private_bytes(
                    serialization.Encoding.DER,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            ),
            cert_registry=store,
            embed_roots=False,
        )

    @classmethod
    def load(
        cls, directory: Path, *, authority: str = AUTHORITY, environment: Mapping[str, str] = os.environ
    ) -> Self:
        """The seal of ``ZHUCE_SEAL_KEY``, ``_CERT``, ``_ROOTS``; without them the authority's development one."""
        named = _named(environment)
        if configured(environment):
            if not all(named):
                raise SealError(
                    "set all three of ZHUCE_SEAL_KEY, ZHUCE_SEAL_CERT and ZHUCE_SEAL_ROOTS, or none"
                )
            paths = [Path(str(name)) for name in named]
        else:
            place = development_key.ensure_development_key(directory, authority)
            paths = [
                place / development_key.KEY,
                place / development_key.CERTIFICATE,
                place / development_key.ROOTS,
            ]
        try:
            key, certificates, roots = (path.read_bytes() for path in paths)
        except OSError as error:
            raise SealError(f"the seal's {error.filename} cannot be read: {error.strerror}") from error
        return cls(key, certificates, roots, environment.get("ZHUCE_SEAL_PASSPHRASE"))

    @property
    def algorithm(self) -> str:
        """The name that the signature itself will carry, such as ``sha256_ecdsa``."""
        mechanism = self._signer.get_signature_mechanism_for_digest("sha256")
        return str(mechanism["algorithm"].native)

    @property
    def certificate_sha256(self) -> str:
        return hashlib.sha256(self._certificate.dump()).hexdigest()

    @property
    def is_development(self) -> bool:
        """By the certificate's own name, wherever its files came from."""
        return bool(self._certificate.subject.native.get("organizational_unit_name") == development_key.MARK)

    @property
    def authority(self) -> str:
        return str(
            self._certificate.subject.native.get("organization_name")
            or self._certificate.subject.human_friendly
        )

    @property
    def roots(self) -> tuple[bytes, ...]:
        """The roots as PEM: what ``verify`` takes and what may be published."""
        return tuple(pem.armor("CERTIFICATE", root.dump()) for root in self._roots)

    def sign(
        self, pdf: bytes, *, at: datetime, reason: str, location: str, box: Box | None = None, page: int = 0
    ) -> bytes:
        """The same document with a certifying signature that allows no later change.

        ``box`` (points from the bottom left of a page, counted from 0) is where a click finds the signature:
        the place of the drawn seal. Without it the field is invisible.
        """
        if at.tzinfo is None:
            raise SealError("the time of signing needs its time zone")
        at = at.replace(microsecond=0)  # a PDF's date has no fractions, and both dates must say the same
        if not self._certificate.not_valid_before <= at <= self._certificate.not_valid_after:
            raise SealError("the seal's certificate is not valid at the time of signing")
        meta = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            name=self.authority,
            reason=reason,
            location=location,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        )
        signer = _SignerAt(
            meta,
            self._signer,
            stamp_style=_unseen(box),
            new_field_spec=SigFieldSpec(FIELD, on_page=page, box=box, readable_field_name="电子印章"),
        )
        signer.at = at
        out = run_inline(signer.async_sign_pdf(_Writer(io.BytesIO(pdf))))
        return bytes(out.getvalue())


class _SignerAt(PdfSigner):
    """Signs at the moment it is told: pyHanko itself would ask the machine's clock."""

    at: datetime

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self.at
        return session


class _Writer(IncrementalPdfFileWriter):
    """Leaves the document's dates alone: pyHanko would write the machine's time as the time of change."""

    def _update_meta(self) -> None:
        pass


def _unseen(box: Box | None) -> StaticStampStyle | None:
    """An empty appearance: PDF/A wants one for a field with a place, and the page already shows the seal."""
    if box is None:
        return None
    left, low, right, high = box
    empty = RawContent(b"", box=BoxConstraints(width=right - left, height=high - low))
    return StaticStampStyle(border_width=0, background=empty)


def configured(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a real seal, or part of one."""
    return any(_named(environment))


def _named(environment: Mapping[str, str]) -> list[str | None]:
    return [environment.get(f"ZHUCE_SEAL_{part}") for part in ("KEY", "CERT", "ROOTS")]


def _certificates(content: bytes, what: str) -> list[x509.Certificate]:
    try:
        ders = (
            [der for _, _, der in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
        )
        found = [x509.Certificate.load(der) for der in ders]
        for one in found:
            one.native  # noqa: B018  # asn1crypto reads lazily: find a broken file now, not at the first signature
    except (ValueError, TypeError) as error:
        raise SealError(f"{what} is not a PEM or DER certificate") from error
    return found


def _private_key(content: bytes, passphrase: str | None) -> Any:
    secret = passphrase.encode() if passphrase else None
    try:
        return serialization.load_pem_private_key(content, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # without its cause: a parser's message could quote the key
        raise SealError("the seal's key is no PEM private key, or its passphrase is wrong") from None
