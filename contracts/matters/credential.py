"""A kind of credential as data: how it is told apart, what its status is called outside, when it ends, who may see it.

A file `<directory>/<credential>.v<version>.credential.yaml`; its words are the labels `credentials.<credential>`,
`certificate_titles.<credential>`, and for the face `certificate_words.<credential>`. The latest version counts.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from contracts.matters.conditions import Condition, Shift
from contracts.matters.names import Kebab, Part

CertificateStatus = Literal["valid", "expired", "cancelled", "replaced", "lapsed", "withdrawn"]
"""expired: its last day is over. cancelled 注销: by a filing. lapsed 失效: the law ended it (employer closed, …).

replaced: another took its place (re-registration, or an older issue of it). withdrawn: it was imported by mistake.
"""

EndedAs = Literal["revoked", "taken_away", "lapsed"]
"""How an authority's old register says that one ended, where it was no 注销: 撤销, 吊销, 失效."""

Usability = Literal["normal", "new_archived", "inbound_exchange", "unavailable"]
"""正常使用, 新增归档, 进赣换证, 暂不可用 (manual 004, 1.2.1)."""

Lapse = Literal["employer_closed", "employer_unqualified", "employment_ended", "holder_died", "over_age"]


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise PydanticCustomError("number_expression", "not a regular expression") from None
    return text


class UsabilityRule(Part):
    """The first rule whose condition holds says the usability; its words are the label `usability_reasons.<code>`.

    Conditions read `certificate` (CertificateFacts), `subject` (whose it is, where known), `filer` (the employer),
    `open_filing` (true or false) and `today`.
    """

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
    usability: Usability
    when: Condition


class CredentialType(Part):
    """`one_per`: of how many there may be one valid at a time, for each specialty or for each person.

    `status_codes`: what other systems call each status; they differ by type (LAW, "Numbers"). `ended_codes`: the same of old
    certificates that ended in other ways, where there are codes of their own. `numbers`: the forms that
    its numbers have had, as regular expressions: an import takes these only, and forms that ask for one. `sample_number` is
    what such a form shows as an example. `lapses_on` ends it without a filing.
    `age_limit`: over so many years (周岁) its holder is `over_age`: from the day after that birthday on.
    `public`: `usable` shows strangers only what may be used normally. `usability`: without rules all are normal.
    `scope` is what the credential is good for: the name of the field under which its options have words (specialty).
    """

    credential: Kebab
    version: int = Field(strict=True, ge=1)
    holder: Literal["person", "enterprise"] = "person"
    one_per: Literal["specialty", "person"] = "specialty"
    portrait: bool = True
    scope: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)] = "specialty"
    options: tuple[str, ...] = ()
    options_from: str | None = None
    status_codes: dict[CertificateStatus, Annotated[str, Field(pattern=r"^[0-9A-Z]{1,8}$")]]
    ended_codes: dict[EndedAs, Annotated[str, Field(pattern=r"^[0-9A-Z]{1,8}$")]] = Field(default_factory=dict)
    numbers: tuple[Annotated[str, AfterValidator(_pattern)], ...] = Field(min_length=1)
    sample_number: str | None = None
    lapses_on: tuple[Lapse, ...] = ()
    age_limit: int | None = Field(strict=True, default=None, ge=16, le=120)
    public: Literal["always", "usable"] = "always"
    usability: tuple[UsabilityRule, ...] = ()
    source: str

    @property
    def key(self) -> str:
        """`constructor-2@1`."""
        return f"{self.credential}@{self.version}"

    def last_day_of_age(self, born: date) -> date | None:
        """The last day on which its holder is not too old for it; none where age does not end it."""
        return Shift(years=self.age_limit).from_(born) if self.age_limit is not None else None

    def knows_number(self, number: str) -> bool:
        """Whether a number has one of the forms."""
        return any(re.fullmatch(one, number) for one in self.numbers)

    def code_of(self, status: CertificateStatus, ended_as: EndedAs | None = None) -> str | None:
        """What other systems call it."""
        own = self.ended_codes.get(ended_as) if ended_as is not None else None
        return own or self.status_codes.get(status)
