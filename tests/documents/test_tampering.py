"""Every way to alter a certificate has its own answer, and no file makes the verifier fail."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from demo.pictures import make_letter_pdf
from services.certificate.document import Seal, render_certificate, verify
from tests.documents.sample import FACE, IDENTIFIER, SIGNED_AT, URL, certificate, portrait, seal


def flip(pdf: bytes, position: int) -> bytes:
    return pdf[:position] + bytes([pdf[position] ^ 1]) + pdf[position + 1 :]


def gap(pdf: bytes) -> tuple[int, int]:
    """Where the signature itself stands: the only bytes that it does not cover."""
    found = re.search(rb"/ByteRange \[\s*(\d+) (\d+) (\d+) (\d+)", pdf)
    assert found is not None
    _, first, second, _ = map(int, found.groups())
    return first, second


def in_a_content_stream(pdf: bytes) -> bytes:
    return flip(pdf, pdf.index(b"stream") + 400)


def with_an_update(pdf: bytes) -> bytes:
    """The signed part stays and a new part follows: here one that shows another certificate's identifier."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    info = writer.prev.trailer["/Info"]
    info[generic.pdf_name("/Keywords")] = generic.pdf_string("certificate-identifier:1.2.156.3005.2.FORGED")
    writer.mark_update(writer.prev.trailer.raw_get("/Info"))
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    assert out.getvalue().startswith(pdf)
    return out.getvalue()


def cut(pdf: bytes) -> bytes:
    return pdf[: len(pdf) * 2 // 3]


def unsigned(_: bytes) -> bytes:
    return render_certificate(FACE, portrait(), URL)


def not_a_pdf(_: bytes) -> bytes:
    return b"PK\x03\x04 this is something else"


def signature_value_changed(pdf: bytes) -> bytes:
    """Hex digits of the signature's own last bytes: the certificate's and the digest's stay."""
    first, second = gap(pdf)
    end = first + len(pdf[first:second].rstrip(b">").rstrip(b"0"))
    place = end - 12
    return pdf[:place] + (b"1" if pdf[place : place + 1] != b"1" else b"2") + pdf[place + 1 :]


def something_in_the_padding(pdf: bytes) -> bytes:
    _, second = gap(pdf)
    return pdf[: second - 9] + b"deadbeef" + pdf[second - 1 :]


def saved_again(pdf: bytes) -> bytes:
    """A tool that writes the whole file anew moves every byte."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, linearize=True)
    return out.getvalue()


CASES: list[tuple[Callable[[bytes], bytes], str]] = [
    (in_a_content_stream, "content_changed"),
    (with_an_update, "changed_after_signing"),
    (cut, "truncated"),
    (unsigned, "unsigned"),
    (not_a_pdf, "not_a_pdf"),
    (signature_value_changed, "signature_broken"),
    (something_in_the_padding, "signature_broken"),
]


@pytest.mark.parametrize(("tamper", "code"), CASES, ids=[case[0].__name__ for case in CASES])
def test_each_way_of_tampering_has_its_code(tamper: Callable[[bytes], bytes], code: str) -> None:
    altered = tamper(certificate())
    assert altered != certificate()
    answer = verify(altered, seal().roots)
    assert answer.problems == (code,)
    assert not answer.genuine


def test_a_file_that_was_saved_again_is_not_genuine() -> None:
    answer = verify(saved_again(certificate()), seal().roots)
    assert not answer.genuine
    assert answer.problems


def test_a_foreign_key_is_named_as_such_and_the_document_as_unchanged(tmp_path: Path) -> None:
    foreign = Seal.load(tmp_path, authority="某某省住房和城乡建设厅", environment={})
    signed = foreign.sign(
        render_certificate(FACE, portrait(), URL), at=SIGNED_AT, reason="签发", location="某地"
    )
    answer = verify(signed, seal().roots)
    assert answer.problems == ("signer_not_trusted",)
    assert answer.intact and answer.covers_whole_document and not answer.trusted
    assert verify(signed, foreign.roots).genuine


class Heedless(PdfSigner):
    """An attacker's tool: signs although the document forbids every change."""

    def _enforce_certification_constraints(self, reader: PdfFileReader) -> None:
        pass


def test_a_foreigner_who_signs_a_genuine_certificate_again_gets_no_trust_from_it(tmp_path: Path) -> None:
    """The genuine signature is still inside and valid: the last one counts, only it covers the file."""
    foreign = Seal.load(tmp_path, authority="某某省住房和城乡建设厅", environment={})
    (files,) = tmp_path.glob("development*")
    signer = SimpleSigner.load(str(files / "key.pem"), str(files / "certificate.pem"))  # type: ignore[no-untyped-call]
    tool = Heedless(PdfSignatureMetadata(field_name="Second", subfilter=SigSeedSubFilter.PADES), signer)
    twice = tool.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(certificate()))).getvalue()
    answer = verify(twice, seal().roots)
    assert answer.problems == ("signer_not_trusted",)
    assert "某某省" in str(answer.signer)
    assert verify(twice, foreign.roots).trusted  # so it was the second signature that was judged


def test_no_roots_trust_nobody() -> None:
    assert verify(certificate(), []).problems == ("signer_not_trusted",)


def test_a_sealed_document_that_is_no_certificate_says_so() -> None:
    letter = seal().sign(make_letter_pdf("函", ["内容。"]), at=SIGNED_AT, reason="签发", location="长沙")
    answer = verify(letter, seal().roots)
    assert answer.intact and answer.trusted
    assert answer.problems == ("no_certificate_identifier",)
    assert answer.certificate_identifier is None


def test_an_update_cannot_change_the_identifier_that_is_reported() -> None:
    updated = with_an_update(certificate())
    with pikepdf.open(io.BytesIO(updated)) as document:
        assert "FORGED" in str(document.docinfo["/Keywords"])
    assert verify(updated, seal().roots).certificate_identifier == IDENTIFIER


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(position=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_no_flipped_bit_passes_or_breaks_the_verifier(position: int, bit: int) -> None:
    pdf = bytearray(certificate())
    first, second = gap(bytes(pdf))
    position %= len(pdf)
    pdf[position] ^= 1 << bit
    answer = verify(bytes(pdf), seal().roots)
    assert bool(answer.problems) != answer.genuine
    if answer.genuine:
        # Only the gap itself can differ: a hex digit in the other case, or a part of the signature's wrapping that
        # nothing rests on (a certificate that was sent along). What it says is then still what was signed; that the
        # file is not the issued one, the register knows by its SHA-256.
        assert first < position < second
        assert answer == verify(certificate(), seal().roots)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(length=st.integers(min_value=0))
def test_no_cut_passes_or_breaks_the_verifier(length: int) -> None:
    pdf = certificate()
    answer = verify(pdf[: length % len(pdf.rstrip())], seal().roots)
    assert not answer.genuine
    assert answer.problems[0] in ("not_a_pdf", "truncated", "unsigned")


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=2000))
def test_noise_is_never_an_exception(noise: bytes) -> None:
    for pdf in (noise, b"%PDF-1.7\n" + noise, b"%PDF-1.7\n" + noise + b"\nstartxref\n9\n%%EOF"):
        assert verify(pdf, seal().roots).problems
