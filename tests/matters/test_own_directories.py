"""``ZHUCE_MATTERS``: a province's own directories of matters, beside the product's; and the trial matters there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from contracts.labels import MATTERS, SETTING, default_labels, label, matter_directories
from contracts.matters.checks import check_preconditions
from contracts.matters.facts import gathered
from contracts.matters.registry import Registry, default_registry
from contracts.matters.schema import Matter
from contracts.matters.show import describe
from contracts.yaml_source import MatterFileError
from deploy.settings import SettingWrong, readable_matters
from tests.matters.conftest import CODE, facts_of
from tests.matters.samples import DIRECTORY, TRIALS

OWN = Registry.load()
TRIAL = [matter for matter in TRIALS.all() if matter.code.startswith("trial/")]


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The trial directory is named; what was read by that is forgotten afterwards."""
    monkeypatch.setenv(SETTING, str(DIRECTORY))
    forget()
    yield monkeypatch
    monkeypatch.undo()
    forget()


def forget() -> None:
    default_registry.cache_clear()
    default_labels.cache_clear()


def test_what_is_named_is_on_offer_beside_the_product_s_own(named: pytest.MonkeyPatch) -> None:
    offered = {one.code for one in default_registry().on_offer()}
    assert offered == {*(one.code for one in OWN.on_offer()), *(one.code for one in TRIAL)}
    assert CODE in offered
    assert label("title", matter="trial/automatic") == "自动审批事项(试用)"
    assert label("fields.school") == "毕业院校"


def test_without_the_setting_there_is_the_product_s_own_only() -> None:
    assert SETTING not in os.environ
    assert matter_directories() == (MATTERS,)


def test_several_directories(named: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named.setenv(SETTING, f"{DIRECTORY}{os.pathsep}{tmp_path}{os.pathsep}")
    assert matter_directories() == (MATTERS, DIRECTORY, tmp_path)
    assert default_registry().get("trial/automatic")


def test_a_directory_that_is_not_there_is_said_at_the_start(named: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named.setenv(SETTING, str(tmp_path / "nowhere"))
    with pytest.raises(MatterFileError, match="没有这个事项目录") as refused:
        default_registry()
    assert SETTING in refused.value.problems[0].remedy
    with pytest.raises(SettingWrong, match="没有这个事项目录"):
        readable_matters(os.environ)


def test_a_mistake_in_one_is_said_at_the_start(named: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "nothing.v1.yaml").write_text("code: own/nothing\n", encoding="utf-8")
    named.setenv(SETTING, str(tmp_path))
    with pytest.raises(SettingWrong, match=r"nothing\.v1\.yaml:1:1"):
        readable_matters(os.environ)


def test_who_names_none_is_not_asked() -> None:
    readable_matters({})


@pytest.mark.parametrize("matter", TRIAL, ids=lambda matter: matter.key)
class TestTrial:
    def test_it_is_released_and_can_be_told(self, matter: Matter) -> None:
        assert TRIALS.is_released(matter), "python -m contracts.matters.registry --release tests/matters/samples"
        assert describe(matter, TRIALS.labels)["result"] == "颁发二级注册临时建造师,有效期1年;范围为所填“注册专业”"

    def test_the_usual_person_may_file_it(self, matter: Matter) -> None:
        assert check_preconditions(matter, gathered(matter, facts_of(today=date(2026, 3, 2)))) == []


def test_each_is_another_way_to_an_approval_without_an_authority() -> None:
    automatic, silence, expiry = (
        TRIALS.get(f"trial/{name}") for name in ("automatic", "silence-grants", "granted-at-expiry")
    )
    assert (automatic.review, automatic.stages) == ("auto", ())
    (stage,) = silence.stages
    assert stage.silence is not None and (stage.working_days, stage.silence.means) == (10, "granted")
    assert expiry.granted_by_silence is not None and expiry.granted_by_silence.on == "form.valid_until"


def test_how_silence_is_told() -> None:
    told = {one.code: describe(one, TRIALS.labels) for one in TRIAL}
    assert told["trial/automatic"]["route"] == ["上报后按规则自动审批"]
    assert told["trial/automatic"]["documents"] == ["准予许可决定书:湘建试准〔…〕…号"]
    (route,) = told["trial/silence-grants"]["route"]
    assert "逾期未办视为准予" in route and "第二十六条" in route
    assert told["trial/silence-grants"]["correction"] == "退回后10个工作日内未补正的,视为放弃申请"
    granted = told["trial/granted-at-expiry"]["granted_by_silence"]
    assert granted == "至纸质证书有效期届满之日仍未作出决定的,视为准予(《中华人民共和国行政许可法》第五十条第二款)"


def test_until_when_it_is_to_be_asked_for_is_told_too() -> None:
    matter = TRIALS.get("trial/granted-at-expiry")
    assert matter.granted_by_silence is not None
    rule = matter.granted_by_silence.model_copy(update={"asked_before": 30})
    told = describe(matter.model_copy(update={"granted_by_silence": rule}), TRIALS.labels)["granted_by_silence"]
    assert told.endswith("视为准予(《中华人民共和国行政许可法》第五十条第二款);距届满不足30日才提出的除外")


def test_how_the_second_version_tells_its_times() -> None:
    told = describe(default_registry().get(CODE, 2))
    acceptance, preliminary, second, publicity, announcement = told["route"]
    for words in ("5个工作日", "一次告知", "逾期未办视为通过", "第三十二条第一款第四项", "收到申请之日"):
        assert words in acceptance
    assert "20个工作日" in preliminary and "第四十三条" in preliminary and "延长" not in preliminary
    assert "可延长10个工作日" in second and "不得由初审的经办人办理" in second
    assert "可匿名提出异议" in publicity and "15个工作日" in publicity
    assert announcement == "公告"
    assert told["documents"][0] == "受理通知书:湘建许受〔…〕…号"
    assert describe(default_registry().get(CODE, 1))["route"][0] == "受理(市级主管部门,5个工作日)", (
        "version 1 said no more"
    )


def test_versions_differ_in_time_and_not_in_who_may_be_registered() -> None:
    first, second = (default_registry().get(CODE, version) for version in (1, 2))
    same = ("preconditions", "form", "attachments", "subject", "effect", "commitment", "exclusion", "province")
    for part in same:
        assert getattr(first, part) == getattr(second, part)
    routes = [[(one.name, one.level, one.working_days, one.outcomes) for one in of.stages] for of in (first, second)]
    assert routes[0] == routes[1]
