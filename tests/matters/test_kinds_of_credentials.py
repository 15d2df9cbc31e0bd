"""Kinds of credentials as data: the numbers that matters make are of the kind's forms, and so are those that history has."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from contracts.matters.coherence_credential import credential_incoherences
from contracts.matters.coherence_effect import credential_of_matter_incoherences
from contracts.matters.credential import CertificateStatus, CredentialType
from contracts.matters.facts import gathered
from contracts.matters.registry import UnknownMatter, default_registry
from contracts.matters.schema import Matter
from tests.matters.scenes import TODAY, fitting

REGISTRY = default_registry()
NUMBERED = [matter for matter in REGISTRY.all() if matter.effect.number is not None]


@pytest.mark.parametrize("matter", NUMBERED, ids=lambda matter: matter.key)
def test_a_number_that_a_matter_makes_is_one_of_its_credential(matter: Matter) -> None:
    assert matter.effect.number is not None
    facts = fitting(matter)
    place = facts.filer.place if facts.filer is not None and facts.filer.place else matter.province
    for serial in (1, 99_999):
        number = matter.effect.number.number(place, gathered(matter, facts), TODAY, serial)
        assert REGISTRY.credential(matter.credential).knows_number(number), number


def test_a_number_that_is_none_of_its_credential_is_found_when_the_file_is_read() -> None:
    matter = REGISTRY.get("hunan/constructor-2-initial")
    number = matter.effect.number
    assert number is not None and matter.province == "430000"
    credential = REGISTRY.credential(matter.credential)
    assert list(credential_of_matter_incoherences(matter, credential)) == []
    other = number.model_copy(update={"pattern": number.pattern.replace("}2{", "}3{")})
    wrong = matter.model_copy(update={"effect": matter.effect.model_copy(update={"number": other})})
    ((at, said, _),) = credential_of_matter_incoherences(wrong, credential)
    assert at == ("effect", "number", "pattern") and "湘343" in said


@pytest.mark.parametrize("kind", ["constructor-2", "constructor-2-temp"])
@pytest.mark.parametrize(
    ("number", "known"),
    [
        ("粤2442021202125000", True),
        ("京211200601234", True),
        ("京21120060123", False),
        ("京2112006012345", False),
        ("粤1442021202125000", False),
        ("2442021202125000", False),
        ("粤24420212021250001", False),
        ("", False),
    ],
)
def test_the_forms_that_constructors_numbers_have_had(kind: str, number: str, known: bool) -> None:
    """17 characters today, 13 long ago: 粤2442021202125000 and 京211yyyynnnnn."""
    assert REGISTRY.credential(kind).knows_number(number) is known


@pytest.mark.parametrize("credential", REGISTRY.credentials(), ids=lambda one: one.credential)
def test_every_status_has_a_code_outside(credential: CredentialType) -> None:
    assert set(credential.status_codes) == set(get_args(CertificateStatus))
    assert credential.options


@pytest.mark.parametrize(
    ("change", "told"),
    [({"age_limit": None}, True), ({"lapses_on": ("holder_died",)}, True), ({"age_limit": None, "lapses_on": ()}, False)],
)
def test_an_age_that_ends_it_is_said_in_both_places_or_in_none(change: dict[str, Any], told: bool) -> None:
    kind = REGISTRY.credential("constructor-2").model_copy(update=change)
    assert [where for where, *_ in credential_incoherences(kind, REGISTRY.labels)] == [("lapses_on",)] * told


def test_a_kind_that_there_is_not() -> None:
    with pytest.raises(UnknownMatter, match="constructor-9"):
        REGISTRY.credential("constructor-9")
