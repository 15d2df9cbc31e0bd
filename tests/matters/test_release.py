"""Versions: what was released never changes, what is offered is the latest released one, a province is new
files only.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from contracts.labels import MATTERS
from contracts.matters.registry import LOCK, Registry, UnknownMatter, main, release
from contracts.yaml_source import MatterFileError
from tests.matters.conftest import CODE

WORDS = """
matters:
  gansu/constructor-2-initial:
    title: 二级建造师初始申报
    printed_form: {title: 申请表}
    commitment: {text: 承诺}
"""


def edited(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A province's own directory, outside the product: one matter with its options and words, not
    released.
    """
    root = tmp_path / "own" / "gansu"
    root.mkdir(parents=True)
    matter = (MATTERS / f"{CODE}.v1.yaml").read_text(encoding="utf-8")
    matter = matter.replace(f"code: {CODE}", "code: gansu/constructor-2-initial")
    matter = matter.replace('province: "430000"', 'province: "620000"')
    matter = matter.replace("hunan/constructor-2-specialties@1", "gansu/specialties@1")
    (root / "constructor-2-initial.v1.yaml").write_text(matter, encoding="utf-8")
    shutil.copy(
        MATTERS / "hunan/constructor-2-specialties.v1.options.yaml", root / "specialties.v1.options.yaml"
    )
    (root / "labels.zh.yaml").write_text(WORDS, encoding="utf-8")
    return root.parent


def test_a_province_is_new_files_only(own: Path) -> None:
    registry = Registry.load(extra=[own])
    matter = registry.get("gansu/constructor-2-initial", 1)
    assert matter.province == "620000"
    assert registry.labels.label("title", matter=matter.code) == "二级建造师初始申报"
    assert registry.get(CODE).province == "430000"


def test_an_unreleased_matter_is_not_on_offer(own: Path) -> None:
    registry = Registry.load(extra=[own])
    with pytest.raises(UnknownMatter, match="released"):
        registry.get("gansu/constructor-2-initial")
    offered = [matter.code for matter in registry.on_offer()]
    assert CODE in offered and "gansu/constructor-2-initial" not in offered


def test_release_locks_what_is_new_and_nothing_twice(own: Path) -> None:
    assert release(own) == ["gansu/constructor-2-initial@1", "options gansu/specialties@1"]
    assert release(own) == []
    assert Registry.load(extra=[own]).get("gansu/constructor-2-initial").version == 1


@pytest.mark.parametrize("name", ["constructor-2-initial.v1.yaml", "specialties.v1.options.yaml"])
def test_a_released_file_that_changed_refuses_to_load_and_says_what_to_do(own: Path, name: str) -> None:
    release(own)
    path = own / "gansu" / name
    path.write_text(path.read_text(encoding="utf-8") + "# a small change\n", encoding="utf-8")
    with pytest.raises(MatterFileError) as refused:
        Registry.load(extra=[own])
    (problem,) = refused.value.problems
    assert problem.file == str(path)
    assert name.replace(".v1.", ".v2.") in problem.remedy
    with pytest.raises(MatterFileError):
        release(own)


def test_a_released_file_that_is_gone_refuses_to_load(own: Path) -> None:
    release(own)
    (own / "gansu/constructor-2-initial.v1.yaml").unlink()
    with pytest.raises(MatterFileError, match="已发布的gansu/constructor-2-initial@1不见了"):
        Registry.load(extra=[own])


def test_line_ends_of_another_system_are_no_change(own: Path) -> None:
    release(own)
    path = own / "gansu/constructor-2-initial.v1.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert Registry.load(extra=[own]).get("gansu/constructor-2-initial").version == 1


def test_a_second_version_is_offered_once_released_and_the_first_stays(own: Path) -> None:
    release(own)
    second = own / "gansu/constructor-2-initial.v2.yaml"
    shutil.copy(own / "gansu/constructor-2-initial.v1.yaml", second)
    edited(second, "version: 1\n", "version: 2\n")
    edited(second, "working_days: 10", "working_days: 7")
    assert Registry.load(extra=[own]).get("gansu/constructor-2-initial").version == 1
    release(own)
    registry = Registry.load(extra=[own])
    latest = registry.get("gansu/constructor-2-initial")
    assert latest.publicity is not None
    assert (latest.version, latest.publicity.working_days) == (2, 7)
    assert registry.get("gansu/constructor-2-initial", 1).version == 1


def test_what_does_not_load_is_not_released(own: Path) -> None:
    edited(own / "gansu/constructor-2-initial.v1.yaml", "prefill: subject.school", "prefill: subject.schol")
    with pytest.raises(MatterFileError):
        release(own)
    assert not (own / LOCK).exists()


def test_a_matter_that_is_not_there_is_not_found() -> None:
    registry = Registry.load()
    for code, version in (("hunan/nothing", None), (CODE, 99), ("", None)):
        with pytest.raises(UnknownMatter):
            registry.get(code, version)


def test_the_same_matter_in_two_directories_is_refused(province: Path) -> None:
    (province / "labels/zh.yaml").unlink()
    (province / "hunan/labels.zh.yaml").unlink()
    with pytest.raises(MatterFileError, match="在另一目录中已有"):
        Registry.load(extra=[province])


def test_a_spoiled_lock_is_refused(own: Path) -> None:
    (own / LOCK).write_text("{\n<<<<<<< mine\n", encoding="utf-8")
    with pytest.raises(MatterFileError, match="发布锁不是JSON") as refused:
        Registry.load(extra=[own])
    assert refused.value.problems[0].line == 2


def test_the_command_lists_releases_and_tells_mistakes(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--release", str(own)]) == 0
    told = capsys.readouterr().out
    assert "released gansu/constructor-2-initial@1" in told
    assert "gansu/constructor-2-initial@1  二级建造师初始申报  released" in told
    assert "options gansu/specialties@1" in json.loads((own / LOCK).read_text(encoding="utf-8"))
    edited(own / "gansu/constructor-2-initial.v1.yaml", "announcement: true", "announcement: maybe")
    assert main([str(own)]) == 1
    assert "constructor-2-initial.v1.yaml" in capsys.readouterr().err
