"""From an approval to a signed certificate that anybody can verify, on PostgreSQL, in its own process."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlparse, urlunparse
from uuid import uuid4

import psycopg2
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from contracts.certificate import (
    CredentialGranted,
    CredentialView,
    DocumentCheck,
    FindHeld,
    GetCredential,
    LookUpIdentifier,
    PublicCredential,
    ReadFeed,
    VerifyDocument,
)
from contracts.certificate_feed import (
    TYPE_DOCUMENT_ISSUED,
    TYPE_GRANTED,
    CertificateDocumentIssued,
    CertificateGranted,
    FeedPage,
)
from contracts.errors import NotFound
from contracts.matters.effect import Validity
from contracts.review import DecisionDocument
from demo.pictures import make_letter_pdf
from services.certificate.document import Seal, verify
from services.certificate.documents import Documents
from services.certificate.domain.credential import CREDENTIAL
from tests.documents.sample import codes_in, text_of
from tests.services.certificate_stage import (
    NINE,
    PUBLIC_URL,
    TODAY,
    Stage,
    credential_of,
    filing_of,
    person_of,
)

LAST_DAY = Validity(years=3).last_day(TODAY)


@pytest.fixture(scope="module")
def stage(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A product in which one filing was approved and its certificate issued."""
    name = f"t_{uuid4().hex[:12]}"
    administrator = psycopg2.connect(postgres)
    administrator.autocommit = True
    administrator.cursor().execute(f"CREATE DATABASE {name}")
    made = Stage(urlunparse(urlparse(postgres)._replace(path=f"/{name}")), tmp_path_factory.mktemp("stage"))
    made.approve(1)
    made.start()
    made.eventually(lambda: made.log("DocumentIssued"))
    yield made
    made.stop()
    administrator.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    administrator.close()


@pytest.fixture
def credential(stage: Stage) -> CredentialView:
    return CredentialView.model_validate(stage.ask(GetCredential(credential_id=credential_of(1))))


@pytest.fixture
def pdf(stage: Stage, credential: CredentialView) -> bytes:
    assert credential.document is not None
    return stage.files.read(credential.document.sha256)


def checked(stage: Stage, sha256: str, on: Any = TODAY) -> DocumentCheck:
    return DocumentCheck.model_validate(stage.ask(VerifyDocument(sha256=sha256, on=on)))


