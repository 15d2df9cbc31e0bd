"""The second phase of a case: shown publicly for some working days, in which anybody may object."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.errors import Refused
from contracts.message import Event
from contracts.review import CasePublicised, EndPublicity, PubliciseCase, PublicityEnded
from services.review.domain import rules
from services.review.domain.case import Case
from services.review.domain.days import china_day
from services.review.domain.decision import approval_as_examined


def publicise_case(case: Case, command: PubliciseCase) -> Sequence[Event]:
    """Shown from today through the whole of the n-th working day after, by the level that examined last."""
    opened = rules.case_is_open(case, command.case_id)
    actor = command.meta.actor
    rules.officer_of_the_place(actor, opened)
    rules.of_level_with_duty(actor, rules.last_level(opened), "publicise")
    rules.reviewer_is_impartial(case, actor, command.employers)
    if case.publicised is not None:
        return []
    rules.not_decided(case)
    rules.all_stages_passed(case)
    working_days = rules.publicity_is_foreseen(opened)
    starts_on, ends_on = days_are_filled_in(command)
    return [
        CasePublicised(
            case_id=opened.case_id,
            filing_id=opened.filing_id,
            starts_on=starts_on,
            ends_on=ends_on,
            working_days=working_days,
        )
    ]


def end_publicity(case: Case, command: EndPublicity) -> Sequence[Event]:
    """The day after the last one. Where nothing is to be announced, the last examiner's judgement stands; an objection
    that is open holds it up until it is answered."""
    rules.only_the_product_itself(command.meta.actor)
    opened = rules.case_is_open(case, command.case_id)
    if case.publicity_ended is not None:
        return []
    rules.not_decided(case)
    if case.publicised is None:
        raise Refused("not_publicised")
    today, last_day = china_day(command.meta.at), case.publicised.ends_on
    if today <= last_day:
        raise Refused("publicity_not_over", params={"ends_on": last_day.isoformat()})
    ended = PublicityEnded(case_id=opened.case_id, filing_id=opened.filing_id, ended_on=last_day)
    if opened.announced or case.open_objections:
        return [ended]
    return [ended, approval_as_examined(case, case.passed[-1], today)]


def days_are_filled_in(command: PubliciseCase) -> tuple[date, date]:
    """The service counted the working days from today; nobody else's count is taken."""
    today, starts_on, ends_on = china_day(command.meta.at), command.starts_on, command.ends_on
    if starts_on != today or ends_on is None or ends_on <= today:
        raise Refused("publicity_days_wrong")
    return today, ends_on
