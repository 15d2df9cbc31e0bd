"""Every matter file of the product loads, is released, and does not leave anything that people see without
words.
"""

from __future__ import annotations

from datetime import date

import pytest

from contracts.identifiers import make_certificate_identifier
from contracts.labels import MATTERS
from contracts.matters.checks import check_attachments, check_form, check_preconditions
from contracts.matters.facts import Facts, gathered
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from contracts.matters.show import describe
from contracts.matters.words import shown_names

EVERY = default_registry().all()


def test_every_file_that_looks_like_a_matter_was_read() -> None:
    files = {
        f"{path.parent.name}/{path.name}"
        for path in MATTERS.glob("*/*.v*.yaml")
        if not {".options.", ".credential."} & {suffix + "." for suffix in path.suffixes}
    }
    assert files == {f"{matter.code}.v{matter.version}.yaml" for matter in EVERY}
    assert files


@pytest.mark.parametrize("matter", EVERY, ids=lambda matter: matter.key)
class TestMatter:
    def test_it_is_released(self, matter: Matter) -> None:
        assert default_registry().is_released(matter), "python -m contracts.matters.registry --release"

    def test_it_reads_back_from_its_own_json(self, matter: Matter) -> None:
        assert Matter.model_validate_json(matter.model_dump_json()) == matter

    def test_everything_shown_has_words(self, matter: Matter) -> None:
        labels = default_registry().labels
        for _, key in shown_names(matter):
            assert labels.label(key, matter=matter.code).strip()

    def test_it_can_be_told(self, matter: Matter) -> None:
        told = describe(matter)
        assert told["title"]
        assert told["result"]
        assert len(told["files"]) == len(matter.attachments)

    def test_facts_of_nobody_are_enough_to_evaluate_its_rules(self, matter: Matter) -> None:
        nothing = gathered(matter, Facts(today=date(2026, 11, 20)))
        assert isinstance(check_preconditions(matter, nothing), list)
        assert all(problem.code == "required" for problem in check_form(matter, {}, nothing))
        assert all(problem.code == "attachment_missing" for problem in check_attachments(matter, [], nothing))

    def test_the_certificate_identifiers_it_makes_are_good(self, matter: Matter) -> None:
        identifier = matter.effect.identifier
        if identifier is not None:
            assert make_certificate_identifier(identifier.type, identifier.issuer, "2432026000001", 1)
