"""May I file? Asked by whoever could, before there is a draft: by the rules of a day, of nobody else, and nothing is kept of it."""

from __future__ import annotations

from typing import Any

from tests.journeys.cast import HUNAN, Cast
from tests.journeys.every_matter import Journey
from tests.journeys.replies import refusal

PATH = "/matters/hunan/constructor-2-cancellation/eligibility"
BESIDES = ("filed_by_enterprise", "filer_not_closed", "certificate_found", "parties_known", "no_open_filing")
"""What is asked of every matter, whatever its own rules are."""
IN_FORCE = "2007-03-01"


def test_only_the_rules_that_are_in_force_on_the_day_judge(cast: Cast) -> None:
    person, firm = cast.person(), cast.firm(HUNAN)
    who = {"name": person.name, "resident_id": person.resident_id}

    def rules(on: str | None = None) -> dict[str, Any]:
        day = {} if on is None else {"on": on}
        return {one["code"]: one for one in firm.api.get(PATH, **who, **day)["rules"]}

    now = rules()
    assert (now["certificate_found"]["holds"], now["verified"]["holds"]) == (False, True)
    assert now["certificate_valid"]["holds"] is None, "of a certificate that is not there nothing can be said"
    for one in now.values():
        own = one["code"] not in BESIDES
        assert one["needs"] and (not own or (one["legal_basis"] and one["effective_from"])), one
        assert one["holds"] is not False or (one["says"] and one["remedy"]), one
    assert "certificate_valid" not in rules("2007-02-28")
    assert rules(IN_FORCE)["certificate_valid"]["effective_from"] == IN_FORCE
    assert firm.api.get("/filings", resident_id=person.resident_id)["rows"] == [], "nothing is kept of a question"


def test_whoever_asks_is_told_every_rule_and_who_files_it(cast: Cast) -> None:
    person, firm = cast.person(), cast.firm(HUNAN)
    who = {"name": person.name, "resident_id": person.resident_id}
    path = "/matters/hunan/constructor-2-person-cancellation/eligibility"
    answers = [person.api.get(path), firm.api.get(path, **who), cast.officer("province", HUNAN).get(path, **who)]
    codes = [[one["code"] for one in answer["rules"]] for answer in answers]
    assert codes[0] == codes[1] == codes[2] and "verified" in codes[0]
    files = [{one["code"]: one for one in answer["rules"]}["filed_by_person"] for answer in answers]
    assert [one["holds"] for one in files] == [True, False, True] and "本人登录后申请" in files[1]["remedy"]
    told = [one["says"] for one in answers[0]["then"] if one["step"] == "confirmation"]
    assert len(told) == 1 and "企业确认" in told[0]


def test_a_filing_that_is_open_is_told_and_a_wrong_name_finds_nobody(cast: Cast) -> None:
    journey = Journey(cast, "hunan/constructor-2-cancellation").set_scene().filed()
    who = {"name": journey.person.name, "resident_id": journey.person.resident_id}
    answer = journey.now.api.get(PATH, **who)
    assert answer["eligible"] is False and answer["open_filing"] == journey.filing_id
    journey.filer.post(f"/filings/{journey.filing_id}/withdrawal", {})
    answer = journey.now.api.get(PATH, **who)
    assert answer["eligible"] is not False and answer["open_filing"] is None
    refusal(journey.now.api.send("GET", PATH, params={**who, "name": "李四"}), 404, "subject_not_found")
