"""Answers that several views give together: a person's own record, and an enterprise's first page."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.errors import NotFound
from contracts.message import SYSTEM, Actor
from contracts.query import (
    ConfirmationRow,
    EnterpriseHome,
    GetEnterpriseHome,
    GetPersonalInformation,
    ListCertificates,
    ListConfirmations,
    ListEmployments,
    ListFilings,
    ListParties,
    ListQualifications,
    PartyRow,
    PersonalInformation,
)
from services.query.views.certificate_lists import figures, list_certificates
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.confirmations import list_confirmations
from services.query.views.employment_list import EMPLOYMENT_LIST, list_employments
from services.query.views.filing_list import counts_by_status, counts_of_people, list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from services.query.views.parties import PARTIES, list_parties
from services.query.views.qualification_list import QUALIFICATION_LIST, list_qualifications

ALL = 200
"""Rows of one list that are told: the longest page."""
CLOSED = ("approved", "rejected", "lapsed", "deleted")
OF_A_PERSON = (PARTIES, CERTIFICATE_REGISTER, QUALIFICATION_LIST, EMPLOYMENT_LIST, FILING_PROGRESS)
OF_AN_ENTERPRISE = (PARTIES, CERTIFICATE_REGISTER, FILING_PROGRESS)


def personal_information(cursor: Any, question: GetPersonalInformation, today: date) -> PersonalInformation:
    """NotFound for whom the person is a stranger to. An enterprise sees an employee, and whom a certificate names as its."""
    viewer, person_id = question.viewer, question.person_id
    asked: dict[str, Any] = {"viewer": viewer, "person_id": person_id, "per_page": ALL}
    CERTIFICATE_REGISTER.enter(cursor)
    certificates = list_certificates(cursor, ListCertificates(**asked, on=question.on), today).rows
    PARTIES.enter(cursor)
    found = list_parties(cursor, ListParties(viewer=viewer, kind="person", party_id=person_id)).rows
    if not found and viewer.kind == "enterprise" and certificates:
        everything = Actor(kind="operator", account_id=SYSTEM.account_id)
        found = list_parties(cursor, ListParties(viewer=everything, kind="person", party_id=person_id)).rows
    if not found:
        raise NotFound.of("person", person_id)
    QUALIFICATION_LIST.enter(cursor)
    qualified = ListQualifications(viewer=viewer, resident_id=found[0].number, per_page=ALL)
    qualifications = list_qualifications(cursor, qualified).rows
    EMPLOYMENT_LIST.enter(cursor)
    employments = list_employments(cursor, ListEmployments(**asked)).rows
    FILING_PROGRESS.enter(cursor)
    filings = list_filings(cursor, ListFilings(**asked)).rows
    waiting: tuple[ConfirmationRow, ...] = ()
    if viewer.kind == "person":
        waiting = list_confirmations(cursor, ListConfirmations(viewer=viewer, side="party", open=True, per_page=ALL)).rows
    return PersonalInformation(
        person=found[0],
        certificates=certificates,
        qualifications=qualifications,
        employments=employments,
        open_filings=tuple(one for one in filings if one.status not in CLOSED),
        confirmations=waiting,
    )


def enterprise_home(cursor: Any, question: GetEnterpriseHome, today: date) -> EnterpriseHome:
    """NotFound for whom the enterprise is not, or not of their place."""
    viewer = question.viewer
    enterprise_id = question.enterprise_id or viewer.enterprise_id
    PARTIES.enter(cursor)
    found: tuple[PartyRow, ...] = ()
    if enterprise_id is not None and viewer.kind != "person":
        found = list_parties(cursor, ListParties(viewer=viewer, kind="enterprise", party_id=enterprise_id)).rows
    if enterprise_id is None or not found:
        raise NotFound.of("enterprise", enterprise_id or "")
    cursor.execute("SELECT count(*) FROM party WHERE employer_id = %s", [str(enterprise_id)])
    (employees,) = cursor.fetchone()
    CERTIFICATE_REGISTER.enter(cursor)
    known = figures(cursor, enterprise_id, question.on or today)
    FILING_PROGRESS.enter(cursor)
    counts = counts_by_status(cursor, enterprise_id)
    itself = Actor(kind="enterprise", account_id=SYSTEM.account_id, enterprise_id=enterprise_id)
    asked = ListConfirmations(viewer=itself, side="party", open=True, per_page=max(question.latest, 1))
    waiting = list_confirmations(cursor, asked)
    told = {
        "enterprise_id": enterprise_id,
        "name": found[0].name,
        "drafts": counts.get("draft", 0),
        "to_confirm": waiting.total,
        "waits_for_others": counts.get("awaiting_confirmation", 0),
        "returned": counts.get("returned", 0),
        "filings": counts,
        "of_people": counts_of_people(cursor, enterprise_id),
        "employees": employees,
        "waiting": waiting.rows[: question.latest],
    }
    return EnterpriseHome.model_validate({**told, **known})
