"""200,000 rows of a department's list, from the file to the register: read, judged, recorded, each line answered; then undone.

Rows a second from opening the file to the last page's reply, over HTTP, by what ``zhuce import`` is made of. The limit is the same
rows, read already, in bulk INSERTs of a page each into a table with the same keys. Below: how fast the files alone are read,
what the undoing takes, and what the processes hold in memory before and after.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import openpyxl
import psutil
import psycopg2
from stdnum.cn import ric

from bench.common import Bench, Case, run
from bench.product import Product, product, spent
from cli.importing.reading import Table
from cli.importing.rows import Lines
from cli.importing.sending import PATH, ROWS, bring, patiently
from cli.product import Product as Api
from contracts.imports import ImportKind

CREDENTIAL = "constructor-2"
LIMIT = "bulk INSERT"
HEADS = {
    "qualifications": ["序号", "姓 名", "身份证号码", "资格证书管理号", "专业", "批准日期"],
    "certificates": ["姓名", "身份证号", "企业名称", "注册编号", "注册专业", "发证日期", "有效期至", "证书状态"],
}
_TABLE = """
    CREATE TABLE IF NOT EXISTS rows (number text PRIMARY KEY, resident_id text NOT NULL, body text NOT NULL);
    CREATE INDEX IF NOT EXISTS rows_by_resident_id ON rows (resident_id)"""
_INSERT = "INSERT INTO rows SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])"


def listed(kind: ImportKind, count: int) -> Iterator[list[str]]:
    """So many people as a department writes them: dates in three spellings, every tenth number full-width."""
    for n in range(count):
        body = f"43010219{60 + n // 336_000:02d}{n // 28_000 % 12 + 1:02d}{n // 1000 % 28 + 1:02d}{n % 1000:03d}"
        who = body + str(ric.calc_check_digit(body + "0"))
        day = ("2019-05-20", "2019/5/20", "2019年5月20日")[n % 3]
        if kind == "qualifications":
            yield [str(n + 1), "张 伟", who, f"ZG2019{n:010d}", "建筑工程", day]
        else:
            number = f"湘2432019{2010 + n // 100_000}{n % 100_000:05d}"
            yield ["张伟明", who, "湖南湘江建设有限公司", number, "建筑、市政", day, "2030.5.19", "有效"]


def write(path: Path, kind: ImportKind, count: int) -> Path:
    """A CSV file in GBK with a title above the header, or an XLSX file."""
    rows: list[list[str]] = [["湖南省住房和城乡建设厅"], HEADS[kind]]
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in (*rows, *listed(kind, count)):
            sheet.append(row)
        book.save(path)
        return path
    with path.open("w", encoding="gbk", newline="") as file:
        out = csv.writer(file)
        out.writerows(rows)
        out.writerows(listed(kind, count))
    return path


def brought(running: Product, path: Path, kind: ImportKind, step: Any) -> dict[str, Any]:
    """From the file to the last reply."""
    api = Api(running.url)
    api.sign_in("operator", running.operator_password)
    service = "identity" if kind == "qualifications" else "certificate"
    before, held, own = running.seconds(), running.memory(service), psutil.Process().memory_info().rss
    begin, made, most = time.perf_counter(), 0, held
    what: dict[str, Any] = {"kind": kind} if kind == "qualifications" else {"kind": kind, "credential": CREDENTIAL}
    with Table(path) as table:
        lines = Lines(table, kind, CREDENTIAL)
        about = {"file_name": path.name, "file_sha256": table.sha256, "lines": table.lines}
        begun = patiently(api, "POST", PATH, {**what, **about})
        for answer in bring(api, lines, begun, what, lambda upto: None):
            made += answer["made"]
            most = max(most, running.memory(service))
            step(answer["made"])
            if answer["problems"]:
                raise RuntimeError(str(answer["problems"][:3]))
    took = time.perf_counter() - begin
    return {
        "id": begun["import_id"],
        "made": made,
        "rate": made / took,
        "seconds": took,
        "cpu": {name: used / max(made, 1) for name, used in running.used(before).items()},
        "memory": (held, most),
        "reader": psutil.Process().memory_info().rss - own,
        "api": api,
    }


def undone(found: dict[str, Any]) -> float:
    """Seconds until every row is taken back."""
    api: Api = found["api"]
    begin = time.perf_counter()
    patiently(api, "POST", f"{PATH}/{found['id']}/undo", {"reason": "bench"})
    while (view := api.json("GET", f"{PATH}/{found['id']}"))["status"] != "undone":
        time.sleep(0.1)
    if view["withdrawn"] != found["made"]:
        raise RuntimeError(f"{view['withdrawn']} of {found['made']} taken back")
    return time.perf_counter() - begin


def read(path: Path, kind: ImportKind) -> float:
    """Rows a second of the file alone."""
    begin = time.perf_counter()
    with Table(path) as table:
        count = sum(1 for one in Lines(table, kind, CREDENTIAL) if one.values is not None)
    return count / (time.perf_counter() - begin)


def inserted(url: str, path: Path, kind: ImportKind) -> float:
    """Rows a second of bare INSERTs."""
    with Table(path) as table:
        values = [one.values for one in Lines(table, kind, CREDENTIAL) if one.values is not None]
    pages = [
        [list(column) for column in zip(*((v["number"], v["resident_id"], str(v)) for v in values[start : start + ROWS]), strict=True)]
        for start in range(0, len(values), ROWS)
    ]
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        cursor.execute("TRUNCATE rows")
        begin = time.perf_counter()
        for page in pages:
            cursor.execute(_INSERT, page)
        took = time.perf_counter() - begin
    connection.close()
    return len(values) / took


def measure(bench: Bench) -> None:
    """Both kinds of lists."""
    count = bench.pick(200_000, 5_000)
    with ExitStack() as stack:
        url = stack.enter_context(bench.database("imports"))
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhuce-bench-")))
        running = stack.enter_context(product(bench.admin_url))
        kinds: tuple[ImportKind, ...] = ("qualifications", "certificates")
        for kind in kinds:
            path = write(home / f"{kind}.csv", kind, count)
            with bench.bar(f"import {kind}", count) as step:
                found = brought(running, path, kind, step)
            if found["made"] != count:
                raise RuntimeError(f"{found['made']} of {count}")
            limit, alone = inserted(url, path, kind), read(path, kind)
            book = read(write(home / f"{kind}.xlsx", kind, count // 10), kind)
            back = undone(found)
            held, most = (one / 2**20 for one in found["memory"])
            bench.add(
                Case.of(f"import {kind}", found["rate"], "rows/s", limit=(LIMIT, limit)),
                f"{count:,} rows in {found['seconds']:.1f} s, taken back in {back:.1f} s",
                f"files alone: CSV {alone:,.0f} rows/s, XLSX {book:,.0f} rows/s",
                f"the service held {held:,.0f} MB before and {most:,.0f} MB at most, the reader {found['reader'] / 2**20:,.0f} MB more",
                f"CPU ms a row: {sum(found['cpu'].values()) * 1e3:.2f} = {spent(found['cpu'])}",
            )


if __name__ == "__main__":
    run("imports", measure)
