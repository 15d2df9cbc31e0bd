"""May this person file this? For every matter on offer, whoever asks, however the person stands: an answer, never a bare refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from contracts.filing import Eligibility
from contracts.labels import default_labels
from contracts.matters.checks import rules_in_force
from contracts.matters.conditions import holds
from contracts.matters.facts import Facts
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from contracts.message import Actor
from services.filing.domain import certificates
from services.filing.domain.eligibility import as_drafted, eligibility
from services.filing.domain.known import Known, facts_with
from services.kernel.testing import NOON
from tests.matters.scenes import TODAY, fitting
from tests.samples import CITY_OFFICER, OTHER_ENTERPRISE

MATTERS = [one.code for one in default_registry().on_offer()]
OFF: Mapping[str, Any] = {"employed_by": None, "employment": None}
STANDINGS = ("as asked for", "unverified", "employed by nobody", "employer closed", "no certificate", "several")


@pytest.mark.parametrize("code", MATTERS)
def test_every_rule_is_answered_as_it_will_judge(code: str) -> None:
    matter = default_registry().get(code)
    usual = fitting(matter)
    assert usual.subject is not None and usual.filer is not None
    person = Actor(kind="person", account_id="p", person_id=usual.subject.person_id)
    employer = Actor(kind="enterprise", account_id="e", enterprise_id=usual.filer.enterprise_id)
    for asker in (person, employer, OTHER_ENTERPRISE, CITY_OFFICER):
        for standing in STANDINGS:
            known = _known(matter, usual, standing, asker)
            answer = _asked(matter, asker, known)
            _is_told_in_words(matter, answer)
            _judges_as_submission(matter, known, usual.form, answer)
            found = {one.code: one.holds for one in answer.rules}
            right = asker.kind == matter.filed_by and asker != OTHER_ENTERPRISE
            if right and standing in ("as asked for", "several"):
                assert answer.eligible is not False, [one for one in answer.rules if one.holds is False]
            if matter.filed_by == "person":
                assert found["filed_by_person"] is (asker.kind != "enterprise")
            if standing == "no certificate" and certificates.is_about_one(matter):
                assert found["certificate_found"] is False
            if standing == "unverified":
                assert found.get("verified", False) is False, "whom an employer strikes off may be out of reach"
            if standing == "employer closed" and matter.filed_by == "enterprise":
                assert found["filer_not_closed"] is False
            if standing == "employed by nobody" and matter.filed_by == "enterprise" and asker.kind != "enterprise":
                assert found["filed_by_enterprise"] is False


def _known(matter: Matter, usual: Facts, standing: str, asker: Actor) -> Known:
    subject, filer, certificate = usual.subject, usual.filer, usual.certificate
    assert subject is not None and filer is not None
    if standing == "unverified":
        subject = subject.model_copy(update={"verified": False})
    if standing == "employed by nobody":
        subject = subject.model_copy(update=dict(OFF))
        filer = filer if asker.kind == matter.filed_by == "enterprise" else None
    if standing == "employer closed":
        filer = filer.model_copy(update={"closed": True})
    if standing == "no certificate":
        subject, certificate = subject.model_copy(update={"certificates": ()}), None
    if standing == "several" and certificate is not None:
        older = certificate.model_copy(
            update={"certificate_id": _some_id(asker), "status": "cancelled", "number": "00000", "in_force": ()}
        )
        subject = subject.model_copy(update={"certificates": (older, *subject.certificates)})
        certificate = certificates.chosen(matter, subject, certificate_id=None, number=None, found=None)
    if asker == OTHER_ENTERPRISE and matter.filed_by == "enterprise" and filer is not None:
        filer = filer.model_copy(update={"enterprise_id": OTHER_ENTERPRISE.enterprise_id})
    return Known(subject, filer, certificate)


def _some_id(asker: Actor) -> Any:
    """Any id that is no certificate's of the scene."""
    return asker.person_id or asker.enterprise_id or asker.authority_id


def _asked(matter: Matter, asker: Actor, known: Known) -> Eligibility:
    drafted = as_drafted(matter, asker, known, "title", NOON)
    return eligibility(matter, asker, drafted, known, TODAY, default_labels(), open_elsewhere=False)


def _is_told_in_words(matter: Matter, answer: Eligibility) -> None:
    own = {one.code for one in matter.preconditions}
    assert own == {one.code for one in (*answer.rules, *answer.not_in_force)} & own, "every rule is answered"
    for one in answer.rules:
        assert one.needs and (one.remedy is not None) == (one.holds is False), one
        assert (one.says == one.needs) == (one.holds is True), "what is open says on what it depends"
        assert one.code not in own or (one.legal_basis and one.effective_from), one
    confirming = [one.name for one in answer.then if one.step == "confirmation"]
    assert set(confirming) <= {one.by for one in matter.confirmations} and answer.then[0].step == "form"


def _judges_as_submission(matter: Matter, known: Known, form: Mapping[str, Any], answer: Eligibility) -> None:
    """What is said beforehand is what a complete form meets; only what was left open is decided by it."""
    facts = facts_with(matter, known, dict(form), TODAY)
    said = {one.code: one.holds for one in answer.rules}
    for rule in rules_in_force(matter, TODAY):
        if said[rule.code] is not None:
            assert said[rule.code] == holds(rule.when, facts), rule.code
