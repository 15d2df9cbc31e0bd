"""The seal: made once and safely, takes a real key from files, signs at the time it is given."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from demo.pictures import make_letter_pdf
from services.certificate.document import Seal, SealError, verify
from services.kernel.seal import Seals
from tests.documents.sample import SIGNED_AT

LETTER = make_letter_pdf("函", ["内容。"])


def test_a_development_seal_says_so_in_its_own_name_and_stays_the_same(tmp_path: Path) -> None:
    first, second = (Seal.load(tmp_path / "seal", environment={}) for _ in range(2))
    assert first.is_development
    assert first.certificate_sha256 == second.certificate_sha256
    assert first.authority == "湖南省住房和城乡建设厅"
    name = x509.load_pem_x509_certificate(
        (tmp_path / "seal/development/certificate.pem").read_bytes()
    ).subject
    assert "开发测试" in name.rfc4514_string()


def test_each_authority_has_a_development_seal_in_its_own_name_and_all_of_them_are_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("KEY", "CERT", "ROOTS"):
        monkeypatch.delenv(f"ZHUCE_SEAL_{part}", raising=False)
    ours, other_process = Seals(tmp_path / "seal"), Seals(tmp_path / "seal")
    hunan, jiangxi = "湖南省住房和城乡建设厅", "江西省住房和城乡建设厅"
    assert ours.roots == (), "nobody has signed yet, so nobody is trusted"
    seals = [ours.of(hunan), other_process.of(jiangxi)]
    assert [one.authority for one in seals] == [hunan, jiangxi]
    assert ours.of(jiangxi).certificate_sha256 == seals[1].certificate_sha256 != seals[0].certificate_sha256
    for seal in seals:
        found = verify(seal.sign(LETTER, at=SIGNED_AT, reason="签发", location="南昌"), ours.roots)
        assert found.trusted and found.signer is not None and found.signer.startswith(seal.authority)


def test_a_seal_that_is_configured_is_the_only_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, path in write_real_key(tmp_path, ec.generate_private_key(ec.SECP256R1())).items():
        monkeypatch.setenv(name, path)
    seals = Seals(tmp_path / "seal")
    assert seals.of("江西省住房和城乡建设厅").certificate_sha256 == seals.of("").certificate_sha256
    assert len(seals.roots) == 1 and not seals.of("").is_development
    assert not (tmp_path / "seal").exists()


def test_nobody_else_on_the_machine_can_read_the_key(tmp_path: Path) -> None:
    Seal.load(tmp_path / "seal", environment={})
    directories = (tmp_path / "seal", tmp_path / "seal/development")
    assert {stat.S_IMODE(d.stat().st_mode) for d in directories} == {0o700}
    files = list((tmp_path / "seal/development").iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}


def test_processes_that_start_together_end_with_one_key(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from services.kernel.seal import Seal;"
        "sys.stdin.readline(); print(Seal.load(Path(sys.argv[1]), environment={}).certificate_sha256)"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for one in started:  # all are waiting at the line before they load
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    digests = {one.communicate(timeout=60)[0].strip() for one in started}
    assert len(digests) == 1
    assert digests != {""}
    assert [path.name for path in tmp_path.iterdir()] == ["development"], "nothing half-made is left behind"


def test_the_development_seal_signs_in_the_past_and_in_the_future(tmp_path: Path) -> None:
    seal = Seal.load(tmp_path, environment={})
    now = datetime.now(UTC)
    for at in (now - timedelta(days=3600), now + timedelta(days=7200)):
        answer = verify(seal.sign(LETTER, at=at, reason="签发", location="长沙"), seal.roots)
        assert answer.signed_at == at.replace(microsecond=0)
        assert answer.trusted
    for at in (now - timedelta(days=3700), now + timedelta(days=7400)):
        with pytest.raises(SealError, match="not valid at the time"):
            seal.sign(LETTER, at=at, reason="签发", location="长沙")


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SealError, match="time zone"):
        Seal.load(tmp_path, environment={}).sign(
            LETTER, at=SIGNED_AT.replace(tzinfo=None), reason="签发", location="长沙"
        )


def write_real_key(place: Path, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """A key as a certificate authority would hand it over: no word of development anywhere."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "某某省住房和城乡建设厅")])
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(SIGNED_AT - timedelta(days=30))
        .not_valid_after(SIGNED_AT + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_cert_sign=True, crl_sign=False, **usage
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    (place / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"four words"),
        )
    )
    (place / "certificate.pem").write_bytes(certificate)
    return {
        "ZHUCE_SEAL_KEY": str(place / "key.pem"),
        "ZHUCE_SEAL_CERT": str(place / "certificate.pem"),
        "ZHUCE_SEAL_ROOTS": str(place / "certificate.pem"),
        "ZHUCE_SEAL_PASSPHRASE": "four words",
    }


