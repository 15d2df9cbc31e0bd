"""Prints, seals and keeps the PDF of an issue, examines one that somebody brings. Slow: for a thread pool."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from contracts.identifiers import mask_resident_id, parse_certificate_identifier
from contracts.labels import label
from contracts.places import name_of
from services.certificate.document import (
    CertificateFace,
    Extension,
    FaceWords,
    PortraitUnreadable,
    SpecialtyOnFace,
    issue_certificate,
    verify,
)
from services.certificate.domain.checking import Examined
from services.certificate.domain.state import Issue
from services.kernel.filestore import FileStore, evidence_store
from services.kernel.seal import Seals
from services.kernel.signed import Signed

NO_EMPLOYER = "—"


class Documents:
    """The file store, the seals and the address that QR codes lead to."""

    def __init__(self, data: str, public_url: str) -> None:
        self.files = FileStore(data)
        self.evidence = evidence_store(data)
        self.public_url = public_url.rstrip("/")
        self.seals = Seals(Path(data) / "keys" / "seal")

    def issue(self, kind: str, issue: Issue, at: datetime, earlier: Sequence[Issue] = ()) -> Signed:
        """The signed PDF in the file store. The time of signing is the time of the issue.

        A crash before it is recorded leaves a file that no credential names; the next run signs another one.
        """
        at = at.replace(microsecond=0)  # a PDF's dates have no fractions
        face = issue.face
        seal = self.seals.of(face.issuer.name)
        if face.portrait is None:
            raise PortraitUnreadable("no portrait on record")
        portrait = self.files.read(face.portrait.sha256)
        address = f"{self.public_url}/verify/{issue.identifier}"
        place = name_of(face.issuer.place)
        pdf = issue_certificate(face_of(kind, issue, earlier), portrait, address, seal=seal, at=at, location=place)
        document = self.files.put(pdf, f"{face.registration_number}.pdf")
        return Signed(document, seal.algorithm, seal.certificate_sha256, at, seal.is_development)

    def examine(self, sha256: str) -> Examined:
        """What a PDF that was brought to be judged shows of itself. NotFound when there is no such file."""
        found = verify(self.evidence.read(sha256), self.seals.roots)
        return Examined(
            intact=found.intact and found.covers_whole_document,
            trusted=found.trusted,
            signer=found.signer,
            signed_at=found.signed_at,
            algorithm=found.algorithm,
            identifier=found.certificate_identifier,
            problems=found.problems,
        )


def face_of(kind: str, issue: Issue, earlier: Sequence[Issue] = ()) -> CertificateFace:
    """What is printed. The ID number is masked: strangers see certificates (个人信息保护法 art. 51).

    ``earlier``: the issues before, which tell of its extensions.
    """
    face = issue.face
    holder = face.holder
    return CertificateFace(
        title=face.title,
        holder_name=holder.name,
        sex=label(f"options.sex.{holder.sex}"),
        birth_date=holder.birth_date,
        resident_id=mask_resident_id(holder.resident_id),
        specialties=tuple(SpecialtyOnFace(name=s.label, valid_until=s.expires_on) for s in face.scopes),
        employer=holder.enterprise_name or NO_EMPLOYER,
        registration_number=face.registration_number,
        certificate_identifier=issue.identifier or "",
        authority=face.issuer.name,
        issued_on=issue.issued_on,
        valid_from=face.valid_from,
        valid_until=face.valid_until,
        first_granted_on=face.granted_on,
        extensions=tuple(
            Extension(decided_on=one.issued_on, valid_until=one.face.valid_until)
            for one in (*earlier, issue)
            if one.change == "renewed"
        ),
        issue=parse_certificate_identifier(issue.identifier).version if issue.identifier else 1,
        predecessor=issue.predecessor,
        words=FaceWords.of(kind),
    )


_made: dict[tuple[str, str], Documents] = {}
_making = threading.Lock()


def documents_of(data: str, public_url: str) -> Documents:
    """One for each setting in a process, so that the seal is read once."""
    with _making:
        return _made.setdefault((data, public_url), Documents(data, public_url))
