"""Strangers learn of a certificate only by name and number together, masked, so many times an hour; the pages say its state."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.errors import NotFound, Refused
from services.gateway.counting import HOUR, Hourly
from tests import samples
from tests.services import gateway_stage as on
from tests.services.gateway_stage import IDENTIFIER, Stage

ADDRESS = f"/verify/{IDENTIFIER}"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.services.answers["FindPublic"] = {"certificates": [on.public_credential().model_dump(mode="json")]}
    return stage


def test_name_and_number_together_find_it_masked(stage: Stage) -> None:
    query = {"name": samples.NAME, "number": "湘2432026202600001"}
    reply = stage.anyone().get("/api/v1/register", query_string=query)
    assert reply.status_code == 200, reply.text
    assert reply.get_json()["certificates"][0]["holder_name"] == "张*明" and samples.NAME not in reply.text
    asked = stage.services.last
    assert (asked.name, asked.number, asked.resident_id) == (samples.NAME, "湘2432026202600001", None)


def test_a_name_alone_or_a_number_alone_finds_nothing(stage: Stage) -> None:
    alone = stage.anyone().get("/api/v1/register", query_string={"name": samples.NAME})
    assert (alone.status_code, alone.get_json()["code"]) == (422, "number_needed")
    nameless = stage.anyone().get("/api/v1/register", query_string={"number": "湘2432026202600001"})
    assert nameless.status_code == 422
    assert not stage.services.sent


def test_nobody_reads_the_register_out(stage: Stage) -> None:
    query = {"name": samples.NAME, "number": "湘2432026202600001"}
    client = stage.anyone()
    replies = [client.get("/api/v1/register", query_string=query).status_code for _ in range(121)]
    assert replies == [200] * 120 + [429]
    refused = client.get("/api/v1/register", query_string=query)
    assert int(refused.headers["Retry-After"]) > 0 and refused.get_json()["code"] == "too_many_lookups"


def test_the_count_is_of_one_address_and_of_one_hour() -> None:
    at = [0.0]
    counted = Hourly(2, "too_many_lookups", lambda: at[0])
    counted.count("a")
    counted.count("a")
    counted.count("b")
    with pytest.raises(Refused) as refused:
        counted.count("a")
    assert refused.value.params == {"minutes": 61}
    at[0] = HOUR
    counted.count("a")


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("valid", "证书有效"),
        ("expired", "证书已过有效期"),
        ("cancelled", "证书已注销"),
        ("lapsed", "证书已依法失效"),
        ("withdrawn", "证书登记有误"),
        ("replaced", "已作废"),
    ],
)
def test_the_page_says_its_state_in_words(stage: Stage, status: str, says: str) -> None:
    stage.services.answers["LookUpIdentifier"] = on.public_credential(status=status)
    reply = stage.anyone().get(ADDRESS)
    assert reply.status_code == 200 and says in reply.text
    assert ("result good" in reply.text) == (status == "valid")


def test_what_is_not_public_is_told_as_that_and_shows_nothing(stage: Stage) -> None:
    stage.services.answers["LookUpIdentifier"] = NotFound("certificate_not_public")
    page = stage.anyone().get(ADDRESS)
    assert page.status_code == 404 and "暂不可使用" in page.text and "查无此证书" not in page.text
    said = stage.anyone().get(f"/api/v1/verifications/{IDENTIFIER}")
    assert (said.status_code, said.get_json()["code"]) == (404, "certificate_not_public")
