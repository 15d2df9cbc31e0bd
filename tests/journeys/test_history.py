"""A person's whole history in order, and what they had at a moment in the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from demo.client import Api
from tests.journeys.product import Certified

JUST_BEFORE = timedelta(microseconds=1)


def _entries(certified: Certified, who: Api | None = None) -> list[dict[str, Any]]:
    steps = certified.steps
    told: list[dict[str, Any]] = (who or steps.auditor).get(f"/persons/{steps.person_id}/history")["entries"]
    return told


def _at(certified: Certified, event: str) -> datetime:
    return next(datetime.fromisoformat(one["at"]) for one in _entries(certified) if one["event"] == event)


def _state(certified: Certified, moment: datetime) -> dict[str, Any]:
    steps = certified.steps
    told = steps.auditor.get(f"/persons/{steps.person_id}/history", as_of=moment.isoformat())
    assert all(datetime.fromisoformat(one["at"]) <= moment for one in told["entries"])
    state: dict[str, Any] = told["state"]
    return state


def test_every_service_tells_its_part_in_one_order(certified: Certified) -> None:
    entries = _entries(certified)
    assert [one["at"] for one in entries] == sorted(one["at"] for one in entries)
    names = [one["event"].split(".")[1] for one in entries]
    in_order = [
        "QualificationRecorded", "PersonRegistered", "PhoneConfirmed", "RealNameVerified", "EmploymentProposed",
        "EmploymentAccepted", "FilingDrafted", "SubjectPicked", "FilingSubmitted", "CaseOpened", "StagePassed",
        "CasePublicised", "PublicityEnded", "CaseAnnounced", "CaseApproved", "CredentialGranted", "DocumentIssued",
    ]  # fmt: skip
    assert [names.index(name) for name in in_order] == sorted(names.index(name) for name in in_order)
    assert names.count("StagePassed") == 3 and names.count("PersonFileAttached") == 4
    assert {one["source"] for one in entries} == {"identity", "filing", "review", "certificate"}


def test_nothing_of_a_stream_is_missing_or_told_twice(certified: Certified) -> None:
    streams: dict[str, list[int]] = {}
    for one in _entries(certified):
        streams.setdefault(one["stream"], []).append(one["version"])
    for stream, versions in streams.items():
        assert versions == list(range(1, len(versions) + 1)), stream
    assert len(streams) >= 7


def test_the_person_reads_the_same_as_the_auditor(certified: Certified) -> None:
    assert _entries(certified, certified.steps.person)[:30] == _entries(certified)[:30]


@pytest.mark.parametrize(
    ("event", "verified", "filing", "certificates"),
    [
        ("identity.RealNameVerified.v1", False, None, 0),
        ("filing.FilingDrafted.v1", True, None, 0),
        ("filing.FilingSubmitted.v1", True, "draft", 0),
        ("review.CaseApproved.v1", True, "submitted", 0),
    ],
)
def test_just_before_it_happened_it_had_not(
    certified: Certified, event: str, verified: bool, filing: str | None, certificates: int
) -> None:
    state = _state(certified, _at(certified, event) - JUST_BEFORE)
    assert state["person"]["verified"] is verified
    assert [one["status"] for one in state["filings"]] == ([filing] if filing else [])
    assert len(state["certificates"]) == certificates


def test_before_registering_there_was_nobody_but_the_qualification(certified: Certified) -> None:
    state = _state(certified, _at(certified, "identity.PersonRegistered.v1") - JUST_BEFORE)
    assert (state["person"], state["employments"], state["filings"]) == (None, [], [])


def test_at_the_moment_itself_it_had_happened(certified: Certified) -> None:
    state = _state(certified, _at(certified, "filing.FilingSubmitted.v1"))
    assert [one["status"] for one in state["filings"]] == ["submitted"]
    assert _state(certified, _at(certified, "identity.RealNameVerified.v1"))["person"]["verified"] is True


def test_a_day_means_its_end(certified: Certified) -> None:
    steps = certified.steps
    day = _at(certified, "certificate.CredentialGranted.v1").date().isoformat()
    told = steps.auditor.get(f"/persons/{steps.person_id}/history", as_of=day)
    assert [one["status"] for one in told["state"]["certificates"]] == ["valid"]
    assert [one["registration_number"] for one in told["state"]["certificates"]] == [
        certified.row["registration_number"]
    ]
