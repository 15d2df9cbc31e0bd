"""What other provinces are told: every event of a certificate's life, each read back as what it is."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.certificate import CredentialGranted
from contracts.certificate_feed import (
    CertificateDocumentIssued,
    CertificateEnded,
    CertificateEntered,
    CertificateGranted,
    CertificateReinstated,
    CertificateReissued,
    FeedEvent,
)
from contracts.message import Event, Recorded
from services.certificate.feed import read_feed, translated
from services.kernel.testing import meta
from services.kernel.wire import to_wire
from tests.domain.certificate.life import (
    cancelled,
    change_refused,
    entered,
    expired,
    lapsed,
    matched,
    reinstated,
    reissued,
    withdrawn,
)
from tests.domain.certificate.samples import (
    CREDENTIAL_ID,
    IDENTIFIER,
    ISSUER,
    NEXT_IDENTIFIER,
    OLD_NUMBER,
    allocated,
    granted,
    issued,
    not_issued,
)

TOLD = [
    (granted(), "granted", CertificateGranted, IDENTIFIER),
    (reissued(kind="constructor-2"), "reissued", CertificateReissued, NEXT_IDENTIFIER),
    (entered(), "entered", CertificateEntered, OLD_NUMBER),
    (cancelled(), "cancelled", CertificateEnded, IDENTIFIER),
    (lapsed(), "lapsed", CertificateEnded, IDENTIFIER),
    (reinstated(), "reinstated", CertificateReinstated, IDENTIFIER),
    (expired(), "expired", CertificateEnded, IDENTIFIER),
    (withdrawn(), "withdrawn", CertificateEnded, OLD_NUMBER),
    (issued(), "document-issued", CertificateDocumentIssued, IDENTIFIER),
]
NOT_TOLD = [allocated("filing-1", 1), matched(), change_refused(), not_issued()]


def recorded(event: Event, position: int = 17) -> Recorded[Any]:
    return Recorded("certificate", position, f"credential-{CREDENTIAL_ID}", 1, event, meta())


@pytest.mark.parametrize(("event", "what", "shape", "subject"), TOLD)
def test_each_is_told_as_what_it_is(event: Event, what: str, shape: type, subject: str) -> None:
    told = translated(recorded(event))
    assert (told.type, told.subject) == (f"cn.zhuce.certificate.{what}.v1", subject)
    again = FeedEvent.model_validate_json(told.model_dump_json())
    assert again == told and type(again.data) is shape


def test_the_source_is_the_issuer_or_where_the_old_one_was_issued() -> None:
    assert {translated(recorded(event)).source for event, *_ in TOLD} == {
        f"urn:zhuce:certificates:{ISSUER}",
        "urn:zhuce:certificates:430000",
    }


def test_ends_say_since_when_and_why() -> None:
    said = {what: translated(recorded(event)).data for event, what, *_ in TOLD}
    assert (said["lapsed"].cause, said["lapsed"].ended_on) == ("employer_closed", lapsed().lapsed_on)  # type: ignore[union-attr]
    assert said["expired"].ended_on == expired().valid_until  # type: ignore[union-attr]
    assert said["withdrawn"].ended_on is None  # type: ignore[union-attr]
    assert said["reissued"].predecessor == IDENTIFIER  # type: ignore[union-attr]
    assert said["reissued"].granted_on == granted().granted_on  # type: ignore[union-attr]


def test_each_says_its_status_by_the_code_of_its_kind() -> None:
    """Constructors and special operators have codes of their own (LAW, "Numbers")."""
    said = {what: translated(recorded(event)).data for event, what, *_ in TOLD}
    codes = {what: data.status_code for what, data in said.items() if what != "document-issued"}  # type: ignore[union-attr]
    assert codes == {
        **dict.fromkeys(("granted", "reissued", "entered", "reinstated"), "01"),
        **{"cancelled": "04", "lapsed": "05", "expired": "05", "withdrawn": "99"},
    }
    operator = {"kind": "special-operation"}
    for event, code in ((granted(**operator), "01"), (cancelled(**operator), "05"), (lapsed(**operator), "06")):
        assert translated(recorded(event)).data.status_code == code  # type: ignore[union-attr]
    assert translated(recorded(granted(kind="unknown"))).data.status_code is None  # type: ignore[union-attr]


def test_what_is_nobody_else_s_business_is_passed_by() -> None:
    events = [*NOT_TOLD, granted(), *NOT_TOLD]
    log = [
        to_wire("certificate", at, f"credential-{CREDENTIAL_ID}", at, event.NAME, _body(event))
        for at, event in enumerate(events, start=1)
    ]
    page = read_feed(lambda after, limit: [one for one in log if one["position"] > after][:limit], 0, 10)
    assert [type(one.data) for one in page.events] == [CertificateGranted]
    assert (page.events[0].position, page.next) == (5, 9)
    assert CredentialGranted.NAME == events[4].NAME


def _body(event: Event) -> str:
    return f'{{"event": {event.model_dump_json()}, "meta": {meta().model_dump_json()}}}'
