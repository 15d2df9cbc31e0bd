"""What an issue must fulfil: rules by name, each with the code of what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

from contracts.certificate import GrantCredential, ReissueCredential
from contracts.errors import NotAllowed, Refused
from contracts.identifiers import parse_certificate_identifier
from contracts.message import Command
from services.certificate.domain.state import Credential

CHINA = timezone(timedelta(hours=8))
Order = GrantCredential | ReissueCredential


def only_the_product_itself(command: Command) -> None:
    """A certificate is a consequence of an approval: no account may order one, whatever way it comes in."""
    if command.meta.actor.kind != "system":
        raise NotAllowed("only_by_approval")


def not_ended(state: Credential) -> None:
    """What has ended stays so: no filing that was approved later brings it back."""
    if state.ended is not None:
        raise Refused(f"certificate_{state.ended.how}")


def day_in_china(at: datetime) -> date:
    """The day that it is in China at that moment."""
    return at.astimezone(CHINA).date()


def identifier_agrees(order: Order) -> str | None:
    """The identifier names its issuer and its issue (GB/T 36904)."""
    parts = parse_certificate_identifier(order.identifier)
    agrees = (parts.issuer, parts.version) == (order.issuer.uscc, order.identifier_version)
    return None if agrees else "identifier_of_another_issue"


def dates_in_order(order: Order) -> str | None:
    """Granted, then valid, then over."""
    early = isinstance(order, GrantCredential) and order.valid_from < order.granted_on
    return "validity_reversed" if early or order.valid_until < order.valid_from else None


def scopes_within(order: Order) -> str | None:
    """Each scope has its own last day, never beyond the certificate's; a certificate for nothing is none.

    Of a later issue, one that is over by itself may stand on it still.
    """
    if not order.scopes:
        return "no_scope"
    first = order.valid_from if isinstance(order, GrantCredential) else date.min
    within = all(first <= scope.expires_on <= order.valid_until for scope in order.scopes)
    return None if within else "scope_outside_validity"


def portrait_is_a_picture(order: Order) -> str | None:
    """What is printed as a portrait is one."""
    portrait = order.portrait
    return None if portrait is None or portrait.content_type.startswith("image/") else "portrait_not_a_picture"


def succeeds(state: Credential, order: ReissueCredential) -> str | None:
    """The next version of the same identifier, which it names; or the first version of its first one."""
    former = state.identifier
    if order.predecessor != former:
        return "predecessor_differs"
    now = parse_certificate_identifier(order.identifier)
    if former is None:
        return None if now.version == 1 else "identifier_of_another_issue"
    was = parse_certificate_identifier(former)
    return None if now == was._replace(version=was.version + 1) else "identifier_of_another_issue"


def coherent(order: Order, *more: str | None) -> None:
    """All that is wrong with it at once: it would be a mistake of ours."""
    rules = (identifier_agrees, dates_in_order, scopes_within, portrait_is_a_picture)
    found: Sequence[str | None] = [*(rule(order) for rule in rules), *more]
    if problems := [{"code": code} for code in found if code is not None]:
        raise Refused("grant_incoherent", problems=problems)
