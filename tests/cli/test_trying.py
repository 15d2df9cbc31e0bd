"""``zhuce matters try``: every matter there is, carried from a draft to its effect by the product's own rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from cli.trying.made_up import scene_for
from cli.trying.solving import fulfil
from cli.trying.story import tell
from contracts.matters.conditions import Condition, holds
from contracts.matters.form import Field
from contracts.matters.lookup import value_at
from contracts.matters.registry import Registry, default_registry
from contracts.matters.schema import Matter
from tests.cli.zhuce import zhuce

TODAY = date(2026, 11, 23)
CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


def newest() -> list[Matter]:
    """The newest version of every matter, released or not."""
    last = {one.code: one for one in default_registry().all()}
    return list(last.values())


@pytest.mark.parametrize("matter", newest(), ids=lambda one: one.code)
def test_every_matter_is_carried_through(matter: Matter) -> None:
    steps = list(tell(matter, default_registry(), TODAY))
    assert not steps[-1].failed, [steps[-1].says, *steps[-1].details]
    assert steps[-1].who == "电子证照" and "没有变化" not in steps[-1].says


def test_the_version_that_is_tried_judges_whichever_is_the_newest() -> None:
    first = default_registry().get("hunan/constructor-2-initial", 1)
    head, *rest = first.form.sections
    asked = Field(name="new_name", type="text", required=True)
    form = first.form.model_copy(
        update={"sections": (head.model_copy(update={"fields": (*head.fields, asked)}), *rest)}
    )
    steps = list(tell(first.model_copy(update={"form": form}), default_registry(), TODAY))
    assert not steps[-1].failed, "a field that no other version knows"


def test_what_contradicts_itself_is_told() -> None:
    initial = default_registry().get("hunan/constructor-2-initial", 2)
    never = initial.preconditions[1].model_copy(
        update={
            "when": CONDITION.validate_python(
                {"all": [{"present": "subject.school"}, {"not": {"present": "subject.school"}}]}
            )
        }
    )
    (step,) = tell(initial.model_copy(update={"preconditions": (never,)}), default_registry(), TODAY)
    assert step.failed and "实名认证" in step.details[0]


@pytest.mark.parametrize(
    "condition",
    [
        {"present": "a.words"},
        {"equals": ["a.flag", True]},
        {"not": {"equals": ["a.set", True]}},
        {"same": ["a.one", "a.other"]},
        {"not": {"same": ["a.one", "a.one_too"]}},
        {"in": ["a.one", ["x", "y"]]},
        {"contains": ["a.list", "x"]},
        {"includes": ["a.list", "a.other"]},
        {"at_least": ["a.number", 60]},
        {"not": {"at_least": ["a.number", 1]}},
        {"at_most": ["a.number", 0]},
        {"before": ["a.day", "today"]},
        {"after": ["a.day", "today", {"months": 3}]},
        {"not_before": ["a.day", "today", {"days": 30}]},
        {"not_after": ["today", "a.day", {"days": -90}]},
        {"some": ["a.items", {"all": [{"equals": ["it.kind", "k"]}, {"after": ["it.day", "today"]}]}]},
        {"not": {"some": ["a.held", {"equals": ["it.kind", "k"]}]}},
        {"any": [{"equals": ["a.one", "x"]}, {"equals": ["a.one", "y"]}]},
        {"not": {"any": [{"equals": ["a.one", "a"]}, {"equals": ["a.other", "o"]}]}},
    ],
)
def test_a_condition_is_made_to_hold(condition: object) -> None:
    facts = {
        "today": "2026-11-23",
        "a": {
            **{"one": "a", "one_too": "a", "other": "o", "flag": None, "set": True, "number": 5, "list": ["l"], "day": "2026-11-23"},
            "items": [],
            "held": [{"kind": "k"}, {"kind": "other"}],
        },
    }
    wanted = CONDITION.validate_python(condition)

    def put(path: str, value: object) -> None:
        *parents, last = path.split(".")
        value_at(facts, ".".join(parents))[last] = value

    assert not holds(wanted, facts)
    fulfil(wanted, facts, put)
    assert holds(wanted, facts)


def test_nobody_is_made_up_who_could_be_real() -> None:
    registry: Registry = default_registry()
    for matter in newest():
        scene = scene_for(matter, registry, TODAY)
        assert scene.subject.resident_id[14:17] in ("000", "111") and "样例" in scene.subject.name


def test_it_is_printed_step_by_step() -> None:
    said = zhuce("matters", "try", "hunan/constructor-2-initial")
    assert said.code == 0, said.error
    for words in ("新建申报", "填写表单", "受理通过", "公示", "颁发", "电子证照标识"):
        assert words in said.out, words


def test_a_directory_without_matters(tmp_path: Path) -> None:
    said = zhuce("matters", "check", str(tmp_path))
    assert said.code == 1 and "没有事项文件" in said.error


def test_every_mistake_is_told_with_file_line_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "guizhou").mkdir()
    (tmp_path / "guizhou" / "something.v1.yaml").write_text("code: guizhou/something\nversion: one\nfiled_by: nobody\n")
    said = zhuce("matters", "check", str(tmp_path))
    assert said.code == 1
    assert "something.v1.yaml:2:" in said.error and "something.v1.yaml:3:" in said.error and "→" in said.error
