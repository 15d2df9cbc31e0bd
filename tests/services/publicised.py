"""A case that is shown, behind the gateway's application: review's own rules answer, on a log in memory."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.errors import NotFound
from contracts.message import Event
from contracts.query import GazetteRow, PublicityRow
from contracts.review import (
    AnswerObjection,
    AssignObjection,
    GetObjection,
    GetPublicity,
    LodgeObjection,
    Objections,
    PublicityEnded,
)
from contracts.working_days import WorkingDays
from services.kernel.clock import CHINA, clock
from services.review.domain.decide import CASE
from services.review.objection_answers import publicity_view, receipt
from tests.domain.review.objected import RULES
from tests.domain.review.samples import CASE_ID, ENDED, PUBLICISED, examined
from tests.services.gateway_stage import Stage

NUMBER = "湘建建公告〔2026〕12号"


class Publicised(Stage):
    """It was shown from this morning on, for ten days."""

    def __init__(self, directory: Path, objections: Objections = RULES, **config: Any) -> None:
        super().__init__(directory, **config)
        today = clock.now().date()
        self.ends_on = today + timedelta(days=10)
        days = {"starts_on": today, "ends_on": self.ends_on}
        self.history: list[Event] = [*examined(objections=objections), PUBLICISED.model_copy(update=days)]
        self.services.answers |= {
            "GetPublicity": self._publicity,
            "LodgeObjection": self._carry_out,
            "AssignObjection": self._carry_out,
            "AnswerObjection": self._carry_out,
            "GetObjection": self._receipt,
            "ListPublicity": self._list,
            "ListGazette": {**self._page(), "rows": []},
        }

    def ended(self) -> PublicityEnded:
        """The end is recorded."""
        ended = ENDED.model_copy(update={"ended_on": self.ends_on})
        self.history.append(ended)
        return ended

    def to_the_last_second(self) -> None:
        """Somebody's clock in the product says 23:59:59 of the last day."""
        clock.offset += datetime.combine(self.ends_on, time(23, 59, 58), CHINA) - clock.now()

    @property
    def lodged(self) -> list[LodgeObjection]:
        """What was asked of review."""
        return [one for one in self.services.sent if isinstance(one, LodgeObjection)]

    def _case(self, case_id: UUID) -> Any:
        return CASE.fold(self.history) if case_id == CASE_ID else CASE.initial

    def _publicity(self, question: GetPublicity) -> Any:
        return publicity_view(self._case(question.case_id), question.case_id, question.at)

    def _carry_out(self, command: LodgeObjection | AssignObjection | AnswerObjection) -> Any:
        self.history += CASE.decide(self._case(command.case_id), command)
        version = len(self.history)
        return {"id": str(command.case_id), "version": version, "position": version, "service": "review"}

    def _receipt(self, question: GetObjection) -> Any:
        known = [one.lodged.objection_id for one in self._case(CASE_ID).objections]
        if question.objection_id not in known:
            raise NotFound.of("objection", question.objection_id)
        return receipt(self._case(CASE_ID), CASE_ID, question.objection_id, WorkingDays(estimate=True))

    def _list(self, question: Any) -> Any:
        mine = question.case_id in (None, CASE_ID)
        return {**self._page(), "rows": [row().model_dump(mode="json")] if mine else [], "total": int(mine)}

    @staticmethod
    def _page() -> dict[str, Any]:
        return {"total": 0, "page": 1, "per_page": 50, "behind": False}


def row(**changes: Any) -> PublicityRow:
    """The entry as the public sees it."""
    known: dict[str, Any] = {
        "case_id": CASE_ID,
        "number": "430000-2026-000001",
        "matter": "hunan/constructor-2-initial",
        "title": "二级建造师初始申报",
        "registration_type": "initial",
        "specialty": "building",
        "place": "430102",
        "masked_name": "李**",
        "enterprise_name": "长沙某建设有限公司",
        "starts_on": PUBLICISED.starts_on,
        "ends_on": PUBLICISED.ends_on,
        "announcement": None,
        "announced_on": None,
        "objections": True,
        "anonymous": True,
    }
    return PublicityRow(**{**known, **changes})


def document(number: str = NUMBER, entries: int = 2, **changes: Any) -> GazetteRow:
    """A line of the gazette."""
    known: dict[str, Any] = {
        "document_number": number,
        "entries": entries,
        "announced_on": "2026-03-18",
        "first_at": "2026-03-18T09:00:00+08:00",
        "last_at": "2026-03-18T09:30:00+08:00",
    }
    return GazetteRow(**{**known, **changes})
