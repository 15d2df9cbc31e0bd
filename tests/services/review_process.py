"""review in a process of its own, as two replicas over memory://, with stand-ins for filing's log and for identity.

Each line of standard input is a call ``{"service", "method", "payload"}``, each line of output its reply; of a list of
calls, which are made at the same time, the list of their replies.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from functools import partial  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.tpool  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from nameko.timer import Timer  # noqa: E402

from contracts.decider import Decider  # noqa: E402
from contracts.errors import NotFound, Refusal  # noqa: E402
from contracts.filing import FilingSubmitted, SubmitFiling  # noqa: E402
from contracts.identity import (  # noqa: E402
    AnswerEmployment,
    EstablishAuthority,
    OpenAccount,
    ProposeEmployment,
    Session,
    WhoIs,
)
from contracts.message import Event  # noqa: E402
from services.identity.answers import Answers  # noqa: E402
from services.identity.domain.account import ACCOUNT  # noqa: E402
from services.identity.domain.authority import AUTHORITY  # noqa: E402
from services.identity.domain.employment import EMPLOYMENT  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.kernel import Ground, Kernel  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.kernel.rpc import executes, handles  # noqa: E402
from services.kernel.service import LogService  # noqa: E402
from services.kernel.typeset import CharactersMissing, typeset_with_marks  # noqa: E402
from services.review.documents import letter  # noqa: E402
from services.review.service import ReviewService  # noqa: E402
from tests.domain.review.samples import submission  # noqa: E402
from tests.kernel.toy_control import die_at  # noqa: E402

TICK = 0.25
"""Seconds between two looks of what looks every second elsewhere."""


def submit(rounds: int, command: SubmitFiling) -> Sequence[FilingSubmitted]:
    """Every submission is handed in without a question."""
    version = int(os.environ.get("MATTER_VERSION", "1"))
    told = {"round": rounds + 1, "submitted_at": command.meta.at, "matter_version": version}
    return [submission(filing_id=command.filing_id, **told)]


def count(rounds: int, event: Event) -> int:
    """How often it was submitted."""
    return rounds + 1


class FilingService(LogService):
    """A log that says that filings were submitted."""

    name = "filing"
    kernel = Kernel({SubmitFiling: (Decider("filing", 0, submit, count), "filing_id")})
    submit_filing = executes(SubmitFiling)


class IdentityService(Answers):
    """Officers' accounts, and whom people work for; neither providers nor notices."""

    name = "identity"
    kernel = Kernel(
        {
            EstablishAuthority: (AUTHORITY, "authority_id"),
            OpenAccount: (ACCOUNT, "account_id"),
            ProposeEmployment: (EMPLOYMENT, "employment_id"),
            AnswerEmployment: (EMPLOYMENT, "employment_id"),
        }
    )
    establish_authority = executes(EstablishAuthority)
    open_account = executes(OpenAccount)
    propose_employment = executes(ProposeEmployment)
    answer_employment = executes(AnswerEmployment)

    @handles(WhoIs)
    def who_is(self, question: WhoIs) -> Session:
        """As identity answers."""
        opened = self.kernel.log.load(ACCOUNT, question.account_id).state.opened
        if opened is None:
            raise NotFound.of("account", question.account_id)
        return Session(account_id=question.account_id, actor=opened.holder, name=opened.name)


def lack(characters: str) -> None:
    """As if no font had these."""

    def typeset(template: Path, data: Any, **how: Any) -> Any:
        if missing := [one for one in characters if one in json.dumps(data, ensure_ascii=False)]:
            raise CharactersMissing(tuple(f"U+{ord(one):04X}" for one in missing))
        return typeset_with_marks(template, data, **how)

    vars(letter)["typeset_with_marks"] = typeset


def main() -> None:
    """Run until standard input ends."""
    log_to()
    memory_broker.install()
    die_at(os.environ.get("DIES_AT"))
    lack(os.environ.get("LACKING", ""))
    config = {
        "AMQP_URI": memory_broker.URI,
        "DATABASES": json.loads(os.environ["DATABASE_URLS"]),
        "DATA": os.environ["ZHUCE_DATA"],
        "DEVELOPMENT": os.environ["DEVELOPMENT"] == "1",
    }
    services = (FilingService, IdentityService, ReviewService, ReviewService)
    containers = [ServiceContainer(cls, config) for cls in services]
    for container in containers:
        for one in container.entrypoints:
            if isinstance(one, Timer) and one.interval == 1:
                one.interval = TICK
        container.start()
    ground = next(e for e in containers[0].extensions if isinstance(e, Ground))
    print("ready", flush=True)
    while line := eventlet.tpool.execute(sys.stdin.readline):
        order = json.loads(line)
        if isinstance(order, list):
            print(json.dumps(list(eventlet.GreenPool().imap(partial(reply, ground), order))), flush=True)
        else:
            print(json.dumps(reply(ground, order)), flush=True)
    os._exit(0)


def reply(ground: Ground, order: dict[str, Any]) -> dict[str, Any]:
    """The call's outcome."""
    try:
        return {"ok": ground.rpc.call(order["service"], order["method"], order["payload"])}
    except Refusal as refusal:
        return {"refusal": refusal.to_wire()}


if __name__ == "__main__":
    main()
