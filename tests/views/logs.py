"""The logs of a story as followers and rebuilding read them, followers without a container, and what tables hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from services.kernel.database import Database
from services.kernel.projection import Projects
from services.kernel.view import View
from tests.views.story import Story, messages

Tables = dict[str, str | None]


class Logs:
    """The logs of four services, page by page."""

    def __init__(self, story: Story, limit: int = 7) -> None:
        self.story, self.limit = story, limit

    def read(self, source: str, after: int) -> list[dict[str, Any]]:
        return messages(self.story.logs[source])[after : after + self.limit]


def follower_of(database: Database, view: View, source: str) -> Projects:
    """A follower that is handed pages by the test."""
    follower = Projects(view, source)
    follower.ground = SimpleNamespace(database=database, container=SimpleNamespace(service_name="query"))
    return follower


def follow(database: Database, view: View, logs: Logs) -> None:
    """Let the live view catch up, through the code of its followers."""
    for source in view.sources():
        follower = follower_of(database, view, source)
        position = follower.recorded_position()
        while page := logs.read(source, position):
            position = follower.apply(page)


def tables(cursor: Any, schema: str) -> Tables:
    """A hash of each table of a schema."""
    found: Tables = {}
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema])
    for (table,) in cursor.fetchall():
        cursor.execute(
            f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE "C")) FROM "{schema}".{table} AS t'
        )
        found[table] = cursor.fetchone()[0]
    return found


def live(database: Database, view: View) -> Tables:
    """A hash of each table of the live view."""
    with database.transaction() as cursor:
        return tables(cursor, view.name)
