"""docs/adding-a-province.md is true as it stands: followed to the letter, it ends with somebody holding a certificate, over HTTP."""

from __future__ import annotations

import re

from tests.journeys.adding import Followed
from tests.journeys.cast import Cast
from tests.journeys.plateau import CANCELLATION, INITIAL, Plateau


def test_every_command_does_what_the_document_says(followed: Followed) -> None:
    assert {command: said.error for command, said in followed.said.items() if said.code} == {}
    tried = {command: said.out for command, said in followed.said.items() if " try " in command}
    (initial,) = [out for command, out in tried.items() if INITIAL in command]
    (cancellation,) = [out for command, out in tried.items() if CANCELLATION in command]
    steps = ["新建申报", "选择人员", "上报", "受理通过", "复审通过", "颁发:高原作业人员", "证书编号 青G"]
    assert [word for word in steps if word not in initial] == []
    assert [initial.index(word) for word in steps] == sorted(initial.index(word) for word in steps)
    assert "个人 确认" in cancellation and "注销:高原作业人员" in cancellation
    released, listed = list(followed.said.values())[-2:]
    for code in (INITIAL, CANCELLATION):
        assert f"已发布 {code}@1" in released.out and code in listed.out
    assert {path.suffix for path in followed.directory.rglob("*") if path.is_file()} == {".yaml", ".lock"}, "data only"


def test_a_filing_there_ends_in_a_certificate_and_another_ends_it(cast: Cast, followed: Followed) -> None:
    told = {one["code"]: one["title"] for one in cast.anyone.get("/matters")["matters"]}
    assert told[INITIAL] == "高原作业人员初始申请"
    journey = Plateau(cast, INITIAL, followed).granted()
    certificate = journey.old
    assert certificate["status"] == "valid" and re.fullmatch(r"青G\d{9}", certificate["registration_number"])
    assert [one["specialty"] for one in certificate["scopes"]] == ["tunnelling"]
    pdf = journey.person.api.download(f"/certificates/{journey.credential_id}/document")
    checked = cast.province.checked(pdf)
    assert checked["genuine"], checked["problems"]

    ended = journey.to_cancel().filed().confirmed().took_effect()
    assert ended["status"] == "cancelled"
    checked = cast.province.checked(pdf)
    assert not checked["genuine"] and checked["problems"]
