"""What is said of a document that somebody brings: genuine when everything holds, else every reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from contracts.review import DecisionDocument
from services.certificate.domain.checking import Examined, Known, check, check_decision, may_be_a_decision
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.showing import masked_name
from tests.domain.certificate.life import reissued
from tests.domain.certificate.samples import DECIDED, IDENTIFIER, NINE, granted, issued

DECISION_DOCUMENT = DecisionDocument(
    kind="approval", title="准予许可决定书", number="湘建许准〔2026〕00012号", signed_at=NINE
)
STATE = CREDENTIAL.fold([granted(), issued()])
CREDENTIAL_STATE = Known(STATE, STATE.issue)
REISSUED = CREDENTIAL.fold([granted(), issued(), reissued()])


def examined(**other: Any) -> Examined:
    said: dict[str, Any] = {
        "intact": True,
        "trusted": True,
        "signer": "湖南省住房和城乡建设厅",
        "signed_at": NINE,
        "algorithm": "sha256_ecdsa",
        "identifier": IDENTIFIER,
        "problems": (),
    }
    return Examined(**{**said, **other})


def test_the_recorded_document_of_a_valid_credential_is_genuine() -> None:
    found = check(examined(), CREDENTIAL_STATE, CREDENTIAL_STATE, DECIDED)
    assert found.genuine
    assert found.problems == ()
    assert found.credential is not None
    assert found.credential.holder_name == "周**"


def test_well_signed_but_not_the_recorded_document_is_not_genuine() -> None:
    found = check(examined(), None, CREDENTIAL_STATE, DECIDED)
    assert not found.genuine
    assert not found.recorded
    assert found.problems == ("not_the_issued_document",)


def test_well_signed_but_unknown_to_the_register() -> None:
    found = check(examined(), None, None, DECIDED)
    assert (found.genuine, found.problems, found.credential) == (False, ("document_not_recorded",), None)


def test_expired_the_day_after_its_last() -> None:
    after = granted().valid_until + timedelta(days=1)
    found = check(examined(), CREDENTIAL_STATE, CREDENTIAL_STATE, after)
    assert (found.genuine, found.problems) == (False, ("credential_expired",))
    assert found.credential is not None
    assert found.credential.status == "expired"


def test_the_document_of_an_issue_that_another_took_the_place_of() -> None:
    old = Known(REISSUED, REISSUED.issues[0])
    found = check(examined(), old, old, DECIDED)
    assert (found.genuine, found.recorded, found.problems) == (False, True, ("credential_replaced",))
    assert found.credential is not None
    assert (found.credential.status, found.credential.identifier) == ("replaced", IDENTIFIER)


def test_one_that_strangers_may_not_see_is_not_shown_to_them() -> None:
    for on in (DECIDED, STATE.face.valid_until + timedelta(days=1)):  # nor whether it still holds
        found = check(examined(), Known(STATE, STATE.issue, shown=False), None, on)
        assert (found.genuine, found.problems, found.credential) == (False, ("certificate_not_public",), None)


def test_a_changed_document_says_nothing_of_any_credential() -> None:
    changed = examined(intact=False, identifier=IDENTIFIER, problems=("content_changed",))
    found = check(changed, None, CREDENTIAL_STATE, DECIDED)
    assert not found.genuine
    assert found.problems == ("content_changed", "document_not_recorded")
    assert found.credential is None


def test_a_stranger_s_signature_over_a_true_identifier_shows_no_credential() -> None:
    strange = examined(trusted=False, problems=("signer_not_trusted",))
    found = check(strange, None, CREDENTIAL_STATE, DECIDED)
    assert found.problems == ("signer_not_trusted", "document_not_recorded")
    assert found.credential is None


def test_a_recorded_file_that_names_another_certificate() -> None:
    found = check(examined(identifier="1.2.3"), CREDENTIAL_STATE, None, DECIDED)
    assert (found.genuine, found.problems) == (False, ("identifier_differs",))


def test_untrusted_is_never_genuine_even_when_no_problem_was_named() -> None:
    assert not check(examined(trusted=False), CREDENTIAL_STATE, None, date(2027, 1, 1)).genuine


def test_names_are_masked_but_for_the_first_character() -> None:
    assert [masked_name(name) for name in ("张三", "欧阳明月", "古丽·买买提")] == ["张*", "欧***", "古*****"]


def test_a_decision_document_that_was_issued_is_genuine_and_no_certificate() -> None:
    found = examined(identifier=None, problems=("no_certificate_identifier",))
    assert may_be_a_decision(found)
    told = check_decision(found, DECISION_DOCUMENT)
    assert (told.genuine, told.recorded, told.credential, told.problems) == (True, True, None, ())
    assert told.decision == DECISION_DOCUMENT


def test_one_that_was_changed_after_signing_is_not_genuine() -> None:
    found = examined(identifier=None, problems=("no_certificate_identifier", "changed_after_signing"))
    told = check_decision(found, DECISION_DOCUMENT)
    assert (told.genuine, told.problems) == (False, ("changed_after_signing",))


def test_a_strangers_seal_or_an_identifier_is_no_decision_of_ours() -> None:
    assert not may_be_a_decision(examined(identifier=None, trusted=False))
    assert not may_be_a_decision(examined(identifier=None, intact=False))
    assert not may_be_a_decision(examined())
