"""What must agree across a matter file: references resolve, rules have their days, what is shown has words.

The route is in coherence_route, the effect in coherence_effect.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.labels import Labels
from contracts.matters.coherence_effect import effect_incoherences
from contracts.matters.coherence_route import Incoherence, Location, nearest, route_incoherences
from contracts.matters.conditions import Condition, paths
from contracts.matters.facts import ABOUT_CERTIFICATES, vocabulary
from contracts.matters.form import Field
from contracts.matters.schema import Matter
from contracts.matters.words import shown_names
from contracts.places import NATION, provinces
from contracts.yaml_source import Below


def incoherences(matter: Matter, labels: Labels) -> Iterator[Incoherence]:
    """Everything in the matter that does not agree with the rest of it, or with the vocabulary and labels."""
    yield from _place(matter)
    yield from _duplicates(matter)
    yield from _fields(matter)
    yield from _rule_days(matter)
    yield from _references(matter)
    yield from _attachments(matter)
    yield from route_incoherences(matter)
    yield from effect_incoherences(matter)
    yield from _labels(matter, labels)


def _place(matter: Matter) -> Iterator[Incoherence]:
    if matter.province != NATION and (matter.province[2:] != "0000" or matter.province[:2] not in provinces()):
        yield ("province",), f"“{matter.province}”不是省级代码", "请写省级代码(如430000),全国性事项写000000"


def _duplicates(matter: Matter) -> Iterator[Incoherence]:
    form = matter.form.sections
    fields = [((*_field_at(s, f), "name"), field.name) for s, f, field in _numbered_fields(matter)]
    lists: list[tuple[str, list[tuple[Location, str]]]] = [
        ("栏目", [(("form", "sections", i, "name"), section.name) for i, section in enumerate(form)]),
        ("字段", fields),
        ("附件", [(("attachments", i, "name"), one.name) for i, one in enumerate(matter.attachments)]),
        ("规则", [(("preconditions", i, "code"), one.code) for i, one in enumerate(matter.preconditions)]),
        ("审查环节", [(("review", i, "name"), one.name) for i, one in enumerate(matter.stages)]),
        ("确认方", [(("confirmations", i, "by"), one.by) for i, one in enumerate(matter.confirmations)]),
        ("告知方", [(("informs", i), one) for i, one in enumerate(matter.informs)]),
        ("列表列", [(("list_columns", i), one) for i, one in enumerate(matter.list_columns)]),
        (
            "打印栏目",
            [(("printed_form", "sections", i), one) for i, one in enumerate(matter.printed_form.sections)],
        ),
    ]
    for kind, named in lists:
        seen: set[str] = set()
        for location, name in named:
            if name in seen:
                yield location, f"{kind}“{name}”重复", "请改名或删除其中一处"
            seen.add(name)


def _fields(matter: Matter) -> Iterator[Incoherence]:
    for s, f, field in _numbered_fields(matter):
        at = _field_at(s, f)
        choice = field.type in ("choice", "multi_choice")
        if choice and not field.options and field.options_from is None:
            yield at, f"选择字段“{field.name}”没有选项", "请写options,或用options_from引用选项文件"
        if field.options and not choice:
            yield (
                (*at, "options"),
                f"字段“{field.name}”不是选择类型,却有选项",
                "请把type改为choice或multi_choice,或删除选项",
            )
        if len(set(field.options)) < len(field.options):
            yield (*at, "options"), f"字段“{field.name}”有重复的选项", "请删除重复的选项"
        if field.fixed and field.prefill is None:
            yield (*at, "fixed"), f"固定字段“{field.name}”没有取值来源", "请写prefill,说明取自哪一项已知事实"
        numeric = field.type in ("integer", "decimal")
        if not numeric and (field.minimum is not None or field.maximum is not None):
            yield (
                at,
                f"字段“{field.name}”不是数字,却有上下限",
                "请删除minimum和maximum,或改用integer、decimal",
            )
        if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
            yield (*at, "minimum"), f"字段“{field.name}”的下限大于上限", "请对调minimum和maximum"


def _rule_days(matter: Matter) -> Iterator[Incoherence]:
    for i, rule in enumerate(matter.preconditions):
        since, until = rule.effective_from, rule.effective_until
        if since is not None and until is not None and until < since:
            said = f"规则“{rule.code}”的失效日期({until})早于生效日期({since})"
            yield ("preconditions", i, "effective_until"), said, "请核对两个日期"


def _references(matter: Matter) -> Iterator[Incoherence]:
    known = vocabulary() | {f"form.{field.name}" for field in matter.form.fields} | {"form"}
    if matter.subject.qualification is None:
        known = frozenset(path for path in known if not path.startswith("qualification"))
    about_certificate = matter.subject.picked_from in ABOUT_CERTIFICATES
    for location, path in _paths_used(matter):
        if path not in known:
            yield location, f"“{path}”不是已知的事实或表单字段", nearest(path, known)
        elif path.partition(".")[0] == "certificate" and not about_certificate:
            remedy = f"请把subject.picked_from写为{'、'.join(ABOUT_CERTIFICATES)}之一"
            yield location, f"“{path}”:本事项不以已有的证书为对象", remedy
    sections = [section.name for section in matter.form.sections]
    for i, name in enumerate(matter.printed_form.sections):
        if name not in sections:
            yield ("printed_form", "sections", i), f"打印表引用的栏目“{name}”不存在", nearest(name, sections)


def _paths_used(matter: Matter) -> Iterator[tuple[Location, str]]:
    if matter.subject.qualification is not None:
        yield ("subject", "qualification", "specialty"), matter.subject.qualification.specialty
    for i, rule in enumerate(matter.preconditions):
        yield from _condition(("preconditions", i, "when"), rule.when)
    for s, f, field in _numbered_fields(matter):
        at = _field_at(s, f)
        yield from _condition((*at, "required"), field.required)
        yield from _condition((*at, "visible_when"), field.visible_when)
        if field.prefill is not None:
            yield (*at, "prefill"), field.prefill
    for i, attachment in enumerate(matter.attachments):
        yield from _condition(("attachments", i, "required"), attachment.required)
    for i, column in enumerate(matter.list_columns):
        if column.startswith("form."):
            yield ("list_columns", i), column
    effect = matter.effect
    if effect.scope is not None:
        yield ("effect", "scope"), effect.scope
    for name, path in effect.attributes.items():
        yield ("effect", "attributes", name), path
    if effect.number is not None:
        for name, path in effect.number.values.items():
            yield ("effect", "number", "values", name), path
    for name, path in effect.writes.model_dump(exclude_none=True, exclude={"employer"}).items():
        yield ("effect", "writes", name), path
    for name, path in (effect.person.model_dump(exclude_none=True) if effect.person else {}).items():
        yield ("effect", "person", name), path


def _attachments(matter: Matter) -> Iterator[Incoherence]:
    files = {path.removesuffix(".sha256") for path in vocabulary() if path.endswith(".sha256")}
    for i, one in enumerate(matter.attachments):
        if one.min_count > one.max_count:
            yield (
                ("attachments", i, "min_count"),
                f"附件“{one.name}”的最少份数大于最多份数",
                "请对调min_count和max_count",
            )
        if one.taken_from is not None and one.taken_from not in files:
            said = f"“{one.taken_from}”不是已登记的文件"
            yield ("attachments", i, "taken_from"), said, nearest(one.taken_from, files)
    if matter.commitment is not None and matter.commitment.attachment is not None:
        names = [one.name for one in matter.attachments]
        if matter.commitment.attachment not in names:
            said = f"承诺书引用的附件“{matter.commitment.attachment}”不存在"
            yield ("commitment", "attachment"), said, nearest(matter.commitment.attachment, names)
    if matter.printed_form.commitment and matter.commitment is None:
        yield (
            ("printed_form",),
            "打印表要印承诺书,但本事项没有承诺书",
            "请写commitment,或在printed_form中写commitment: false",
        )


def _labels(matter: Matter, labels: Labels) -> Iterator[Incoherence]:
    for language in labels.languages:
        for location, key in shown_names(matter):
            if labels.find(key, matter=matter.code, language=language) is None:
                yield (
                    location,
                    f"没有“{key}”的文字({language})",
                    f"请在{labels.file_of(language)}或本省的labels文件中加上",
                )


def _condition(location: Location, condition: Condition | bool | None) -> Iterator[tuple[Location, str]]:
    if condition is not None and not isinstance(condition, bool):
        for path in sorted(paths(condition)):
            written = f"it{path.rpartition('[]')[2]}" if "[]" in path else path
            yield (*location, Below(written)), path


def _numbered_fields(matter: Matter) -> Iterator[tuple[int, int, Field]]:
    for s, section in enumerate(matter.form.sections):
        for f, field in enumerate(section.fields):
            yield s, f, field


def _field_at(section: int, field: int) -> Location:
    return ("form", "sections", section, "fields", field)
