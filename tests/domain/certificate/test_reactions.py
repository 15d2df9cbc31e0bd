"""From events to orders: the same ids whenever an event is met again, and only for those whom it concerns."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.errors import NotFound
from contracts.identity import EnterpriseClosed
from contracts.message import Recorded, derived_id
from services.certificate import cascading, reactions
from services.certificate.domain.credential import CREDENTIAL, Credential
from services.kernel.testing import meta
from tests.domain.certificate.life import cancelled, entered, expired, lapsed, reissued
from tests.domain.certificate.samples import CREDENTIAL_ID, DECIDED, ENTERPRISE, FILING, granted

CLOSED = Recorded(
    "identity", 17, f"enterprise-{ENTERPRISE}", 4, EnterpriseClosed(enterprise_id=ENTERPRISE, closed_on=DECIDED, reason="破产"), meta()
)


def lapses(*histories: tuple[Any, ...], cause: Any = "employer_closed", today: date = DECIDED) -> list[Any]:
    employed: list[Credential] = [CREDENTIAL.fold(history) for history in histories]
    return list(reactions.when_employer_ends_lapse(CLOSED, employed, cause, DECIDED, today))


def test_every_valid_one_of_its_people_lapses_by_the_law_that_its_kind_names() -> None:
    (order,) = lapses((granted(),))
    assert (order.credential_id, order.cause, order.lapsed_on) == (CREDENTIAL_ID, "employer_closed", DECIDED)
    assert "153" in order.legal_basis
    assert (order.meta.command_id, order.meta.causation_id) == (f"lapse-{CREDENTIAL_ID}-identity-17", "identity:17")
    assert order.meta.actor.kind == "system"


@pytest.mark.parametrize(
    "history", [(granted(), cancelled()), (granted(), lapsed()), (granted(), expired()), (entered(status="cancelled"),)]
)
def test_what_is_over_does_not(history: tuple[Any, ...]) -> None:
    assert lapses(history) == []


def test_neither_what_is_over_and_was_not_said_to_be_nor_another_cause_nor_an_unknown_kind() -> None:
    assert lapses((granted(),), today=date(2029, 11, 20)) == []
    assert lapses((granted(),), cause="employment_ended") == []
    assert lapses((granted(kind="unknown"),)) == []


def test_of_fifty_each_has_an_order_of_its_own_and_always_the_same() -> None:
    people = [(granted(credential_id=derived_id(n)),) for n in range(50)]
    assert lapses(*people) == lapses(*people)
    assert len({order.meta.command_id for order in lapses(*people)}) == 50


def test_the_orders_of_one_approval_have_ids_of_their_own() -> None:
    drawn = [reactions.when_approved_draw_number(CLOSED, FILING, series) for series in ("a", "b", "a")]
    assert drawn[0] == drawn[2] != drawn[1]
    names = {one.meta.command_id for one in drawn} | {reactions.meta_of(CLOSED, what).command_id for what in ("grant", "refuse-grant")}
    assert names == {f"{what}-identity-17" for what in ("grant", "refuse-grant")} | {f"number-identity-17-{s}" for s in "ab"}


def test_a_document_is_of_the_issue_that_the_event_made() -> None:
    event = Recorded("certificate", 3, f"credential-{CREDENTIAL_ID}", 2, reissued(), meta())
    order = reactions.when_document_fails_record_it(event, "document_not_typeset", (), event.meta.at, 2)
    assert (order.identifier, order.meta.command_id) == (reissued().identifier, "document-not-issued-2-certificate-3")


class Ground:
    """The certificate as the log has it now, and what identity says of its employer."""

    def __init__(self, history: tuple[Any, ...], employer: Any) -> None:
        self.state, self.employer = CREDENTIAL.fold(history), employer
        self.log = self.rpc = self

    def load(self, decider: Any, credential_id: Any) -> Any:
        return SimpleNamespace(state=self.state)

    def send(self, question: Any) -> Any:
        assert question.enterprise_id == ENTERPRISE
        if isinstance(self.employer, Exception):
            raise self.employer
        return self.employer


OPEN = {"closed_on": None, "qualified": True}
WENT_FIRST = {"closed_on": "2026-11-19", "qualified": True}
ISSUED = Recorded("certificate", 5, f"credential-{CREDENTIAL_ID}", 1, granted(), meta())


class TestIssuedWhileItsEmployerEnded:
    """The employer's end was followed just before the certificate was there."""

    @pytest.mark.parametrize(
        ("employer", "cause"),
        [(WENT_FIRST, "employer_closed"), ({"closed_on": None, "qualified": False}, "employer_unqualified")],
    )
    def test_it_lapses_and_never_before_it_was_issued(self, employer: Any, cause: str) -> None:
        (order,) = cascading.when_issued_lapse(ISSUED, Ground((granted(),), employer))  # type: ignore[arg-type]
        assert (order.NAME, order.cause) == ("certificate.LapseCredential.v1", cause)  # type: ignore[attr-defined]
        assert order.lapsed_on >= DECIDED  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        ("history", "employer"),
        [
            ((granted(),), OPEN),
            ((granted(),), NotFound("enterprise_not_found")),
            ((granted(), lapsed()), WENT_FIRST),
            ((granted(), reissued()), WENT_FIRST),  # of the later issue it is asked by itself
            ((granted(kind="unknown"),), WENT_FIRST),
        ],
    )
    def test_else_it_does_not(self, history: Any, employer: Any) -> None:
        assert list(cascading.when_issued_lapse(ISSUED, Ground(history, employer))) == []  # type: ignore[arg-type]
