"""``zhuce import`` on a running product: tried, brought, brought again, looked at, undone; each bad line in words."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from stdnum.cn import ric

from tests.cli.zhuce import Said, zhuce

if TYPE_CHECKING:
    from demo.product import Running

HEAD = ["姓名", "身份证号", "企业名称", "注册编号", "注册专业", "发证日期", "有效期至", "证书状态"]


def a_file(tmp_path: Path, count: int = 6) -> Path:
    """GBK, with a title, one bad row and a total below. Nobody else's numbers."""
    mark = uuid4().int % 10_000
    rows = [["湖南省二级建造师历史注册人员名单"], HEAD]
    for n in range(count):
        number = f"43010219900307{n:03d}"
        who = ["张伟明", number + str(ric.calc_check_digit(number + "0")), "湖南湘江建设有限公司"]
        what = [f"湘24320192020{mark:04d}{n}"[:17].ljust(17, "0"), "建筑、市政", "2020年5月20日", "2028/5/19", "有效"]
        rows.append([*who, *what])
    rows.append(["李娜", *rows[-1][1:3], f"湘2432019203{mark:04d}99", "园林", "2020.5.20", "2028.5.19", "有效"])
    rows.append(["合计", "", "", str(count + 1)])
    path = tmp_path / "历史证书.csv"
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def run(product: Running, *arguments: str) -> Said:
    return zhuce("import", *arguments, "--api", product.url, ZHUCE_PASSWORD=product.operator_password)


def test_a_list_is_tried_brought_looked_at_and_undone(product: Running, tmp_path: Path) -> None:
    path, report = a_file(tmp_path), tmp_path / "report.csv"
    tried = run(product, "certificates", str(path), "--dry-run")
    assert tried.code == 0 and "将新增 6 行,原已有 0 行,未导入 1 行" in tried.out, tried.error + tried.out
    brought = run(product, "certificates", str(path), "--report", str(report))
    assert brought.code == 0 and "新增 6 行,原已有 0 行,未导入 1 行" in brought.out, brought.error + brought.out
    found = re.search(r"导入 ([0-9a-f-]{36})", brought.out)
    assert found is not None
    import_id = found[1]
    with report.open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.reader(file))
    assert told[0] == ["行", "列", "代码", "问题和处理办法"] and told[1][:3] == ["9", "注册专业", "scope_unknown"]
    assert "李娜" not in report.read_text("utf-8-sig") and len(told) == 2

    again = run(product, "certificates", str(path))
    assert again.code == 0 and "已导入至第" in again.out and import_id in again.out
    assert "新增 6 行" in again.out, "what the import made, not this second run"
    listed = run(product, "list")
    assert import_id in listed.out and "二级建造师注册证书" in listed.out and "已完成" in listed.out
    shown = run(product, "show", import_id)
    assert shown.code == 0 and "新增 6 行" in shown.out and "注册专业" in shown.out

    told_of = report.read_text("utf-8-sig")
    report.unlink()
    undone = run(product, "undo", import_id, "--reason", "发错了文件", "--report", str(report))
    assert report.read_text("utf-8-sig") == told_of
    assert undone.code == 0 and "已撤回 6 行,保留 0 行" in undone.out, undone.error + undone.out
    assert "发错了文件" in run(product, "show", import_id).out
    brought_again = run(product, "certificates", str(path))
    assert "新增 6 行" in brought_again.out and import_id not in brought_again.out


def test_what_cannot_be_read_is_told_in_words(product: Running, tmp_path: Path) -> None:
    empty, wrong = tmp_path / "empty.csv", tmp_path / "wrong.csv"
    empty.write_text("", "utf-8")
    wrong.write_text("姓名,身份证号码,证书编号\n张伟明,1,2\n", "utf-8")
    assert "文件是空的" in run(product, "qualifications", str(empty)).error
    said = run(product, "qualifications", str(wrong))
    assert said.code == 1 and "批准日期" in said.error and "专业" in said.error
    assert "constructor-2" in run(product, "certificates", str(wrong), "--credential", "nothing").error


def test_an_import_that_is_not_there(product: Running) -> None:
    said = run(product, "show", str(uuid4()))
    assert said.code == 1 and "没有这次导入" in said.error
    for command in (("show", "zzz"), ("undo", "../x", "--reason", "错")):
        said = run(product, *command)
        assert said.code == 2 and "zhuce import list" in said.error
