"""Which certificate a filing is about: by id, by number, or the one that the matter takes by itself; then the same one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.filing import FilingReturned, FilingSubmitted, PickSubject, SubjectPicked
from contracts.matters.schema import SubjectCertificate
from contracts.message import Event
from services.kernel.testing import given, meta
from tests.domain.filing.confirming import (
    CERTIFICATE,
    READY,
    certified,
    filing_of,
    handed_in,
    joint,
    picked_with,
    submit,
)
from tests.domain.filing.samples import DRAFTED, REASON, a_certificate, a_filer, asked
from tests.samples import ENTERPRISE, FILING_ID, NAME, RESIDENT_ID

LONGER = a_certificate(certificate_id=UUID(int=18), number="湘2432025202600002", valid_until=date(2030, 1, 1))
EXPIRED = a_certificate(certificate_id=UUID(int=19), number="湘2432025202000003", status="expired")
OF_ANOTHER_KIND = a_certificate(certificate_id=UUID(int=20), credential="constructor-1", number="京1112025202600004")
SOMEBODY_ELSE_S = a_certificate(certificate_id=UUID(int=21), number="湘2432025202600005", holder_name="李小明")
MINE = certified(certificates=(CERTIFICATE, LONGER, EXPIRED, OF_ANOTHER_KIND))
FILING = filing_of(joint(confirmations=()))
BY_NUMBER = filing_of(
    joint(
        confirmations=(), subject=joint().subject.model_copy(update={"certificate": SubjectCertificate(by_number=True)})
    )
)


def pick(**changed: Any) -> PickSubject:
    usual: dict[str, Any] = {"name": NAME, "resident_id": RESIDENT_ID, "subject": MINE, "filer": a_filer()}
    return PickSubject(filing_id=FILING_ID, meta=meta(ENTERPRISE), **{**usual, **changed})


def picked_by(filing: Any, command: PickSubject, *history: Event) -> Any:
    (event,) = given(filing, *(history or [DRAFTED])).when(command).then_types(SubjectPicked).events
    assert isinstance(event, SubjectPicked)
    return event.certificate


class TestHappens:
    def test_without_a_word_the_valid_one_that_lasts_longest(self) -> None:
        assert picked_by(FILING, pick()) == LONGER

    def test_by_id_and_by_number(self) -> None:
        assert picked_by(FILING, pick(certificate_id=CERTIFICATE.certificate_id)) == CERTIFICATE
        assert picked_by(FILING, pick(certificate_number=CERTIFICATE.number)) == CERTIFICATE

    def test_somebody_else_s_by_its_number_where_the_matter_is_there_to_mend_that(self) -> None:
        command = pick(certificate_number=SOMEBODY_ELSE_S.number, certificate=SOMEBODY_ELSE_S)
        assert picked_by(BY_NUMBER, command) == SOMEBODY_ELSE_S

    def test_another_one_of_the_same_person(self) -> None:
        first = [DRAFTED, *given(FILING, DRAFTED).when(pick()).events]
        assert picked_by(FILING, pick(certificate_id=CERTIFICATE.certificate_id), *first) == CERTIFICATE

    def test_at_the_hand_in_the_same_one_as_it_stands_now(self) -> None:
        moved = CERTIFICATE.model_copy(update={"employer": "新单位"})
        command = submit(subject=certified(certificates=(LONGER, moved)))
        (event,) = given(FILING, *READY).when(command).then_types(FilingSubmitted).events
        assert isinstance(event, FilingSubmitted) and event.certificate == moved

    def test_at_the_hand_in_of_somebody_else_s_what_the_number_leads_to(self) -> None:
        history = [DRAFTED, picked_with(SOMEBODY_ELSE_S), *READY[2:]]
        command = submit(certificate=SOMEBODY_ELSE_S)
        (event,) = given(BY_NUMBER, *history).when(command).then_types(FilingSubmitted).events
        assert isinstance(event, FilingSubmitted) and event.certificate == SOMEBODY_ELSE_S

    def test_a_matter_that_is_about_none_has_none(self) -> None:
        plain = joint(confirmations=(), subject=joint().subject.model_copy(update={"certificate": None}))
        assert picked_by(filing_of(plain), pick(certificate_id=CERTIFICATE.certificate_id)) is None


class TestIgnoredTheSecondTime:
    def test_the_same_one_again(self) -> None:
        history = [DRAFTED, *given(FILING, DRAFTED).when(pick()).events]
        given(FILING, *history).when(pick(certificate_id=LONGER.certificate_id)).then_nothing()


class TestACorrection:
    """The authority wants the subject mended: another certificate of the same person does it, too."""

    BACK = FilingReturned(filing_id=FILING_ID, round=1, reason=REASON, items=(asked("subject"),))

    def test_by_another_certificate(self) -> None:
        history = [*READY, FilingSubmitted(**handed_in()), self.BACK]
        given(FILING, *history).when(submit(subject=MINE)).then_refused("nothing_corrected")
        picked_anew = given(FILING, *history).when(pick(certificate_id=LONGER.certificate_id)).then_types(SubjectPicked)
        outcome = given(FILING, *history, *picked_anew.events).when(submit(subject=MINE)).then_types(FilingSubmitted)
        assert outcome.state.certificate == LONGER


class TestRefused:
    @pytest.mark.parametrize(
        "wanted",
        [
            {"certificate_id": OF_ANOTHER_KIND.certificate_id},
            {"certificate_number": OF_ANOTHER_KIND.number},
            {"certificate_id": SOMEBODY_ELSE_S.certificate_id},
            {"certificate_number": SOMEBODY_ELSE_S.number},
        ],
    )
    def test_what_the_person_does_not_have(self, wanted: dict[str, Any]) -> None:
        given(FILING, DRAFTED).when(pick(**wanted)).then_refused("certificate_not_found")
        given(BY_NUMBER, DRAFTED).when(pick(**wanted)).then_refused("certificate_not_found")

    def test_one_that_the_matter_cannot_be_about(self) -> None:
        refused = given(FILING, DRAFTED).when(pick(certificate_id=EXPIRED.certificate_id))
        found = refused.then_refused("certificate_not_suitable")
        assert (found.code, found.problems[0]["params"]) == ("subject_not_eligible", {"status": "expired"})

    def test_none_at_all(self) -> None:
        refused = given(FILING, DRAFTED).when(pick(subject=certified(certificates=(EXPIRED,))))
        assert [one["code"] for one in refused.then_refused("certificate_missing").problems] == ["certificate_missing"]

    def test_another_one_in_a_correction_that_does_not_ask_for_it(self) -> None:
        back = FilingReturned(filing_id=FILING_ID, round=1, reason=REASON, items=(asked("field", "penalties"),))
        history = [*READY, FilingSubmitted(**handed_in()), back]
        refused = given(FILING, *history).when(pick(certificate_id=LONGER.certificate_id)).then_refused("not_asked_for")
        assert refused.problems == [{"code": "keep_as_handed_in", "field": "certificate"}]
