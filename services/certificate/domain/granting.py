"""The orders that make a credential: granted, or an old one entered."""

from __future__ import annotations

from contracts.certificate import EnterCredential, GrantCredential, Issuer
from contracts.errors import Refused
from contracts.message import Metadata
from contracts.places import numbered_in
from services.certificate.domain import identifiers
from services.certificate.domain.approval import Approval
from services.certificate.domain.reasons import words_of
from services.certificate.domain.state import Credential
from services.certificate.domain.writing import Numbers, numbered, written_holder


def grant_order(a: Approval, former: Credential | None, meta: Metadata, numbers: Numbers) -> GrantCredential:
    """A certificate names its first and its last day: the day of the decision is the first of the three years
    (order 153, art. 10), and the last is the day before its anniversary.
    """
    effect = a.effect
    validity, identifier = a.there(effect.validity, "effect_incomplete"), a.there(effect.identifier, "effect_incomplete")
    first, last = a.decided_on, validity.last_day(a.decided_on)
    portrait = a.portrait()
    if portrait is None and (a.kind is None or a.kind.portrait):
        raise Refused("portrait_missing", params={"filing": str(a.filing_id)})
    return GrantCredential(
        meta=meta,
        **a.filed,
        credential_id=a.target,
        kind=effect.credential,
        title=a.title(),
        registration_number=numbered(a, numbers, former.face if former is not None else None),
        identifier=identifiers.first_identifier(identifier, first, numbers["identifier"]),
        identifier_version=identifiers.FIRST_ISSUE,
        holder=a.holder(),
        scopes=a.scope(a.asked_scope, last),
        issuer=a.issuer(),
        portrait=portrait,
        granted_on=first,
        valid_from=first,
        valid_until=last,
        attributes=effect.attributes_from(a.facts),
        after=former.credential_id if former is not None else None,
        predecessor=former.identifier if former is not None else None,
        number_kept=effect.number is None,
    )


def enter_order(a: Approval, meta: Metadata) -> EnterCredential:
    """An old certificate that the register lacks, as its holder states it and the authority has found it to be."""
    writes = a.effect.writes
    valid_until = a.day(a.there(writes.valid_until, "effect_incomplete"), a.decided_on)
    granted_on = a.day(writes.granted_on, a.day(writes.valid_from, a.decided_on))
    holder = written_holder(a, a.holder())
    attributes = a.effect.attributes_from(a.facts)
    number = a.entered_number
    own = a.effect.identifier
    named = own.issuer_name if own is not None else None
    issuer = a.there(words_of(attributes.get("issuer")) or named, "effect_incomplete")
    return EnterCredential(
        meta=meta,
        **a.filed,
        credential_id=a.target,
        kind=a.effect.credential,
        title=a.title(),
        registration_number=number,
        holder=holder,
        scopes=a.scope(a.asked_scope, valid_until),
        issuer=Issuer(
            name=issuer,
            uscc=own.issuer if own is not None and own.issuer_name == issuer else None,
            place=numbered_in(number) or a.matter.province,
        ),
        granted_on=granted_on,
        valid_from=a.day(writes.valid_from, granted_on),
        valid_until=valid_until,
        origin="supplemented",
        portrait=a.portrait(),
        attributes=attributes,
    )