@pytest.mark.parametrize(
    ("make", "algorithm"),
    [
        (lambda: rsa.generate_private_key(65537, 2048), "sha256_rsa"),
        (lambda: ec.generate_private_key(ec.SECP256R1()), "sha256_ecdsa"),
    ],
    ids=["rsa", "ecdsa"],
)
def test_a_real_key_from_files_is_used_and_named_by_its_algorithm(
    tmp_path: Path, make: Callable[[], rsa.RSAPrivateKey], algorithm: str
) -> None:
    seal = Seal.load(tmp_path / "unused", environment=write_real_key(tmp_path, make()))
    assert not seal.is_development
    assert not (tmp_path / "unused").exists()
    answer = verify(seal.sign(LETTER, at=SIGNED_AT, reason="签发", location="某地"), seal.roots)
    assert answer.intact and answer.trusted and answer.covers_whole_document
    assert answer.algorithm == seal.algorithm == algorithm


def test_a_half_configured_seal_is_refused_and_never_replaced_by_a_development_one(
    tmp_path: Path,
) -> None:
    settings = write_real_key(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(SealError, match="all three"):
        Seal.load(tmp_path / "d", environment={"ZHUCE_SEAL_KEY": settings["ZHUCE_SEAL_KEY"]})
    with pytest.raises(SealError, match="cannot be read"):
        Seal.load(tmp_path / "d", environment={**settings, "ZHUCE_SEAL_CERT": str(tmp_path / "absent.pem")})
    with pytest.raises(SealError, match="passphrase"):
        Seal.load(tmp_path / "d", environment={**settings, "ZHUCE_SEAL_PASSPHRASE": "wrong"})
    with pytest.raises(SealError, match="not a PEM or DER"):
        Seal.load(tmp_path / "d", environment={**settings, "ZHUCE_SEAL_CERT": settings["ZHUCE_SEAL_KEY"]})
    assert not (tmp_path / "d").exists()


def test_a_key_that_does_not_belong_to_its_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    mine, other = (write_real_key(tmp_path / name, ec.generate_private_key(ec.SECP256R1())) for name in "ab")
    with pytest.raises(SealError, match="does not belong"):
        Seal.load(tmp_path, environment={**mine, "ZHUCE_SEAL_KEY": other["ZHUCE_SEAL_KEY"]})


def test_green_threads_sign_and_verify_beside_each_other() -> None:
    script = """
import eventlet; eventlet.monkey_patch()
from eventlet import tpool
from tests.documents.sample import IDENTIFIER, certificate, seal
from services.certificate.document import verify
seal(), certificate()
def work(n):
    run = tpool.execute if n % 2 else (lambda work, *given: work(*given))
    answer = run(verify, certificate(), seal().roots)
    return answer.genuine and answer.certificate_identifier == IDENTIFIER
print(list(eventlet.GreenPool(6).imap(work, range(6))))
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert ran.stdout.strip() == str([True] * 6)
