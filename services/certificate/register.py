"""Finds certificates in this service's own log, by claims: whatever was committed is found, never later."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.certificate.domain.claims import HELD, NUMBER, OF_PERSON
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.holding import followed
from services.certificate.domain.state import Credential
from services.kernel.kernel import Ground


class Register:
    """What the log of one product holds."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def get(self, credential_id: Any) -> Credential:
        """The credential as the log has it now; one that was never granted does not exist."""
        return self._ground.log.load(CREDENTIAL, credential_id).state

    def holding(self, kind: str, key: str) -> Credential | None:
        """The credential that has this number, identifier or document."""
        found = self._ground.log.holder(kind, key)
        return self.get(found) if found is not None else None

    def of_person(self, person_id: UUID) -> list[Credential]:
        """Everything that somebody has or had. Those of older logs are found by the place that they hold."""
        log = self._ground.log
        found = dict.fromkeys([*log.holders(OF_PERSON, f"{person_id}/"), *log.holders(HELD, f"{person_id}/")])
        return [one for key in found if (one := self.get(key)).exists and one.face.holder.person_id == person_id]

    def by_number(self, kind: str, number: str) -> list[Credential]:
        """Those of a kind with this registration number: one, or several that went on under it one after the other."""
        log = self._ground.log
        first = log.holder(NUMBER, number)
        found = dict.fromkeys([*([first] if first is not None else []), *log.holders(NUMBER, f"{number}/")])
        held = (self.get(key) for key in found)
        return [one for one in held if one.exists and one.kind == kind and one.face.registration_number == number]

    def is_followed(self, credential: Credential, on: date) -> bool:
        """Whether its holder was granted another one after it: looked up only of one that is over, else nothing could be."""
        person = credential.face.holder.person_id if credential.exists else None
        if person is None or not (credential.ended is not None or credential.over(on)):
            return False
        return credential.credential_id in followed(self.of_person(person))
