"""From events to orders: the same ids whenever an event is met again, and only for those whom it concerns."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.errors import NotFound
from contracts.identity import DeathWithdrawn, EnterpriseClosed, GetPerson, PersonDied
from contracts.message import Recorded, derived_id
from services.certificate import cascading, reactions
from services.certificate.domain.credential import CREDENTIAL, Credential
from services.kernel.testing import meta
from tests.domain.certificate.life import cancelled, entered, expired, lapsed, reissued
from tests.domain.certificate.samples import CREDENTIAL_ID, DECIDED, ENTERPRISE, FILING, PERSON, granted

CLOSED = Recorded(
    "identity", 17, f"enterprise-{ENTERPRISE}", 4, EnterpriseClosed(enterprise_id=ENTERPRISE, closed_on=DECIDED, reason="破产"), meta()
)


def lapses(*histories: tuple[Any, ...], cause: Any = "employer_closed", today: date = DECIDED) -> list[Any]:
    employed: list[Credential] = [CREDENTIAL.fold(history) for history in histories]
    return list(reactions.when_law_ends_it_lapse(CLOSED, employed, cause, DECIDED, today))


def test_every_valid_one_of_its_people_lapses_by_the_law_that_its_kind_names() -> None:
    (order,) = lapses((granted(),))
    assert (order.credential_id, order.cause, order.lapsed_on) == (CREDENTIAL_ID, "employer_closed", DECIDED)
    assert "153" in order.legal_basis
    assert (order.meta.command_id, order.meta.causation_id) == (f"lapse-{CREDENTIAL_ID}-employer_closed-identity-17", "identity:17")
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
    """The certificate as the log has it now, and what identity says of its employer, and of its holder."""

    def __init__(self, history: tuple[Any, ...], employer: Any, died_on: str | None = None) -> None:
        self.state, self.employer, self.died_on = CREDENTIAL.fold(history), employer, died_on
        self.log = self.rpc = self

    def load(self, decider: Any, credential_id: Any) -> Any:
        return SimpleNamespace(state=self.state)

    def send(self, question: Any) -> Any:
        if isinstance(question, GetPerson):
            assert question.person_id == PERSON
            return {"died_on": self.died_on}
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

    def test_so_does_an_old_one_that_is_entered_as_valid(self) -> None:
        employed = granted().holder.model_copy(update={"person_id": None})
        old = entered(holder=employed)
        recorded = Recorded("certificate", 6, f"credential-{old.credential_id}", 1, old, meta())
        (order,) = cascading.when_issued_lapse(recorded, Ground((old,), WENT_FIRST))  # type: ignore[arg-type]
        assert (order.cause, order.lapsed_on) == ("employer_closed", date(2026, 11, 19))  # type: ignore[attr-defined]
        again = entered(holder=employed, line=9)
        assert list(cascading.when_issued_lapse(recorded, Ground((again,), WENT_FIRST))) == [], "asked by itself"  # type: ignore[arg-type]

    def test_so_it_does_where_its_holder_had_died(self) -> None:
        died = Ground((granted(),), OPEN, "2026-11-01")
        (order,) = cascading.when_issued_lapse(ISSUED, died)  # type: ignore[arg-type]
        assert (order.cause, order.lapsed_on) == ("holder_died", DECIDED)  # type: ignore[attr-defined]


class Register(Ground):
    """Finds what a person has by claims: one certificate, and whether its place is somebody's."""

    def __init__(self, history: tuple[Any, ...], taken: bool = False) -> None:
        super().__init__(history, OPEN)
        self.taken = taken

    def holders(self, kind: str, prefix: str) -> list[str]:
        assert prefix == f"{PERSON}/"
        return [str(CREDENTIAL_ID)]

    def holder(self, kind: str, key: str) -> str | None:
        return "another" if self.taken else None


def of_person(event: Any) -> Recorded[Any]:
    return Recorded("identity", 19, f"person-{PERSON}", 7, event, meta(at=ISSUED.meta.at))


DIED = of_person(PersonDied(person_id=PERSON, died_on=date(2026, 11, 25), reason="死亡医学证明"))
MISTAKEN = of_person(DeathWithdrawn(person_id=PERSON, reason="同名登记有误"))


class TestTheHolderDied:
    def test_what_they_hold_lapses(self) -> None:
        (order,) = cascading.when_person_died_lapse(DIED, Register((granted(),)))  # type: ignore[arg-type]
        assert (order.credential_id, order.cause, order.lapsed_on) == (CREDENTIAL_ID, "holder_died", date(2026, 11, 25))  # type: ignore[attr-defined]
        assert list(cascading.when_person_died_lapse(DIED, Register((granted(), cancelled())))) == []  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("history", "taken", "back"),
        [
            ((granted(), lapsed(cause="holder_died")), False, True),
            ((granted(), lapsed(cause="holder_died")), True, False),  # somebody has its place
            ((granted(), lapsed()), False, False),  # its employer was closed: that is true all the same
            ((granted(), cancelled()), False, False),
            ((granted(),), False, False),
        ],
    )
    def test_by_mistake_and_it_holds_again(self, history: tuple[Any, ...], taken: bool, back: bool) -> None:
        orders = list(cascading.when_death_withdrawn_reinstate(MISTAKEN, Register(history, taken)))  # type: ignore[arg-type]
        assert [one.NAME for one in orders] == ["certificate.ReinstateCredential.v1"] * back
