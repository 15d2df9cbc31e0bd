"""What no two credentials share, and by what each is found: the index that is never behind.

- ``registration_number``, ``identifier`` (each issue's), ``document``: kept for ever.
- ``held``: person / kind / scope, or person / kind where a person has one: while it stands.
- ``of_person``: person / credential: everything that somebody ever had; moved where the holder was wrong.
- ``of_resident``: ID number / credential, of an old one as long as nobody has proven to be its holder.
- ``employer``: enterprise / credential, and ``valid_until``: day / credential: while it stands. That day is the last one, or the
  last one before its holder is too old for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.certificate import (
    ChangeRefused,
    CredentialCancelled,
    CredentialEntered,
    CredentialExpired,
    CredentialGranted,
    CredentialLapsed,
    CredentialReinstated,
    CredentialReissued,
    CredentialVouched,
    CredentialVouchEnded,
    CredentialWithdrawn,
    DocumentIssued,
    DocumentNotIssued,
    GrantRefused,
    HolderMatched,
)
from contracts.decider import Claim, Release
from services.certificate.domain.aging import last_day_of
from services.certificate.domain.evolution import CredentialEvent, evolve
from services.certificate.domain.kinds import one_per_person
from services.certificate.domain.state import Credential

WAITING = "document_waiting"
"""The claim of every credential whose document could not be made."""
NUMBER, IDENTIFIER, DOCUMENT = "registration_number", "identifier", "document"
HELD, OF_PERSON, OF_RESIDENT = "held", "of_person", "of_resident"
EMPLOYER, VALID_UNTIL = "employer", "valid_until"


def claims(state: Credential, event: CredentialEvent) -> Sequence[Claim | Release]:
    """What an event takes and gives back."""
    after = evolve(state, event)
    match event:
        case CredentialGranted():
            return [_number(event.registration_number, event.after if event.number_kept else None), _own(event), *standing(after)]
        case CredentialEntered():
            return [_number(event.registration_number), *standing(after)]
        case CredentialReissued():
            anew = [] if event.registration_number == state.face.registration_number else [_number(event.registration_number)]
            waited = [Release(WAITING)] if state.waiting is not None else []
            moved = [Release(kind) for kind in (HELD, OF_PERSON, OF_RESIDENT, EMPLOYER, VALID_UNTIL)]
            return [*anew, _own(event), *waited, *moved, *standing(after)]
        case HolderMatched():
            return [Release(OF_RESIDENT), Release(EMPLOYER), Release(VALID_UNTIL), *standing(after)]
        case CredentialCancelled() | CredentialLapsed() | CredentialExpired():
            # nothing is signed for what has ended; what only is over is renewed, perhaps, and shown until then
            waited = [Release(WAITING)] if after.ended is not None and state.waiting is not None else []
            return [Release(HELD), Release(EMPLOYER), Release(VALID_UNTIL), *waited]
        case CredentialReinstated():
            return [one for one in standing(after) if one.kind not in (OF_PERSON, OF_RESIDENT)]
        case CredentialWithdrawn():
            return [Release(kind) for kind in (HELD, OF_RESIDENT, EMPLOYER, VALID_UNTIL)]
        case DocumentIssued():
            ends_waiting = state.waiting is not None and after.waiting is None
            given_back = [Release(WAITING)] if ends_waiting else []
            return [Claim(DOCUMENT, event.document.sha256, "document_taken"), *given_back]
        case DocumentNotIssued():
            # nobody else can have it: it is kept so that those who wait are counted and found
            return [Claim(WAITING, str(event.credential_id), "document_taken")]
        case GrantRefused() | ChangeRefused() | CredentialVouched() | CredentialVouchEnded():
            return []


def standing(credential: Credential) -> list[Claim]:
    """What a credential has as long as it stands, and whose it is for ever."""
    face, key = credential.face, credential.credential_id
    person, enterprise = face.holder.person_id, face.holder.enterprise_id
    if person is None:
        found = [Claim(OF_RESIDENT, f"{face.holder.resident_id}/{key}", "certificate_held")]
    else:
        found = [Claim(OF_PERSON, f"{person}/{key}", "certificate_held")]
    if not credential.standing:
        return found
    if person is not None and not credential.beside:
        found += [Claim(HELD, place, "certificate_held") for place in places_of(credential)]
    if enterprise is not None:
        found.append(Claim(EMPLOYER, f"{enterprise}/{key}", "certificate_held"))
    return [*found, Claim(VALID_UNTIL, f"{last_day_of(credential).isoformat()}/{key}", "certificate_held")]


def places_of(credential: Credential) -> list[str]:
    """The keys by which it is its holder's one; they begin with the holder."""
    place = f"{credential.face.holder.person_id}/{credential.kind}"
    if one_per_person(credential.kind):
        return [place]
    return [f"{place}/{scope.specialty}" for scope in credential.face.scopes]


def _number(number: str, after: object = None) -> Claim:
    """One that goes on under its predecessor's number is the only one to do so."""
    return Claim(NUMBER, number if after is None else f"{number}/{after}", "registration_number_taken")


def _own(event: CredentialGranted | CredentialReissued) -> Claim:
    return Claim(IDENTIFIER, event.identifier, "identifier_taken")
