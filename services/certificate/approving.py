"""What was approved is carried out, or it is seen in the history why it could not be any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from contracts.certificate import AllocateNumber, CancelCredential, NumberAllocated
from contracts.decider import Claim
from contracts.errors import NotFound, Refused
from contracts.filing import FilingTookEffect, FilingView, GetFiling
from contracts.matters.facts import ABOUT_CERTIFICATES
from contracts.matters.registry import default_registry
from contracts.message import Command, Recorded
from contracts.review import CaseApproved
from services.certificate import reactions
from services.certificate.cascading import how_it_has_ended
from services.certificate.domain.approval import Approval
from services.certificate.domain.claims import HELD, NUMBER
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.effects import LATE, Order, Taking, wanted_by
from services.certificate.domain.holding import over_unsaid
from services.certificate.domain.kinds import kind_of
from services.certificate.domain.numbering import NUMBERING
from services.certificate.domain.rules import day_in_china
from services.certificate.domain.state import Credential
from services.certificate.register import Register
from services.kernel.kernel import Ground
from services.kernel.numbers import drawn


class TooLate(Exception):
    """What was approved is impossible now, by ``code``; ``held`` is the credential in its way."""

    def __init__(self, code: str, held: UUID | None = None) -> None:
        super().__init__(code)
        self.code, self.held = code, held


def when_case_approved_carry_out(recorded: Recorded[CaseApproved], ground: Ground) -> Iterable[Command]:
    """The authority has decided, or the rules, or the law by silence."""
    event = recorded.event
    return carry_out(recorded, ground, event, event.decided_on)


def when_filing_took_effect_carry_out(recorded: Recorded[FilingTookEffect], ground: Ground) -> Iterable[Command]:
    """All who had to agree have agreed, and no authority takes part."""
    return carry_out(recorded, ground, recorded.event, recorded.event.effective_on)


def carry_out(
    recorded: Recorded[Any], ground: Ground, decision: CaseApproved | FilingTookEffect, on: date
) -> Iterable[Command]:
    """Ask what was handed in, draw the numbers, give the order. Done again, it finds the numbers it drew.

    Each log's approvals are followed one by one, whatever the replicas; between the two logs claims decide.
    """
    registry = default_registry()
    approval = Approval(
        filing_id=decision.filing_id,
        round=decision.round,
        decided_on=on,
        matter=registry.get(decision.matter, decision.matter_version),
        filing=FilingView.model_validate(ground.rpc.send(GetFiling(filing_id=decision.filing_id))),
        labels=registry.labels,
        kind=kind_of(registry.get(decision.matter, decision.matter_version).effect.credential),
    )
    register = Register(ground)
    held = register.of_person(approval.subject.person_id)
    current = register.get(approval.target)
    taking = Taking(approval, current, _former(approval, register, held))
    if taking.done:
        return
    try:
        _still_possible(taking, held)
        _still_registrable(ground, taking)
        for one in over_unsaid(held, min(on, day_in_china(recorded.meta.at))):
            if one.credential_id == approval.target:
                continue  # it is renewed: nobody is to be told that it has expired
            ground.execute(reactions.when_place_is_needed_say_that_it_is_over(recorded, one))
        order = _numbered(recorded, ground, taking)
        _tried(ground, current, order)
        yield order
    except TooLate as late:
        yield _refusal(recorded, taking, late.code, late.held)
    except Refused as refused:
        if refused.code not in LATE:
            raise
        yield _refusal(recorded, taking, refused.code, None)


def number_of(ground: Ground, command: AllocateNumber) -> int:
    """The number that the purpose has, now or since before."""
    return drawn(ground, NUMBERING, NumberAllocated, command, command.series, command.purpose)


def _numbered(recorded: Recorded[Any], ground: Ground, taking: Taking) -> Order:
    """The order with its numbers. One that an old certificate has already, from before this register, is passed by."""
    filing_id, series = taking.approval.filing_id, taking.series
    meta = reactions.meta_of(recorded, _COMMAND[taking.approval.effect.kind])
    serials = {
        what: number_of(ground, reactions.when_approved_draw_number(recorded, filing_id, name))
        for what, name in series.items()
    }
    again = 1
    while True:
        order = taking.order(meta, serials)
        if "registration" not in series or isinstance(order, CancelCredential):
            return order
        if ground.log.holder(NUMBER, order.registration_number) in (None, str(order.credential_id)):
            return order
        again += 1
        draw = reactions.when_approved_draw_number(recorded, filing_id, series["registration"], again)
        serials["registration"] = number_of(ground, draw)


_COMMAND = {
    **dict.fromkeys(("renew", "extend", "replace", "amend", "transfer", "correct"), "reissue"),
    **{"grant": "grant", "supplement": "enter", "cancel": "cancel", "force_cancel": "cancel"},
}
"""The first part of the order's id."""


def _refusal(recorded: Recorded[Any], taking: Taking, code: str, held: UUID | None) -> Command:
    return taking.refusal(reactions.meta_of(recorded, f"refuse-{_COMMAND[taking.approval.effect.kind]}"), code, held)


def _former(approval: Approval, register: Register, held: list[Credential]) -> Credential | None:
    """Whose place a grant takes: the one that the filing is about, else the latest of its kind and scope that is over."""
    if approval.effect.kind != "grant":
        return None
    if approval.matter.subject.picked_from in ABOUT_CERTIFICATES and approval.filing.certificate is not None:
        return register.get(approval.filing.certificate.certificate_id)
    former = wanted_by(approval).takes_the_place_of(held)
    return register.get(former) if former is not None else None


def _still_possible(taking: Taking, held: list[Credential]) -> None:
    """Looked at before a number is drawn."""
    effect, current = taking.approval.effect, taking.current
    if effect.kind == "grant":
        if (rival := wanted_by(taking.approval).stands_in_the_way(held)) is not None:
            raise TooLate("certificate_held", rival)
    elif effect.kind != "supplement":
        if not current.exists:
            raise NotFound.of("credential", taking.approval.target)
        if current.ended is not None:
            raise TooLate(f"certificate_{current.ended.how}")
        if taking.holder_moved:
            raise TooLate("holder_matched_already")


def _still_registrable(ground: Ground, taking: Taking) -> None:
    """Nobody is registered for an enterprise that has ended since the filing was handed in, or beyond the age, or after their
    death: it would lapse at once.
    """
    kind, holder, on = taking.approval.kind, taking.registers, taking.approval.decided_on
    if kind is None or not kind.lapses_on or holder is None:
        return
    last_day = kind.last_day_of_age(holder.birth_date)
    if last_day is not None and on > last_day:
        raise TooLate("over_age")
    if (ended := how_it_has_ended(ground, holder, kind.lapses_on)) is not None:
        raise TooLate(ended[0])


def _tried(ground: Ground, current: Credential, order: Order) -> None:
    """Whether somebody else has what the order would need: a number, a place."""
    state = current
    for event in CREDENTIAL.decide(state, order):
        for change in CREDENTIAL.claims(state, event):
            if not isinstance(change, Claim) or change.kind not in (NUMBER, HELD):
                continue  # the others have the credential in their key, or are a mistake of ours
            holder = ground.log.holder(change.kind, change.key)
            if holder is not None and holder != str(order.credential_id):
                raise TooLate(change.refusal, UUID(holder))
        state = CREDENTIAL.evolve(state, event)
