"""What must agree between a matter's effect, the certificate it is about, and the kind of credential."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.matters.coherence_route import Incoherence, Location, nearest
from contracts.matters.credential import CredentialType
from contracts.matters.effect import GIVEN, Effect, EffectKind
from contracts.matters.facts import ABOUT_CERTIFICATES, date_facts
from contracts.matters.schema import Matter
from contracts.places import NATION, province_of

ENDS: tuple[EffectKind, ...] = ("cancel", "force_cancel")
REISSUES: tuple[EffectKind, ...] = ("renew", "extend", "replace", "amend", "transfer", "correct")
"""What changes a certificate that is there, by a new issue of it."""

_MAY: dict[str, tuple[EffectKind, ...]] = {
    "validity": ("grant", "renew", "extend"),
    "number": ("grant",),
    "scope": ("grant", "renew", "extend"),
    "writes": ("amend", "transfer", "correct", "supplement"),
    "person": ("amend", "correct"),
    "identifier": ("grant", *REISSUES, "supplement"),
    "attributes": ("grant", *REISSUES, "supplement"),
}
_WHY = {
    "validity": "有效期不由它定(补录、变更、纠错用writes.valid_until)",
    "number": "编号沿用原证书(补录用writes.registration_number)",
    "scope": "专业范围不由它定(补录、纠错用writes.scope)",
    "writes": "不改写证书内容",
    "person": "不改动人员信息",
    "identifier": "不签发新的证书",
    "attributes": "不签发新的证书",
}


def effect_incoherences(matter: Matter) -> Iterator[Incoherence]:
    """Everything in the effect that does not agree with its kind, or with what the filing is about."""
    effect = matter.effect
    if effect.credential != matter.credential:
        said = f"结果的证书“{effect.credential}”与事项的证书“{matter.credential}”不同"
        yield ("effect", "credential"), said, "请写同一个证书"
    yield from _required(effect)
    for part, kinds in _MAY.items():
        if effect.kind not in kinds and _is_written(effect, part):
            said = f"注销证书不应有“{part}”" if effect.kind in ENDS else f"“{effect.kind}”不应有“{part}”:{_WHY[part]}"
            yield ("effect", part), said, "请删除这一项,或改effect.kind"
    yield from _validity(matter)
    yield from _number(effect)
    yield from _days(matter)
    yield from _certificate(matter)


def credential_of_matter_incoherences(matter: Matter, credential: CredentialType | None) -> Iterator[Incoherence]:
    """Whether there is such a kind of credential, for such holders, with what the form may ask for."""
    if credential is None:
        said = f"没有“{matter.credential}”这种证书的文件"
        yield ("credential",), said, f"请加上<目录>/{matter.credential}.v1.credential.yaml,或核对名称"
        return
    if credential.holder != matter.effect.holder:
        said = f"证书“{credential.credential}”的持有人是{credential.holder},结果却写{matter.effect.holder}"
        yield ("effect", "holder"), said, "请写同一种持有人"
    scope = matter.effect.scope or matter.effect.writes.scope
    field = matter.form.field(scope.removeprefix("form.")) if scope is not None and scope.startswith("form.") else None
    strange = [one for one in field.options if one not in credential.options] if field and credential.options else []
    if strange:
        at: Location = ("effect", "scope") if matter.effect.scope else ("effect", "writes", "scope")
        said = f"字段“{field.name if field else ''}”的选项“{strange[0]}”不在证书“{credential.credential}”的范围之内"
        yield at, said, "请引用证书所用的选项文件"
    made = _first_number(matter)
    if made is not None and not credential.knows_number(made):
        said = f"按此规则编出的编号(如“{made}”)不符合证书“{credential.credential}”的编号格式"
        yield ("effect", "number", "pattern"), said, "请核对编号规则,或在证书文件的numbers中加上这种格式"


def _first_number(matter: Matter) -> str | None:
    """The first number of a year, where it is known beforehand what it is made of: years, and the place."""
    number = matter.effect.number
    if number is None or not number.variables <= GIVEN | number.values.keys():
        return None
    if not all(path.endswith("_year") for path in number.values.values()):
        return None
    province = province_of("110000" if matter.province == NATION else matter.province)
    known = {"province_abbreviation": province.abbreviation, "province_code": province.code, "registered_year": 2026, "serial": 1}
    try:
        return number.pattern.format_map({**dict.fromkeys(number.values, 2025), **known})
    except ValueError:  # a format for numbers where there is a word
        return None


def _required(effect: Effect) -> Iterator[Incoherence]:
    kind, writes = effect.kind, effect.writes
    if kind == "grant" and effect.number is None:
        yield ("effect",), f"“{kind}”要产生新证书,却没有编号规则", "请写effect.number"
    if kind == "renew" and effect.validity is None:
        yield ("effect",), "延续没有写新的有效期", "请写effect.validity"
    if kind == "extend" and effect.scope is None:
        yield ("effect",), "增项没有写增加哪些专业", "请写effect.scope"
    if kind == "transfer" and writes.employer is None:
        yield ("effect",), "转移没有写新的聘用企业", "请写effect.writes: {employer: filer}"
    if kind in ("amend", "correct") and not _is_written(effect, "writes") and effect.person is None:
        yield ("effect",), f"“{kind}”没有写改写证书的哪些内容", "请写effect.writes"
    if kind == "supplement":
        for part in ("registration_number", "valid_until", "scope"):
            if getattr(writes, part) is None:
                yield ("effect",), f"补录的证书没有“{part}”", f"请写effect.writes.{part},说明取自哪一项"


def _validity(matter: Matter) -> Iterator[Incoherence]:
    validity = matter.effect.validity
    if validity is None:
        return
    if not (validity.years or validity.months):
        yield ("effect", "validity"), "有效期为零", "请写years或months"
    if validity.from_ == "expiry" and matter.subject.picked_from not in ABOUT_CERTIFICATES:
        said = "有效期不能接着原有效期:本事项不以已有的证书为对象"
        yield ("effect", "validity", "from"), said, "请写from: decision,或改subject.picked_from"


def _number(effect: Effect) -> Iterator[Incoherence]:
    wanted = effect.number
    if wanted is None:
        return
    for name in sorted(wanted.variables - GIVEN - set(wanted.values)):
        remedy = f"请在values中写明取自哪里;可直接使用的有{'、'.join(sorted(GIVEN))}"
        yield ("effect", "number"), f"编号中的“{name}”没有取值来源", remedy
    if "{serial" not in wanted.pattern:
        yield ("effect", "number", "pattern"), "编号中没有流水号,会重复", "请在编号中加上{serial:05d}"
    if "{serial" in wanted.series:
        yield ("effect", "number", "series"), "流水号不能按流水号分组", "请从series中去掉{serial}"


def _days(matter: Matter) -> Iterator[Incoherence]:
    """A date of the certificate is written from a date. Unknown paths are told already."""
    days = date_facts() | {f"form.{field.name}" for field in matter.form.fields if field.type == "date"}
    known = {f"form.{field.name}" for field in matter.form.fields}
    for part in ("granted_on", "valid_from", "valid_until"):
        path = getattr(matter.effect.writes, part)
        if path is not None and path not in days and (path in known or not path.startswith("form.")):
            yield ("effect", "writes", part), f"“{path}”不是一个日期", nearest(path, days)


def _certificate(matter: Matter) -> Iterator[Incoherence]:
    about = matter.subject.picked_from in ABOUT_CERTIFICATES
    choices = "、".join(ABOUT_CERTIFICATES)
    if matter.subject.certificate is not None and not about:
        said = f"人员不是从证书中选的({matter.subject.picked_from}),却写了certificate"
        yield ("subject", "certificate"), said, f"请把picked_from写为{choices}之一,或删除certificate"
    if matter.effect.kind in (*REISSUES, *ENDS) and not about and matter.subject.kind == "person":
        said = f"“{matter.effect.kind}”要有一张已有的证书,本事项却不以证书为对象"
        yield ("effect", "kind"), said, f"请把subject.picked_from写为{choices}之一"
    if matter.effect.kind == "supplement" and about:
        said = "补录的是历史中没有的证书,本事项却以已有的证书为对象"
        yield ("effect", "kind"), said, "请把subject.picked_from写为self或qualified_people"


def _is_written(effect: Effect, part: str) -> bool:
    value = getattr(effect, part)
    return bool(value.model_dump(exclude_none=True)) if part == "writes" else bool(value)
