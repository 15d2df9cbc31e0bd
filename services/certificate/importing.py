"""Historical certificates: imports of any length, page by page, undone as a whole. All that is done here is by the product itself,
on behalf of whoever brought the file: a certificate is nobody's to order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args
from uuid import UUID

from pydantic import ValidationError

from contracts.certificate import (
    CredentialEntered,
    CredentialVouchEnded,
    CredentialWithdrawn,
    EnterCredential,
    Holder,
    Issuer,
    Scope,
    WithdrawCredential,
    entered_id,
    imports,
)
from contracts.certificate.imports import (
    BeginImport,
    CheckRows,
    GetImport,
    HistoricalCertificate,
    ImportRows,
    ListImports,
    UndoImport,
)
from contracts.errors import NotAllowed, Refused
from contracts.filing import FiledCertificates, FindFiledCertificates
from contracts.identifiers import birth_date, sex
from contracts.identity.imports import FindEnterprises, FoundEnterprises
from contracts.import_life import may_import
from contracts.import_state import Messages
from contracts.imports import CheckedRows, ImportList, ImportRow, ImportView, LineProblem, PageTaken
from contracts.labels import Labels
from contracts.matters.credential import CredentialType, EndedAs
from contracts.matters.registry import UnknownMatter, default_registry
from contracts.message import Accepted, Metadata
from contracts.places import numbered_in
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.state import Credential
from services.certificate.register import Register
from services.kernel.clock import china_day, clock
from services.kernel.importing import Brings, Context, ImportWork, Order, UndoesImports, imports_of, problems_in
from services.kernel.kernel import Ground
from services.kernel.rpc import handles
from services.kernel.service import LogService

ENDED = ("cancelled", *get_args(EndedAs))
"""As an old register says; that one is over by its last day, the date says."""


def orders(ground: Ground, context: Context, rows: Sequence[ImportRow]) -> list[Order]:
    """A row is a certificate as the authority's old register has it."""
    about: BeginImport | CheckRows = context.about
    kind, labels = kind_of(about.credential), default_registry().labels
    read = [_read(row) for row in rows]
    usccs = {one.enterprise_uscc for one in read if isinstance(one, HistoricalCertificate) and one.enterprise_uscc}
    employers = _employers(ground, usccs)
    made: list[Order] = []
    for row, one in zip(rows, read, strict=True):
        if isinstance(one, tuple):
            made.append(one)
        elif problems := _problems(kind, one, context.today):
            params: dict[str, str | int | None] = {"example": kind.sample_number or "…"}
            made.append(
                tuple(LineProblem(line=row.line, code=code, column=column, params=params) for code, column in problems)
            )
        else:
            facts = facts_of(kind, labels, one, about.issuer, employers)
            meta = context.meta(row.line)
            made.append(EnterCredential(**facts, import_id=context.import_id, line=row.line, meta=meta))
    return made


def _read(row: ImportRow) -> HistoricalCertificate | tuple[LineProblem, ...]:
    try:
        return HistoricalCertificate.model_validate(row.values)
    except ValidationError as error:
        return problems_in(row, error)


def _employers(ground: Ground, usccs: set[str]) -> Mapping[str, UUID]:
    if not usccs:
        return {}
    asked = FindEnterprises(usccs=tuple(sorted(usccs)))
    return FoundEnterprises.model_validate(ground.rpc.send(asked)).enterprises


def _problems(kind: CredentialType, row: HistoricalCertificate, today: date) -> list[tuple[str, str]]:
    """What the kind says of its certificates, and what no certificate can say: each with its column."""
    first = row.valid_from or row.granted_on
    wrong = (
        ("number_form", "number", not kind.knows_number(row.number)),
        ("no_scope", "scopes", not row.scopes),
        ("scope_unknown", "scopes", bool(kind.options) and any(one.specialty not in kind.options for one in row.scopes)),
        ("validity_reversed", "valid_until", row.valid_until < first or first < row.granted_on),
        ("scope_outside_validity", "scopes", any((one.expires_on or date.min) > row.valid_until for one in row.scopes)),
        ("granted_before_birth", "granted_on", row.granted_on < birth_date(row.resident_id)),
        ("in_the_future", "granted_on", row.granted_on > today),
        ("not_over_yet_though_expired", "status", row.status == "expired" and row.valid_until >= today),
    )
    return [(code, column) for code, column, holds in wrong if holds]


