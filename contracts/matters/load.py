"""One matter file, read and checked as a whole: a `Matter`, or every mistake at once with line and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from contracts.labels import Labels
from contracts.matters.coherence import incoherences
from contracts.matters.coherence_credential import credential_incoherences
from contracts.matters.coherence_effect import credential_of_matter_incoherences
from contracts.matters.coherence_route import Location, nearest
from contracts.matters.credential import CredentialType
from contracts.matters.form import OptionSet
from contracts.matters.mistakes import explained
from contracts.matters.schema import Matter
from contracts.yaml_source import FileProblem, MatterFileError, Source

M = TypeVar("M", bound=BaseModel)
FindOptions = Callable[[str], OptionSet | None]
Credentials = Mapping[str, CredentialType | None]
"""The latest version of each kind; None where its file has told its own mistakes."""


def read_matter(
    path: Path, root: Path, labels: Labels, find_options: FindOptions, credentials: Credentials
) -> Matter:
    """The matter in a file below `root`; MatterFileError with every problem found."""
    source = Source(path)
    if not isinstance(source.data, dict):
        problems = source.problems or [source.at((), "文件不是键值对", "请从code、version等键写起")]
        raise MatterFileError(problems)
    problems = [*source.problems, *_with_options(source, find_options), *_with_numbers(source, credentials)]
    matter = _validated(source, Matter, problems)
    if matter is None:
        raise MatterFileError(problems)
    problems += [source.at(*one) for one in incoherences(matter, labels)]
    if (kind := credentials.get(matter.credential)) is not None or matter.credential not in credentials:
        problems += [source.at(*one) for one in credential_of_matter_incoherences(matter, kind)]
    expected = f"{matter.code}.v{matter.version}.yaml"
    if path.relative_to(root).as_posix() != expected:
        problems.append(source.at(("code",), f"文件名与编号、版本不符,应为{expected}", "请改文件名,或改code和version"))
    if problems:
        raise MatterFileError(problems)
    return matter


def read_credential(path: Path, labels: Labels, find_options: FindOptions) -> CredentialType:
    """The kind of credential in a file; MatterFileError with every problem found."""
    source = Source(path)
    problems = list(source.problems)
    if isinstance(source.data, dict) and isinstance(name := source.data.get("options_from"), str):
        if (found := find_options(name)) is None:
            problems.append(source.at(("options_from",), f"选项文件“{name}”不存在", "请核对名称与版本(目录/名称@版本)"))
        else:
            source.data["options"] = list(found.options)
    credential = _validated(source, CredentialType, problems)
    if credential is None:
        raise MatterFileError(problems)
    problems += [source.at(*one) for one in credential_incoherences(credential, labels)]
    if path.name != (expected := f"{credential.credential}.v{credential.version}.credential.yaml"):
        problems.append(source.at(("credential",), f"文件名与证书、版本不符,应为{expected}", "请改文件名,或改credential和version"))
    if problems:
        raise MatterFileError(problems)
    return credential


def read_options(path: Path) -> OptionSet:
    """The option set in a file; MatterFileError with every problem found."""
    source = Source(path)
    problems = list(source.problems)
    options = _validated(source, OptionSet, problems)
    if options is not None and len(set(options.options)) < len(options.options):
        problems.append(source.at(("options",), "有重复的选项", "请删除重复的选项"))
    if options is None or problems:
        raise MatterFileError(problems)
    return options


def _with_options(source: Source, find_options: FindOptions) -> list[FileProblem]:
    """Puts the options of `options_from` into the data, so that a loaded field always has them; tells what is
    wrong.
    """
    problems: list[FileProblem] = []
    for place, field in _fields(source):
        if not isinstance(field.get("options_from"), str):
            continue
        at = (*place, "options_from")
        found = find_options(field["options_from"])
        if found is None:
            problems.append(source.at(at, f"选项文件“{field['options_from']}”不存在", "请核对名称与版本(目录/名称@版本)"))
            field["options"] = ["missing"]  # told already: not to be told again as a choice without options
        elif "options" in field:
            problems.append(source.at(at, "options与options_from只能写一个", "请删除其中一个"))
        else:
            field["options"] = list(found.options)
    return problems


def _with_numbers(source: Source, credentials: Credentials) -> Iterator[FileProblem]:
    """Puts the forms of a credential's numbers into the fields that ask for one."""
    for place, field in _fields(source):
        for written in ("numbers", "sample_number"):
            if written in field:
                remedy = "请删除,并用number_of写明是哪种证书的编号"
                yield source.at((*place, written), f"“{written}”不能写在字段里", remedy)
        name = field.get("number_of")
        if not isinstance(name, str):
            continue
        at, kind = (*place, "number_of"), credentials.get(name)
        if field.get("type") != "text":
            yield source.at(at, "证书编号的字段应是文字", "请把type改为text")
        elif name not in credentials:
            yield source.at(at, f"没有名为“{name}”的证书种类", nearest(name, credentials))
        elif kind is not None and kind.sample_number is None:
            yield source.at(at, f"证书“{name}”没有编号样例,填报人无从得知编号的格式", "请在其证书文件的新版本中写sample_number")
        elif kind is not None:
            field["numbers"], field["sample_number"] = list(kind.numbers), kind.sample_number


def _fields(source: Source) -> Iterator[tuple[Location, dict[str, Any]]]:
    """The form's fields as far as they are written as such, and where."""
    form = source.data.get("form")
    sections = form.get("sections") if isinstance(form, dict) else None
    for s, section in enumerate(sections if isinstance(sections, list) else []):
        fields = section.get("fields") if isinstance(section, dict) else None
        for f, field in enumerate(fields if isinstance(fields, list) else []):
            if isinstance(field, dict):
                yield ("form", "sections", s, "fields", f), field


def _validated(source: Source, model: type[M], problems: list[FileProblem]) -> M | None:
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        problems += [source.at(*one) for one in explained(error, model, source.data)]
        return None
