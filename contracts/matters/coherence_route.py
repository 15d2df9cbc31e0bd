"""What must agree along a matter's route: stages, their times, what silence means, what is shown, which documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise

from contracts.matters.facts import ABOUT_CERTIFICATES, date_facts, vocabulary
from contracts.matters.route import LEVELS, Confirmation, Stage, TimeOut
from contracts.matters.schema import Matter
from contracts.places import NATION

Location = tuple[str | int, ...]
Incoherence = tuple[Location, str, str]
"""Where, what is wrong, and the remedy."""

LONGEST_EXTENSION = 30
"""Working days: the law knows 10 (行政许可法 art. 42) and 15; whoever needs more needs another rule."""


def route_incoherences(matter: Matter) -> Iterator[Incoherence]:
    """Everything on the route that does not agree with the rest of it."""
    yield from _stages(matter)
    yield from _confirmations(matter)
    for i, stage in enumerate(matter.stages):
        yield from _times(i, stage)
        yield from _separation(i, stage, matter.stages)
        yield from _silence(i, stage, matter)
    yield from _correction(matter)
    yield from _decision(matter)
    yield from _granted_by_silence(matter)
    yield from _made_public(matter)
    yield from _documents(matter)


def _stages(matter: Matter) -> Iterator[Incoherence]:
    stages = matter.stages
    if isinstance(matter.review, tuple) and not stages:
        yield ("review",), "审查环节为空", "请列出环节;不需主管部门审查的写none,按规则自动通过的写auto"
    for i, stage in enumerate(stages):
        if "pass" not in stage.outcomes:
            after = f"其后的环节“{stages[i + 1].name}”" if i + 1 < len(stages) else "批准"
            yield (
                ("review", i, "outcomes"),
                f"环节“{stage.name}”不能通过,{after}永远到不了",
                "请在outcomes中加上pass",
            )
    for i, (one, following) in enumerate(pairwise(stages), start=1):
        if LEVELS.index(following.level) < LEVELS.index(one.level):
            said = f"环节“{following.name}”的级别({following.level})低于上一环节({one.level})"
            yield ("review", i, "level"), said, "请按县、市、省、部由低到高排列环节"
    if matter.province != NATION and any(stage.level == "ministry" for stage in stages):
        i = next(i for i, stage in enumerate(stages) if stage.level == "ministry")
        yield ("review", i, "level"), "省级事项不能由部级审查", "请改级别,或把province写为000000"


def _confirmations(matter: Matter) -> Iterator[Incoherence]:
    about_certificate = matter.subject.picked_from in ABOUT_CERTIFICATES
    if matter.review == "none" and not matter.confirmations and matter.filed_by != "person":
        said = "没有人确认,也没有主管部门审查,企业一上报就生效"
        yield ("review",), said, "请写confirmations或审查环节;无人确认的只能由本人申报"
    for i, one in enumerate(matter.confirmations):
        time_out = one.time_out
        if one.by == matter.filed_by:
            yield ("confirmations", i, "by"), f"“{one.by}”就是申报方,不需要确认", "请删除这一项,或改filed_by"
        if time_out is not None and time_out.remind_before >= time_out.days:
            said = f"确认的提醒({time_out.remind_before}日前)不晚于期限({time_out.days}日)的起点"
            yield ("confirmations", i, "time_out", "remind_before"), said, f"请写小于{time_out.days}的天数"
        if time_out is not None and time_out.means == "agreed":
            yield from _silent_agreement(i, one, time_out)
    asked = [(("confirmations", i, "by"), one.by) for i, one in enumerate(matter.confirmations)]
    told = [(("informs", i), party) for i, party in enumerate(matter.informs)]
    for location, party in [*asked, *told]:
        if party == "former_enterprise" and not about_certificate:
            said = "原聘用企业是证书上登记的企业,本事项却不以已有的证书为对象"
            yield location, said, f"请把subject.picked_from写为{'、'.join(ABOUT_CERTIFICATES)}之一,或改写确认方"


def _silent_agreement(i: int, one: Confirmation, time_out: TimeOut) -> Iterator[Incoherence]:
    """Silence says something only where the law lets it (民法典 art. 140), and nobody stands by words in silence."""
    at = ("confirmations", i, "time_out", "means")
    if one.commitment:
        yield at, f"“{one.by}”须作出承诺,逾期不答复不能视为同意", "请改为removed或declined,或删除commitment"
    if time_out.legal_basis is None:
        yield at, f"“{one.by}”逾期不答复视为同意,却没有依据", "请在time_out中写legal_basis;没有依据的写removed或declined"


def _times(i: int, stage: Stage) -> Iterator[Incoherence]:
    if stage.remind_before >= stage.working_days:
        said = f"环节“{stage.name}”的提醒({stage.remind_before}日前)不晚于时限({stage.working_days}日)的起点"
        yield ("review", i, "remind_before"), said, f"请写小于{stage.working_days}的天数"
    if stage.extension is not None and stage.extension.working_days > LONGEST_EXTENSION:
        said = f"环节“{stage.name}”的延长({stage.extension.working_days}个工作日)过长"
        yield ("review", i, "extension", "working_days"), said, f"最多{LONGEST_EXTENSION}个工作日"
    if stage.told_once and "return" not in stage.outcomes:
        said = f"环节“{stage.name}”要求一次告知,却不能退回补正"
        yield ("review", i, "told_once"), said, "请在outcomes中加上return,或删除told_once"


def _separation(i: int, stage: Stage, stages: Sequence[Stage]) -> Iterator[Incoherence]:
    earlier = [one.name for one in stages[:i]]
    for n, name in enumerate(stage.separate_from):
        at = ("review", i, "separate_from", n)
        if name not in earlier:
            yield at, f"“{name}”不是“{stage.name}”之前的环节", nearest(name, earlier)
        elif name in stage.separate_from[:n]:
            yield at, f"环节“{name}”写了两次", "请删除其中一处"


def _silence(i: int, stage: Stage, matter: Matter) -> Iterator[Incoherence]:
    silence, at = stage.silence, ("review", i, "silence")
    if silence is None:
        return
    if silence.means == "granted":
        if i + 1 < len(matter.stages):
            said = f"环节“{stage.name}”逾期即视为准予,其后的环节“{matter.stages[i + 1].name}”永远到不了"
            yield (*at, "means"), said, "请只在最后一个环节写granted,或改为passed"
        elif matter.publicity is not None or matter.announcement:
            said = f"环节“{stage.name}”逾期即视为准予,公示、公告永远到不了"
            yield (*at, "means"), said, "请改为passed,或删除publicity和announcement"
    if silence.as_of == "receipt" and (silence.means == "granted" or i > 0):
        said = f"环节“{stage.name}”不能追溯到收件之日"
        yield (*at, "as_of"), said, "只有第一个环节、且means为passed时可写receipt"


def _correction(matter: Matter) -> Iterator[Incoherence]:
    limit = matter.correction
    if limit is None:
        return
    if not any("return" in stage.outcomes for stage in matter.stages):
        yield (
            ("correction",),
            "没有可以退回补正的环节,却有补正期限",
            "请在某一环节的outcomes中写return,或删除correction",
        )
    if limit.remind_before >= limit.working_days:
        said = f"补正的提醒({limit.remind_before}日前)不晚于期限({limit.working_days}日)的起点"
        yield ("correction", "remind_before"), said, f"请写小于{limit.working_days}的天数"


def _decision(matter: Matter) -> Iterator[Incoherence]:
    limit = matter.decision
    if limit is None:
        return
    if matter.publicity is None and not matter.announcement:
        said = "最后一个环节通过即批准,没有公示或公告要等"
        yield ("decision",), said, "请删除decision,或写上publicity或announcement"
    if limit.remind_before >= limit.working_days:
        said = f"作出决定的提醒({limit.remind_before}日前)不晚于期限({limit.working_days}日)的起点"
        yield ("decision", "remind_before"), said, f"请写小于{limit.working_days}的天数"


def _granted_by_silence(matter: Matter) -> Iterator[Incoherence]:
    rule = matter.granted_by_silence
    if rule is None:
        return
    if not matter.stages:
        yield ("granted_by_silence",), "没有审查环节,谈不上逾期未决", "请删除granted_by_silence,或写审查环节"
    if rule.on.startswith("certificate.") and matter.subject.picked_from not in ABOUT_CERTIFICATES:
        said = f"“{rule.on}”:本事项不以已有的证书为对象"
        yield ("granted_by_silence", "on"), said, f"请把subject.picked_from写为{'、'.join(ABOUT_CERTIFICATES)}之一"
    days = date_facts() | {f"form.{field.name}" for field in matter.form.fields if field.type == "date"}
    known = vocabulary() | {f"form.{field.name}" for field in matter.form.fields}
    if rule.on not in known:
        yield ("granted_by_silence", "on"), f"“{rule.on}”不是已知的事实或表单字段", nearest(rule.on, days)
    elif rule.on not in days or rule.on == "today":
        yield ("granted_by_silence", "on"), f"“{rule.on}”不是一个届满日期", nearest(rule.on, days - {"today"})


def _made_public(matter: Matter) -> Iterator[Incoherence]:
    publicity = matter.publicity
    reviewed = isinstance(matter.review, tuple)  # an empty list is told already
    if publicity is not None and not matter.stages:
        yield ("publicity",), "没有审查环节,却要公示", "请删除publicity,或写审查环节"
    if matter.announcement and not reviewed:
        yield ("announcement",), "没有审查环节,却要公告", "请删除announcement,或写审查环节"
    if publicity is None or publicity.objections:
        return
    for part in ("anonymous_objections", "objection_working_days"):
        if getattr(publicity, part):
            yield ("publicity", part), f"不接受异议,却有“{part}”", "请写objections: true,或删除这一项"


def _documents(matter: Matter) -> Iterator[Incoherence]:
    outcomes = {outcome for stage in matter.stages for outcome in stage.outcomes}
    possible = {
        "acceptance": any(stage.name == "acceptance" for stage in matter.stages),
        "correction": "return" in outcomes,
        "refusal": "refuse" in outcomes,
        "approval": matter.review != "none",
    }
    why = {
        "acceptance": "没有名为acceptance的环节",
        "correction": "没有可以退回补正的环节",
        "refusal": "没有可以不予通过的环节",
        "approval": "本事项不经审查",
    }
    seen: dict[str, str] = {}
    for kind, number in matter.documents.model_dump(exclude_none=True).items():
        if not possible[kind]:
            yield ("documents", kind), f"{why[kind]},这种文书永远不会出具", f"请删除documents中的{kind}"
        if number in seen:
            said = f"与“{seen[number]}”的文号相同:各类文书分别编号,会出现两份同号的文书"
            yield ("documents", kind), said, "请为每类文书写不同的文号"
        seen.setdefault(number, kind)


def nearest(name: str, known: Iterable[str]) -> str:
    """The remedy for a name that is not known: the one that was probably meant, or what there is."""
    choices: Sequence[str] = sorted(known)
    near = get_close_matches(name, choices, n=1)
    if near:
        return f"是否要写“{near[0]}”?"
    return f"可用的有:{'、'.join(choices[:12])}{'等' if len(choices) > 12 else ''}" if choices else "请删除这一项"
