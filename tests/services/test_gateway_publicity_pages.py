"""The pages of publicity, objection and gazette, and the feed: without scripts, without anything from elsewhere."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4
from xml.etree import ElementTree

import pytest

from contracts.errors import Unavailable
from services.kernel.clock import clock
from tests.domain.review.samples import CASE_ID
from tests.services.publicised import NUMBER, Publicised, document, row
from tests.services.test_gateway_files import PDF

PAGE = f"/publicity/{CASE_ID}"
TYPED = {"reasons": "该人员已受聘于其他单位。\r\n有合同为证。", "name": "王建国", "phone": "13900000000"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Publicised]:
    yield Publicised(tmp_path)
    clock.offset = timedelta()


def send(stage: Publicised, path: str = f"{PAGE}?attempt={uuid4()}", **typed: Any) -> Any:
    return stage.anyone().post(path, data={**TYPED, **typed}, content_type="multipart/form-data")


def page(found: list[Any], total: int | None = None, at: int = 1) -> dict[str, Any]:
    rows = [one.model_dump(mode="json") for one in found]
    return {"rows": rows, "total": len(rows) if total is None else total, "page": at, "per_page": 50, "behind": False}


class TestPublicity:
    def test_says_what_is_shown_and_until_when(self, stage: Publicised) -> None:
        other = row(case_id=uuid4(), number="430000-2026-000002", objections=False, held=True)
        stage.services.answers["ListPublicity"] = page([row(), other])
        text = stage.anyone().get("/publicity").text
        for said in ("李**", "长沙某建设有限公司", "430000-2026-000001", "2026-03-16", f'href="{PAGE}"', "本事项不设异议"):
            assert said in text
        assert text.count("有异议正在核查") == 1
        assert "李晓明" not in text

    def test_many_are_told_page_by_page(self, stage: Publicised) -> None:
        stage.services.answers["ListPublicity"] = page([row()], total=120, at=2)
        text = stage.anyone().get("/publicity?page=2").text
        assert 'href="?page=1"' in text and 'href="?page=3"' in text and "第2页，共3页" in text
        assert stage.services.last.page == 2

    @pytest.mark.parametrize("typed", ["0", "-1", "x", "9" * 30, "１"])
    def test_a_page_that_is_no_page_is_the_first(self, stage: Publicised, typed: str) -> None:
        assert stage.anyone().get(f"/publicity?page={typed}").status_code == 200
        assert stage.services.last.page == 1

    def test_nothing_is_shown(self, stage: Publicised) -> None:
        stage.services.answers["ListPublicity"] = page([])
        assert "目前没有正在公示的申报" in stage.anyone().get("/publicity").text


class TestForm:
    def test_is_there_while_one_may_object(self, stage: Publicised) -> None:
        text = stage.anyone().get(PAGE).text
        assert '<form method="post"' in text and "匿名提出" in text and str(stage.ends_on) in text
        assert '<label for="reasons">' in text and 'id="reasons"' in text

    def test_is_not_there_once_it_is_over(self, stage: Publicised) -> None:
        stage.to_the_last_second()
        clock.offset += timedelta(seconds=3)
        reply = stage.anyone().get(PAGE)
        assert reply.status_code == 200 and "<form" not in reply.text and "公示期已于" in reply.text

    def test_an_unknown_case(self, stage: Publicised) -> None:
        reply = stage.anyone().get(f"/publicity/{uuid4()}")
        assert reply.status_code == 404 and "<form" not in reply.text and "没有这个案件" in reply.text

    def test_sent_it_leads_to_the_receipt(self, stage: Publicised) -> None:
        reply = send(stage, files=[(io.BytesIO(PDF), "合同.pdf")])
        assert reply.status_code == 303, reply.text
        (order,) = stage.lodged
        assert order.reasons == "该人员已受聘于其他单位。\n有合同为证。"
        assert order.objector is not None and order.objector.phone == "13900000000"
        assert stage.store.read(order.files[0].sha256) == PDF
        receipt = stage.anyone().get(reply.headers["Location"])
        assert receipt.status_code == 200 and "430000-2026-000001-Y1" in receipt.text and "异议已收到" in receipt.text
        assert "王建国" not in receipt.text and "合同为证" not in receipt.text

    def test_without_a_file_the_browser_sends_an_empty_one(self, stage: Publicised) -> None:
        assert send(stage, files=[(io.BytesIO(b""), "")]).status_code == 303
        assert stage.lodged[0].files == ()

    def test_anonymously(self, stage: Publicised) -> None:
        assert send(stage, anonymous="true", name="", phone="").status_code == 303
        assert stage.lodged[0].objector is None

    def test_sent_twice_it_is_one_objection(self, stage: Publicised) -> None:
        path = f"{PAGE}?attempt={uuid4()}"
        assert {send(stage, path).headers["Location"] for _ in range(2)} == {send(stage, path).headers["Location"]}
        assert send(stage, f"{PAGE}?attempt={uuid4()}").headers["Location"] != send(stage, path).headers["Location"]

    def test_what_was_changed_after_it_was_sent_is_another_one_and_is_not_lost(self, stage: Publicised) -> None:
        path = f"{PAGE}?attempt={uuid4()}"
        assert send(stage, path).status_code == 303
        reply = send(stage, path, reasons="该人员的社会保险由另一单位缴纳。")
        assert reply.status_code == 409 and "社会保险" in reply.text and "作为另一件异议" in reply.text
        (action,) = re.findall(r'action="([^"]+)"', reply.text)
        assert action != path
        assert send(stage, action, reasons="该人员的社会保险由另一单位缴纳。").status_code == 303
        assert [order.reasons[:8] for order in stage.lodged][-1] == "该人员的社会保险"

    def test_nobody_else_says_which_receipt_it_gets(self, stage: Publicised) -> None:
        known = str(uuid4())
        assert known not in stage.anyone().get(f"{PAGE}?attempt={known}").text

    @pytest.mark.parametrize(
        ("typed", "status", "said"),
        [
            ({"reasons": "短"}, 422, "“理由”不能少于5个字"),
            ({"name": ""}, 422, "请填写姓名和手机号码"),
            ({"phone": "12"}, 422, "以13至19开头"),
            ({"reasons": "含有\x00的理由"}, 400, "无法保存的字符"),
            ({"files": [(io.BytesIO(b"text"), "a.txt")]}, 422, "只接受"),
            ({"files": [(io.BytesIO(PDF), f"{n}.pdf") for n in range(4)]}, 422, "最多可附3份文件"),
        ],
    )
    def test_what_is_refused_stays_typed(self, stage: Publicised, typed: Any, status: int, said: str) -> None:
        reply = send(stage, **typed)
        assert reply.status_code == status, reply.text
        assert said in reply.text and "异议未能提出" in reply.text and stage.lodged == []
        if "reasons" not in typed:
            assert "有合同为证" in reply.text

    def test_what_is_typed_stays_text(self, stage: Publicised) -> None:
        reply = send(stage, name="<script>alert(1)</script>")
        assert reply.status_code == 422 and "<script" not in reply.text

    def test_it_needs_no_session_and_nobody_elses_counts(self, stage: Publicised) -> None:
        assert "Set-Cookie" not in stage.anyone().get(PAGE).headers
        policy = stage.anyone().get(PAGE).headers["Content-Security-Policy"]
        assert "form-action 'self'" in policy and "script-src" not in policy and "default-src 'none'" in policy


def test_an_unknown_receipt(stage: Publicised) -> None:
    reply = stage.anyone().get(f"/objections/{uuid4()}")
    assert reply.status_code == 404 and "没有这件异议" in reply.text


class TestGazette:
    def test_lists_the_documents(self, stage: Publicised) -> None:
        stage.services.answers["ListGazette"] = page([document()])
        text = stage.anyone().get("/gazette").text
        assert NUMBER in text and f'href="/gazette/{quote(NUMBER)}"' in text and "2026-03-18" in text

    def test_a_document_tells_its_entries_with_masked_names(self, stage: Publicised) -> None:
        announced = row(announcement=NUMBER, announced_on="2026-03-18")
        stage.services.answers["ListAnnouncements"] = page([announced])
        reply = stage.anyone().get(f"/gazette/{quote(NUMBER)}")
        assert reply.status_code == 200 and NUMBER in reply.text and "李**" in reply.text and "共1件" in reply.text
        assert stage.services.last.document_number == NUMBER

    def test_is_for_programs_too(self, stage: Publicised) -> None:
        stage.services.answers["ListGazette"] = page([document()])
        found = stage.anyone().get("/api/v1/gazette?per_page=5").get_json()["rows"]
        assert [(one["document_number"], one["entries"]) for one in found] == [(NUMBER, 2)]

    @pytest.mark.parametrize("number", ["没有", "长" * 61, "<script>alert(1)</script>"])
    def test_an_unknown_document(self, stage: Publicised, number: str) -> None:
        stage.services.answers["ListAnnouncements"] = page([])
        reply = stage.anyone().get(f"/gazette/{quote(number)}")
        assert reply.status_code == 404 and "没有这个文号的公告" in reply.text and "<script" not in reply.text


class TestFeed:
    def _feed(self, stage: Publicised, *documents: Any) -> ElementTree.Element:
        stage.services.answers["ListGazette"] = page(list(documents))
        reply = stage.anyone().get("/gazette/feed.atom")
        assert reply.status_code == 200 and reply.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        return ElementTree.fromstring(reply.data)

    def _texts(self, node: ElementTree.Element, *names: str) -> list[str | None]:
        return [node.findtext(f"a:{name}", namespaces=ATOM) for name in names]

    def test_has_all_that_atom_asks_for(self, stage: Publicised) -> None:
        root = self._feed(stage, document(), document("湘建建公告〔2026〕11号", entries=1))
        assert root.tag == "{http://www.w3.org/2005/Atom}feed"
        own, title, updated = self._texts(root, "id", "title", "updated")
        assert own and own.startswith("urn:uuid:") and title == "公告" and updated == "2026-03-18T09:30:00+08:00"
        assert root.findtext("a:author/a:name", namespaces=ATOM)
        entries = root.findall("a:entry", ATOM)
        ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
        assert len(set(ids)) == 2 and own not in ids
        said = self._texts(entries[0], "title", "updated", "published", "summary")
        assert said[:3] == [NUMBER, "2026-03-18T09:30:00+08:00", "2026-03-18T09:00:00+08:00"]
        assert said[3] and "共2件" in said[3]
        links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
        assert links == {"self": "http://zhuce.test/gazette/feed.atom", "alternate": "http://zhuce.test/gazette"}
        link = entries[0].find("a:link", ATOM)
        assert link is not None and link.get("href") == f"http://zhuce.test/gazette/{quote(NUMBER)}"

    def test_an_entry_keeps_its_id_when_a_case_is_added(self, stage: Publicised) -> None:
        first = self._feed(stage, document())
        again = self._feed(stage, document(entries=3, last_at="2026-03-20T10:00:00+08:00"))
        ids = [self._texts(root, "id", "entry/a:id") for root in (first, again)]
        assert ids[0] == ids[1]
        assert self._texts(again, "updated", "entry/a:updated") == ["2026-03-20T10:00:00+08:00"] * 2

    def test_an_empty_one_is_a_feed_too(self, stage: Publicised) -> None:
        root = self._feed(stage)
        assert root.findall("a:entry", ATOM) == [] and root.findtext("a:updated", namespaces=ATOM)


@pytest.mark.parametrize("path", ["/publicity", PAGE, "/gazette", f"/gazette/{NUMBER}"])
def test_a_page_stands_by_itself(stage: Publicised, path: str) -> None:
    stage.services.answers["ListGazette"] = page([document()])
    stage.services.answers["ListAnnouncements"] = page([row(announcement=NUMBER)])
    text = stage.anyone().get(path).text
    assert "<script" not in text and "url(" not in text and not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert '<html lang="zh-CN">' in text and text.count("<h1>") == 1 and '<main id="main">' in text


def test_when_query_does_not_answer_the_page_says_so(stage: Publicised) -> None:
    stage.services.answers["ListPublicity"] = Unavailable("service_unavailable")
    assert stage.anyone().get("/publicity").status_code == 503