def facts_of(
    kind: CredentialType,
    labels: Labels,
    row: HistoricalCertificate,
    issuer: Issuer,
    employers: Mapping[str, UUID],
) -> dict[str, Any]:
    """Everything that is entered of one row. The place of another issuer is the one that the number names."""
    if row.issuer_name is not None and row.issuer_name != issuer.name:
        issuer = Issuer(name=row.issuer_name, place=numbered_in(row.number) or issuer.place)
    return {
        "credential_id": entered_id(kind.credential, row.number),
        "kind": kind.credential,
        "title": labels.find(f"certificate_titles.{kind.credential}") or kind.credential,
        "registration_number": row.number,
        "holder": Holder(
            person_id=None,
            name=row.name,
            resident_id=row.resident_id,
            sex=sex(row.resident_id),
            birth_date=birth_date(row.resident_id),
            enterprise_id=employers.get(row.enterprise_uscc) if row.enterprise_uscc else None,
            enterprise_name=row.enterprise_name,
        ),
        "scopes": tuple(
            Scope(
                specialty=one.specialty,
                label=labels.find(f"options.{kind.scope}.{one.specialty}") or one.specialty,
                expires_on=one.expires_on or row.valid_until,
            )
            for one in row.scopes
        ),
        "issuer": issuer,
        "granted_on": row.granted_on,
        "valid_from": row.valid_from or row.granted_on,
        "valid_until": row.valid_until,
        "status": "cancelled" if row.status in ENDED else "valid",
        "ended_as": row.status if row.status in get_args(EndedAs) else None,
        "origin": "imported",
        "attributes": row.attributes,
    }


def withdraw(credential_id: UUID, import_id: UUID, kept_for: str | None, meta: Metadata) -> WithdrawCredential:
    """What the import says counts no more, unless something rests on it."""
    return WithdrawCredential(credential_id=credential_id, import_id=import_id, kept_for=kept_for, meta=meta)


def kept(ground: Ground, rows: Sequence[UUID]) -> Mapping[UUID, str]:
    """Those after which another was granted, and those that something is being filed about."""
    if not rows:
        return {}
    register, today = Register(ground), china_day(clock.now())
    states: Mapping[Any, Credential] = ground.log.states(CREDENTIAL, rows)
    asked = FindFiledCertificates(certificate_ids=tuple(rows))
    filed = FiledCertificates.model_validate(ground.rpc.send(asked)).certificate_ids
    followed = {row for row, one in states.items() if register.is_followed(one, today)}
    return {**dict.fromkeys(filed, "filing_open"), **dict.fromkeys(followed, "followed_since")}


def kind_of(credential: str) -> CredentialType:
    """The kind of credential that the file is said to hold."""
    try:
        return default_registry().credential(credential)
    except UnknownMatter:
        raise Refused("credential_kind_unknown", params={"credential": credential}) from None


BRINGS = Brings(
    "certificates",
    Messages.of(imports),
    CREDENTIAL,
    "credential_id",
    orders,
    withdraw,
    made=CredentialEntered,
    withdrawn=CredentialWithdrawn,
    left=CredentialVouchEnded,
    kept=kept,
    by_itself=True,
)


class CertificateImports(UndoesImports, LogService):
    """The history half of CertificateService."""

    importing: ImportWork = imports_of(BRINGS)

    @handles(BeginImport)
    def begin_import(self, command: BeginImport) -> Accepted:
        """Of a kind that is known, and of an authority's own place."""
        kind_of(command.credential)
        if command.meta.actor.kind == "officer":
            may_import(command.meta.actor, command.issuer.place)
        return self.kernel.execute(command)

    @handles(ImportRows)
    def import_rows(self, command: ImportRows) -> PageTaken:
        """The next page of an import."""
        return self.importing.take(command)

    @handles(CheckRows)
    def check_rows(self, question: CheckRows) -> CheckedRows:
        """What would become of these rows."""
        if question.asker.kind not in ("officer", "operator"):
            raise NotAllowed("not_for_this_actor")
        return self.importing.check(question, question.asker, question.rows)

    @handles(UndoImport)
    def undo_import(self, command: UndoImport) -> Accepted:
        """Begun now, done in the background."""
        return self.importing.undo(command)

    @handles(GetImport)
    def get_import(self, question: GetImport) -> ImportView:
        """How an import stands."""
        return self.importing.view(question.import_id, question.skip, question.limit)

    @handles(ListImports)
    def list_imports(self, question: ListImports) -> ImportList:
        """The newest ones."""
        return self.importing.newest(question.asker, question.limit)
