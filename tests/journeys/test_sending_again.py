"""What a client may rely on: keys, versions, positions and pages, also when it sends twice or two send at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests

from demo.client import Api
from demo.steps import MATTER, Steps
from tests.journeys.product import drafted
from tests.journeys.replies import refusal, unchanged


def _draft(who: Api, key: str | None = None) -> requests.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return who.send("POST", "/filings", json={"matter": MATTER}, headers=headers)


def _total(who: Api) -> int:
    return int(who.get("/filings")["total"])


def test_the_same_key_gets_the_same_reply_and_makes_one_thing(world: Steps) -> None:
    before, key = _total(world.enterprise), str(uuid4())
    first, second = _draft(world.enterprise, key), _draft(world.enterprise, key)
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, first.json())
    assert first.headers["Zhuce-Position"] == second.headers["Zhuce-Position"]
    assert _total(world.enterprise) == before + 1


def test_a_repeated_change_is_not_made_again(draft: Steps) -> None:
    path, headers = f"/filings/{draft.filing_id}/form", {"Idempotency-Key": str(uuid4())}
    first = draft.enterprise.send("PATCH", path, json={"penalties": "甲"}, headers=headers)
    other = draft.enterprise.patch(path, {"penalties": "乙"})
    again = draft.enterprise.send("PATCH", path, json={"penalties": "甲"}, headers=headers)
    assert (again.status_code, again.json()) == (200, first.json())
    view = draft.enterprise.get(f"/filings/{draft.filing_id}")
    assert (view["version"], view["form"]["penalties"]) == (other["version"], "乙")


def test_two_people_who_use_the_same_key_do_not_meet(world: Steps, draft: Steps) -> None:
    stranger, key = _another_enterprise(world), str(uuid4())
    mine, theirs = _draft(world.enterprise, key), _draft(stranger, key)
    assert mine.json()["id"] != theirs.json()["id"]


def _another_enterprise(world: Steps) -> Api:
    other = world.with_another_person()
    other.enterprise_registered()
    other.enterprise_authenticated()
    return other.enterprise


@pytest.mark.parametrize("key", ["", "有汉字", "x" * 129, "two words"])
def test_a_key_that_is_none(world: Steps, key: str) -> None:
    before = _total(world.enterprise)
    headers = {"Idempotency-Key": key.encode()}
    reply = world.enterprise.send("POST", "/filings", json={"matter": MATTER}, headers=headers)
    refusal(reply, 400, "idempotency_key_malformed")
    assert _total(world.enterprise) == before


def test_of_many_submissions_at_once_one_counts(newcomer: Steps) -> None:
    steps = drafted(newcomer)
    path = f"/filings/{steps.filing_id}"
    token = steps.enterprise.http.headers["Authorization"]
    version = steps.enterprise.get(path)["version"]

    def submit(_: int) -> requests.Response:
        headers = {"Authorization": token, "Idempotency-Key": str(uuid4()), "If-Match": f'"{version}"'}
        return requests.post(f"{steps.url}/api/v1{path}/submission", headers=headers, timeout=30)

    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(submit, range(6)))
    statuses = sorted(reply.status_code for reply in replies)
    assert statuses[0] == 200 and set(statuses) <= {200, 412}
    steps.received()
    assert steps.enterprise.get(path)["round"] == 1
    assert steps.city.get("/cases", filing_id=steps.filing_id)["total"] == 1
    told = steps.enterprise.get(f"{path}/progress")["steps"]
    assert [one["event"] for one in told].count("filing.FilingSubmitted.v1") == 1


def test_if_match_takes_the_version_that_was_shown(draft: Steps) -> None:
    path = f"/filings/{draft.filing_id}"
    shown = draft.enterprise.send("GET", path)
    assert shown.headers["ETag"] == f'"{shown.json()["version"]}"'
    body, headers = {"penalties": "丙"}, {"If-Match": shown.headers["ETag"]}
    changed = draft.enterprise.send("PATCH", f"{path}/form", json=body, headers=headers)
    assert changed.status_code == 200 and changed.json()["version"] == shown.json()["version"] + 1
    with unchanged((draft.enterprise, path)):
        late = draft.enterprise.send("PATCH", f"{path}/form", json={"penalties": "丁"}, headers=headers)
        refusal(late, 412, "stale_version")
        headers = {"If-Match": "7"}
        reply = draft.enterprise.send("PATCH", f"{path}/form", json=body, headers=headers)
        refusal(reply, 400, "if_match_malformed")


def test_people_read_what_they_have_written(world: Steps) -> None:
    for _ in range(10):
        made = _draft(world.enterprise)
        after = {"Zhuce-After": made.headers["Zhuce-Position"]}
        page = world.enterprise.send("GET", "/filings", params={"per_page": 1}, headers=after).json()
        assert page["behind"] is False
        assert [row["filing_id"] for row in page["rows"]] == [made.json()["id"]]


def test_waiting_for_what_never_comes_ends_and_says_so(world: Steps) -> None:
    began = time.monotonic()
    reply = world.enterprise.send("GET", "/filings", headers={"Zhuce-After": "filing:999999999"})
    assert reply.status_code == 200 and reply.json()["behind"] is True
    assert time.monotonic() - began > 1


def test_pages_hold_every_row_once_newest_first(world: Steps) -> None:
    other = _another_enterprise(world)
    made = [_draft(other).json()["id"] for _ in range(7)]
    pages = [other.get("/filings", page=number, per_page=3) for number in (1, 2, 3, 4)]
    assert [[row["filing_id"] for row in page["rows"]] for page in pages] == [
        made[:3:-1], made[3:0:-1], made[:1], []
    ]  # fmt: skip
    assert {(page["total"], page["per_page"]) for page in pages} == {(7, 3)}
    assert [page["page"] for page in pages] == [1, 2, 3, 4]


@pytest.mark.parametrize("query", [{"page": 0}, {"per_page": 0}, {"per_page": 201}, {"page": "two"}])
def test_a_page_that_cannot_be(world: Steps, query: dict[str, object]) -> None:
    refusal(world.enterprise.send("GET", "/filings", params=query), 422, "invalid_request")


def test_filters_narrow_the_list(case: Steps, draft: Steps) -> None:
    found = case.enterprise.get("/filings", status="submitted", resident_id=case.resident_id)
    assert [row["filing_id"] for row in found["rows"]] == [case.filing_id]
    assert case.enterprise.get("/filings", status="approved", resident_id=case.resident_id)["rows"] == []
    by_name = case.enterprise.get("/filings", name="张伟", per_page=200)["rows"]
    assert {case.filing_id, draft.filing_id} <= {row["filing_id"] for row in by_name}
