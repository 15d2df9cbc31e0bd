"""Objections over HTTP: by anybody, with files that are looked at, until the end of the last day; read by receipt."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.message import Actor
from contracts.review import Objections, ObjectionView
from services.gateway import objecting
from services.gateway.asking import ANONYMOUS
from services.gateway.objecting import Door
from services.kernel.clock import clock
from tests.domain.review.objected import HEAD, SECOND_HEAD
from tests.domain.review.samples import CASE_ID, PROVINCE
from tests.services import gateway_stage as on
from tests.services.publicised import Publicised
from tests.services.test_gateway_files import PDF, PNG

LODGE = f"/api/v1/publicity/{CASE_ID}/objections"
REASONS = "该人员已受聘于其他单位,不符合注册条件。"
NAMED = {"reasons": REASONS, "name": "王建国", "phone": "13900000000"}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Publicised]:
    yield Publicised(tmp_path)
    clock.offset = timedelta()


def file(data: bytes = PDF, name: str = "证据.pdf") -> dict[str, str]:
    return {"name": name, "content_base64": base64.b64encode(data).decode()}


def code(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.get_json()["code"]


class TestLodged:
    def test_by_anybody_with_name_and_files(self, stage: Publicised) -> None:
        reply = stage.anyone().post(LODGE, json={**NAMED, "files": [file(), file(PNG, "照片.png")]})
        assert reply.status_code == 201, reply.text
        told = reply.get_json()
        assert told["number"] == "430000-2026-000001-Y1" and told["outcome"] is None and told["due_on"]
        (order,) = stage.lodged
        assert str(order.objection_id) == told["objection_id"] and order.objector is not None
        assert [(one.name, one.content_type) for one in order.files] == [
            ("证据.pdf", "application/pdf"),
            ("照片.png", "image/png"),
        ]
        assert stage.store.read(order.files[0].sha256) == PDF
        assert reply.headers["Zhuce-Position"].startswith("review:")

    def test_anonymously_nobody_is_named_though_a_name_was_typed(self, stage: Publicised) -> None:
        assert stage.anyone().post(LODGE, json={**NAMED, "anonymous": True}).status_code == 201
        assert stage.lodged[0].objector is None

    @pytest.mark.parametrize("who", [on.PERSON, on.ENTERPRISE, on.OFFICER])
    def test_with_a_session_the_same(self, stage: Publicised, who: Actor) -> None:
        """Who has one says nothing more of themselves: events tell everybody who acted."""
        assert stage.signed_in(who).post(LODGE, json={**NAMED, "anonymous": True}).status_code == 201
        assert stage.lodged[0].meta.actor == ANONYMOUS

    def test_in_the_last_second_and_not_after_it(self, stage: Publicised) -> None:
        stage.to_the_last_second()
        stage.ended()
        assert stage.anyone().post(LODGE, json=NAMED).status_code == 201
        clock.offset += timedelta(seconds=2)
        assert code(stage.anyone().post(LODGE, json=NAMED)) == (422, "publicity_over")

    def test_sent_again_it_is_one(self, stage: Publicised) -> None:
        again = {"Idempotency-Key": "one"}
        numbers = {stage.anyone().post(LODGE, json=NAMED, headers=again).get_json()["number"] for _ in range(2)}
        assert numbers == {"430000-2026-000001-Y1"}


class TestRefused:
    @pytest.mark.parametrize(
        "body", [{"reasons": REASONS}, {"reasons": REASONS, "name": "王建国"}, {"reasons": REASONS, "phone": "13900000000"}]
    )
    def test_without_a_name_and_a_phone(self, stage: Publicised, body: dict[str, Any]) -> None:
        assert code(stage.anyone().post(LODGE, json=body)) == (422, "objector_needed")

    def test_anonymously_where_the_matter_asks_for_names(self, tmp_path: Path) -> None:
        stage = Publicised(tmp_path, objections=Objections(anonymous=False))
        body = {"reasons": REASONS, "anonymous": True}
        assert code(stage.anyone().post(LODGE, json=body)) == (422, "objector_needed")

    def test_to_a_case_that_nobody_knows(self, stage: Publicised) -> None:
        reply = stage.anyone().post(f"/api/v1/publicity/{uuid4()}/objections", json=NAMED)
        assert code(reply) == (404, "case_not_found")

    @pytest.mark.parametrize(
        ("files", "status", "expected"),
        [
            ([file(b"text", "a.txt")], 422, "file_type_unknown"),
            ([file(PNG[: len(PNG) // 2])], 422, "file_damaged"),
            ([{"name": "a.pdf", "content_base64": "%%%"}], 422, "invalid_request"),
            ([file(b"%PDF-" + b"0" * objecting.FILE_BYTES)], 413, "file_too_large"),
            ([file()] * 4, 422, "invalid_request"),
        ],
        ids=["type", "damaged", "base64", "large", "many"],
    )
    def test_files_that_cannot_be_kept(self, stage: Publicised, files: list[Any], status: int, expected: str) -> None:
        assert code(stage.anyone().post(LODGE, json={**NAMED, "files": files})) == (status, expected)
        assert stage.lodged == []

    def test_nothing_is_kept_of_files_when_it_is_too_late(self, stage: Publicised) -> None:
        stage.to_the_last_second()
        clock.offset += timedelta(seconds=3)
        reply = stage.anyone().post(LODGE, json={**NAMED, "files": [file()]})
        assert code(reply) == (422, "publicity_over")
        assert not (stage.store.root / "files").exists()

    def test_nothing_that_was_typed_comes_back(self, stage: Publicised) -> None:
        reply = stage.anyone().post(LODGE, json={**NAMED, "phone": "12345", "reasons": "短"})
        assert reply.status_code == 422 and "12345" not in reply.text and "王建国" not in reply.text


class TestTooMany:
    def test_from_one_address_within_an_hour(self, stage: Publicised) -> None:
        for _ in range(objecting.AN_HOUR):
            assert stage.anyone().post(LODGE, json=NAMED).status_code == 201
        reply = stage.anyone().post(LODGE, json=NAMED)
        assert code(reply) == (429, "too_many_objections") and int(reply.headers["Retry-After"]) > 3000
        elsewhere = stage.anyone(x_forwarded_for="203.0.113.9").post(LODGE, json=NAMED)
        assert elsewhere.status_code == 201, "behind the proxy each address counts for itself"

    def test_who_is_not_the_proxy_cannot_pose_as_somebody_else(self, stage: Publicised) -> None:
        for n in range(objecting.AN_HOUR + 1):
            caller = stage.anyone(x_forwarded_for=f"203.0.113.{n}")
            reply = caller.post(LODGE, json=NAMED, environ_overrides={"REMOTE_ADDR": "8.8.8.8"})
        assert code(reply) == (429, "too_many_objections")

    def test_an_hour_later_again(self) -> None:
        now = [0.0]
        door = Door(an_hour=1, now=lambda: now[0])
        door.check("case", "a")
        door.count("case", "a")
        door.check("other case", "a")
        with pytest.raises(Exception, match="too_many_objections"):
            door.check("case", "a")
        now[0] = objecting.HOUR
        door.check("case", "a")

    def test_to_many_cases_from_one_address(self) -> None:
        door = Door(an_hour=2, altogether=3)
        for n in range(3):
            door.check(f"case {n}", "a")
            door.count(f"case {n}", "a")
        with pytest.raises(Exception, match="too_many_objections"):
            door.check("another case", "a")
        door.check("another case", "b")

    def test_one_address_does_not_take_every_place(self) -> None:
        door = Door(at_once=6, from_one=2)
        assert [door.come_in("a") for _ in range(3)] == [True, True, False]
        assert [door.come_in(address) for address in "bbcc"] == [True] * 4
        assert not door.come_in("d"), "there are six places"
        door.go("a")
        assert door.come_in("d")

    def test_places_are_given_back_however_it_ends(self, stage: Publicised) -> None:
        for _ in range(objecting.AT_ONCE + 1):
            assert stage.anyone().post(LODGE, json={"reasons": "短"}).status_code == 422
        places = stage.app.extensions["zhuce.objections"].places
        taken = [places.acquire(blocking=False) for _ in range(objecting.AT_ONCE)]
        assert all(taken)
        assert code(stage.anyone().post(LODGE, json=NAMED)) == (503, "too_busy")
        assert stage.anyone().get("/api/v1/publicity").status_code == 200


class TestReceipt:
    def test_says_what_became_of_it_and_nothing_of_who_or_why(self, stage: Publicised) -> None:
        objection_id = stage.anyone().post(LODGE, json=NAMED).get_json()["objection_id"]
        path = f"/api/v1/cases/{CASE_ID}/objections/{objection_id}"
        judged = stage.signed_in(PROVINCE).post(f"{path}/answer", json={"outcome": "dismissed", "answer": "查无此事"})
        assert code(judged) == (403, "examined_before")
        answered = stage.signed_in(HEAD).post(f"{path}/answer", json={"outcome": "dismissed", "answer": "查无此事"})
        assert answered.status_code == 200, answered.text
        told = stage.anyone().get(f"/api/v1/objections/{objection_id}")
        assert (told.get_json()["outcome"], told.get_json()["answer"]) == ("dismissed", "查无此事")
        assert "王建国" not in told.text and "受聘" not in told.text and "李晓明" not in told.text

    def test_an_unknown_one(self, stage: Publicised) -> None:
        assert code(stage.anyone().get(f"/api/v1/objections/{uuid4()}")) == (404, "objection_not_found")


class TestOfficers:
    def test_give_it_to_somebody(self, stage: Publicised) -> None:
        objection_id = stage.anyone().post(LODGE, json=NAMED).get_json()["objection_id"]
        path = f"/api/v1/cases/{CASE_ID}/objections/{objection_id}"
        reply = stage.signed_in(SECOND_HEAD).post(f"{path}/assignment", json={"officer": HEAD.account_id})
        # who the account is, the service itself finds out: here nobody does
        assert code(reply) == (422, "assignee_unfit")
        assert stage.services.last.officer == HEAD.account_id

    def test_read_its_files_within_their_place(self, stage: Publicised) -> None:
        stage.anyone().post(LODGE, json={**NAMED, "files": [file()]})
        (order,) = stage.lodged
        view = ObjectionView(
            objection_id=order.objection_id,
            number="1-Y1",
            reasons=order.reasons,
            files=order.files,
            objector=order.objector,
            lodged_at=order.meta.at,
            officer=None,
            outcome=None,
            answer=None,
        )
        stage.services.answers["GetCase"] = on.case(case_id=CASE_ID, objections=(view,))
        files = f"/api/v1/cases/{CASE_ID}/objections/{order.objection_id}/files"
        sha256 = order.files[0].sha256
        assert stage.signed_in(on.OFFICER).get(f"{files}/{sha256}").data == PDF
        assert stage.signed_in(on.OTHER_OFFICER).get(f"{files}/{sha256}").status_code == 403
        assert stage.anyone().get(f"{files}/{sha256}").status_code == 401
        other = files.replace(str(order.objection_id), str(UUID(int=1)))
        assert stage.signed_in(on.OFFICER).get(f"{other}/{sha256}").status_code == 404
        nobody = stage.signed_in(on.ENTERPRISE).post(f"/api/v1/filings/{UUID(int=1)}/attachments", json={
            "attachment": "portrait", "sha256": sha256
        })  # fmt: skip
        assert nobody.status_code == 404, "what belongs to an objection is nobody's to attach"


def test_what_is_typed_is_read_as_utf_8(stage: Publicised) -> None:
    assert stage.anyone().post(LODGE, data=io.BytesIO(b"\xff\xfe"), content_type="application/json").status_code == 400
