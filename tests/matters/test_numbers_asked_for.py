"""A form that asks for a certificate's number takes only one of the credential's forms, and says how it looks."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.labels import default_labels
from contracts.matters.checks import check_form, in_words
from contracts.matters.facts import gathered
from contracts.matters.registry import Registry, default_registry
from contracts.matters.schema import Matter
from contracts.yaml_source import MatterFileError
from tests.matters.conftest import CODE
from tests.matters.scenes import fitting

WRITTEN = [
    (matter, matter.effect.writes.registration_number.removeprefix("form."))
    for matter in default_registry().on_offer()
    if (matter.effect.writes.registration_number or "").startswith("form.")
]


def test_there_are_such_matters() -> None:
    assert {matter.effect.kind for matter, _ in WRITTEN} == {"supplement", "correct"}


@pytest.mark.parametrize(("matter", "name"), WRITTEN, ids=[matter.code for matter, _ in WRITTEN])
def test_what_is_written_on_a_certificate_as_its_number_is_one(matter: Matter, name: str) -> None:
    facts = fitting(matter)
    form = {**facts.form, name: "赣A042012000939"}
    known = gathered(matter, facts)
    assert check_form(matter, form, known) == []
    assert check_form(matter, {**form, name: " 赣A042012000939"}, known) == [], "blanks around it are no mistake"
    for wrong in ("赣B042012", "赣A122012000939", "赣A042012000939x", "样例"):
        (problem,) = check_form(matter, {**form, name: wrong}, known)
        assert (problem.code, problem.field) == ("number_form", name)
        said = in_words(problem, matter, default_labels())
        assert "证书编号" in said and "如赣A" in said and wrong not in said


FIELD = "- {name: school, type: text,"


@pytest.mark.parametrize(
    ("written", "message", "remedy"),
    [
        ("{name: school, number_of: constructor-3, type: text,", "没有名为“constructor-3”的证书种类", "constructor-2"),
        ("{name: school, number_of: constructor-2, type: date,", "应是文字", "text"),
        ("{name: school, numbers: [x], type: text,", "“numbers”不能写在字段里", "number_of"),
        ("{name: school, sample_number: x, type: text,", "“sample_number”不能写在字段里", "number_of"),
        ("{name: school, number_of: constructor-2-temp, type: text,", "没有编号样例", "sample_number"),
    ],
)
def test_what_is_wrong_with_the_field_is_told(province: Path, written: str, message: str, remedy: str) -> None:
    path = province / f"{CODE}.v1.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(FIELD) == 1
    path.write_text(text.replace(FIELD, f"- {written}"), encoding="utf-8")
    for kind in province.glob("common/constructor-2-temp.*.credential.yaml"):
        lines = kind.read_text(encoding="utf-8").splitlines(keepends=True)
        kind.write_text("".join(line for line in lines if not line.startswith("sample_number")), encoding="utf-8")
    with pytest.raises(MatterFileError) as refused:
        Registry.load(province)
    (told,) = [one for one in refused.value.problems if message in one.message]
    assert remedy in told.remedy and "school" in text.splitlines()[told.line - 1]


def test_a_sample_that_is_none_is_told(province: Path) -> None:
    path = province / "common/constructor-2.v1.credential.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}sample_number: 湘3430025202600001\n", encoding="utf-8")
    with pytest.raises(MatterFileError) as refused:
        Registry.load(province)
    (told,) = [one for one in refused.value.problems if "编号样例" in one.message]
    assert told.line == len(text.splitlines()) + 1