def brought(stage: Stage, content: bytes) -> str:
    """A document to be verified, put into the store whatever its state: the answer is the verifier's."""
    path = stage.evidence.path(hashlib.sha256(content).hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path.name


class TestGrant:
    def test_the_credential_says_what_was_approved(self, credential: CredentialView) -> None:
        assert credential.filing_id == filing_of(1)
        assert credential.registration_number == f"湘2432021{TODAY.year}00001"
        assert credential.identifier.startswith(
            f"1.2.156.3005.2.11100000000013338W001.11430000006122244L.{TODAY.year}0000001.001."
        )
        assert credential.holder.name == "周明远"
        assert [scope.label for scope in credential.scopes] == ["建筑工程"]
        assert (credential.valid_from, credential.valid_until) == (TODAY, LAST_DAY)
        assert credential.status == "valid"

    def test_an_unknown_credential_is_not_found(self, stage: Stage) -> None:
        with pytest.raises(NotFound):
            stage.ask(GetCredential(credential_id=uuid4()))


class TestDocument:
    def test_it_is_signed_by_the_seal_at_the_time_of_the_decision(
        self, stage: Stage, credential: CredentialView, pdf: bytes
    ) -> None:
        found = verify(pdf, Seal.load(stage.data / "keys" / "seal").roots)
        assert found.genuine, found.problems
        assert found.certificate_identifier == credential.identifier
        assert found.signed_at == NINE.replace(microsecond=0) + timedelta(minutes=1)
        assert stage.log("DocumentIssued")[0]["development_key"] is True

    def test_a_reader_sees_the_holder_the_numbers_and_no_whole_id_number(
        self, credential: CredentialView, pdf: bytes
    ) -> None:
        text = text_of(pdf)
        for words in ("周明远", "建筑工程", credential.registration_number, "湖南省住房和城乡建设厅"):
            assert words in text
        assert credential.holder.resident_id not in text
        assert credential.holder.resident_id.encode() not in pdf

    def test_the_qr_code_leads_to_the_public_page_of_this_certificate(
        self, stage: Stage, credential: CredentialView, pdf: bytes
    ) -> None:
        address = f"{PUBLIC_URL}/verify/{credential.identifier}"
        assert codes_in(pdf) == [address]
        identifier = address.rsplit("/", 1)[1]
        shown = PublicCredential.model_validate(stage.ask(LookUpIdentifier(identifier=identifier, on=TODAY)))
        assert (shown.holder_name, shown.status) == ("周**", "valid")
        assert credential.holder.resident_id not in shown.model_dump_json()


class TestLookUp:
    def test_expired_the_day_after_the_last(self, stage: Stage, credential: CredentialView) -> None:
        days = [LAST_DAY, LAST_DAY + timedelta(days=1)]
        asked = [stage.ask(LookUpIdentifier(identifier=credential.identifier, on=day)) for day in days]
        assert [answer["status"] for answer in asked] == ["valid", "expired"]

    @pytest.mark.parametrize("identifier", ["", "nonsense", "1.2.156.3005.2.X"])
    def test_no_such_certificate(self, stage: Stage, identifier: str) -> None:
        with pytest.raises(NotFound):
            stage.ask(LookUpIdentifier(identifier=identifier, on=TODAY))


class TestVerify:
    def test_the_issued_document_is_genuine(self, stage: Stage, credential: CredentialView, pdf: bytes) -> None:
        found = checked(stage, brought(stage, pdf))
        assert (found.genuine, found.problems) == (True, ())
        assert found.credential is not None
        assert found.credential.registration_number == credential.registration_number

    def test_not_after_it_has_expired(self, stage: Stage, pdf: bytes) -> None:
        found = checked(stage, brought(stage, pdf), LAST_DAY + timedelta(days=1))
        assert (found.genuine, found.problems) == (False, ("credential_expired",))

    def test_a_decision_document_is_known_as_one_only_when_it_was_issued(self, stage: Stage) -> None:
        """Sealed with the same key as certificates: what was only signed, before a crash, was never issued."""
        seal = Seal.load(stage.data / "keys" / "seal")
        letters = [make_letter_pdf("准予行政许可决定书", [f"第{n}份。"]) for n in (1, 2)]
        issued, orphan = (seal.sign(one, at=NINE, reason="决定", location="长沙") for one in letters)
        said = DecisionDocument(
            kind="approval", title="准予许可决定书", number="湘建许准〔2026〕00012号", signed_at=NINE
        )
        stage.decide(issued, said)
        found = checked(stage, brought(stage, issued))
        assert (found.genuine, found.recorded, found.credential, found.problems) == (True, True, None, ())
        assert found.decision == said
        never = checked(stage, brought(stage, orphan))
        assert (never.genuine, never.intact, never.trusted, never.decision) == (False, True, True, None)
        assert never.problems == ("no_certificate_identifier", "document_not_recorded")

    def test_a_tampered_document_is_told_and_says_nothing_of_anybody(self, stage: Stage, pdf: bytes) -> None:
        """The year of the exam in the document's metadata: a change that every reader opens silently."""
        number = f"湘2432021{TODAY.year}00001".encode()
        assert number in pdf
        tampered = pdf.replace(number, number.replace(b"2432021", b"2432020"))
        found = checked(stage, brought(stage, tampered))
        assert not found.genuine
        assert not found.intact
        assert "content_changed" in found.problems
        assert found.credential is None

    def test_a_document_that_was_added_to(self, stage: Stage, pdf: bytes) -> None:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        writer.update_root()
        added = io.BytesIO()
        writer.write(added)  # type: ignore[no-untyped-call]
        found = checked(stage, brought(stage, added.getvalue()))
        assert not found.genuine
        assert "changed_after_signing" in found.problems

    def test_a_document_that_is_cut_off(self, stage: Stage, pdf: bytes) -> None:
        found = checked(stage, brought(stage, pdf[: len(pdf) // 2]))
        assert (found.genuine, found.problems) == (False, ("truncated", "document_not_recorded"))

    def test_signed_by_the_same_seal_and_never_recorded(self, stage: Stage) -> None:
        granted = CredentialGranted.model_validate(stage.log("CredentialGranted")[0])
        issue = CREDENTIAL.fold([granted]).issue
        again = Documents(str(stage.data), PUBLIC_URL).issue(granted.kind, issue, NINE)
        found = checked(stage, brought(stage, stage.files.read(again.document.sha256)))
        assert (found.intact, found.trusted, found.recorded, found.genuine) == (True, True, False, False)
        assert found.problems == ("not_the_issued_document",)

    def test_no_such_file(self, stage: Stage) -> None:
        with pytest.raises(NotFound):
            checked(stage, "0" * 64)


class TestFeed:
    def test_only_certificate_events_in_order_as_cloudevents(
        self, stage: Stage, credential: CredentialView
    ) -> None:
        page = stage.ask(ReadFeed(after=0, limit=2))
        events = FeedPage.model_validate(page).events
        assert [event.type for event in events] == [TYPE_GRANTED, TYPE_DOCUMENT_ISSUED]
        assert {event.subject for event in events} == {credential.identifier}
        granted, issued = events[0].data, events[1].data
        assert isinstance(granted, CertificateGranted) and granted.holder_name == "周明远"
        assert isinstance(issued, CertificateDocumentIssued) and credential.document is not None
        assert issued.sha256 == credential.document.sha256
        for event in events:
            read = JSONFormat().read(CloudEvent, event.model_dump_json())
            assert read.get_extension("position") == event.position

    def test_the_same_events_with_the_same_ids_whenever_asked(self, stage: Stage) -> None:
        pages = [stage.ask(ReadFeed(after=0, limit=2)) for _ in range(2)]
        one_by_one = [stage.ask(ReadFeed(after=0, limit=1))]
        one_by_one.append(stage.ask(ReadFeed(after=one_by_one[0]["next"], limit=1)))
        assert pages[0] == pages[1]
        assert [e for page in one_by_one for e in page["events"]] == pages[0]["events"]
        assert len({event["id"] for event in pages[0]["events"]}) == 2

    def test_nothing_new_after_the_last(self, stage: Stage) -> None:
        last = stage.ask(ReadFeed(after=0, limit=1000))["next"]
        assert stage.ask(ReadFeed(after=last)) == {"events": [], "next": last}


class TestTheNext:
    def test_the_second_approval_has_the_second_number_and_what_stops_it_is_seen_until_mended(
        self, stage: Stage
    ) -> None:
        stage.approve(2, status="returned")
        parts = stage.eventually(
            lambda: (health := stage.call("certificate", "health"))["ok"] is False and health["parts"]
        )
        stopped = parts["certificate.follows.review"]["error"]
        assert stopped["event"] == "review:2 review.CaseApproved.v1"
        assert len(stage.log("CredentialGranted")) == 1
        stage.show_filing(2, status="approved")
        stage.eventually(lambda: len(stage.log("DocumentIssued")) == 2)
        assert stage.log("CredentialGranted")[1]["registration_number"] == f"湘2432021{TODAY.year}00002"
        stage.eventually(lambda: stage.call("certificate", "health")["ok"])


class TestOnceRegistered:
    """After ``TestTheNext``: person 1 has one certificate, and two were granted in all."""

    def held(self, stage: Stage, on: Any = TODAY) -> list[tuple[str, str]]:
        found = stage.ask(FindHeld(person_id=person_of(1), on=on))
        return [(one["certificate_id"], one["status"]) for one in found]

    def test_what_somebody_has_is_told_with_its_status_that_day(self, stage: Stage) -> None:
        assert self.held(stage) == [(str(credential_of(1)), "valid")]
        assert self.held(stage, LAST_DAY + timedelta(days=1)) == [(str(credential_of(1)), "expired")]
        assert stage.ask(FindHeld(person_id=uuid4(), on=TODAY)) == []

    def test_no_second_one_beside_it_and_those_behind_in_the_queue_do_not_wait(self, stage: Stage) -> None:
        drawn = len(stage.log("NumberAllocated"))
        stage.approve(3, person=1)
        stage.approve(4)
        stage.eventually(lambda: len(stage.log("DocumentIssued")) == 3)
        (refused,) = stage.log("GrantRefused")
        assert refused == {
            "credential_id": str(credential_of(3)),
            "filing_id": str(filing_of(3)),
            "person_id": str(person_of(1)),
            "kind": "constructor-2",
            "specialties": ["building"],
            "held": str(credential_of(1)),
            "code": "certificate_held",
        }
        assert len(stage.log("NumberAllocated")) == drawn + 2, "nothing is drawn for what is refused"
        assert [one["filing_id"] for one in stage.log("CredentialGranted")][2:] == [str(filing_of(4))]
        assert stage.call("certificate", "health")["ok"]
        with pytest.raises(NotFound):
            stage.ask(GetCredential(credential_id=credential_of(3)))
        assert self.held(stage) == [(str(credential_of(1)), "valid")]

    def test_once_it_has_expired_one_more_and_one_only(self, stage: Stage) -> None:
        later = LAST_DAY + timedelta(days=1)
        stage.approve(5, decided_on=later, person=1)
        stage.approve(6, decided_on=later, person=1)
        stage.eventually(lambda: len(stage.log("GrantRefused")) == 2)
        last = stage.log("CredentialGranted")[-1]
        assert (last["filing_id"], last["after"]) == (str(filing_of(5)), str(credential_of(1)))
        assert stage.log("GrantRefused")[-1]["held"] == str(credential_of(5))
        assert sorted(self.held(stage, later)) == sorted(
            [(str(credential_of(1)), "replaced"), (str(credential_of(5)), "valid")]
        )
