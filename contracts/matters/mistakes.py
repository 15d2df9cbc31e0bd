"""What pydantic found wrong in a matter file, in the words of whoever writes such files: what, where, and what to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from contracts.matters.conditions import OPERATORS

Mistake = tuple[tuple[str | int, ...], str, str]
"""Where, what is wrong, and the remedy."""

FORMS: Mapping[str, str] = {
    r"^[a-z][a-z0-9_]*$": "小写字母开头的英文名,单词间用下划线,如continuing_education",
    r"^[a-z][a-z0-9-]*$": "小写字母开头的英文名,单词间用连字符,如constructor-2",
    r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$": "目录/事项,如hunan/constructor-2-initial",
    r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*@[1-9]\d*$": "目录/名称@版本,如common/ethnicities@1",
    r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$": "事实或表单字段的路径,如subject.school、form.specialty",
    r"^form\.[a-z][a-z0-9_]*$": "本表单的字段,如form.specialty",
    r"^(\d{4}-\d{2}-\d{2}|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*)$": "日期(如2026-01-31)或一项日期事实的路径(如today)",
    r"^\d{6}$": "加引号的六位行政区划代码,如\"430000\",全国性事项写\"000000\"",
    r"^[1-9]\d* (KB|MB)$": "整数、空格和KB或MB,如5 MB",
    r"^[^{}]*\{year\}[^{}]*\{serial(:0[1-9]d)?\}[^{}]*$": "“湘建许受〔{year}〕{serial:05d}号”这样的文号,年份和流水号各一处",
    r"^[0-9A-Z]{18}\d{3}$": "21位证照类型代码:18位统一社会信用代码加3位序号",
    r"^[0-9A-Z]{18}$": "18位统一社会信用代码",
    r"^[0-9A-Z]{1,8}$": "1至8位数字或大写字母的状态代码,有前导零的加引号,如\"01\"",
    r"^(authority|name|resident_id|enterprise|former_enterprise|new_enterprise|credential|registration_type|submitted_at|state|"
    r"form\.[a-z][a-z0-9_]*)$": "authority、name、resident_id、enterprise、former_enterprise、new_enterprise、credential、"
    "registration_type、submitted_at、state之一,或本表单的字段(如form.specialty)",
}
"""How each pattern of the language is to be written."""

_TYPES = {
    "string": "文字", "int": "整数", "float": "数字", "bool": "true或false", "tuple": "列表", "list": "列表",
    "dict": "键值对", "model": "键值对", "date": "日期,如2026-01-31", "condition": "条件(只有一个键的键值对)",
}  # fmt: skip
_OWN_WORDS = {
    "number_pattern": ("花括号或格式不对", "请写成{名称}或{serial:05d},花括号成对"),
    "number_expression": ("不是正则表达式", "请照同目录其他证书的写法"),
}
_CHINESE_FIRST = "\u4e00"


def explained(error: ValidationError, model: type[BaseModel], data: Any) -> Iterator[Mistake]:
    """Each mistake once, at its place in the file: of the branches of a union only the one that was meant."""
    found: dict[tuple[str | int, ...], list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        if detail["loc"][-1] == "[key]":
            detail = {**detail, "type": "unknown_key"}  # what stands under it is of no matter then
        found.setdefault(_place(detail, data), []).append(detail)
    for place, several in found.items():
        keys = [one for one in several if one["type"] == "unknown_key"]
        details = keys or several
        if not any(len(other) > len(place) and other[: len(place)] == place for other in found):
            yield (place, *_told(details, place, model))


def _told(details: Sequence[ErrorDetails], place: tuple[str | int, ...], model: type[BaseModel]) -> tuple[str, str]:
    if len(details) == 1:
        return _one(details[0], place, model)
    may = dict.fromkeys(one for one in map(_expected, details) if one is not None)
    return f"{_named(place)}写得不对,现在是{_shown(details[0]['input'])}", f"可写:{';'.join(may)}"


def _one(detail: ErrorDetails, place: tuple[str | int, ...], model: type[BaseModel]) -> tuple[str, str]:
    context, kind, name = detail.get("ctx", {}), detail["type"], _named(place)
    if kind == "missing":
        return f"缺少{name}", f"请加上{place[-1]}" if isinstance(place[-1], str) else "请写全各项"
    if kind == "extra_forbidden":
        return f"不认识的键{name}", _known_key(str(place[-1]), _keys_at(model, detail["loc"][:-1]))
    if kind == "unknown_key":
        form = FORMS.get(context.get("pattern", ""))
        return f"不认识的键{name}", f"键请写{form}" if form is not None else f"可用的键:{_choices(context)}"
    if kind == "literal_error":
        return f"{name}不能是{_shown(detail['input'])}", f"可选:{_choices(context)}"
    if kind == "condition_form":
        keys = list(detail["input"]) if isinstance(detail["input"], Mapping) else []
        if len(keys) == 1:
            return f"{name}处的条件没有“{keys[0]}”这种写法", _known_key(str(keys[0]), OPERATORS)
        return f"{name}处的条件应是只有一个键的键值对", f"可用的键:{'、'.join(OPERATORS)}"
    if kind in _OWN_WORDS:
        said, remedy = _OWN_WORDS[kind]
        return f"{name}的{_shown(detail['input'])}{said}", remedy
    if kind == "string_pattern_mismatch":
        return f"{name}的写法{_shown(detail['input'])}不对", f"请写{FORMS.get(context['pattern'], _LIKE_OTHERS)}"
    if (limited := _limit(kind, context)) is not None:
        said, remedy = limited
        return f"{name}{said}:{_shown(detail['input'])}", remedy
    if kind.startswith("date"):
        return f"{name}的{_shown(detail['input'])}不是日期", "请写成如2026-01-31"
    expected = _expected(detail)
    if expected is not None:
        return f"{name}应是{expected},现在是{_shown(detail['input'])}", f"请改为{expected}"
    if detail["msg"][:1] >= _CHINESE_FIRST:  # identifiers say themselves what is wrong with them
        return f"{name}:{detail['msg']}", f"请核对{name},或参照同目录其他事项的写法"
    return f"{name}写得不对,现在是{_shown(detail['input'])}", f"请{_LIKE_OTHERS}"


_LIKE_OTHERS = "参照同目录其他事项的写法"


def _limit(kind: str, context: Mapping[str, Any]) -> tuple[str, str] | None:
    """Too much or too little of something."""
    match kind:
        case "greater_than_equal":
            return "超出范围", f"最小为{context['ge']}"
        case "less_than_equal":
            return "超出范围", f"最大为{context['le']}"
        case "too_short":
            return "的项数太少或为空", f"至少写{context['min_length']}项"
        case "too_long":
            return "的项数太多", f"最多写{context['max_length']}项"
        case "string_too_short":
            return "的文字太短", f"至少写{context['min_length']}个字"
        case "string_too_long":
            return "的文字太长", f"最多写{context['max_length']}个字"
    return None


def _expected(detail: ErrorDetails) -> str | None:
    """What should stand there."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "literal_error":
        return f"{_choices(context)}之一"
    if kind == "string_pattern_mismatch":
        return FORMS.get(context["pattern"])
    if kind == "is_instance_of":
        return None
    return _TYPES.get(kind.split("_")[0])


