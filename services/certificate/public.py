"""The public register: what strangers find of a certificate by the holder's name and one number with it."""

from __future__ import annotations

from contracts.certificate import FindPublic, PublicCredential, PublicCredentials
from contracts.identity import FindVerified, VerifiedPerson
from contracts.matters.registry import default_registry
from services.certificate.domain.claims import OF_RESIDENT
from services.certificate.domain.showing import public_credential
from services.certificate.domain.state import Credential
from services.certificate.register import Register
from services.certificate.usability import Usabilities
from services.kernel.kernel import Ground
from services.kernel.rpc import handles


class PublicRegister:
    """An entrypoint of the service."""

    kernel: Ground

    @handles(FindPublic)
    def find_public(self, question: FindPublic) -> PublicCredentials:
        """Name and numbers must agree with what the certificate says; what was withdrawn or is not public is not there."""
        found = self._by_number(question.number) if question.number else self._by_resident(question)
        usabilities = Usabilities(self.kernel, question.on)
        return PublicCredentials(
            certificates=tuple(
                one
                for credential in found
                if _is_meant(credential, question) and (one := self._shown(credential, question, usabilities))
            )
        )

    def _by_number(self, number: str) -> list[Credential]:
        register, number = Register(self.kernel), number.strip()
        kinds = (one.credential for one in default_registry().credentials() if one.knows_number(number))
        return [credential for kind in kinds for credential in register.by_number(kind, number)]

    def _by_resident(self, question: FindPublic) -> list[Credential]:
        """Of who has proven to be that person, and old ones that nobody has been matched with yet."""
        if question.resident_id is None:
            return []
        register, log = Register(self.kernel), self.kernel.log
        asked = FindVerified(resident_id=question.resident_id, name=question.name)
        verified = VerifiedPerson.model_validate(self.kernel.rpc.send(asked)).person_id
        old = [register.get(key) for key in log.holders(OF_RESIDENT, f"{question.resident_id}/")]
        return [*(register.of_person(verified) if verified is not None else ()), *old]

    def _shown(self, credential: Credential, question: FindPublic, usabilities: Usabilities) -> PublicCredential | None:
        shown, usability = usabilities.shown(credential)
        if not shown:
            return None
        followed = Register(self.kernel).is_followed(credential, question.on)
        found = public_credential(credential, credential.issue, question.on, followed=followed, usability=usability)
        return found if found.status != "withdrawn" else None


def _is_meant(credential: Credential, question: FindPublic) -> bool:
    if not credential.exists:
        return False
    holder = credential.face.holder
    return holder.name == question.name and question.resident_id in (None, holder.resident_id)
