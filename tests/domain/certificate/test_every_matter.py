"""Every matter that there is can be carried out: on an old certificate and on one that was granted, as its file says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.certificate import CancelCredential, EnterCredential, GrantCredential, Issuer, ReissueCredential, Scope
from contracts.filing import Attachment
from contracts.matters.facts import CertificateFacts
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from services.certificate.domain.approval import Approval
from services.certificate.domain.credential import CREDENTIAL, Credential
from services.certificate.domain.effects import CHANGES, Taking
from services.certificate.domain.holding import facts_of
from services.certificate.domain.kinds import kind_of
from services.kernel.testing import meta
from tests.domain.certificate.life import cancelled, entered, matched
from tests.domain.certificate.samples import DECIDED, FILING, OLD, PORTRAIT, THIRD, filing, granted, subject

MATTERS = default_registry().all()
LAST = date(2027, 6, 30)
FORM = {
    "certificate_number": "赣A042024000123",
    "first_issued_on": "2024-07-01",
    "valid_from": "2024-07-01",
    "valid_until": "2027-06-30",
    "issuing_authority": "江西省住房和城乡建设厅",
    "new_name": "周明",
    "new_resident_id": "11010519491231002X",
    "new_number": "11010519491231002X",
}


def scope_of(matter: Matter) -> tuple[str, str]:
    """Something that such a certificate is good for, and something else."""
    kind = kind_of(matter.credential)
    assert kind is not None
    first, second, *_ = [one for one in kind.options if one != "other"]
    return first, second


def held(matter: Matter, electronic: bool) -> Credential:
    scope = (Scope(specialty=scope_of(matter)[0], label="甲", expires_on=LAST),)
    if not electronic:
        return CREDENTIAL.fold([entered(kind=matter.credential, scopes=scope), matched()])
    said: dict[str, Any] = {"kind": matter.credential, "filing_id": THIRD, "credential_id": OLD, "scopes": scope}
    uscc = granted().issuer.uscc
    return CREDENTIAL.fold([granted(**said, valid_until=LAST, issuer=Issuer(name="甲省", uscc=uscc, place=matter.province))])


def approved(matter: Matter, certificate: CertificateFacts | None) -> Approval:
    had, more = scope_of(matter)
    wanted = more if matter.effect.kind == "extend" else had
    many = [had] if matter.effect.kind in ("renew", "correct") else had
    form = {**FORM, "specialty": wanted, "specialties": [had], "category": many, "categories": [had]}
    whom = subject()
    qualification = whom.qualifications[0].model_copy(update={"credential": matter.credential, "specialty": wanted})
    shown = filing(
        matter=matter.code,
        matter_version=matter.version,
        subject=whom.model_copy(update={"qualifications": (qualification,)}),
        form=form,
        certificate=certificate,
        attachments=(Attachment(attachment="portrait", file=PORTRAIT),),
        place="430100" if matter.province == "000000" else f"{matter.province[:2]}0100",
    )
    return Approval(FILING, 1, DECIDED, matter, shown, default_registry().labels, kind_of(matter.credential))


@pytest.mark.parametrize("electronic", [True, False], ids=["granted", "old"])
@pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.key)
def test_takes_effect(matter: Matter, electronic: bool) -> None:
    before = held(matter, electronic)
    approval = approved(matter, facts_of(before, DECIDED))
    kind = matter.effect.kind
    if kind in ("grant", "supplement"):
        over = CREDENTIAL.evolve(before, cancelled(credential_id=OLD))
        taking = Taking(approval, Credential(), over if kind == "grant" else None)
    else:
        taking = Taking(approval, before)
    order: Any = taking.order(meta(), dict.fromkeys(taking.series, 7))
    shape = {"grant": GrantCredential, "supplement": EnterCredential}.get(kind) or (
        ReissueCredential if kind in CHANGES else CancelCredential
    )
    assert isinstance(order, shape)
    (event,) = CREDENTIAL.decide(taking.current, order)
    after: Any = CREDENTIAL.evolve(taking.current, event)
    assert after.status(DECIDED) == ("cancelled" if shape is CancelCredential else "valid")
    if shape in (GrantCredential, ReissueCredential):
        assert order.title and all(one.label for one in order.scopes)
        words = kind_of(matter.credential)
        assert (words is not None and words.knows_number(order.registration_number)) or shape is ReissueCredential
        assert isinstance(order.portrait, type(PORTRAIT))
