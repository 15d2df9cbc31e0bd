"""What must hold whatever happened: every accepted command once, everywhere, in order, and nothing else."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg2

from contracts.message import SYSTEM, Metadata
from services.kernel.database import Database
from services.kernel.wire import from_wire, to_wire
from tests.kernel.harness import Bench
from tests.kernel.toy_view import TOTALS
from tests.kernel.waiting import IN_TIME, eventually


def increment(counter: str, by: int = 1, command_id: str | None = None, **more: Any) -> dict[str, Any]:
    """An Increment as it goes over the wire."""
    meta = Metadata(
        command_id=command_id or uuid4().hex, actor=SYSTEM, at=datetime.now(UTC), correlation_id="test", **more
    )
    return {"counter_id": counter, "by": by, "meta": meta.model_dump(mode="json")}


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """What a query gives; nothing while the table is not there."""
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())
    except psycopg2.errors.UndefinedTable:
        return []
    finally:
        connection.close()


def events(url: str) -> list[tuple[int, str, int, str, dict[str, Any]]]:
    """(position, stream, version, name, body) of a whole log."""
    found = rows(url, "SELECT position, stream, version, name, body FROM events ORDER BY position")
    return [(p, s, v, n, json.loads(b)) for p, s, v, n, b in found]


def reached(bench: Bench) -> list[int]:
    """The head of the counter's log, and how far its two followers have come."""
    mirror = bench.urls["mirror"]
    heads = rows(bench.urls["counter"], "SELECT coalesce(max(position), 0) FROM events")
    follows = rows(mirror, "SELECT position FROM followed WHERE source = 'mirror.follows.counter'")
    totals = rows(mirror, "SELECT position FROM totals.position WHERE source = 'counter'")
    return [found[0][0] if found else 0 for found in (heads, follows, totals)]


def settle(bench: Bench, timeout: float = IN_TIME) -> None:
    """Wait until both followers are at the end of the counter's log."""

    def errors() -> list[Any]:
        replicas = [toy for name, toy in bench.toys.items() if not name.startswith("counter") and toy.alive]
        return [part.get("error") for toy in replicas for part in toy.order(do="health")["parts"].values()]

    eventually(lambda: len(set(reached(bench))) == 1, timeout, lambda: f"head, mirror, view: {reached(bench)} {errors()}")


def prove(bench: Bench, accepted: Iterable[dict[str, Any]]) -> None:
    """Settle, and compare log, mirror's log and view with what was accepted and with each other."""
    settle(bench)
    log, mirror = events(bench.urls["counter"]), events(bench.urls["mirror"])
    for whole in (log, mirror):
        assert [position for position, *_ in whole] == list(range(1, len(whole) + 1)), "positions have gaps"
        versions = defaultdict(list)
        for _, stream, version, *_ in whole:
            versions[stream].append(version)
        for stream, found in versions.items():
            assert found == list(range(1, len(found) + 1)), f"versions of {stream} are not contiguous"

    wanted = {command["meta"]["command_id"]: (f"counter-{command['counter_id']}", command["by"]) for command in accepted}
    happened = [(body["meta"]["command_id"], (stream, body["event"]["by"])) for _, stream, _, _, body in log]
    assert Counter(id for id, _ in happened) == Counter(list(wanted)), "an accepted command is not exactly once in the log"
    assert dict(happened) == wanted

    for name, category in (("mirror.Reflected.v1", "mirror"), ("mirror.Tallied.v1", "tally")):
        causes = [(body["meta"]["causation_id"], stream) for _, stream, _, n, body in mirror if n == name]
        followed = [(f"counter:{p}", stream.replace("counter-", f"{category}-", 1)) for p, stream, *_ in log]
        assert causes == followed, f"{name}: not every event once and in order"
    reflected = [body["event"]["by"] for _, _, _, name, body in mirror if name == "mirror.Reflected.v1"]
    assert reflected == [body["event"]["by"] for *_, body in log]

    fold: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for *_, body in log:
        fold[body["event"]["counter_id"]][0] += body["event"]["by"]
        fold[body["event"]["counter_id"]][1] += 1
    view = {c: [total, n] for c, total, n in rows(bench.urls["mirror"], "SELECT * FROM totals.totals")}
    assert view == fold, "the view differs from a fold from scratch"
    live, anew = hashes(bench)
    assert live == anew, "the view differs from one made anew"


_HASH = "SELECT md5(coalesce(string_agg(md5(totals::text), '' ORDER BY counter_id), '')) FROM totals"


def hashes(bench: Bench) -> tuple[str, str]:
    """Of the view as it is, and of one that its handlers make from the whole log; which is not kept."""
    stored = rows(bench.urls["counter"], "SELECT position, stream, version, name, body FROM events ORDER BY position")
    database = Database(bench.urls["mirror"])
    found = []
    try:
        with database.transaction() as cursor:
            TOTALS.enter(cursor)
            cursor.execute(_HASH)
            found.append(cursor.fetchone()[0])
            TOTALS.make(cursor, "totals__proof")
            TOTALS.apply(cursor, [from_wire(to_wire("counter", *one)) for one in stored])
            cursor.execute(_HASH)
            found.append(cursor.fetchone()[0])
            cursor.execute("DROP SCHEMA totals__proof CASCADE")
    finally:
        database.close()
    return found[0], found[1]


def prove_replies(bench: Bench, replies: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """(command, reply): each names the very event that the command led to."""
    log = {body["meta"]["command_id"]: (p, stream, version) for p, stream, version, _, body in events(bench.urls["counter"])}
    for command, reply in replies:
        said = reply["position"], f"counter-{reply['id']}", reply["version"]
        assert said == log[command["meta"]["command_id"]], "a reply names another event than its command's"


def prove_published(bench: Bench, once: bool = False) -> None:
    """The relay published every event at least once, and each for the first time in the log's order."""
    head = reached(bench)[0]
    published = "SELECT position FROM published"
    eventually(lambda: rows(bench.urls["counter"], published) == [(head,)], why=lambda: rows(bench.urls["counter"], published))
    witnessed = bench.witnessed()
    assert (witnessed if once else list(dict.fromkeys(witnessed))) == list(range(1, head + 1))
