"""What must agree in a kind of credential: its rules read known facts, its words are there, every status has a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from contracts.labels import Labels
from contracts.matters.coherence_route import Incoherence, nearest
from contracts.matters.conditions import paths
from contracts.matters.credential import CertificateStatus, CredentialType
from contracts.matters.facts import vocabulary
from contracts.yaml_source import Below

_CHINESE = re.compile(r"[一-鿿]")


def credential_incoherences(credential: CredentialType, labels: Labels) -> Iterator[Incoherence]:
    """Everything in the kind of credential that does not agree with the vocabulary, the words, or itself."""
    known = vocabulary()
    seen: set[str] = set()
    for i, rule in enumerate(credential.usability):
        for path in sorted(paths(rule.when) - known):
            written = f"it{path.rpartition('[]')[2]}" if "[]" in path else path
            yield ("usability", i, "when", Below(written)), f"“{path}”不是已知的事实", nearest(path, known)
        if rule.code in seen:
            yield ("usability", i, "code"), f"规则“{rule.code}”重复", "请改名或删除其中一处"
        seen.add(rule.code)
    if credential.sample_number is not None and not credential.knows_number(credential.sample_number):
        yield ("sample_number",), f"编号样例“{credential.sample_number}”不符合numbers中的任何一种格式", "请核对样例和格式"
    for status in get_args(CertificateStatus):
        if status not in credential.status_codes:
            yield ("status_codes",), f"状态“{status}”没有对外的代码", "请写上;标准没有的写99(其他)"
    if ("over_age" in credential.lapses_on) != (credential.age_limit is not None):
        yield ("lapses_on",), "“over_age”与“age_limit”应当一起写", "写上最高年龄age_limit,并在lapses_on中列出over_age;不限年龄的两处都不写"
    for language in labels.languages:
        for location, key in _shown(credential):
            if labels.find(key, language=language) is None:
                said = f"没有“{key}”的文字({language})"
                yield location, said, f"请在{labels.file_of(language)}或本省的labels文件中加上"


def _shown(credential: CredentialType) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("credential",), f"credentials.{credential.credential}"
    yield ("credential",), f"certificate_titles.{credential.credential}"
    yield ("scope",), f"fields.{credential.scope}"
    for option in credential.options:
        if not _CHINESE.search(option):
            yield ("options",), f"options.{credential.scope}.{option}"
    for i, rule in enumerate(credential.usability):
        yield ("usability", i, "code"), f"usability_reasons.{rule.code}"
