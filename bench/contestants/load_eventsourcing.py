"""A peer: the same filing as an aggregate of eventsourcing, from its repository on its own PostgreSQL recorder.

The fields are the same; what is a model of ours inside an event is a plain dictionary here, which is less work.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from bench.common import serve
from bench.contestants.filing_story import meta, story
from contracts.message import Event

Data = dict[str, Any]


class Filing(Aggregate):
    """Evolves as services/filing/domain/filing.py says."""

    @event("FilingDrafted")
    def __init__(self, filing_id: UUID, data: Data, drafted_at: datetime, meta: Data) -> None:
        self.drafted, self.status = {**data, "drafted_at": drafted_at}, "draft"
        self.submissions: list[Data] = []
        self.attachments: list[Data] = []

    @staticmethod
    def create_id(filing_id: UUID) -> UUID:
        return filing_id

    @event("SubjectPicked")
    def pick_subject(self, subject: Data, filer: Data, form: Data, taken: list[Data], meta: Data) -> None:
        self.subject, self.filer, self.form = subject, filer, form
        names = {one["attachment"] for one in taken}
        self.attachments = [one for one in self.attachments if one["attachment"] not in names] + taken

    @event("FormFilled")
    def fill_form(self, form: Data, meta: Data) -> None:
        self.form = form

    @event("FileAttached")
    def attach_file(self, attachment: str, file: Data, meta: Data) -> None:
        self.attachments = [*self.attachments, {"attachment": attachment, "file": file}]

    @event("FileDetached")
    def detach_file(self, attachment: str, sha256: str, meta: Data) -> None:
        gone = (attachment, sha256)
        self.attachments = [one for one in self.attachments if (one["attachment"], one["file"]["sha256"]) != gone]

    @event("CommitmentAccepted")
    def accept_commitment(self, text_sha256: str, meta: Data) -> None:
        self.commitment_sha256 = text_sha256

    @event("FilingSubmitted")
    def submit(self, data: Data, subject: Data, filer: Data, submitted_at: datetime, meta: Data) -> None:
        self.status, self.subject, self.filer = "submitted", subject, filer
        self.submissions.append({**data, "subject": subject, "filer": filer, "submitted_at": submitted_at})

    @event("FilingReturned")
    def send_back(self, round: int, reason: str, meta: Data) -> None:
        self.status, self.reason = "returned", reason


def write(app: Application[UUID], filing_id: UUID, length: int) -> None:
    """The same story told to the aggregate."""
    events = story(filing_id, length)
    data, drafted_at = _split(events[0], ("drafted_at",))
    filing = Filing(filing_id, data, drafted_at, meta=_meta(filing_id, 1))
    for version, one in enumerate(events[1:], 2):
        _tell(filing, one, _meta(filing_id, version))
    app.save(filing)


def _tell(filing: Filing, one: Event, about: Data) -> None:
    data = one.model_dump(mode="json", exclude={"filing_id"})
    match one.NAME.split(".")[1]:
        case "SubjectPicked":
            filing.pick_subject(**data, meta=about)
        case "FormFilled":
            filing.fill_form(**data, meta=about)
        case "FileAttached":
            filing.attach_file(**data, meta=about)
        case "FileDetached":
            filing.detach_file(**data, meta=about)
        case "CommitmentAccepted":
            filing.accept_commitment(**data, meta=about)
        case "FilingSubmitted":
            data, subject, filer, at = _split(one, ("subject", "filer", "submitted_at"))
            filing.submit(data, subject, filer, at, meta=about)
        case "FilingReturned":
            filing.send_back(**data, meta=about)
        case name:
            raise AssertionError(name)


def _split(one: Event, apart: tuple[str, ...]) -> tuple[Any, ...]:
    """Most fields in one dictionary, and some on their own; times as times, as the library's users keep them."""
    data = one.model_dump(mode="json", exclude={"filing_id"})
    alone = [getattr(one, name) if name.endswith("_at") else data[name] for name in apart]
    return ({name: value for name, value in data.items() if name not in apart}, *alone)


def _meta(filing_id: UUID, version: int) -> Data:
    about: Data = json.loads(meta(filing_id, version).model_dump_json(exclude_none=True))
    return about


def main(url: str) -> None:
    parts = urlsplit(url)
    app = Application[UUID](
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path[1:],
            "POSTGRES_HOST": parts.hostname or "",
            "POSTGRES_PORT": str(parts.port),
            "POSTGRES_USER": parts.username or "",
            "POSTGRES_PASSWORD": parts.password or "",
        }
    )

    def answer(ids: list[str], length: int, seconds: float = 0.0) -> dict[str, Any]:
        keys = [UUID(text) for text in ids]
        if not seconds:
            for key in keys:
                write(app, key, length)
            return {}
        loads, began = 0, time.perf_counter()
        until = began + seconds
        for key in cycle(keys):
            filing: Filing = app.repository.get(key)
            loads += 1
            if filing.version != length:
                raise AssertionError(f"{filing.version} events instead of {length}")
            if time.perf_counter() >= until:
                break
        return {"rate": loads / (time.perf_counter() - began)}

    serve(answer)
    app.close()


if __name__ == "__main__":
    main(sys.argv[1])
