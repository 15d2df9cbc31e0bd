"""One matter file, read and checked as a whole: a `Matter`, or every mistake at once with line and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from contracts.labels import Labels
from contracts.matters.coherence import incoherences
from contracts.matters.coherence_credential import credential_incoherences
from contracts.matters.coherence_effect import credential_of_matter_incoherences
from contracts.matters.conditions import OPERATORS
from contracts.matters.credential import CredentialType
from contracts.matters.form import OptionSet
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
    problems = [*source.problems, *_with_options(source, find_options)]
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
    form = source.data.get("form")
    sections = form.get("sections") if isinstance(form, dict) else None
    for s, section in enumerate(sections if isinstance(sections, list) else []):
        fields = section.get("fields") if isinstance(section, dict) else None
        for f, field in enumerate(fields if isinstance(fields, list) else []):
            if not isinstance(field, dict) or not isinstance(field.get("options_from"), str):
                continue
            at = ("form", "sections", s, "fields", f, "options_from")
            found = find_options(field["options_from"])
            if found is None:
                problems.append(
                    source.at(at, f"选项文件“{field['options_from']}”不存在", "请核对名称与版本(目录/名称@版本)")
                )
                field["options"] = ["missing"]  # told already: not to be told again as a choice without options
            elif "options" in field:
                problems.append(source.at(at, "options与options_from只能写一个", "请删除其中一个"))
            else:
                field["options"] = list(found.options)
    return problems


def _validated(source: Source, model: type[M], problems: list[FileProblem]) -> M | None:
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            message, remedy = _in_words(detail, model)
            problems.append(source.at(detail["loc"], message, remedy))
        return None


def _in_words(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """Pydantic's finding in the words of whoever writes matter files, and what to do about it."""
    location, context = detail["loc"], detail.get("ctx", {})
    name = next((str(part) for part in reversed(location) if isinstance(part, str)), "")
    match detail["type"]:
        case "missing":
            return f"缺少“{name}”", f"请加上{name}"
        case "extra_forbidden":
            return f"不认识的键“{name}”", _known_key(name, _keys_at(model, location[:-1]))
        case "literal_error":
            return f"“{name}”不能是“{detail['input']}”", f"可选:{_choices(context)}"
        case "condition_form":
            return "条件应是只有一个键的键值对", f"可用的键:{'、'.join(OPERATORS)}"
        case "number_pattern":
            return f"“{name}”中的花括号或格式不对", "请写成{名称}或{serial:05d},花括号成对"
        case "number_expression":
            return f"“{_short(detail['input'])}”不是正则表达式", "请照同目录其他证书的写法"
        case "string_pattern_mismatch" if "documents" in location:
            return (
                f"“{name}”的文号“{_short(detail['input'])}”不对",
                "请写成如“湘建许受〔{year}〕{serial:05d}号”,年份和流水号各一处",
            )
        case "string_pattern_mismatch":
            return f"“{name}”的写法“{detail['input']}”不对", f"应符合{context.get('pattern', '')}"
        case (
            "string_type"
            | "int_type"
            | "int_parsing"
            | "bool_type"
            | "bool_parsing"
            | "tuple_type"
            | "dict_type"
            | "model_type"
        ):
            kind = _KINDS[re.split("_", detail["type"])[0]]
            return f"“{name}”应是{kind},现在是“{_short(detail['input'])}”", f"请改为{kind}"
        case "too_short":
            return f"“{name}”太短或为空", f"至少写{context.get('min_length', 1)}项"
        case "greater_than_equal" | "less_than_equal":
            limit = context.get("ge", context.get("le"))
            return f"“{name}”超出范围:{detail['input']}", f"{'最小' if 'ge' in context else '最大'}为{limit}"
    if detail["type"].startswith("date"):
        return f"“{name}”的“{_short(detail['input'])}”不是日期", "请写成如2026-01-31"
    return f"“{name}”:{detail['msg']}", "请参照同目录其他事项的写法"


_KINDS = {
    "string": "文字",
    "int": "整数",
    "bool": "true或false",
    "tuple": "列表",
    "dict": "键值对",
    "model": "键值对",
}


def _choices(context: Mapping[str, Any]) -> str:
    # pydantic: 'removed', 'agreed' or 'declined'
    return str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、")


def _short(value: Any) -> str:
    said = str(value)
    return said if len(said) <= 40 else f"{said[:40]}…"


def _known_key(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"是否要写“{near[0]}”?" if near else f"可用的键:{'、'.join(known)}"


def _keys_at(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The keys that the models at this place know; union tags and list positions in between are passed
    over.
    """
    models: list[type[BaseModel]] = [model]
    for part in location:
        inner = [
            found
            for one in models
            for name, field in one.model_fields.items()
            if part in (name, field.alias)
            for found in _models(field.annotation)
        ]
        tagged = [one for one in models if part in _aliases(one)]
        models = inner or tagged or models
    return sorted({alias for one in models for alias in _aliases(one)})


def _aliases(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]
