"""From an approval to the order that changes a credential or ends it: what the matter writes, all else as before."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import pytest

from contracts.certificate import (
    CancelCredential,
    ReissueCredential,
)
from contracts.errors import Refused
from contracts.matters.effect import Validity, Writes
from services.certificate.domain.effects import LATE
from tests.domain.certificate.life import entered, matched
from tests.domain.certificate.samples import (
    CREDENTIAL_ID,
    DECIDED,
    FILING,
    IDENTIFIER,
    NEXT_IDENTIFIER,
    OLD,
    PERSON,
    THIRD,
    approval,
    granted,
)
from tests.domain.certificate.taking import BOTH, LAST, NEW_EMPLOYER, held, order, taking


class TestRenew:
    renew: ClassVar = {"validity": Validity(years=3, **{"from": "expiry"})}

    @pytest.mark.parametrize(
        ("on", "valid_from", "last"),
        [
            pytest.param(date(2029, 9, 1), DECIDED, date(2032, 11, 19), id="continues"),
            pytest.param(LAST, DECIDED, date(2032, 11, 19), id="on-the-last-day"),
            pytest.param(date(2029, 12, 1), date(2029, 12, 1), date(2032, 11, 30), id="over-and-from-the-decision"),
            pytest.param(date(2032, 2, 29), date(2032, 2, 29), date(2035, 2, 27), id="29-february"),
        ],
    )
    def test_from_expiry(self, on: date, valid_from: date, last: date) -> None:
        made = order("renew", on=on, effect=self.renew)
        assert (made.change, made.valid_from, made.valid_until) == ("renewed", valid_from, last)
        assert [one.expires_on for one in made.scopes] == [last]
        assert (made.identifier, made.predecessor, made.identifier_version) == (NEXT_IDENTIFIER, IDENTIFIER, 2)
        assert made.registration_number == granted().registration_number

    def test_a_period_that_ends_on_29_february(self) -> None:
        last = date(2028, 2, 29)
        leap = granted(filing_id=THIRD, valid_until=last, scopes=(BOTH[0].model_copy(update={"expires_on": last}),))
        assert order("renew", held(leap), date(2028, 1, 1), effect=self.renew).valid_until == date(2031, 2, 28)

    def test_from_the_decision(self) -> None:
        made = order("renew", effect={"validity": Validity(years=2)})
        assert (made.valid_from, made.valid_until) == (date(2029, 9, 1), date(2031, 8, 31))

    def test_only_what_is_named(self) -> None:
        current = held(granted(filing_id=THIRD, scopes=BOTH))
        named = {**self.renew, "scope": "form.specialties"}
        made = order("renew", current, date(2028, 4, 1), effect=named, form={"specialties": ["highway"]})
        assert {one.specialty: one.expires_on for one in made.scopes} == {"building": LAST, "highway": date(2031, 5, 31)}
        assert (made.valid_from, made.valid_until) == (DECIDED, date(2031, 5, 31))

    def test_what_is_not_on_it_any_more(self) -> None:
        with pytest.raises(Refused) as refused:
            order("renew", effect={**self.renew, "scope": "form.specialties"}, form={"specialties": ["mining"]})
        assert refused.value.code == "scope_missing"

    def test_a_number_is_made_anew_where_the_matter_says_how(self) -> None:
        pattern = approval().effect.number
        made = order("renew", on=date(2029, 9, 1), effect={**self.renew, "number": pattern}, form={"specialty": "building"})
        assert made.registration_number == "湘2432021202900007"

    def test_an_old_one_becomes_electronic(self) -> None:
        current = held(entered(), matched())
        made = order("renew", current, date(2027, 5, 1), effect=self.renew)
        assert (made.credential_id, made.identifier_version, made.predecessor) == (OLD, 1, None)
        assert made.issuer == granted().issuer
        assert (made.granted_on, made.valid_until) == (date(2024, 7, 1), date(2030, 6, 30))


class TestExtend:
    more: ClassVar = {"scope": "form.specialty"}

    def test_until_the_certificate_s_last_day(self) -> None:
        made = order("extend", effect=self.more, form={"specialty": "highway"})
        assert [(one.specialty, one.label, one.expires_on) for one in made.scopes] == [
            ("building", "建筑工程", LAST),
            ("highway", "公路工程", LAST),
        ]
        assert (made.change, made.valid_from, made.valid_until) == ("extended", DECIDED, LAST)

    def test_for_so_long_as_the_matter_says(self) -> None:
        effect = {**self.more, "validity": Validity(years=3)}
        made = order("extend", effect=effect, form={"specialty": "highway"})
        assert {one.specialty: one.expires_on for one in made.scopes} == {"building": LAST, "highway": date(2032, 8, 31)}
        assert made.valid_until == date(2032, 8, 31)

    def test_one_whose_own_time_is_over_is_added_anew(self) -> None:
        current = held(granted(filing_id=THIRD, scopes=BOTH))
        made = order("extend", current, date(2028, 6, 1), effect=self.more, form={"specialty": "highway"})
        assert {one.specialty: one.expires_on for one in made.scopes} == {"building": LAST, "highway": LAST}

    def test_what_is_on_it_already(self) -> None:
        with pytest.raises(Refused) as refused:
            order("extend", effect=self.more, form={"specialty": "building"})
        assert refused.value.code == "scope_held" and refused.value.code in LATE


def says(made: ReissueCredential) -> dict[str, Any]:
    taken = ("registration_number", "holder", "scopes", "valid_from", "valid_until", "granted_on", "issuer", "title")
    return {name: getattr(made, name) for name in taken}


BEFORE = says(order("replace"))


class TestReplace:
    def test_the_same_under_the_next_version(self) -> None:
        made = order("replace")
        assert (made.change, made.identifier, made.predecessor) == ("replaced", NEXT_IDENTIFIER, IDENTIFIER)
        assert {name: getattr(granted(), name) for name in BEFORE} == BEFORE
        assert (made.issued_on, made.expected_issue) == (date(2029, 9, 1), 1)


class TestTransfer:
    @pytest.mark.parametrize("writes", [Writes(), Writes(employer="filer")])
    def test_every_last_day_stays(self, writes: Writes) -> None:
        current = held(granted(filing_id=THIRD, scopes=BOTH))
        made = order("transfer", current, date(2028, 4, 1), effect={"writes": writes}, filer=NEW_EMPLOYER)
        assert (made.change, made.scopes, made.valid_until) == ("transferred", BOTH, LAST)
        assert (made.holder.enterprise_id, made.holder.enterprise_name) == (THIRD, "岳麓建设有限公司")
        assert made.holder.person_id == PERSON

    def test_to_nobody(self) -> None:
        made = order("transfer", effect={"writes": Writes(employer="none")})
        assert (made.holder.enterprise_id, made.holder.enterprise_name) == (None, None)


NUMBER = "110101198001010117"


class TestAmendAndCorrect:
    @pytest.mark.parametrize(
        ("writes", "form", "changed"),
        [
            ({"name": "form.new_name"}, {"new_name": "周明"}, {"name": "周明"}),
            (
                {"resident_id": "form.new_number"},
                {"new_number": NUMBER},
                {"resident_id": NUMBER, "sex": "male", "birth_date": date(1980, 1, 1)},
            ),
            ({"employer": "none"}, {}, {"enterprise_id": None, "enterprise_name": None}),
            ({"name": "form.new_name"}, {}, {}),
        ],
    )
    def test_of_the_holder(self, writes: dict[str, str], form: dict[str, Any], changed: dict[str, Any]) -> None:
        made = order("amend", effect={"writes": Writes.model_validate(writes)}, form=form)
        assert made.change == "amended"
        assert says(made) == {**BEFORE, "holder": granted().holder.model_copy(update=changed)}

    def test_whoever_is_named_anew_is_whom_the_filing_is_about(self) -> None:
        wrong = held(granted(filing_id=THIRD, holder=granted().holder.model_copy(update={"person_id": UUID(int=9), "name": "周名远"})))
        made = order("amend", wrong, effect={"writes": Writes(name="subject.name", resident_id="subject.resident_id")})
        assert (made.holder.person_id, made.holder.name) == (PERSON, "周明远")

    @pytest.mark.parametrize(
        ("writes", "form", "changed"),
        [
            ({"registration_number": "form.number"}, {"number": "湘2432021202600008"}, {"registration_number": "湘2432021202600008"}),
            ({"granted_on": "form.day"}, {"day": "2026-10-01"}, {"granted_on": date(2026, 10, 1)}),
            ({"valid_from": "form.day"}, {"day": "2026-10-01"}, {"valid_from": date(2026, 10, 1)}),
            (
                {"valid_until": "form.day"},
                {"day": "2029-12-31"},
                {
                    "valid_until": date(2029, 12, 31),
                    "scopes": (granted().scopes[0].model_copy(update={"expires_on": date(2029, 12, 31)}),),
                },
            ),
            (
                {"scope": "form.specialties"},
                {"specialties": ["building", "highway"]},
                {"scopes": (granted().scopes[0], BOTH[1].model_copy(update={"expires_on": LAST}))},
            ),
        ],
    )
    def test_of_what_it_says(self, writes: dict[str, str], form: dict[str, Any], changed: dict[str, Any]) -> None:
        made = order("correct", effect={"writes": Writes.model_validate(writes)}, form=form)
        assert made.change == "corrected"
        assert says(made) == {**BEFORE, **changed}


class TestACorrectedLastDay:
    """Building ended with the certificate, highway earlier by itself."""

    @pytest.mark.parametrize(
        ("day", "last_days"),
        [
            ("2030-12-31", {"building": date(2030, 12, 31), "highway": BOTH[1].expires_on}),
            ("2028-12-31", {"building": date(2028, 12, 31), "highway": BOTH[1].expires_on}),
            ("2027-12-31", {"building": date(2027, 12, 31), "highway": date(2027, 12, 31)}),
        ],
    )
    def test_is_of_what_ended_with_the_certificate(self, day: str, last_days: dict[str, date]) -> None:
        current = held(granted(filing_id=THIRD, scopes=BOTH))
        made = order("correct", current, effect={"writes": Writes(valid_until="form.day")}, form={"day": day})
        assert {one.specialty: one.expires_on for one in made.scopes} == last_days
        assert made.valid_until == date.fromisoformat(day)

    def test_beside_a_corrected_scope(self) -> None:
        """What was on it keeps its own day, what was missing is good until the corrected one."""
        current = held(granted(filing_id=THIRD, scopes=BOTH))
        effect = {"writes": Writes(valid_until="form.day", scope="form.specialties")}
        form = {"day": "2030-12-31", "specialties": ["highway", "municipal"]}
        made = order("correct", current, effect=effect, form=form)
        found = {one.specialty: one.expires_on for one in made.scopes}
        assert found == {"highway": BOTH[1].expires_on, "municipal": date(2030, 12, 31)}


class TestEnds:
    @pytest.mark.parametrize(("kind", "forced"), [("cancel", False), ("force_cancel", True)])
    def test_by_a_filing(self, kind: str, forced: bool) -> None:
        made = order(kind, form={"name": "周明远", "cancellation_reason": "不再执业\n"})
        assert isinstance(made, CancelCredential)
        assert (made.credential_id, made.filing_id) == (CREDENTIAL_ID, FILING)
        assert (made.forced, made.reason, made.cancelled_on) == (forced, "不再执业", date(2029, 9, 1))
        assert taking(kind).series == {}

    @pytest.mark.parametrize("form", [{}, {"reason": None}, {"reason": " "}, {"reason": "<b>"}])
    def test_a_reason_that_cannot_be_kept_keeps_nothing_from_happening(self, form: dict[str, Any]) -> None:
        assert order("cancel", form=form).reason is None