def _place(detail: ErrorDetails, data: Any) -> tuple[str | int, ...]:
    """Where it is in the file: pydantic also names the branch of a union that it tried, which nobody wrote."""
    place: list[str | int] = []
    absent = detail["type"] == "missing"
    parts = detail["loc"][:-1] if absent else detail["loc"]
    for part in parts:
        inside = isinstance(data, Mapping) and part in data
        inside = inside or (isinstance(data, list) and isinstance(part, int) and part < len(data))
        if inside:
            place.append(part)
            data = data[part]
    return (*place, detail["loc"][-1]) if absent else tuple(place)


def _named(place: tuple[str | int, ...]) -> str:
    """The key, and which item of its list: “found_by”第2项."""
    at = next((i for i in range(len(place) - 1, -1, -1) if isinstance(place[i], str)), None)
    if at is None:
        return "文件"
    items = "".join(f"第{int(one) + 1}项" for one in place[at + 1 :])
    return f"“{place[at]}”{items}"


def _shown(value: Any) -> str:
    if value is None:
        return "空"
    said = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    return f"“{said if len(said) <= 40 else f'{said[:40]}…'}”"


def _choices(context: Mapping[str, Any]) -> str:
    # pydantic: 'removed', 'agreed' or 'declined'
    return str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、")


def _known_key(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"是否要写“{near[0]}”?" if near else f"可用的键:{'、'.join(known)}"


def _keys_at(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The keys that the models at this place know; union tags and list positions in between are passed over."""
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
