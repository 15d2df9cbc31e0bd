"""Makes the development key: a root and a document-signing certificate that say 开发测试 in their own names.

Only made where no real key is configured. Made once: processes that start together end with the same key.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

MARK = "开发测试"
FIRST = "湖南省住房和城乡建设厅"
KEY, CERTIFICATE, ROOTS = "key.pem", "certificate.pem", "roots.pem"
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
# A development clock may be moved: certificates of ten years ago and of twenty years ahead can be signed too.
BEFORE, AFTER = timedelta(days=3653), timedelta(days=7305)


def place_of(directory: Path, authority: str) -> Path:
    """Where the key of an authority is. The first one's has had its place since before there were others."""
    own = "" if authority == FIRST else f"-{hashlib.sha256(authority.encode()).hexdigest()[:16]}"
    return directory / f"development{own}"


def keys_in(directory: Path) -> list[Path]:
    """Where there are keys."""
    return sorted(directory.glob("development*")) if directory.is_dir() else []


def ensure_development_key(directory: Path, authority: str) -> Path:
    """The directory with the three files, made when missing."""
    place = place_of(directory, authority)
    if not place.is_dir():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = directory / f".development-{secrets.token_hex(8)}"
        fresh.mkdir(mode=0o700)
        _write(fresh, authority)
        try:
            # a directory appears whole or not at all, and the first one stays: whoever comes second uses it
            fresh.rename(place)
        except OSError:
            shutil.rmtree(fresh)
            if not place.is_dir():
                raise
    return place


def _write(place: Path, authority: str) -> None:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name(authority, f"电子印章根证书（{MARK}）")
    # the age of a key is a fact about this machine, not about the business: only here is the clock asked
    now = datetime.now(UTC).replace(microsecond=0)
    root = (
        _certificate(root_name, root_name, root_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(root=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _certificate(_name(authority, _within(authority, f"（{MARK}）")), root_name, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(root=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    # the root's own key is not kept: this root vouches for one certificate and can never vouch for another
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    contents = {KEY: secret, CERTIFICATE: leaf.public_bytes(pem), ROOTS: root.public_bytes(pem)}
    for name, content in contents.items():
        descriptor = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)


def _within(authority: str, ending: str = "") -> str:
    """A part of a name has 64 bytes at most: a long authority is cut, the ending never."""
    room = 64 - len(ending.encode())
    return authority.encode()[:room].decode(errors="ignore") + ending


def _name(authority: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _within(authority)),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + AFTER)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not root,
        content_commitment=not root,
        key_cert_sign=root,
        crl_sign=root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
