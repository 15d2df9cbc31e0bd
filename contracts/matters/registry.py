"""Every matter there is, by code and version; a released version that was changed afterwards refuses to load.

`released.lock` beside the provinces keeps the SHA-256 of each released file. `python -m
contracts.matters.registry --release` adds those that are new; nothing takes one out, because filings pin them
for as long as their history is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from contracts.labels import MATTERS, SETTING, Labels, matter_directories
from contracts.matters.credential import CredentialType
from contracts.matters.form import OptionSet
from contracts.matters.load import read_credential, read_matter, read_options
from contracts.matters.schema import Matter
from contracts.yaml_source import FileProblem, MatterFileError

LOCK = "released.lock"

_FILE = re.compile(r"(?P<name>[a-z][a-z0-9-]*)\.v(?P<version>[1-9]\d*)(?:\.(?P<kind>options|credential))?\.yaml")


class UnknownMatter(LookupError):
    """No such matter, or no such version of it."""


class Registry:
    """The matters of one or more directories, with their words."""

    def __init__(
        self,
        matters: Mapping[str, Matter],
        released: frozenset[str],
        labels: Labels,
        credentials: Mapping[str, CredentialType] | None = None,
    ) -> None:
        self._matters = matters
        self._released = released
        self._credentials = credentials or {}
        self.labels = labels

    @classmethod
    def load(cls, *directories: Path, extra: Sequence[Path] = ()) -> Registry:
        """Every matter file of the directories (by default the product's own) and of `extra` ones.

        MatterFileError tells everything that is wrong in all of them.
        """
        roots = (*(directories or (MATTERS,)), *extra)
        labels, problems = Labels.read(*roots)
        options: dict[str, OptionSet] = {}
        matters: dict[str, Matter] = {}
        for root in roots:
            for key, path in _files(root, "options"):
                try:
                    found = read_options(path)
                except MatterFileError as error:
                    problems += error.problems
                    continue
                if key in options:
                    problems.append(_twice(path, key))
                options[key] = found
        credentials: dict[str, CredentialType] = {}
        for root in roots:
            for _, path in _files(root, "credential"):
                try:
                    credential = read_credential(path, labels, options.get)
                except MatterFileError as error:
                    problems += error.problems
                    continue
                if credential.key in credentials:
                    problems.append(_twice(path, credential.key))
                credentials[credential.key] = credential
        told = {path.name.partition(".v")[0]: None for root in roots for _, path in _files(root, "credential")}
        newest = {**told, **{one.credential: one for one in sorted(credentials.values(), key=lambda one: one.version)}}
        for root in roots:
            for key, path in _files(root, None):
                try:
                    matter = read_matter(path, root, labels, options.get, newest)
                except MatterFileError as error:
                    problems += error.problems
                    continue
                if key in matters:
                    problems.append(_twice(path, key))
                matters[key] = matter
            problems += _lock_problems(root)
        if problems:
            raise MatterFileError(problems)
        released = frozenset(key for root in roots for key in _read_lock(root))
        return cls(matters, released & matters.keys(), labels, credentials)

    def get(self, code: str, version: int | None = None) -> Matter:
        """That version, released or not; without a version the latest released one. UnknownMatter when there
        is none.
        """
        if version is not None:
            found = self._matters.get(f"{code}@{version}")
        else:
            released = (self._matters[key] for key in self._released if key.rpartition("@")[0] == code)
            found = max(released, key=lambda matter: matter.version, default=None)
        if found is None:
            said = f"version {version} of it" if version is not None else "released version"
            raise UnknownMatter(f"matter {code!r}: there is no {said}")
        return found

    def all(self) -> tuple[Matter, ...]:
        """Every version of every matter, by code and version."""
        return tuple(sorted(self._matters.values(), key=lambda matter: (matter.code, matter.version)))

    def on_offer(self) -> tuple[Matter, ...]:
        """What can be filed today: the latest released version of every matter."""
        return tuple(self.get(code) for code in sorted({key.rpartition("@")[0] for key in self._released}))

    def credential(self, name: str) -> CredentialType:
        """The latest version of this kind of credential; UnknownMatter when there is none."""
        known = (one for one in self._credentials.values() if one.credential == name)
        found = max(known, key=lambda one: one.version, default=None)
        if found is None:
            raise UnknownMatter(f"there is no credential {name!r}")
        return found

    def credentials(self) -> tuple[CredentialType, ...]:
        """The latest version of every kind of credential, by name."""
        return tuple(self.credential(name) for name in sorted({one.credential for one in self._credentials.values()}))

    def is_released(self, matter: Matter) -> bool:
        """Whether this version is locked."""
        return matter.key in self._released


@cache
def default_registry() -> Registry:
    """The matters that come with the product, and those of the directories that `ZHUCE_MATTERS` names."""
    own, *others = matter_directories()
    absent = [FileProblem(str(one), 1, 1, "没有这个事项目录", f"请核对{SETTING}") for one in others if not one.is_dir()]
    if absent:
        raise MatterFileError(absent)
    return Registry.load(own, extra=others)


def release(root: Path = MATTERS) -> list[str]:
    """Locks every matter and option file that is not locked yet, once all of them load; the keys that were
    added.
    """
    Registry.load(*((root,) if root == MATTERS else (MATTERS, root)))
    locked = _read_lock(root)
    added = {key: _digest(path) for key, path in _lockable(root) if key not in locked}
    if added:
        text = json.dumps({**locked, **added}, ensure_ascii=False, indent=2, sort_keys=True)
        (root / LOCK).write_text(f"{text}\n", encoding="utf-8")
    return sorted(added)


def _files(root: Path, kind: str | None) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.glob("*/*.yaml")):
        matched = _FILE.fullmatch(path.name)
        if matched is not None and matched["kind"] == kind:
            yield f"{path.parent.name}/{matched['name']}@{matched['version']}", path


def _lockable(root: Path) -> Iterator[tuple[str, Path]]:
    yield from _files(root, None)
    for kind in ("options", "credential"):
        for key, path in _files(root, kind):
            yield f"{kind} {key}", path


def _lock_problems(root: Path) -> Iterator[FileProblem]:
    """Released files that were changed or taken away, and files whose names nothing would read."""
    present = dict(_lockable(root))
    for key, digest in _read_lock(root).items():
        path = present.get(key)
        if path is None:
            yield FileProblem(
                str(root / LOCK), 1, 1, f"已发布的{key}不见了", "请从版本库恢复该文件:历史申报仍要用它"
            )
        elif _digest(path) != digest:
            name, _, version = path.name.partition(".v")
            newer = f"{name}.v{int(version.split('.')[0]) + 1}.{version.split('.', 1)[1]}"
            yield FileProblem(
                str(path),
                1,
                1,
                "已发布的版本被改动",
                f"请恢复原文件,把改动写到新版本{newer}(其中version加一)",
            )
    for path in sorted(root.glob("*/*.y*ml")):
        known = path.parent.name == "labels" or path.name.startswith("labels.")
        if not known and _FILE.fullmatch(path.name) is None:
            remedy = "请命名为<事项>.v<版本>.yaml、<选项>.v<版本>.options.yaml、<证书>.v<版本>.credential.yaml或labels.<语言>.yaml"
            yield FileProblem(str(path), 1, 1, "文件名不合规定,不会被读取", remedy)


def _twice(path: Path, key: str) -> FileProblem:
    return FileProblem(str(path), 1, 1, f"{key}在另一目录中已有", "请删除其中一个,或改版本号")


def _read_lock(root: Path) -> dict[str, str]:
    path = root / LOCK
    if not path.exists():
        return {}
    try:
        locked = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        problem = FileProblem(str(path), line, 1, "发布锁不是JSON", "请从版本库恢复")
        raise MatterFileError([problem]) from None
    return {str(key): str(digest) for key, digest in locked.items()}


def _digest(path: Path) -> str:
    # line ends are not part of what was released: a checkout on Windows has others
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks the matter files, and with --release locks the new ones."""
    parser = argparse.ArgumentParser(prog="python -m contracts.matters.registry", description=main.__doc__)
    parser.add_argument("--release", action="store_true", help="lock every version that is not locked yet")
    parser.add_argument("directory", nargs="?", type=Path, default=MATTERS, help="directory of provinces")
    asked = parser.parse_args(arguments)
    try:
        if asked.release:
            for key in release(asked.directory):
                print(f"released {key}")
        extra = () if asked.directory == MATTERS else (asked.directory,)
        registry = Registry.load(extra=extra)
    except MatterFileError as error:
        print(error, file=sys.stderr)
        return 1
    for matter in registry.all():
        state = "released" if registry.is_released(matter) else "not released"
        print(f"{matter.key}  {registry.labels.label('title', matter=matter.code)}  {state}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
