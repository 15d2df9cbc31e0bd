"""Notices: an event that people wait for → ordered once in the log → given as a job → sent by SMS, and recorded.

What waits in the broker are ids; the phone and the words are looked up when the message is sent. Sending and recording
cannot be one step: a crash between the two sends a second time, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.certificate import CredentialView, DocumentIssued, GetCredential
from contracts.errors import NotFound, Refused
from contracts.identity import NoticeAbout, NoticeOrdered, OrderNotice, RecordNoticeSent
from contracts.labels import Labels
from contracts.message import Event, Recorded, derived_id, follow
from contracts.review import CaseApproved, CaseLapsed, CaseRejected, CaseReturned, CaseView, DeadlineNear, GetCase
from services.identity.domain.enterprise import ENTERPRISE
from services.identity.domain.notice import NOTICE, UNSENT
from services.identity.domain.person import PERSON
from services.identity.providers import sms_sender
from services.kernel.clock import clock
from services.kernel.jobs import publish_job
from services.kernel.jobs_given import GivesJobs, JobOrder
from services.kernel.kernel import Ground

JOB = "notices"
OLD_NEWS = timedelta(days=7)
"""What is older is not told any more: a log that is followed for the first time is full of it."""
ABOUT: dict[type[Event], NoticeAbout] = {
    CaseReturned: "returned",
    CaseRejected: "rejected",
    CaseApproved: "approved",
    CaseLapsed: "lapsed",
    DeadlineNear: "correction_near",
    DocumentIssued: "issued",
}


@cache
def words() -> Labels:
    """The label files of this service."""
    return Labels.load(Path(__file__).parent)


# -- ordering ----------------------------------------------------------------------------------------------------


def when_case_decided_tell_both(
    recorded: Recorded[CaseReturned | CaseRejected | CaseApproved | CaseLapsed], ground: Ground
) -> Iterator[OrderNotice]:
    """The person, and the enterprise that filed: as the case has them, whatever the filing has become since."""
    yield from _tell_both(recorded, ground)


def when_correction_is_due_soon_tell_both(recorded: Recorded[DeadlineNear], ground: Ground) -> Iterator[OrderNotice]:
    """Whoever has to mend it; the authority's own deadlines are not theirs."""
    if recorded.event.deadline == "correction":
        yield from _tell_both(recorded, ground, due_on=recorded.event.due_on)


def _tell_both(recorded: Recorded[Any], ground: Ground, **more: Any) -> Iterator[OrderNotice]:
    if is_old_news(recorded):
        return
    case = CaseView.model_validate(ground.rpc.send(GetCase(case_id=recorded.event.case_id)))
    about = {"title": case.title, "case_id": case.case_id, **more}
    yield order(recorded, case.applicant.person_id, person_id=case.applicant.person_id, **about)
    if (enterprise := case.applicant.enterprise_id) is not None:
        yield order(recorded, enterprise, enterprise_id=enterprise, **about)


def when_document_issued_tell_holder(recorded: Recorded[DocumentIssued], ground: Ground) -> Iterator[OrderNotice]:
    """The holder can fetch the certificate now."""
    if is_old_news(recorded):
        return
    credential_id = recorded.event.credential_id
    credential = CredentialView.model_validate(ground.rpc.send(GetCredential(credential_id=credential_id)))
    person = credential.holder.person_id
    if person is None:  # an old certificate that nobody has proven to be theirs
        return
    yield order(recorded, person, person_id=person, title=credential.title, credential_id=credential_id)


def is_old_news(recorded: Recorded[Any]) -> bool:
    """A log that is followed for the first time is full of it."""
    return clock.now() - recorded.meta.at > OLD_NEWS


def order(recorded: Recorded[Any], recipient: UUID, about: NoticeAbout | None = None, **facts: Any) -> OrderNotice:
    """The notice of this event to this recipient: the same one, however often it is ordered."""
    notice_id = derived_id("notice", recorded.source, recorded.position, recipient)
    about = about or ABOUT[type(recorded.event)]
    return OrderNotice(notice_id=notice_id, about=about, meta=follow(recorded, f"notice-{notice_id}"), **facts)


# -- giving the job ----------------------------------------------------------------------------------------------


def when_notice_ordered_send_it(recorded: Recorded[NoticeOrdered]) -> Iterator[JobOrder]:
    """The order is committed; the job brings it to the phone."""
    yield _job(recorded.event.notice_id)


def _job(notice_id: UUID | str) -> JobOrder:
    return JobOrder(JOB, {"notice_id": str(notice_id)}, str(notice_id))


gives_notices = GivesJobs("identity", "identity", {NoticeOrdered: when_notice_ordered_send_it})


def send_what_ended_with_the_process(ground: Ground) -> None:
    """On ``memory://`` jobs end with the process. At the next start they are given again, those not yet given excepted."""
    if not ground.config["AMQP_URI"].startswith("memory:"):
        return
    given = ground.log.recorder.max_tracking_id(gives_notices.name) or 0
    for notice_id in ground.log.holders(UNSENT, ""):
        if ground.log.load(NOTICE, notice_id).position <= given:
            waiting = _job(notice_id)
            publish_job(ground.config["AMQP_URI"], waiting.name, waiting.body, waiting.job_id)


# -- sending -----------------------------------------------------------------------------------------------------


def send_notice(ground: Ground, notice_id: UUID) -> None:
    """Once: a job that is done again finds that it is sent."""
    history = ground.log.history(NOTICE.stream(notice_id))
    notice = NOTICE.fold(one.event for one in history)
    if notice.ordered is None:
        raise NotFound.of("notice", notice_id)
    if notice.sent:
        return
    ordered, now = history[0], clock.now()
    phone, recipient = _phone(ground, notice.ordered)
    day = notice.ordered.due_on
    due_on = f"{day.year}年{day.month}月{day.day}日" if day else ""
    told = {"title": notice.ordered.title, "due_on": due_on, "by_day": f"(最迟{due_on})" if day else ""}
    text = words().label(f"notices.{recipient}.{notice.ordered.about}", **told)
    sms_sender(ground.config).send(phone, text, now)
    # Not before the order: in development the clock that it was given by may be ahead of this process's.
    meta = follow(ordered, f"sent-{notice_id}").model_copy(update={"at": max(now, ordered.meta.at)})
    ground.execute(RecordNoticeSent(notice_id=notice_id, meta=meta))


def _phone(ground: Ground, notice: NoticeOrdered) -> tuple[str, str]:
    """The phone that was proven, now: it may have changed since the notice was ordered."""
    if notice.person_id is not None:
        person = ground.log.load(PERSON, notice.person_id).state
        if person.registered is not None and person.phone.confirmed:
            return person.registered.phone, "person"
    else:
        enterprise = ground.log.load(ENTERPRISE, notice.enterprise_id).state
        if enterprise.registered is not None and enterprise.phone.confirmed:
            return enterprise.registered.mobile, "enterprise"
    raise Refused("phone_not_confirmed")
