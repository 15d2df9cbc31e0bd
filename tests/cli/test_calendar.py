"""``zhuce calendar``: a year's notice is checked line by line, published, and seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from demo.client import Api, wait_for
from tests.cli.zhuce import zhuce

if TYPE_CHECKING:
    from demo.product import Running

HOLIDAYS = "".join(f"  - 2031-10-0{day}\n" for day in range(1, 8))
GOOD = f"year: 2031\nsource: 国办发明电〔2030〕9号\nholidays:\n{HOLIDAYS}workdays: [2031-10-11]\n"
"""A year so far ahead that no other test counts by it; the eleventh is a Saturday."""


def year_file(directory: Path, text: str) -> Path:
    path = directory / "2031.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_wrong_is_told_with_its_line_before_anybody_is_asked(tmp_path: Path) -> None:
    path = year_file(tmp_path, GOOD.replace("2031-10-02", "2030-10-02").replace("10-11", "10-13"))
    said = zhuce("calendar", "add", str(path), "--api", "http://127.0.0.1:9")
    assert said.code == 1 and "没有公布" in said.error
    assert f"{path}:5:" in said.error and "2030-10-02不在2031年" in said.error
    assert f"{path}:11:" in said.error and "2031-10-13本来就是工作日" in said.error
    assert "→" in said.error and "没有应答" not in said.error


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    said = zhuce("calendar", "add", str(tmp_path / "2031.yaml"))
    assert said.code == 2 and "2031.yaml" in said.error


def test_a_year_is_published_and_shown(product: Running, tmp_path: Path) -> None:
    def account() -> bool | None:  # the product is as new as can be: its first account may be just being made
        body = {"username": "operator", "password": product.operator_password}
        return Api(product.url).send("POST", "/sessions", json=body).status_code == 201 or None

    def run(*arguments: str) -> str:
        said = zhuce("calendar", *arguments, "--api", product.url, ZHUCE_PASSWORD=product.operator_password)
        assert said.code == 0, said.error
        return said.out

    wait_for("the operator's account", account)
    path = str(year_file(tmp_path, GOOD))
    assert "2031年的工作日历已公布,第1版:放假7天,调休上班1天" in run("add", path)
    assert "第1版" in run("add", path), "published again as it is, it stays what it is"
    assert "第2版" in run("add", str(year_file(tmp_path, GOOD.replace("workdays: [2031-10-11]\n", ""))))
    shown = run("show")
    for words in ("2031", "国办发明电〔2030〕9号", "10-01~10-07", "工作日已知到", "仅按周末估算"):
        assert words in shown, words
