"""From an approval to the order that makes a credential, and what cannot be carried out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest

from contracts.certificate import (
    EnterCredential,
    GrantCredential,
    Scope,
    entered_id,
)
from contracts.errors import Refusal, Refused
from contracts.filing import Attachment
from contracts.matters.effect import Writes
from services.certificate.domain.credential import CREDENTIAL, Credential
from services.certificate.domain.effects import LATE, Taking
from services.certificate.domain.holding import facts_of
from services.kernel.testing import meta
from services.query.words import own_labels
from tests.domain.certificate.life import cancelled, change_refused, entered, matched, reissued
from tests.domain.certificate.samples import (
    CREDENTIAL_ID,
    ENTERPRISE,
    FILING,
    IDENTIFIER,
    OLD,
    PERSON,
    PORTRAIT,
    THIRD,
    approval,
    filing,
    granted,
    subject,
)
from tests.domain.certificate.taking import LAST, NEW_EMPLOYER, SERIALS, held, taking


class TestGrant:
    def test_everything_on_it_comes_from_matter_and_filing(self) -> None:
        made = Taking(approval(), Credential()).order(meta(), {"registration": 1, "identifier": 1})
        assert isinstance(made, GrantCredential)
        assert made.model_dump(exclude={"meta"}) == granted(attributes=made.attributes).model_dump()
        assert made.attributes["qualification_number"] == "湘建考2021000123"
        assert made.attributes["employer"] == "湖南湘江建设工程有限公司"

    @pytest.mark.parametrize(
        ("decided", "last"),
        [
            (date(2026, 11, 20), date(2029, 11, 19)),
            (date(2027, 1, 1), date(2029, 12, 31)),
            (date(2025, 3, 1), date(2028, 2, 29)),
            (date(2028, 2, 29), date(2031, 2, 27)),
        ],
    )
    def test_three_years_count_the_day_of_the_decision(self, decided: date, last: date) -> None:
        made = Taking(approval(decided_on=decided), Credential()).order(meta(), SERIALS)
        assert isinstance(made, GrantCredential)
        assert (made.valid_from, made.valid_until) == (decided, last)
        assert [scope.expires_on for scope in made.scopes] == [last]

    def test_anew_it_names_the_former_one_and_has_a_number_of_its_own(self) -> None:
        made = Taking(approval(), Credential(), held()).order(meta(), {"registration": 2, "identifier": 9})
        assert isinstance(made, GrantCredential)
        assert (made.after, made.predecessor) == (CREDENTIAL_ID, IDENTIFIER)
        assert (made.registration_number, made.number_kept) == ("湘2432021202600002", False)
        assert made.identifier_version == 1

    def test_anew_without_a_pattern_it_goes_on_under_the_former_number(self) -> None:
        found = Taking(approval(effect={"number": None}), Credential(), held())
        assert set(found.series) == {"identifier"}
        made = found.order(meta(), {"identifier": 9})
        assert isinstance(made, GrantCredential)
        assert (made.registration_number, made.number_kept) == (granted().registration_number, True)

    def test_after_an_old_one_that_never_was_electronic(self) -> None:
        made = Taking(approval(), Credential(), held(entered(), matched())).order(meta(), SERIALS)
        assert isinstance(made, GrantCredential)
        assert (made.after, made.predecessor) == (OLD, None)

    def test_the_portrait_is_the_one_put_to_the_filing_else_their_own(self) -> None:
        own = PORTRAIT.model_copy(update={"sha256": "b" * 64})
        files = subject().files.model_copy(update={"portrait": own})
        without = filing(attachments=(), subject=subject().model_copy(update={"files": files}))
        made = Taking(approval(filing=without), Credential()).order(meta(), SERIALS)
        assert isinstance(made, GrantCredential)
        assert made.portrait == own


class TestSupplement:
    writes = Writes(
        registration_number="form.number", granted_on="form.first", valid_from="form.begins", valid_until="form.ends", scope="form.category"
    )
    form: ClassVar = {
        "number": "湘2432016201600007", "first": "2016-07-01", "begins": "2024-07-01", "ends": "2027-06-30",
        "category": "highway", "authority": "湖北省住房和城乡建设厅",
    }  # fmt: skip

    def made(self, **effect: Any) -> Any:
        said = {"kind": "supplement", "number": None, "scope": None, "validity": None, "writes": self.writes, **effect}
        return Taking(approval(effect=said, filing=filing(form=self.form)), Credential()).order(meta(), {})

    def test_as_its_holder_states_it(self) -> None:
        made = self.made()
        assert isinstance(made, EnterCredential)
        assert made.credential_id == entered_id("constructor-2", "湘2432016201600007") == OLD
        assert (made.registration_number, made.origin, made.filing_id) == ("湘2432016201600007", "supplemented", FILING)
        assert (made.granted_on, made.valid_from, made.valid_until) == (date(2016, 7, 1), date(2024, 7, 1), date(2027, 6, 30))
        assert made.scopes == (Scope(specialty="highway", label="公路工程", expires_on=date(2027, 6, 30)),)
        assert (made.holder.person_id, made.holder.enterprise_id) == (PERSON, ENTERPRISE)
        assert made.issuer == granted().issuer

    def test_a_number_typed_otherwise_is_the_same_one(self) -> None:
        """Or one certificate would stand in the register twice."""
        filed = filing(form={**self.form, "number": " 湘２４３２０１６ 201600007\n"})
        said = {"kind": "supplement", "number": None, "scope": None, "validity": None, "writes": self.writes}
        made = Taking(approval(effect=said, filing=filed), Credential()).order(meta(), {})
        assert made.credential_id == OLD
        assert isinstance(made, EnterCredential) and made.registration_number == "湘2432016201600007"

    def test_issued_elsewhere(self) -> None:
        made = self.made(attributes={"issuer": "form.authority"})
        assert (made.issuer.name, made.issuer.uscc) == ("湖北省住房和城乡建设厅", None)


class TestWhatCannotBe:
    @pytest.mark.parametrize(
        ("other", "code"),
        [
            ({"filing": filing(subject=None)}, "subject_missing"),
            ({"filing": filing(attachments=())}, "portrait_missing"),
            ({"filing": filing(round=2)}, "filing_not_as_approved"),
            ({"filing": filing(status="returned")}, "filing_not_as_approved"),
            ({"filing": filing(status="awaiting_confirmation")}, "filing_not_as_approved"),
            ({"effect": {"holder": "enterprise"}}, "effect_not_supported"),
            ({"effect": {"identifier": None}}, "effect_incomplete"),
            ({"effect": {"validity": None}}, "effect_incomplete"),
            ({"effect": {"number": None}}, "effect_incomplete"),
            ({"effect": {"kind": "cancel"}}, "certificate_missing"),
            ({"effect": {"kind": "supplement", "number": None}}, "effect_incomplete"),
        ],
    )
    def test_stops_the_follower_so_that_it_is_seen(self, other: dict[str, Any], code: str) -> None:
        with pytest.raises(Refusal) as refused:
            Taking(approval(**other), Credential()).order(meta(), SERIALS)
        assert refused.value.code == code and code not in LATE

    def test_a_filing_about_no_certificate(self) -> None:
        with pytest.raises(Refused) as refused:
            _ = approval(effect={"kind": "renew"}).target
        assert refused.value.code == "certificate_missing"

    def test_what_came_too_late_is_told_on_the_certificate_or_on_the_one_that_would_have_been(self) -> None:
        of_change = taking("replace").refusal(meta(), "certificate_lapsed", None)
        assert (of_change.NAME, of_change.credential_id) == ("certificate.RefuseChange.v1", CREDENTIAL_ID)
        of_grant = Taking(approval(), Credential()).refusal(meta(), "certificate_held", THIRD)
        assert (of_grant.NAME, of_grant.held) == ("certificate.RefuseGrant.v1", THIRD)  # type: ignore[union-attr]

    def test_and_whoever_looks_at_the_certificate_learns_that_one_came_to_nothing(self) -> None:
        """So that filing lets another take effect on that issue, should it hold again."""
        refusal = taking("cancel").refusal(meta(), "certificate_lapsed", None)
        (refused,) = CREDENTIAL.decide(held(), refusal)
        found = [facts_of(one, date(2026, 11, 20)).came_to_nothing for one in (held(), CREDENTIAL.evolve(held(), refused))]
        assert found == [0, 1]


@pytest.mark.parametrize(
    "code",
    sorted({*LATE, "employer_closed", "employer_unqualified", "over_age", "holder_died", "holder_matched_already"}),
)
def test_why_it_came_to_nothing_is_told_in_words_of_its_own(code: str) -> None:
    assert own_labels().find(f"codes.code.{code}")


@pytest.mark.parametrize(
    ("kind", "current", "employer"),
    [
        ("grant", Credential(), ENTERPRISE),
        ("transfer", held(), NEW_EMPLOYER.enterprise_id),
        ("renew", held(), ENTERPRISE),  # whoever files it, it stays with its employer
        ("renew", held(entered(), matched()), None),
        ("replace", held(), None),
        ("cancel", held(), None),
    ],
)
def test_for_whom_it_is_registered_from_now_on(kind: str, current: Credential, employer: UUID | None) -> None:
    """An employer that ended after the last day of a certificate ended nothing; renewed it would have none."""
    filer = {} if kind == "grant" else {"filer": NEW_EMPLOYER}
    holder = taking(kind, current, **filer).registers
    assert (holder.enterprise_id if holder is not None else None) == employer
    assert (holder is None) == (kind in ("replace", "cancel"))


@pytest.mark.parametrize(
    ("handed_in", "now", "moved"),
    [
        (held(entered()), held(entered()), False),
        (held(entered()), held(entered(), matched()), False),  # with the one whom the filing is about
        (held(entered()), held(entered(), matched(person_id=THIRD)), True),
        (held(entered(), matched()), held(entered(), matched()), False),
        (held(entered(), matched(person_id=THIRD)), held(entered(), matched(person_id=THIRD)), False),
    ],
)
def test_what_was_nobody_s_when_it_was_asked_for_may_be_another_s_now(
    handed_in: Credential, now: Credential, moved: bool
) -> None:
    """A namesake's correction must not take a certificate from whoever proved to be its holder meanwhile."""
    shown = filing(certificate=facts_of(handed_in, date(2026, 11, 20)))
    assert Taking(approval(filing=shown, effect={"kind": "correct"}), now).holder_moved is moved


@pytest.mark.parametrize(
    ("filed", "current", "done"),
    [
        (FILING, held(), False),
        (THIRD, held(), True),
        (FILING, held(granted(filing_id=THIRD), reissued(filing_id=FILING)), True),
        (FILING, held(granted(filing_id=THIRD), cancelled(filing_id=FILING)), True),
        (FILING, held(granted(filing_id=THIRD), change_refused(filing_id=FILING)), True),
    ],
)
def test_what_this_filing_has_done_is_known(filed: UUID, current: Credential, done: bool) -> None:
    shown = filing(certificate=facts_of(held(), LAST - timedelta(days=1)), attachments=(Attachment(attachment="portrait", file=PORTRAIT),))
    assert Taking(approval(filing_id=filed, filing=shown), current).done is done
